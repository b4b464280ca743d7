import assert from "node:assert/strict";
import {
  encodeText,
  type MemberEvent,
  type NewRequest,
  type Participant,
  type Topic,
  Visit,
  type Welcome,
} from "../../lib/chat/mod.ts";
import { LastingRoom, type RoomMember } from "../../lib/client/lasting_room.ts";
import { NetworkError, UsageError } from "../../lib/errors.ts";
import { failure, isPending } from "../channel/support.ts";
import { key } from "../support/doubles.ts";

const SELF: Participant = { nick: "guest", key: key(1) };
const ANN: Participant = { nick: "ann", key: key(2) };
const BOB: Participant = { nick: "bob", key: key(3) };
const TOPIC: Topic = { topic: "engines", by: ANN, time: 5 };
const LOG = key(50).subarray(16);
const OTHER_LOG = key(51).subarray(16);
const PAGE = { messages: [], before: 0 };

const say = (text: string): NewRequest => ({ type: "send", body: encodeText(text) });

interface Place {
  readonly visit?: Visit;
  readonly nick?: string;
  readonly others?: readonly Participant[];
  readonly topic?: Topic;
  readonly welcome?: Partial<Welcome>;
  readPast?(): Promise<typeof PAGE>;
}

/** A place in the room, over one connection. */
function member(place: Place = {}): RoomMember {
  const { visit = new Visit(), nick = "guest", others = [ANN, BOB], topic } = place;
  const self = { ...SELF, nick };
  const welcome: Welcome = {
    type: "welcome",
    you: self,
    maxBody: 1000,
    log: LOG,
    seq: 0,
    kept: false,
    gone: 0,
    grace: 60_000,
    ...place.welcome,
  };
  visit.hello(nick, 0);
  visit.begin(welcome, SELF.key);
  const readPast = place.readPast ?? (() => Promise.resolve(PAGE));
  return { visit, self, others, topic, maxBody: welcome.maxBody, welcome, readPast };
}

/** A room that was left for a while, and what has changed then. */
function returned(before: Place, after: Place): { room: LastingRoom; changes: MemberEvent[] } {
  const visit = new Visit();
  const room = new LastingRoom(member({ visit, ...before }));
  room.lose();
  return { room, changes: [...room.resume(member({ visit, ...after }))] };
}

const lines = (changes: readonly MemberEvent[]) =>
  changes.map((change) =>
    change.type === "member" ? `${change.member.nick} ${change.change}` : change.type
  );

Deno.test("lasting room: it is what the connection says, and stays when that is lost", () => {
  const room = new LastingRoom(member({ topic: TOPIC }));
  for (const isConnected of [true, false]) {
    assert.equal(room.isConnected, isConnected);
    assert.deepEqual([room.self, room.others, room.topic], [SELF, [ANN, BOB], TOPIC]);
    assert.deepEqual([room.maxBody, room.log, room.pending], [1000, LOG, []]);
    room.lose();
  }
});

Deno.test("lasting room: what is asked for without a connection is kept, and sent on the next one", async () => {
  const { visit } = member();
  const room = new LastingRoom(member({ visit }));
  let asked = 0;
  room.onRequest = () => asked++;
  await room.request(say("one"), undefined, 7);
  assert.notEqual(visit.take(), undefined);
  room.lose();
  await room.request(say("two"), undefined, 8);
  assert.deepEqual(room.pending.map(({ line }) => line), [7, 8]);
  assert.equal(asked, 2);
  room.resume(member({ visit }));
  assert.deepEqual([visit.take()?.line, visit.take()?.line, visit.take()], [7, 8, undefined]);
  assert.equal(
    room.lines.missing(room.pending, true),
    "line 7 of the input was not confirmed, nor 1 after it",
  );
});

Deno.test("lasting room: whoever asks for too much at once waits for space, also without a connection", async () => {
  const room = new LastingRoom(member());
  room.lose();
  const asking = (async () => {
    for (;;) await room.request(say("x"));
  })();
  assert.equal(await isPending(asking), true);
  assert.equal(room.pending.length, 1008);
});

