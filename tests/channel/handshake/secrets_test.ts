import assert from "node:assert/strict";
import {
  CloseCode,
  encodeFrame,
  type PeerContext,
  protocolName,
  secretId,
  type SecureChannelOptions,
} from "../../../lib/channel/mod.ts";
import { supportedProtocols } from "../../../lib/channel/handshake/protocol.ts";
import { NetworkError } from "../../../lib/errors.ts";
import { attacks, join, memoryPair, Wire } from "../../support/wire.ts";
import {
  assertSame,
  begin,
  classical,
  CLIENT_KEYS,
  contains,
  establish,
  failure,
  fromUtf8,
  outcome,
  pattern,
  rejection,
  SERVER_KEYS,
  tryEstablish,
  utf8,
} from "../support.ts";

const RIGHT = pattern(32, 77);
const OTHERS = [pattern(32, 1), pattern(32, 2)];
const INVITED = protocolName({ classical: true, preSharedKey: true });

type Asked = { publicKey: Uint8Array; context: PeerContext };

/** Options that let everybody in and remember who asked, with copies of what they showed. */
function doorkeeper(): { asked: Asked[]; acceptPeer: SecureChannelOptions["acceptPeer"] } {
  const asked: Asked[] = [];
  return {
    asked,
    acceptPeer(publicKey, { address, preSharedKey }) {
      const context = { address, preSharedKey: preSharedKey?.slice() };
      asked.push({ publicKey: publicKey.slice(), context });
      return true;
    },
  };
}

Deno.test("secrets: one responder takes those who hold a secret, and those who hold none", async () => {
  const names = [...supportedProtocols(false), ...supportedProtocols(true)];
  assert.equal(new Set(names).size, 8);
  for (const name of names) {
    const isInvited = name.includes("psk3");
    const { asked, acceptPeer } = doorkeeper();
    const idsAsked: Uint8Array[] = [];
    const { client, server } = await establish({
      client: { protocols: [name], ...(isInvited && { preSharedKey: RIGHT }) },
      server: {
        findPreSharedKey(id) {
          idsAsked.push(id.slice());
          return RIGHT;
        },
        acceptPeer,
      },
    });
    assert.equal(server.protocolName, name);
    assert.deepEqual(idsAsked, isInvited ? [secretId(RIGHT)] : []);
    assert.deepEqual(asked, [{
      publicKey: CLIENT_KEYS.publicKey,
      context: { address: "client", preSharedKey: isInvited ? RIGHT : undefined },
    }]);
    await client.send(utf8("hello"));
    assert.equal(fromUtf8(await server.receive()), "hello");
    await Promise.all([client.close(), server.close()]);
  }
});

Deno.test("secrets: a responder that is told its protocols speaks only those", async () => {
  const server = { protocols: [classical("cbc")], findPreSharedKey: () => RIGHT };
  const invited = { protocols: [INVITED], preSharedKey: RIGHT };
  const refused = await tryEstablish(memoryPair(), { client: invited, server });
  assert.equal(outcome(refused.server), "ProtocolError/unknown-protocol");
  const welcome = await establish({ server });
  assert.equal(welcome.server.protocolName, classical("cbc"));
  welcome.client.abort();
  welcome.server.abort();
});

Deno.test("secrets: whose secret is none of them gets no answer, and is not asked about", async () => {
  for (const found of [undefined, OTHERS[0]]) {
    const wire = new Wire();
    const { asked, acceptPeer } = doorkeeper();
    const { client, server } = await tryEstablish(wire, {
      client: { protocols: [INVITED], preSharedKey: RIGHT },
      server: { findPreSharedKey: () => found, acceptPeer },
    });
    assert.equal(outcome(server), "AuthenticationError/handshake-failed");
    assert.deepEqual(asked, []);
    assert.ok(client.status === "fulfilled", "it cannot know before it hears something");
    assert.equal(await failure(client.value.receive()), "NetworkError/cut");
    assert.equal(wire.framesFrom("server").length, 1, "nothing after its handshake message");
  }
});

Deno.test("secrets: a secret does not open the door to who speaks of none", async () => {
  // The caller tells the two apart by the context, which must not hold what nobody has proved.
  const { asked, acceptPeer } = doorkeeper();
  const { client, server } = await establish({
    server: { findPreSharedKey: () => RIGHT, acceptPeer },
  });
  assert.equal(asked[0].context.preSharedKey, undefined);
  client.abort();
  server.abort();
});

Deno.test("acceptPeer: the context has the address, and a secret where one was used", async () => {
  for (const isInvited of [false, true]) {
    const secret = isInvited ? RIGHT : undefined;
    const [ofClient, ofServer] = [doorkeeper(), doorkeeper()];
    const { client, server } = await establish({
      client: {
        protocols: [isInvited ? INVITED : classical("cbc")],
        preSharedKey: secret,
        acceptPeer: ofClient.acceptPeer,
      },
      server: { preSharedKey: secret, acceptPeer: ofServer.acceptPeer },
    });
    assert.deepEqual(ofClient.asked, [{
      publicKey: SERVER_KEYS.publicKey,
      context: { address: "server", preSharedKey: secret },
    }]);
    assert.deepEqual(ofServer.asked, [{
      publicKey: CLIENT_KEYS.publicKey,
      context: { address: "client", preSharedKey: secret },
    }]);
    client.abort();
    server.abort();
  }
});

