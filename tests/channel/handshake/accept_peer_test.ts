import assert from "node:assert/strict";
import {
  acceptAnyone,
  type AcceptPeer,
  connectSecure,
  listenSecure,
  listenSecureOn,
  SecureChannel,
  SecureListener,
} from "../../../lib/channel/mod.ts";
import { UsageError } from "../../../lib/errors.ts";
import { memoryPair, Wire } from "../../support/wire.ts";
import {
  begin,
  CLIENT_KEYS,
  failure,
  outcome,
  rejection,
  SERVER_KEYS,
  tryEstablish,
} from "../support.ts";

const LOCAL = { hostname: "127.0.0.1", port: 0 };

/** Whether an error is the one that tells a caller what to pass. */
function saysWhatIsMissing(error: unknown): boolean {
  return error instanceof UsageError && error.code === "usage" &&
    /acceptPeer.*acceptAnyone/.test(error.message);
}

// Each "@ts-expect-error" is the test that a program without acceptPeer does not compile: the type
// check of this file fails as soon as one of these calls is right. What follows is a JavaScript
// caller's view of the same call.

Deno.test("acceptPeer: without it connectSecure neither compiles nor connects", async () => {
  using listener = Deno.listen({ hostname: LOCAL.hostname });
  const { port } = listener.addr;
  // @ts-expect-error: acceptPeer is missing.
  const connecting = connectSecure({ ...LOCAL, port, staticKeyPair: CLIENT_KEYS });
  assert.ok(saysWhatIsMissing(await rejection(connecting)));
  using sentinel = await Deno.connect({ hostname: LOCAL.hostname, port });
  using first = await listener.accept();
  assert.equal(first.remoteAddr.port, sentinel.localAddr.port, "nobody else has connected");
});

Deno.test("acceptPeer: without it nothing that listens compiles or listens", () => {
  // @ts-expect-error: acceptPeer is missing.
  assert.throws(() => listenSecure({ ...LOCAL, staticKeyPair: SERVER_KEYS }), saysWhatIsMissing);
  // @ts-expect-error: acceptPeer is missing.
  assert.throws(() => listenSecureOn([LOCAL], { staticKeyPair: SERVER_KEYS }), saysWhatIsMissing);
  const acceptor = {
    address: LOCAL,
    accept: () => assert.fail("a connection was accepted"),
    close() {},
  };
  const options = { staticKeyPair: SERVER_KEYS };
  // @ts-expect-error: acceptPeer is missing.
  assert.throws(() => new SecureListener([acceptor], options), saysWhatIsMissing);
});

Deno.test("acceptPeer: without it establish neither compiles nor sends a byte", async () => {
  for (const role of ["initiator", "responder"] as const) {
    const wire = new Wire();
    const end = role === "initiator" ? wire.client : wire.server;
    // @ts-expect-error: acceptPeer is missing.
    const establishing = SecureChannel.establish(role, end, { staticKeyPair: CLIENT_KEYS });
    assert.ok(saysWhatIsMissing(await rejection(establishing)));
    assert.equal(wire.bytesFrom("client").length, 0);
    assert.equal(wire.bytesFrom("server").length, 0);
  }
});

Deno.test("acceptPeer: something that is no function counts as missing", async () => {
  for (const wrong of [true, null, "yes", {}]) {
    const acceptPeer = wrong as unknown as AcceptPeer;
    const { client } = await tryEstablish(memoryPair(), { client: { acceptPeer } });
    assert.ok(client.status === "rejected" && saysWhatIsMissing(client.reason), String(wrong));
  }
});

Deno.test("acceptPeer: what is not true accepts nobody", async () => {
  const answers: unknown[] = [undefined, null, 0, 1, "", "true", {}, { refusal: undefined }];
  for (const answer of answers) {
    const acceptPeer = (() => answer) as AcceptPeer;
    const initiator = await tryEstablish(memoryPair(), { client: { acceptPeer } });
    assert.equal(outcome(initiator.client), "AuthenticationError/key-refused", String(answer));

    const { client, server } = begin(memoryPair(), { server: { acceptPeer } });
    const refused = failure(server);
    await assert.rejects((await client).receive(), { code: "key-refused" });
    assert.equal(await refused, "AuthenticationError/key-refused", String(answer));
  }
});

Deno.test("acceptAnyone: accepts any key, on both sides", async () => {
  const { client, server } = await tryEstablish(memoryPair(), {
    client: { acceptPeer: acceptAnyone },
    server: { acceptPeer: acceptAnyone },
  });
  assert.ok(client.status === "fulfilled" && server.status === "fulfilled");
  client.value.abort();
  server.value.abort();
});