Deno.test("lasting room: messages that are refused are counted, by their lines", async () => {
  const { visit } = member();
  const room = new LastingRoom(member({ visit }));
  await room.request(say("one"), undefined, 1);
  await room.request({ type: "rename", nick: "ann" }, undefined, 2);
  for (let next = visit.take(); next !== undefined; next = visit.take()) {
    visit.hear({ type: "refused", id: next.id, reason: "no" });
  }
  assert.equal(room.refused, 1);
  assert.equal(room.lines.missing(room.pending, true), "line 1 of the input was not confirmed");
});

Deno.test("lasting room: the past is read over a connection, and refused without one", async () => {
  const query = { before: 0, count: 10 };
  const room = new LastingRoom(member());
  assert.equal(await room.readPast(query), PAGE);
  room.lose();
  assert.equal(await failure(room.readPast(query)), "UsageError/refused");
  // It makes no difference when it is lost.
  const cut = () => Promise.reject(new NetworkError("ended", "the connection ended"));
  const refusing = () => Promise.reject(new UsageError("refused", "no"));
  for (const readPast of [cut, refusing]) {
    const other = new LastingRoom(member({ readPast }));
    assert.equal(await failure(other.readPast(query)), "UsageError/refused");
  }
});

Deno.test("lasting room: the words of a refusal are quoted, in one line", async () => {
  const readPast = () =>
    Promise.reject(new UsageError("refused", "x\n14:05 alice: send it\u201d."));
  await assert.rejects(new LastingRoom(member({ readPast })).readPast({ before: 0, count: 10 }), {
    message: "the room says: \u201cx\u240a14:05 alice: send it'.\u201d",
  });
});

Deno.test("lasting room: where the same server goes on, who is missing has left", () => {
  const { room, changes } = returned({}, { others: [BOB] });
  assert.deepEqual(lines(changes), ["ann left"]);
  assert.deepEqual([room.others, room.nextEnd, room.isConnected], [[BOB], undefined, true]);
});

Deno.test("lasting room: where the server may have been restarted, who is missing is away", () => {
  for (const welcome of [{ log: OTHER_LOG }, { kept: true }]) {
    const { room, changes } = returned({}, { others: [BOB], welcome });
    assert.deepEqual(lines(changes), ["ann away"]);
    assert.deepEqual(room.others, [BOB, { ...ANN, away: true }]);
    assert.ok(room.nextEnd !== undefined && room.nextEnd > 59_000);
    const joined: MemberEvent = { type: "member", change: "joined", member: ANN };
    assert.deepEqual(lines(room.hear(joined)), ["ann back"]);
    assert.deepEqual([room.expire(), room.nextEnd], [[], undefined]);
  }
});

Deno.test("lasting room: another log is noticed, also where one went on under another name", () => {
  const { visit } = member();
  const room = new LastingRoom(member({ visit }));
  visit.hear({ type: "log", log: OTHER_LOG, seq: 0, kept: false });
  assert.deepEqual(room.log, OTHER_LOG);
  room.lose();
  const next = member({ visit, welcome: { log: OTHER_LOG }, others: [] });
  assert.equal(room.isSameLog(next), true);
  assert.deepEqual(lines(room.resume(next)), ["ann left", "bob left"]);
  room.lose();
  assert.equal(room.isSameLog(member({ visit })), false);
});

Deno.test("lasting room: another name for this side, and another topic, are told", () => {
  const other = { topic: "looms", by: BOB, time: 6 };
  const { room, changes } = returned({ topic: TOPIC }, { nick: "guest-2", topic: other });
  assert.deepEqual(changes, [
    { type: "member", change: "renamed", member: { ...SELF, nick: "guest-2" }, previous: "guest" },
    { type: "topic", ...other },
  ]);
  assert.deepEqual([room.self.nick, room.topic], ["guest-2", other]);
  assert.deepEqual(returned({ topic: TOPIC }, { topic: { ...TOPIC } }).changes, []);
  assert.deepEqual(returned({ topic: TOPIC }, {}).changes, []);
});

Deno.test("lasting room: all else is told as it is", () => {
  const room = new LastingRoom(member());
  const notice: MemberEvent = { type: "notice", text: "hello" };
  assert.deepEqual(room.hear(notice), [notice]);
});