Deno.test("acceptPeer: the reason for a refusal reaches who has proved its key", async () => {
  const reason = "this invitation was revoked; ask for a new one";
  for (const isInvited of [false, true]) {
    const wire = new Wire();
    const { client, server } = begin(wire, {
      client: isInvited ? { protocols: [INVITED], preSharedKey: RIGHT } : {},
      server: {
        findPreSharedKey: () => RIGHT,
        acceptPeer: () => Promise.resolve({ refusal: reason }),
      },
    });
    const refused = rejection(server);
    const channel = await client;
    assert.equal(await failure(channel.receive()), "AuthenticationError/key-refused");
    assert.deepEqual(channel.remoteClose, { code: CloseCode.notAllowed, reason });
    const error = await refused;
    assert.ok(error instanceof Error && error.message.includes(reason), String(error));
    assert.ok(!contains(wire.bytesFrom("server"), utf8("revoked")), "and nobody on the way");
  }
});

Deno.test("acceptPeer: no reason reaches who has not proved its key", async () => {
  const wire = new Wire(attacks.flip("client", 2, -1));
  let wasAsked = false;
  const { server } = begin(wire, {
    server: {
      acceptPeer() {
        wasAsked = true;
        return { refusal: "a reason" };
      },
    },
  });
  assert.equal(await failure(server), "AuthenticationError/handshake-failed");
  assert.equal(wasAsked, false);
  assert.equal(wire.framesFrom("server").length, 1, "nothing after its handshake message");
});

Deno.test("acceptPeer: an initiator that refuses keeps its reason to itself", async () => {
  const wire = new Wire();
  const { client, server } = await tryEstablish(wire, {
    client: { acceptPeer: () => ({ refusal: "a reason" }) },
  });
  assert.equal(outcome(client), "AuthenticationError/key-refused");
  assert.equal(wire.framesFrom("client").length, 2, "no byte of its last message");
  assert.ok(server.status === "rejected");
  assert.equal(outcome(server), "NetworkError/hung-up");
  assert.equal(server.reason.message, "the other side hung up after it had seen this side's key");
});

Deno.test("handshake: who is cut off before it has seen the key is told apart", async () => {
  for (const last of ["client", "server"] as const) {
    const wire = new Wire(attacks.thenCut(last, 0, ({ bytes }) => [bytes]));
    const { client, server } = begin(wire);
    const [atServer] = await Promise.all([rejection(server), rejection(client)]);
    assert.ok(atServer instanceof NetworkError);
    assert.equal(atServer.code, last === "server" ? "hung-up" : "handshake-ended");
  }
});

Deno.test("secrets: the secret that was chosen stays the caller's", async () => {
  const mine = RIGHT.slice();
  const { client, server } = await establish({
    client: { protocols: [INVITED], preSharedKey: RIGHT },
    server: { findPreSharedKey: () => mine },
  });
  assertSame(mine, RIGHT);
  client.abort();
  server.abort();
});

Deno.test("secrets: what is sent instead of the id looks like nothing that was sent before", async () => {
  const seen = new Set<string>();
  for (const name of supportedProtocols(true)) {
    for (let visit = 0; visit < 3; visit++) {
      const wire = new Wire();
      const { client, server } = await establish({
        transports: wire,
        client: { protocols: [name], preSharedKey: RIGHT },
        server: { findPreSharedKey: () => RIGHT },
      });
      const [, , masked] = wire.framesFrom("client");
      assert.equal(masked.length, 4 + 32);
      assert.ok(!contains(wire.bytesFrom("client"), secretId(RIGHT)));
      seen.add(String(masked));
      client.abort();
      server.abort();
    }
  }
  assert.equal(seen.size, 12);
});

Deno.test("secrets: a frame of another size in the place of the id ends the handshake without a word", async () => {
  for (
    const change of [(body: Uint8Array) => body.slice(1), (body: Uint8Array) => join([body, body])]
  ) {
    const wire = new Wire((frame) =>
      frame.from === "client" && frame.index === 2
        ? [encodeFrame(change(frame.bytes.slice(4)))]
        : [frame.bytes]
    );
    const { server } = await tryEstablish(wire, {
      client: { protocols: [INVITED], preSharedKey: RIGHT },
      server: { findPreSharedKey: () => RIGHT },
    });
    assert.equal(outcome(server), "ProtocolError/malformed-message");
    assert.equal(wire.framesFrom("server").length, 1);
  }
});

Deno.test("secrets: an id that was changed on its way finds no secret", async () => {
  const wire = new Wire(attacks.flip("client", 2, -1));
  const { server } = await tryEstablish(wire, {
    client: { protocols: [INVITED], preSharedKey: RIGHT },
    server: { preSharedKey: RIGHT },
  });
  assert.equal(outcome(server), "AuthenticationError/handshake-failed");
});
