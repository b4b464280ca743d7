import assert from "node:assert/strict";
import { CloseCode } from "../../../lib/channel/mod.ts";
import {
  type Ban,
  type BanList,
  encodeText,
  type Membership,
  type ModerationAction,
  MODERATIONS,
  type Participant,
  Room,
} from "../../../lib/chat/mod.ts";
import { hex, sha256 } from "../../../lib/crypto/mod.ts";
import { AuthenticationError, UsageError } from "../../../lib/errors.ts";
import { formatFingerprint } from "../../../lib/identity/mod.ts";
import { Clock } from "../../channel/support.ts";
import { idOf, keyOf, Notebook, targetOf } from "../support.ts";

/** Bans in memory. */
class Bans implements BanList {
  readonly all = new Map<string, Ban>();

  add(ban: Ban): Promise<void> {
    this.all.set(hex(ban.target), ban);
    return Promise.resolve();
  }

  remove(target: Uint8Array): Promise<boolean> {
    return Promise.resolve(this.all.delete(hex(target)));
  }
}

const OWNER_KEY = keyOf(9);

/** The owner, two operators and two others; `bob` and `bob-2` are one person with one key. */
function scene(options: { bans?: BanList } = {}) {
  const room = new Room({ now: () => 5, ownerKey: OWNER_KEY, ...options });
  const seats: Record<string, Notebook> = {};
  const join = (nick: string, key: Uint8Array, isOperator = false) => {
    const seat = new Notebook();
    const membership = room.join(nick, key, seat, { isOperator });
    void membership.follow({ past: 0 });
    seats[membership.member.nick] = seat;
    return membership;
  };
  const owner = join("owner", OWNER_KEY, true);
  const ann = join("ann", keyOf(1), true);
  const amy = join("amy", keyOf(2), true);
  const bob = join("bob", keyOf(3));
  const bob2 = join("bob", keyOf(3));
  const eve = join("eve", keyOf(4));
  for (const { broadcasts } of Object.values(seats)) broadcasts.length = 0;
  return { room, seats, owner, ann, amy, bob, bob2, eve };
}

function act(
  by: Membership,
  action: ModerationAction,
  whom: Participant | Uint8Array,
  reason = "",
  seconds = 0,
): Promise<void> {
  const target = whom instanceof Uint8Array ? whom : targetOf(whom);
  return by.moderate({ action, target, reason, seconds });
}

async function assertRefused(acting: Promise<void> | (() => unknown), message: RegExp) {
  await assert.rejects(
    typeof acting === "function" ? (async () => await acting())() : acting,
    (error) => {
      assert.ok(error instanceof UsageError && error.code === "refused", String(error));
      assert.match(error.message, message);
      return true;
    },
  );
}

/** What an operator is told of what it has done: people go by names, but the key counts. */
function done(what: string, whom: Participant | Uint8Array): string {
  if (whom instanceof Uint8Array) return `notice: ${what} ${formatFingerprint(whom)}`;
  return `notice: ${what} ${whom.nick} (${formatFingerprint(targetOf(whom))})`;
}

const nicks = (room: Room) => room.members.map(({ nick }) => nick);

// Who may do what.

Deno.test("operators: who is none may do nothing of it", async () => {
  const bans = new Bans();
  const { room, seats, bob, eve } = scene({ bans });
  for (const action of MODERATIONS) {
    await assertRefused(act(eve, action, bob.member, "", 5), /^only operators /);
  }
  assert.equal(room.members.length, 6);
  assert.equal(bans.all.size, 0);
  bob.post(idOf(1), encodeText("still here"));
  assert.equal(bob.slowness, undefined);
  assert.deepEqual(seats.bob.heard, []);
});

