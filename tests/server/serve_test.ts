import assert from "node:assert/strict";
import type { SecureChannel } from "../../lib/channel/mod.ts";
import { Member, Room } from "../../lib/chat/mod.ts";
import { sha256 } from "../../lib/crypto/mod.ts";
import {
  BanBook,
  formatPublicKeyLine,
  GuestList,
  InvitationList,
  memoryStore,
} from "../../lib/identity/mod.ts";
import { Admission } from "../../lib/server/door/admission.ts";
import { joinOrigin, serve, type ServeOptions } from "../../lib/server/serve.ts";
import { hello } from "../chat/support.ts";
import { CLIENT_KEYS, establish, failure, SERVER_KEYS } from "../channel/support.ts";

/** A server that is served one guest with a key that the guest list marks as an operator's. */
async function setUp() {
  const guestStore = memoryStore(
    "guests",
    `operator ${formatPublicKeyLine(CLIENT_KEYS.publicKey)}\n`,
  );
  const bans = new BanBook(memoryStore("banned_keys"));
  const admission = new Admission({
    serverKey: SERVER_KEYS.publicKey,
    invitations: new InvitationList(memoryStore("invitations")),
    guests: new GuestList(guestStore),
    bans,
    isClosed: true,
    tell() {},
    onRefused() {},
  });
  const { client, server } = await establish({ server: { acceptPeer: admission.decide } });
  const turnedAway: unknown[] = [];
  const begin = () =>
    serve({
      rules: { maxPerAddress: undefined },
      door: { listener: only(server), admission },
      room: new Room(),
      host: undefined,
      observers: {
        door: { turnedAway: (error) => void turnedAway.push(error) },
        room: {},
        watch() {},
      },
      signal: new AbortController().signal,
    });
  return { client, guestStore, bans, turnedAway, begin };
}

/** A listener to which one client comes. */
function only(channel: SecureChannel): ServeOptions["door"]["listener"] {
  async function* channels() {
    yield channel;
  }
  return channels() as unknown as ServeOptions["door"]["listener"];
}

Deno.test("serve: one that is banned between its handshake and its hello has no place", async () => {
  const { client, bans, turnedAway, begin } = await setUp();
  const target = sha256(CLIENT_KEYS.publicKey);
  await bans.add({ target, nick: "ada", date: "2026-01-01", reason: "" });
  const serving = begin();
  await client.send(hello("ada"));
  assert.equal(await failure(client.receive()), "AuthenticationError/key-refused");
  await serving;
  assert.equal(turnedAway.length, 1);
});

Deno.test("serve: who is an operator was decided when the guest was let in", async () => {
  const { client, guestStore, begin } = await setUp();
  await guestStore.update(() => "");
  const serving = begin();
  const member = await Member.join(client, { nick: "ada" });
  assert.equal(member.self.operator, true);
  await client.close();
  await serving;
});

Deno.test("serve: joins are counted by address, and from this machine any number may join", () => {
  const rules = { maxPerAddress: undefined };
  const name = (address: string) => joinOrigin(address, rules)?.name;
  assert.equal(name("192.0.2.1:5000"), name("192.0.2.1:5001"));
  assert.notEqual(name("192.0.2.1:5000"), name("192.0.2.2:5000"));
  assert.equal(name("[2001:db8::1]:5000"), name("[2001:db8::2]:5000"));
  assert.notEqual(name("[2001:db8::1]:5000"), name("[2001:db8:0:1::1]:5000"));
  assert.equal(joinOrigin("192.0.2.1:5000", rules)?.isExempt, false);
  for (const own of ["127.0.0.1:5000", "[::1]:5000", "[::ffff:127.0.0.1]:5000"]) {
    assert.equal(joinOrigin(own, rules)?.isExempt, true);
    assert.equal(joinOrigin(own, { maxPerAddress: 100 })?.isExempt, false);
  }
  assert.equal(joinOrigin(undefined, rules), undefined);
});
