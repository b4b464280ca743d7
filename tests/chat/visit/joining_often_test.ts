import assert from "node:assert/strict";
import { CloseCode } from "../../../lib/channel/mod.ts";
import { Room } from "../../../lib/chat/mod.ts";
import { Clock, turns } from "../../channel/support.ts";
import {
  enter,
  hear,
  hello,
  HOST_KEY,
  idOf,
  KEY_PAIRS,
  leave,
  Notebook,
  visit,
} from "../support.ts";

const SECONDS = 1_000;

Deno.test("guest: one that joins and leaves in a loop is turned away, and can come back later", async () => {
  using clock = new Clock();
  const room = new Room();
  const seat = new Notebook();
  void room.join("host", HOST_KEY, seat).follow({ past: 0 });
  for (let count = 0; count < 8; count++) await leave(await enter(room, `name${count}`));
  // The next one waits for its turn, so those that come meanwhile are told to come later.
  const waiting = await visit(room);
  await waiting.client.send(hello("patient"));
  await turns();
  for (let count = 0; count < 5; count++) {
    const { client, served } = await visit(room);
    await client.send(hello(`eager${count}`));
    await assert.rejects(client.receive(), {
      code: "room-full",
      message: "the other side says: this key has joined too often; try again in 10 s",
    });
    assert.equal(client.remoteClose?.code, CloseCode.full);
    await assert.rejects(served, { code: "too-many-connections" });
  }
  assert.equal(room.members.length, 1);
  await clock.pass(5 * SECONDS);
  while ((await hear(waiting.client)).type !== "caught-up");
  await leave({ ...waiting, self: { nick: "", key: HOST_KEY }, introduction: [] });
  const told = seat.heard.filter((line) => /joined|left/.test(line));
  assert.equal(told.length, 2 * 9);
  await clock.pass(5 * SECONDS);
  await leave(await enter(room, "again"));
});

Deno.test("guest: to come back after a cut is not hindered", async () => {
  const room = new Room({ grace: 60 * SECONDS });
  const details = { hello: { visit: idOf(1) } };
  let guest = await enter(room, "ada", {}, details);
  for (let count = 0; count < 20; count++) {
    // Whether or not the server has noticed that the old connection is dead.
    if (count % 2 === 0) {
      guest.client.abort();
      await guest.served.catch(() => {});
    }
    const next = await enter(room, "ada", {}, details);
    guest.client.abort();
    guest = next;
  }
  await leave(guest);
});

Deno.test("guest: new keys from one address are counted together", async () => {
  const room = new Room();
  const origins: (string | undefined)[] = [];
  const admit = room.admit.bind(room);
  room.admit = (arriving, signal) => {
    origins.push(arriving.origin);
    return admit(arriving, signal);
  };
  const guest = await enter(room, "ada", { originOf: () => "192.0.2.1" }, { keys: KEY_PAIRS[0] });
  assert.deepEqual(origins, ["192.0.2.1"]);
  await leave(guest);
});

Deno.test("guest: the end of the server does not wait for somebody's turn", async () => {
  using clock = new Clock();
  const room = new Room();
  for (let count = 0; count < 8; count++) await leave(await enter(room, "ada"));
  const leaving = new AbortController();
  const { client, served } = await visit(room, { signal: leaving.signal });
  await client.send(hello("ada"));
  await turns();
  assert.equal(clock.timers > 0, true);
  leaving.abort();
  assert.equal(await client.receive(), undefined);
  await client.close();
  await served;
  assert.equal(room.members.length, 0);
});