Deno.test("operators: nobody touches whoever runs the room, there or not", async () => {
  const bans = new Bans();
  const { room, seats, owner, ann } = scene({ bans });
  for (const action of MODERATIONS) {
    await assertRefused(
      act(ann, action, owner.member, "", 5),
      /owner of the room/,
    );
  }
  owner.leave();
  await assertRefused(
    act(ann, "ban", sha256(OWNER_KEY)),
    /owner of the room/,
  );
  assert.equal(bans.all.size, 0);
  assert.equal(seats.owner.removal, undefined);
  assert.equal(room.members.length, 5);
});

Deno.test("operators: nobody does it to themselves, whichever of their connections it is", async () => {
  const { room, ann } = scene({ bans: new Bans() });
  const second = room.join("ann", keyOf(1), new Notebook(), { isOperator: true });
  for (const action of MODERATIONS) {
    for (const by of [ann, second]) {
      await assertRefused(act(by, action, ann.member), /to yourself/);
    }
  }
  assert.equal(room.members.length, 7);
});

Deno.test("operators: one can do it to another", async () => {
  const { room, seats, ann, amy } = scene();
  await act(amy, "kick", ann.member);
  assert.equal(nicks(room).includes("ann"), false);
  assert.equal(seats.ann.removal?.reason, "amy kicked you");
});

Deno.test("operators: who does something is told to whom, by name and key", async () => {
  const { seats, ann, bob, eve } = scene({ bans: new Bans() });
  await act(ann, "mute", bob.member, "spam");
  await act(ann, "unmute", bob.member);
  await act(ann, "slow", bob.member, "", 5);
  await act(ann, "kick", bob.member);
  await act(ann, "ban", eve.member);
  await act(ann, "unban", eve.member);
  assert.deepEqual(seats.ann.heard.filter((line) => line.startsWith("notice")), [
    done("muted", bob.member),
    done("unmuted", bob.member),
    done("slow mode set for", bob.member),
    done("kicked", bob.member),
    done("banned", eve.member),
    done("unbanned", targetOf(eve.member)),
  ]);
  // It reads no notice of what was not done.
  await assert.rejects(act(ann, "kick", eve.member));
  assert.equal(seats.ann.heard.at(-1), done("unbanned", targetOf(eve.member)));
});

// Kick and ban.

Deno.test("operators: who is kicked is put out with every connection of that key, and all hear why", async () => {
  const { room, seats, ann, bob } = scene();
  await act(ann, "kick", bob.member, "spam");
  assert.deepEqual(nicks(room), ["owner", "ann", "amy", "eve"]);
  const removal = { code: CloseCode.removed, reason: "ann kicked you; reason: spam" };
  assert.deepEqual(seats.bob.removal, removal);
  assert.deepEqual(seats["bob-2"].removal, removal);
  assert.equal(seats.eve.removal, undefined);
  for (const nick of ["owner", "amy", "eve"]) {
    assert.deepEqual(seats[nick].heard, [
      "bob left: kicked by ann; reason: spam",
      "bob-2 left: kicked by ann; reason: spam",
    ]);
  }
  // What the one who goes hears of the other is thrown away with the rest.
  assert.deepEqual(seats.bob.heard, []);
});

Deno.test("operators: without a reason there is no word of one", async () => {
  const { seats, ann, eve } = scene();
  await act(ann, "kick", eve.member);
  assert.equal(seats.eve.removal?.reason, "ann kicked you");
  assert.deepEqual(seats.amy.heard, ["eve left: kicked by ann"]);
});

Deno.test("operators: who was kicked may come again", async () => {
  const bans = new Bans();
  const { room, ann, eve } = scene({ bans });
  await act(ann, "kick", eve.member);
  assert.equal(bans.all.size, 0);
  assert.equal(room.join("eve", keyOf(4), new Notebook()).member.nick, "eve");
  await assertRefused(act(ann, "kick", keyOf(77)), /no member has that key/);
});

