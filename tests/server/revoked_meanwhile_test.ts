/**
 * Between its handshake and its hello a guest may wait; what is revoked meanwhile lets nobody in.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { SecureChannel } from "../../lib/channel/mod.ts";
import { Member, Room } from "../../lib/chat/mod.ts";
import { AuthenticationError, UsageError } from "../../lib/errors.ts";
import {
  BanBook,
  InvitationList,
  invitationPreSharedKey,
  memoryStore,
  type TextStore,
} from "../../lib/identity/mod.ts";
import { Admission } from "../../lib/server/door/admission.ts";
import { DoorReporter } from "../../lib/server/door/door_reporter.ts";
import { serve, type ServeOptions } from "../../lib/server/serve.ts";
import { CLIENT_KEYS, establish, rejection, SERVER_KEYS } from "../channel/support.ts";
import { hello } from "../chat/support.ts";

const KEY = CLIENT_KEYS.publicKey;
const SERVER_KEY = SERVER_KEYS.publicKey;

/** A server by invitation only, and an invitation to it. */
async function setUp(banStore: TextStore = memoryStore("banned_keys")) {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const invitations = new InvitationList(memoryStore("invitations"), () => clock.now);
  const record = await invitations.create({ lifetime: 60_000 });
  const preSharedKey = invitationPreSharedKey({ serverKey: SERVER_KEY, secret: record.secret });
  const admission = new Admission({
    serverKey: SERVER_KEY,
    invitations,
    guests: undefined,
    bans: new BanBook(banStore),
    isClosed: true,
    tell() {},
    onRefused() {},
  });
  /** A guest after its handshake: by the line, or by its key alone. */
  const connect = (by: "line" | "key") =>
    establish({
      server: {
        acceptPeer: (key, context) =>
          admission.decide(key, by === "line" ? { ...context, preSharedKey } : context),
      },
    });
  return { admission, invitations, id: record.id, clock, connect };
}

/** Serves one guest in a room. */
function serveOne(room: Room, admission: Admission, server: SecureChannel): Promise<void> {
  async function* channels() {
    yield server;
  }
  return serve({
    rules: { maxPerAddress: undefined },
    door: { listener: channels() as unknown as ServeOptions["door"]["listener"], admission },
    room,
    host: undefined,
    observers: { door: {}, room: {}, watch() {} },
    signal: new AbortController().signal,
  });
}

for (const by of ["line", "key"] as const) {
  Deno.test(`revoked meanwhile: a guest by its ${by} that has not said hello has no place`, async () => {
    const { admission, invitations, id, connect } = await setUp();
    if (by === "key") await invitations.remember(id, KEY, "ada");
    const { client, server } = await connect(by);
    await invitations.revoke(id);
    const room = new Room();
    const serving = serveOne(room, admission, server);
    await client.send(hello("ada"));
    const why = by === "line" ? /this invitation was revoked/ : /only the invited may enter/;
    assert.match(String(await rejection(client.receive())), why);
    await serving;
    assert.deepEqual(room.members, []);
  });

  Deno.test(`revoked meanwhile: one by its ${by} that comes back after a cut has no place`, async () => {
    const { admission, invitations, id, connect } = await setUp();
    await invitations.remember(id, KEY, "ada");
    const room = new Room({ grace: 60_000 });
    const visit = new Uint8Array(16).fill(1);
    const first = await connect(by);
    const serving = serveOne(room, admission, first.server);
    await first.client.send(hello("ada", { visit }));
    await first.client.receive();
    const second = await connect(by);
    await invitations.revoke(id);
    assert.equal(room.members.length, 1, "who is in the room stays");
    const returning = serveOne(room, admission, second.server);
    await second.client.send(hello("ada", { visit }));
    assert.match(String(await rejection(second.client.receive())), /key-refused|invit/);
    first.client.abort();
    await Promise.allSettled([serving, returning]);
    await room.close();
  });

  Deno.test(`revoked meanwhile: an invitation that expires meanwhile lets in by ${by}`, async () => {
    const { admission, invitations, id, clock, connect } = await setUp();
    if (by === "key") await invitations.remember(id, KEY, "ada");
    const { client, server } = await connect(by);
    clock.now += 61_000;
    const serving = serveOne(new Room(), admission, server);
    const member = await Member.join(client, { nick: "ada" });
    assert.equal(member.self.nick, "ada");
    await client.close();
    await serving;
  });
}

Deno.test("revoked meanwhile: a file that cannot be used is the server's affair, and its name too", async () => {
  let isBroken = false;
  const { admission, connect } = await setUp({
    ...memoryStore("banned_keys"),
    read: () =>
      isBroken
        ? Promise.reject(new UsageError("bad-file", "/home/host/banned_keys, line 3: no key"))
        : Promise.resolve(""),
  });
  const { client, server } = await connect("line");
  isBroken = true;
  const room = new Room();
  const serving = serveOne(room, admission, server);
  await client.send(hello("ada"));
  while (await client.receive().catch(() => undefined) !== undefined);
  assert.doesNotMatch(client.remoteClose?.reason ?? "", /home|line 3/);
  assert.deepEqual(room.members, []);
  await client.close().catch(() => {});
  await serving;
});

Deno.test("revoked meanwhile: the person at the server is told so, and not of a ban", () => {
  const revoked = new AuthenticationError("key-refused", "this invitation was revoked");
  const told: string[] = [];
  new DoorReporter((text) => told.push(text)).turnedAway(revoked, "192.0.2.1:5");
  assert.deepEqual(told, ["a connection from 192.0.2.1:5 failed: this invitation was revoked"]);
});
