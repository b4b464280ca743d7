import assert from "node:assert/strict";
import { CloseCode } from "../../../lib/channel/mod.ts";
import { Room } from "../../../lib/chat/mod.ts";
import { generateX25519KeyPair } from "../../../lib/crypto/mod.ts";
import { Clock, turns } from "../../channel/support.ts";
import { enter, hear, hello, HOST_KEY, idOf, leave, Notebook, visit } from "../support.ts";

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
      message: "the other side says: “this key has joined too often; try again in 10 s”",
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

Deno.test("guest: new keys from one address that come and go are counted together", async () => {
  using clock = new Clock();
  const room = new Room();
  const origin = { name: "192.0.2.1", isExempt: true };
  const options = { originOf: () => origin };
  const come = async () =>
    await enter(room, "ada", options, { keys: await generateX25519KeyPair() });
  const staying = await come();
  for (let count = 0; count < 20; count++) await leave(await come());
  let isIn = false;
  const next = come().then((guest) => {
    isIn = true;
    return guest;
  });
  for (let count = 0; count < 20; count++) await turns();
  assert.ok(isIn, "20 have left: the next one may still join");
  await leave(await next);
  const late = await visit(room, options, { keys: await generateX25519KeyPair() });
  await late.client.send(hello("late"));
  await turns();
  assert.equal(room.members.length, 1);
  await clock.pass(1 * SECONDS);
  assert.equal(room.members.length, 2);
  await leave({ ...late, self: staying.self, introduction: [] });
  await leave(staying);
  assert.equal(room.members.length, 0);
});

Deno.test("guest: one whose connection ends while it waits for its turn waits no longer", async () => {
  using clock = new Clock();
  const room = new Room();
  for (let count = 0; count < 8; count++) await leave(await enter(room, "ada"));
  for (let count = 0; count < 3; count++) {
    // Each has the turn that the one before has left.
    const { client, server, served } = await visit(room);
    await client.send(hello("ada"));
    await turns();
    server.abort();
    await assert.rejects(served, { code: "cut" });
    client.abort();
  }
  assert.equal(clock.timers, 0);
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