Deno.test("operators: who is banned is put out and put on the list, by key and name, with the reason", async () => {
  const bans = new Bans();
  const { room, seats, ann, bob } = scene({ bans });
  await act(ann, "ban", bob.member, "spam");
  assert.deepEqual(nicks(room), ["owner", "ann", "amy", "eve"]);
  const reason = "ann banned you; reason: spam";
  for (const nick of ["bob", "bob-2"]) {
    assert.deepEqual(seats[nick].removal, { code: CloseCode.removed, reason });
  }
  assert.equal(seats.eve.heard[0], "bob left: banned by ann; reason: spam");
  const target = sha256(keyOf(3));
  assert.deepEqual([...bans.all.values()], [{ target, nick: "bob", reason: "spam" }]);
});

Deno.test("operators: who is not there can be banned, and nobody else hears of it", async () => {
  const bans = new Bans();
  const { seats, ann } = scene({ bans });
  await act(ann, "ban", keyOf(77), "known elsewhere");
  assert.deepEqual([...bans.all.values()], [
    { target: keyOf(77), nick: undefined, reason: "known elsewhere" },
  ]);
  for (const [nick, { heard }] of Object.entries(seats)) {
    assert.deepEqual(heard, nick === "ann" ? [done("banned", keyOf(77))] : []);
  }
});

Deno.test("operators: who was banned does not come in by a door that does not know it yet", async () => {
  using clock = new Clock();
  const { room, ann, eve } = scene({ bans: new Bans() });
  const join = () => room.join("eve", keyOf(4), new Notebook());
  await act(ann, "ban", eve.member);
  const isRefused = (error: unknown) =>
    error instanceof AuthenticationError && error.code === "key-refused";
  assert.throws(join, isRefused);
  await clock.pass(29_999);
  assert.throws(join, isRefused);
  // From then on it is the list that counts.
  await clock.pass(1);
  assert.equal(join().member.nick, "eve");

  await act(ann, "ban", eve.member);
  await act(ann, "unban", eve.member);
  assert.equal(join().member.nick, "eve", "unless the ban is ended");
});

Deno.test("operators: a ban can be ended, once", async () => {
  const bans = new Bans();
  const { ann, eve } = scene({ bans });
  const target = targetOf(eve.member);
  await act(ann, "ban", target);
  await act(ann, "unban", target);
  assert.equal(bans.all.size, 0);
  await assertRefused(act(ann, "unban", target), /not banned/);
});

Deno.test("operators: where no bans are kept, nobody is banned, and nobody put out", async () => {
  const { room, ann, eve } = scene();
  await assertRefused(act(ann, "ban", eve.member), /does not support bans/);
  assert.equal(room.members.length, 6);
  await assertRefused(act(ann, "unban", eve.member), /not banned/);
});

Deno.test("operators: a list that cannot be written keeps nobody in", async () => {
  const broken: BanList = {
    add: () => Promise.reject(new Error("the disk is full")),
    remove: () => Promise.reject(new Error("the disk is full")),
  };
  const { room, seats, ann, eve } = scene({ bans: broken });
  await assert.rejects(act(ann, "ban", eve.member), /the disk is full/);
  assert.equal(nicks(room).includes("eve"), false);
  assert.equal(seats.eve.removal?.code, CloseCode.removed);
});

// Mute and slow.

Deno.test("operators: who is muted is told, and can say and do nothing that others would get", async () => {
  const { room, seats, ann, bob, bob2, eve } = scene();
  await act(ann, "mute", bob.member, "spam");
  const told = "notice: ann muted you: your messages are not delivered; reason: spam";
  assert.deepEqual([seats.bob.heard, seats["bob-2"].heard], [[told], [told]]);
  assert.deepEqual(seats.eve.heard, [], "it is between the two");
  const why = /muted you; reason: spam$/;
  for (const muted of [bob, bob2]) {
    await assertRefused(() => muted.post(idOf(1), encodeText("hear me")), why);
    await assertRefused(() => muted.whisper(eve.member, idOf(1), encodeText("psst")), why);
    await assertRefused(() => muted.rename("hear-me"), why);
    await assertRefused(() => muted.setTopic("hear me"), why);
  }
  for (const seat of [seats.eve, seats.owner, seats.amy]) assert.deepEqual(seat.heard, []);
  assert.equal(room.log.last, 0);
  assert.equal(room.topic, undefined);
  // It still hears the others.
  await eve.post(idOf(2), encodeText("hello"));
  assert.deepEqual(seats.bob.heard, [told, "1 eve"]);
});

