import assert from "node:assert/strict";
import type { MemberChange, Participant } from "../../../lib/chat/mod.ts";
import { AwaitedMembers } from "../../../lib/client/reconnect/awaited_members.ts";
import { key } from "../../support/doubles.ts";

const ANN: Participant = { nick: "ann", key: key(1), operator: true };
const BOB: Participant = { nick: "bob", key: key(2) };
const EVE: Participant = { nick: "eve", key: key(3) };
const GRACE = 120_000;

const lines = (changes: readonly MemberChange[]) =>
  changes.map(({ change, member, previous }) =>
    `${member.nick} ${change}${previous === undefined ? "" : ` before ${previous}`}`
  );

const joined = (member: Participant): MemberChange => ({
  type: "member",
  change: "joined",
  member,
});

/** Members that are awaited, on a clock of the test's. */
function awaiting(
  before: readonly Participant[],
  now: readonly Participant[],
  grace = GRACE,
) {
  const clock = { now: 1_000 };
  const awaited = new AwaitedMembers(() => clock.now);
  return { clock, awaited, changes: lines(awaited.compare({ before, now, grace })) };
}

Deno.test("awaited members: nothing has changed where all are there", () => {
  const { awaited, changes } = awaiting([ANN, BOB], [BOB, ANN]);
  assert.deepEqual([changes, awaited.members, awaited.nextEnd], [[], [], undefined]);
});

Deno.test("awaited members: where the server has gone on, who is missing has left, and who is new has joined", () => {
  const { awaited, changes } = awaiting([ANN, BOB], [BOB, EVE], 0);
  assert.deepEqual(changes, ["ann left", "eve joined"]);
  assert.deepEqual(awaited.members, []);
});

Deno.test("awaited members: with the same key under another name, it is the same person", () => {
  const { changes } = awaiting([ANN, BOB], [{ ...BOB, nick: "rob" }, ANN], 0);
  assert.deepEqual(changes, ["rob renamed before bob"]);
  // Two clients with one key are two members.
  const twins = awaiting([BOB, { ...BOB, nick: "bob-2" }], [BOB], 0);
  assert.deepEqual(twins.changes, ["bob-2 left"]);
});

Deno.test("awaited members: who is away, and who is back, is told as well", () => {
  const { changes } = awaiting([ANN, { ...BOB, away: true }], [{ ...ANN, away: true }, BOB]);
  assert.deepEqual(changes, ["ann away", "bob back"]);
});

Deno.test("awaited members: where the server was restarted, who is missing is away, and comes back", () => {
  const { awaited, changes } = awaiting([ANN, BOB], []);
  assert.deepEqual(changes, ["ann away", "bob away"]);
  assert.deepEqual(awaited.members, [{ ...ANN, away: true }, { ...BOB, away: true }]);
  assert.equal(awaited.nextEnd, GRACE);
  assert.deepEqual(lines(awaited.hear(joined(EVE))), ["eve joined"]);
  assert.deepEqual(lines(awaited.hear(joined(BOB))), ["bob back"]);
  assert.deepEqual(awaited.members, [{ ...ANN, away: true }]);
  assert.deepEqual(lines(awaited.hear(joined({ ...BOB, nick: "bob-2" }))), ["bob-2 joined"]);
});

Deno.test("awaited members: who does not come back in time has left", () => {
  const { clock, awaited } = awaiting([ANN, BOB], []);
  clock.now += GRACE - 1;
  assert.deepEqual([awaited.expire(), awaited.nextEnd], [[], 1]);
  awaited.hear(joined(ANN));
  clock.now += 1;
  assert.deepEqual(lines(awaited.expire()), ["bob left"]);
  assert.deepEqual([awaited.members, awaited.nextEnd], [[], undefined]);
});

Deno.test("awaited members: whose name another one takes has left", () => {
  const impostor = { ...EVE, nick: "bob" };
  const { awaited } = awaiting([BOB], []);
  assert.deepEqual(lines(awaited.hear(joined(impostor))), ["bob left", "bob joined"]);
  assert.deepEqual(awaited.members, []);
  // Or has taken meanwhile.
  assert.deepEqual(awaiting([BOB], [impostor]).changes, ["bob left", "bob joined"]);
  // What happens to others is told as it is.
  const left: MemberChange = { type: "member", change: "left", member: EVE };
  assert.deepEqual(awaited.hear(left), [left]);
});

Deno.test("awaited members: after another loss those who are missing are awaited anew", () => {
  const { clock, awaited } = awaiting([ANN, BOB], []);
  clock.now += GRACE / 2;
  const changes = awaited.compare({ before: awaited.members, now: [ANN], grace: GRACE });
  assert.deepEqual(lines(changes), ["ann back"]);
  assert.deepEqual([awaited.members.length, awaited.nextEnd], [1, GRACE]);
});

Deno.test("awaited members: many are compared in no time", () => {
  const people = (from: number) =>
    Array.from({ length: 20_000 }, (_, index) => ({
      nick: `member-${from + index}`,
      key: Uint8Array.from(
        { length: 32 },
        (_, place) => place < 4 ? (from + index) >> 8 * place : 1,
      ),
    }));
  const { awaited, changes } = awaiting(people(0), people(50_000));
  assert.deepEqual([changes.length, awaited.members.length], [40_000, 20_000]);
});
