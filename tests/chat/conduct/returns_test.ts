import assert from "node:assert/strict";
import { type Arrival, Arrivals, type Origin } from "../../../lib/chat/conduct/arrivals.ts";
import { Room } from "../../../lib/chat/mod.ts";
import { Clock } from "../../channel/support.ts";
import { HOST_KEY, idOf, keyOf, Notebook } from "../support.ts";

const SECONDS = 1_000;

/** As on the server's own machine: any number may join from there that stay. */
const HERE: Origin = { name: "127.0.0.1", isExempt: true };

const TOO_OFTEN = {
  code: "too-many-connections",
  message: /^too many from this address have joined and left at once/,
};

function arrival(key: number, isReturn: boolean): Arrival {
  return { target: keyOf(key), origin: HERE, isReturn };
}

Deno.test("returns: one whose place is gone joins no sooner than another from its address", async () => {
  using clock = new Clock();
  const arrivals = new Arrivals();
  for (let key = 0; key < 20; key++) {
    const joined = arrival(key, false);
    arrivals.take(joined);
    arrivals.leftSoon(joined);
  }
  let count = 0;
  const joinAnew = () => {
    const returning = arrival(100 + count, true);
    assert.equal(arrivals.take(returning), 0, "to a place that is there it may return");
    arrivals.takeRest(returning);
    count++;
    // It counts already where it had to wait.
    arrivals.leftSoon(returning);
  };
  assert.throws(() => {
    while (count < 100) joinAnew();
  }, TOO_OFTEN);
  assert.ok(count <= 7, `${count} more`);
  await clock.pass(10 * SECONDS);
  const before = count;
  assert.throws(() => {
    while (count < 200) joinAnew();
  }, TOO_OFTEN);
  assert.ok(count - before <= 11, `${count - before} in ten seconds`);
});

Deno.test("returns: one that is turned away for that leaves nothing behind in the room", async () => {
  using _clock = new Clock();
  const room = new Room();
  const seat = new Notebook();
  void room.join("host", HOST_KEY, seat).follow({ past: 0 });
  const come = async (key: number) =>
    await room.admit({ nick: "ada", key: keyOf(key), visit: idOf(key), origin: HERE });
  const details = (key: number, arrival: Arrival) => ({ visit: idOf(key), arrival });
  const stays = room.join("ada", keyOf(50), new Notebook(), details(50, await come(50)));
  // It wants to return while it is still there, …
  const returning = await come(50);
  assert.ok(returning.isReturn);
  for (let count = 0; count < 40; count++) {
    const arrival = { target: keyOf(200), origin: HERE, isReturn: false };
    room.join("eve", keyOf(200), new Notebook(), details(200, arrival)).leave();
  }
  // … and is gone when it has its turn.
  stays.leave();
  const before = seat.heard.length;
  assert.throws(
    () => room.join("ada", keyOf(50), new Notebook(), details(50, returning)),
    TOO_OFTEN,
  );
  assert.equal(seat.heard.length, before, "nobody is told");
  assert.deepEqual(room.members.map(({ nick }) => nick), ["host"]);
  assert.equal(room.join("ada", keyOf(60), new Notebook()).member.nick, "ada", "the name is free");
});