Deno.test("operators: who is muted stays so when it comes back, under whatever name", async () => {
  const { room, ann, eve } = scene();
  await act(ann, "mute", eve.member);
  eve.leave();
  const again = room.join("somebody-else", keyOf(4), new Notebook());
  await assertRefused(
    () => again.post(idOf(1), encodeText("hear me")),
    /muted you$/,
  );
});

Deno.test("operators: an operator that is muted is still one", async () => {
  const { ann, amy, eve } = scene();
  await act(ann, "mute", amy.member);
  await act(amy, "unmute", ann.member).catch(() => {});
  await act(amy, "kick", eve.member);
});

Deno.test("operators: who is no longer muted is told, and may speak", async () => {
  const { seats, ann, bob, bob2 } = scene();
  await act(ann, "mute", bob.member);
  await act(ann, "unmute", bob2.member, "sorry");
  const told = [
    "notice: ann muted you: your messages are not delivered",
    "notice: ann unmuted you; reason: sorry",
  ];
  assert.deepEqual([seats.bob.heard, seats["bob-2"].heard], [told, told]);
  assert.equal((await bob.post(idOf(1), encodeText("thanks"))).seq, 1);
  await assertRefused(act(ann, "unmute", bob.member), /not muted/);
});

Deno.test("operators: who is made slow is told, by key, until it is ended", async () => {
  const { room, seats, ann, bob, bob2, eve } = scene();
  await act(ann, "slow", bob.member, "let others speak", 30);
  const slowness = { seconds: 30, reason: "let others speak" };
  assert.deepEqual([bob.slowness, bob2.slowness], [slowness, slowness]);
  assert.equal(eve.slowness, undefined);
  bob.leave();
  assert.deepEqual(room.join("rob", keyOf(3), new Notebook()).slowness, slowness);
  await act(ann, "slow", bob2.member, "", 5);
  assert.deepEqual(bob2.slowness, { seconds: 5, reason: "" });
  await act(ann, "slow", bob2.member);
  assert.equal(bob2.slowness, undefined);
  assert.deepEqual(seats["bob-2"].heard.filter((line) => line.startsWith("notice")), [
    "notice: ann set slow mode for you: one message every 30 s; reason: let others speak",
    "notice: ann set slow mode for you: one message every 5 s",
    "notice: ann turned slow mode off for you",
  ]);
});

Deno.test("operators: what is done is told to the observer, by whom and to whom", async () => {
  const events: string[] = [];
  const room = new Room({
    bans: new Bans(),
    observer: {
      moderated: (action, by, target) => events.push(`${by.nick} ${action} ${target}`),
      left: ({ nick }, _count, why) => events.push(`${nick} ${why}`),
    },
  });
  const ann = room.join("ann", keyOf(1), new Notebook(), { isOperator: true });
  const bob = room.join("bob", keyOf(2), new Notebook());
  await act(ann, "mute", bob.member);
  await act(ann, "ban", bob.member);
  await act(ann, "unban", bob.member);
  await assert.rejects(act(ann, "unban", bob.member));
  const fingerprint = formatFingerprint(targetOf(bob.member));
  assert.deepEqual(events, [
    `ann mute bob (${fingerprint})`,
    "bob removed",
    `ann ban bob (${fingerprint})`,
    `ann unban ${fingerprint}`,
  ]);
});
