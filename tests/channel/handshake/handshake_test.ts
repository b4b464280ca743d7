import assert from "node:assert/strict";
import {
  acceptAnyone,
  CloseCode,
  connectSecure,
  encodeFrame,
  HANDSHAKE_TIMEOUT,
  listenSecure,
  PROLOGUE,
  protocolName,
  SecureChannel,
  type SecureChannelOptions,
} from "../../../lib/channel/mod.ts";
import {
  MAX_HANDSHAKE_MESSAGE_SIZE,
  MAX_PROTOCOL_NAME_SIZE,
} from "../../../lib/channel/handshake/protocol.ts";
import { FrameReader } from "../../../lib/channel/frames/frame_reader.ts";
import { HandshakeState } from "../../../lib/noise/mod.ts";
import {
  type Attack,
  attacks,
  join,
  memoryPair,
  other,
  type Side,
  watch,
  Wire,
} from "../../support/wire.ts";
import {
  assertSame,
  begin,
  CIPHERS,
  classical,
  CLIENT_KEYS,
  contains,
  described,
  establish,
  failure,
  fromUtf8,
  isPending,
  outcome,
  pattern,
  Recorder,
  rejection,
  same,
  SERVER_KEYS,
  tryEstablish,
  until,
  utf8,
} from "../support.ts";

const SECRET = pattern(32, 77);

/**
 * The size of every frame's body, from docs/PROTOCOL.md's parts. A message of AESCBC is 48 bytes
 * longer than its padded plaintext, so 96 for a key, 64 for an empty payload, 1,248 for an ML-KEM
 * key and 1,152 for its ciphertext; AESGCM adds 16 bytes. With a pre-shared key even the first
 * message is encrypted, from its ephemeral key on (Noise §9.2), the payload of the second has 32 bytes,
 * and a frame with the secret's masked id comes before the third.
 */
const SIZES: Record<string, [message1: number, message2: number, message3: number]> = {
  "Noise_XXhfs_25519+MLKEM768_AESCBC_SHA256": [32 + 1184, 32 + 1152 + 96 + 64, 96 + 64],
  "Noise_XXhfs_25519+MLKEM768_AESGCM_SHA256": [32 + 1184, 32 + 1104 + 48 + 16, 48 + 16],
  "Noise_XX_25519_AESCBC_SHA256": [32, 32 + 96 + 64, 96 + 64],
  "Noise_XX_25519_AESGCM_SHA256": [32, 32 + 48 + 16, 48 + 16],
  "Noise_XXhfs+psk3_25519+MLKEM768_AESCBC_SHA256": [
    32 + 1248 + 64,
    32 + 1152 + 96 + 96,
    96 + 64,
  ],
  "Noise_XXhfs+psk3_25519+MLKEM768_AESGCM_SHA256": [
    32 + 1200 + 16,
    32 + 1104 + 48 + 48,
    48 + 16,
  ],
  "Noise_XXpsk3_25519_AESCBC_SHA256": [32 + 64, 32 + 96 + 96, 96 + 64],
  "Noise_XXpsk3_25519_AESGCM_SHA256": [32 + 16, 32 + 48 + 48, 48 + 16],
};

function keysFor(name: string): Pick<SecureChannelOptions, "preSharedKey"> {
  return name.includes("psk3") ? { preSharedKey: SECRET } : {};
}

function frame(text: string): Uint8Array {
  return encodeFrame(utf8(text));
}

/** Says one thing each way, and goodbye. */
async function talk(client: SecureChannel, server: SecureChannel): Promise<void> {
  await client.send(utf8("from the client"));
  await server.send(utf8("from the server"));
  assert.equal(fromUtf8(await server.receive()), "from the client");
  assert.equal(fromUtf8(await client.receive()), "from the server");
  await Promise.all([client.close(), server.close()]);
}

Deno.test("protocol names: the eight of them, and the default", () => {
  const names = [false, true].flatMap((preSharedKey) =>
    [false, true].flatMap((classical) =>
      (["cbc", "gcm"] as const).map((cipher) => protocolName({ cipher, classical, preSharedKey }))
    )
  );
  assert.deepEqual(names.toSorted(), Object.keys(SIZES).toSorted());
  assert.equal(protocolName(), "Noise_XXhfs_25519+MLKEM768_AESCBC_SHA256");
  assert.equal(fromUtf8(PROLOGUE), "X25519-TCP-Chat/1");
  assert.deepEqual([MAX_PROTOCOL_NAME_SIZE, MAX_HANDSHAKE_MESSAGE_SIZE], [255, 4096]);
  assert.equal(HANDSHAKE_TIMEOUT, 10_000);
});

for (const [name, [message1, message2, message3]] of Object.entries(SIZES)) {
  Deno.test(`handshake ${name}: both sides agree, and every frame has its size`, async () => {
    const wire = new Wire();
    const traces = { client: new Recorder(), server: new Recorder() };
    const { client, server } = await establish({
      transports: wire,
      client: { protocols: [name], ...keysFor(name), trace: traces.client },
      server: { ...keysFor(name), trace: traces.server },
    });
    assert.equal(client.protocolName, name);
    assert.equal(server.protocolName, name);
    assertSame(client.handshakeHash, server.handshakeHash);
    assert.equal(client.handshakeHash.length, 32);
    assertSame(client.peer.publicKey, SERVER_KEYS.publicKey);
    assertSame(server.peer.publicKey, CLIENT_KEYS.publicKey);
    assert.equal(client.peer.address, "server");
    await talk(client, server);

    const sizes = (side: "client" | "server") =>
      wire.framesFrom(side).map(({ length }) => length - 4);
    const id = name.includes("psk3") ? [32] : [];
    assert.deepEqual(
      sizes("client").slice(0, 3 + id.length),
      [name.length, message1, ...id, message3],
    );
    assert.deepEqual(sizes("server").slice(0, 1), [message2]);
    // The first bytes are the name's frame and the first message's, and nothing else.
    const start = wire.bytesFrom("client").subarray(0, 4 + name.length + 4 + message1);
    assertSame(start.subarray(0, 4 + name.length), frame(name));
    assertSame(start.subarray(4 + name.length), wire.framesFrom("client")[1]);
    // One record each, and one goodbye: "from the client" has 15 bytes, 18 with what is around it.
    const [records, goodbye] = name.includes("AESCBC") ? [16 + 32 + 32, 16 + 16 + 32] : [34, 18];
    assert.deepEqual(sizes("client").slice(3 + id.length), [records, goodbye]);
    assert.deepEqual(sizes("server").slice(1), [records, goodbye]);

    for (const side of ["client", "server"] as const) {
      assert.equal(traces[side].count("out"), wire.bytesFrom(side).length);
      assert.equal(traces[side].of("failure").length, 0);
      const [protocol] = traces[side].of("protocol");
      assert.deepEqual(
        protocol,
        side === "client"
          ? { type: "protocol", direction: "out", role: "initiator", name }
          : { type: "protocol", direction: "in", role: "responder", name },
      );
    }
  });
}

Deno.test("handshake: each of the eight protocols over TCP", async () => {
  for (const preSharedKey of [undefined, SECRET]) {
    using listener = listenSecure({
      hostname: "127.0.0.1",
      port: 0,
      staticKeyPair: SERVER_KEYS,
      acceptPeer: acceptAnyone,
      preSharedKey,
    });
    const names = Object.keys(SIZES).filter((name) => name.includes("psk3") === !!preSharedKey);
    assert.equal(names.length, 4);
    for (const name of names) {
      const [client, server] = await Promise.all([
        connectSecure({
          acceptPeer: acceptAnyone,
          ...listener.address,
          staticKeyPair: CLIENT_KEYS,
          protocols: [name],
          preSharedKey,
        }),
        listener.accept(),
      ]);
      assert.ok(server !== undefined);
      assert.equal(server.protocolName, name);
      assert.match(server.peer.address ?? "", /^127\.0\.0\.1:\d+$/);
      await talk(client, server);
    }
  }
});

Deno.test("handshake: without options the hybrid protocol, and with a secret its psk3", async () => {
  for (const preSharedKey of [undefined, SECRET]) {
    const { client, server } = await establish({
      client: { protocols: undefined, preSharedKey },
      server: { preSharedKey },
    });
    assert.equal(client.protocolName, protocolName({ preSharedKey: preSharedKey !== undefined }));
    await talk(client, server);
  }
});

Deno.test("handshake: however the bytes are cut up on their way", async () => {
  for (const name of [protocolName(), classical("gcm")]) {
    const wire = new Wire(attacks.trickle());
    const { client, server } = await establish({ transports: wire, client: { protocols: [name] } });
    await talk(client, server);
  }
});

for (const name of [protocolName(), ...CIPHERS.map(classical)]) {
  Deno.test(`on the wire, ${name}: nothing but the name is ever the same, or readable`, async () => {
    const texts = ["a secret that nobody else may read", "an answer just as secret as that"];
    const capture = async () => {
      const wire = new Wire();
      const { client, server } = await establish({
        transports: wire,
        client: { protocols: [name] },
      });
      await client.send(utf8(texts[0]));
      assert.equal(fromUtf8(await server.receive()), texts[0]);
      await server.send(utf8(texts[1]));
      assert.equal(fromUtf8(await client.receive()), texts[1]);
      await Promise.all([client.close(), server.close()]);
      return wire;
    };
    const [one, two] = [await capture(), await capture()];
    for (const side of ["client", "server"] as const) {
      const frames = one.framesFrom(side);
      const others = two.framesFrom(side);
      assert.equal(frames.length, others.length);
      assert.ok(same(join(frames), one.bytesFrom(side)), "there is nothing but frames");
      const start = side === "client" ? 1 : 0;
      if (side === "client") assertSame(frames[0], others[0]);
      for (let index = start; index < frames.length; index++) {
        assert.equal(frames[index].length, others[index].length);
        for (let offset = 4; offset + 8 <= frames[index].length; offset++) {
          const run = [frames[index], others[index]].map((bytes) =>
            bytes.subarray(offset, offset + 8)
          );
          assert.ok(!same(run[0], run[1]), `${side}, frame ${index}, byte ${offset}`);
        }
      }
      for (const wire of [one, two]) {
        const bytes = wire.bytesFrom(side);
        assert.equal(contains(bytes, CLIENT_KEYS.publicKey), false, "the client's static key");
        assert.equal(contains(bytes, SERVER_KEYS.publicKey), false, "the server's static key");
        for (const text of texts) {
          for (const part of [text, text.slice(0, 6), text.slice(10, 16)]) {
            assert.equal(contains(bytes, utf8(part)), false, part);
          }
        }
      }
    }
  });
}

Deno.test("on the wire: the same message twice never looks the same", async () => {
  for (const cipher of CIPHERS) {
    const wire = new Wire();
    const { client, server } = await establish({ transports: wire, cipher });
    for (let turn = 0; turn < 3; turn++) {
      await client.send(utf8("again"));
      assert.equal(fromUtf8(await server.receive()), "again");
    }
    await Promise.all([client.close(), server.close()]);
    const records = wire.framesFrom("client").slice(3, 6).map((frame) => frame.slice(4));
    assert.equal(new Set(records.map((record) => record.length)).size, 1);
    assert.equal(new Set(records.map((record) => record.slice(0, 16).join())).size, 3);
  }
});

// Whom a side accepts.

Deno.test("acceptPeer: both sides are asked with the other's key", async () => {
  const asked: Uint8Array[] = [];
  const acceptPeer = async (publicKey: Uint8Array) => {
    asked.push(publicKey.slice());
    await Promise.resolve();
    return true;
  };
  const { client, server } = await establish({ client: { acceptPeer }, server: { acceptPeer } });
  assert.equal(asked.length, 2);
  assertSame(asked[0], SERVER_KEYS.publicKey);
  assertSame(asked[1], CLIENT_KEYS.publicKey);
  await talk(client, server);
});

Deno.test("acceptPeer: an initiator that refuses sends no byte of its last message", async () => {
  const refusals: SecureChannelOptions["acceptPeer"][] = [
    () => false,
    () => Promise.resolve(false),
    async () => {
      await new Promise((resolve) => setTimeout(resolve, 0));
      return false;
    },
  ];
  for (const name of Object.keys(SIZES)) {
    for (const acceptPeer of refusals) {
      const wire = new Wire();
      const trace = new Recorder();
      const { client, server } = await tryEstablish(wire, {
        client: { protocols: [name], ...keysFor(name), acceptPeer, trace },
        server: keysFor(name),
      });
      assert.equal(outcome(client), "AuthenticationError/key-refused");
      assert.equal(outcome(server), "NetworkError/hung-up");
      const [message1] = SIZES[name];
      assert.equal(wire.bytesFrom("client").length, 4 + name.length + 4 + message1);
      assert.equal(trace.count("out"), 4 + name.length + 4 + message1);
      assert.equal(wire.framesFrom("client").length, 2);
    }
  }
});

Deno.test("acceptPeer: an initiator that fails sends no byte of its last message either", async () => {
  const wire = new Wire();
  const mistake = new TypeError("a mistake in the caller's function");
  const { client, server } = await tryEstablish(wire, {
    client: {
      acceptPeer() {
        throw mistake;
      },
    },
  });
  assert.ok(client.status === "rejected" && client.reason === mistake);
  assert.equal(outcome(server), "NetworkError/hung-up");
  assert.equal(wire.framesFrom("client").length, 2);
});

Deno.test("acceptPeer: a responder that refuses says so to who has proved its key", async () => {
  for (const cipher of CIPHERS) {
    const asked: Uint8Array[] = [];
    const transports = memoryPair();
    const { client, server } = begin(transports, {
      client: { protocols: [classical(cipher)] },
      server: {
        acceptPeer(publicKey) {
          asked.push(publicKey.slice());
          return false;
        },
      },
    });
    const refusal = failure(server);
    // The client's part of the handshake is done; what it hears first is the refusal.
    const channel = await client;
    await channel.send(utf8("let me in"));
    assert.equal(await failure(channel.receive()), "AuthenticationError/key-refused");
    assert.deepEqual(channel.remoteClose, {
      code: CloseCode.notAllowed,
      reason: "this key is not allowed",
    });
    assert.equal(await failure(channel.receive()), "AuthenticationError/key-refused");
    assert.equal(await failure(channel.send(utf8("again"))), "AuthenticationError/key-refused");
    assert.equal(await refusal, "AuthenticationError/key-refused");
    assert.equal(asked.length, 1);
    assertSame(asked[0], CLIENT_KEYS.publicKey);
    assert.deepEqual([transports.client.closeCount, transports.server.closeCount], [1, 1]);
  }
});

Deno.test("acceptPeer: a refused peer that is gone already is refused all the same", async () => {
  const transports = memoryPair();
  const { client, server } = begin(transports, {
    server: {
      async acceptPeer() {
        (await client).abort();
        return false;
      },
    },
  });
  assert.equal(await failure(server), "AuthenticationError/key-refused");
  assert.equal(transports.server.closeCount, 1);
});

Deno.test("acceptPeer: a refused peer that does not leave is left when the signal says so", async () => {
  const transports = memoryPair();
  const giveUp = new AbortController();
  const { client, server } = begin(transports, {
    server: { acceptPeer: () => false, signal: giveUp.signal },
  });
  const refusal = rejection(server);
  const wire = transports.server.outgoing;
  const channel = await client;
  await channel.send(utf8("let me in"));
  await until(() => transports.client.incoming.taken < wire.given);
  assert.equal(await isPending(server), true, "it waits for the other side to hear it");
  const reason = new Error("too many of them");
  giveUp.abort(reason);
  assert.equal(await refusal, reason);
  assert.equal(transports.server.closeCount, 1);
  assert.equal(await failure(channel.receive()), "AuthenticationError/key-refused");
});

Deno.test("acceptPeer: who is not let in is told even while it sends without a pause", async () => {
  for (const cipher of CIPHERS) {
    const { client, server } = begin(memoryPair(), {
      client: { protocols: [classical(cipher)] },
      server: { acceptPeer: () => false },
    });
    const refusal = failure(server);
    const channel = await client;
    const sending = rejection((async () => {
      while (true) await channel.send(pattern(65_536));
    })());
    assert.equal(await failure(channel.receive()), "AuthenticationError/key-refused");
    assert.equal(await refusal, "AuthenticationError/key-refused");
    assert.equal(described(await sending), "AuthenticationError/key-refused");
    await channel.closed;
  }
});

// What does not fit together.

Deno.test("handshake: the server speaks only the protocols it is told to", async () => {
  const gcm = classical("gcm");
  for (
    const [asked, spoken, expected] of [
      [gcm, [gcm], "fine"],
      [gcm, undefined, "fine"],
      [gcm, [classical("cbc")], "ProtocolError/unknown-protocol"],
      [classical("cbc"), [gcm], "ProtocolError/unknown-protocol"],
      [classical("cbc"), [], "ProtocolError/unknown-protocol"],
      [classical("cbc"), [protocolName()], "ProtocolError/unknown-protocol"],
    ] as const
  ) {
    const wire = new Wire();
    const { client, server } = await tryEstablish(wire, {
      client: { protocols: [asked] },
      server: { protocols: spoken },
    });
    assert.equal(outcome(server), expected);
    if (expected === "fine") {
      assert.ok(client.status === "fulfilled" && server.status === "fulfilled");
      await talk(client.value, server.value);
    } else {
      assert.equal(outcome(client), "NetworkError/handshake-ended");
      assert.equal(wire.bytesFrom("server").length, 0, "nobody falls back, and nothing is told");
    }
  }
});

Deno.test("handshake: a secret that only one side has is refused by name", async () => {
  for (const [client, server] of [[SECRET, undefined], [undefined, SECRET]]) {
    const wire = new Wire();
    const result = await tryEstablish(wire, {
      client: { protocols: undefined, preSharedKey: client },
      server: { preSharedKey: server },
    });
    assert.equal(outcome(result.server), "ProtocolError/unknown-protocol");
    assert.equal(outcome(result.client), "NetworkError/handshake-ended");
    assert.equal(wire.bytesFrom("server").length, 0);
  }
});

Deno.test("handshake: another secret, and the client's static key stays hidden", async () => {
  for (const name of Object.keys(SIZES).filter((name) => name.includes("psk3"))) {
    const wire = new Wire();
    const { client, server } = await tryEstablish(wire, {
      client: { protocols: [name], preSharedKey: pattern(32, 1) },
      server: { preSharedKey: pattern(32, 2) },
    });
    // The secret goes in at the end of message 3 only, so it is the server that finds out.
    assert.equal(outcome(server), "AuthenticationError/handshake-failed");
    assert.ok(client.status === "fulfilled");
    assert.equal(await failure(client.value.receive()), "NetworkError/cut");
    assert.equal(wire.framesFrom("server").length, 1);
  }
});

Deno.test("handshake: a caller's mistake is a usage error, and the transport is closed", async () => {
  const cases: Partial<SecureChannelOptions>[] = [
    { protocols: ["nonsense"] },
    { protocols: ["Noise_XX_25519_AESCBC_SHA512"] },
    { protocols: ["Noise_XX_448_AESCBC_SHA256"] },
    { protocols: ["Noise_XXpsk3_25519_AESCBC_SHA256"] },
    { protocols: [classical("cbc")], preSharedKey: SECRET },
  ];
  for (const options of cases) {
    const transports = memoryPair();
    const { client, server } = await tryEstablish(transports, { client: options });
    assert.equal(outcome(client), "UsageError/usage");
    assert.equal(outcome(server), "NetworkError/handshake-ended");
    assert.equal(transports.client.closeCount, 1);
  }
});

// A peer that keeps to the frames but not to the rest.

/** A client made by hand, down to the frames. */
async function handMade(
  role: "initiator" | "responder",
  payloads: readonly Uint8Array[],
): Promise<string> {
  const name = classical("cbc");
  const { client, server } = memoryPair();
  const [mine, theirs] = role === "initiator" ? [client, server] : [server, client];
  const result = failure(
    SecureChannel.establish(role === "initiator" ? "responder" : "initiator", theirs, {
      staticKeyPair: SERVER_KEYS,
      acceptPeer: acceptAnyone,
      protocols: [name],
    }),
  );
  const state = new HandshakeState({
    protocolName: name,
    role,
    prologue: PROLOGUE,
    staticKeyPair: CLIENT_KEYS,
  });
  const frames = new FrameReader(mine.readable);
  const writer = mine.writable.getWriter();
  if (role === "initiator") await writer.write(frame(name));
  else await frames.read();
  for (let message = 0; message < 3; message++) {
    const mustWrite = (message % 2 === 0) === (role === "initiator");
    if (mustWrite) {
      const written = await state.writeMessage(payloads[message]);
      await writer.write(encodeFrame(written)).catch(() => {});
    } else {
      const read = await frames.read().catch(() => undefined);
      if (read === undefined) break;
      await state.readMessage(read);
    }
  }
  state.destroy();
  return await result;
}

Deno.test("handshake: a message with a payload is refused, each of the three", async () => {
  const none = new Uint8Array(0);
  const refused = "ProtocolError/malformed-message";
  assert.equal(await handMade("initiator", [utf8("hi"), none, none]), refused);
  assert.equal(await handMade("initiator", [none, none, utf8("hi")]), refused);
  assert.equal(await handMade("responder", [none, utf8("hi"), none]), refused);
});

Deno.test("handshake: a public key of low order ends it", async () => {
  for (const [from, index] of [["client", 1], ["server", 0]] as const) {
    for (const key of [new Uint8Array(32), Uint8Array.of(1, ...new Uint8Array(31))]) {
      const wire = new Wire(attacks.replace(from, index, (bytes) => {
        const changed = bytes.slice();
        changed.set(key, 4);
        return changed;
      }));
      const result = await tryEstablish(wire);
      const victim = from === "client" ? result.server : result.client;
      assert.equal(outcome(victim), "AuthenticationError/low-order-point");
    }
  }
});

Deno.test("handshake: messages of any wrong size are refused", async () => {
  for (const name of [protocolName(), classical("cbc"), classical("gcm")]) {
    for (const [from, index] of [["client", 1], ["server", 0], ["client", 2]] as const) {
      for (const size of [1, 31, 32, 33, 47, 60, 1215, 1217, 4096]) {
        let isSame = false;
        const wire = new Wire(attacks.replace(from, index, (bytes) => {
          const body = pattern(size);
          body.set(bytes.subarray(4, 4 + size));
          isSame = size === bytes.length - 4;
          return encodeFrame(body);
        }));
        const result = await tryEstablish(wire);
        const victim = from === "client" ? result.server : result.client;
        if (isSame) continue;
        assert.match(
          outcome(victim),
          /^(ProtocolError\/malformed-message|AuthenticationError\/handshake-failed)$/,
          `${name}, ${from} ${index}, ${size} bytes`,
        );
        for (const { status, ...rest } of [result.client, result.server]) {
          if (status === "fulfilled" && "value" in rest) rest.value.abort();
        }
      }
    }
  }
});

Deno.test("handshake: a message over 4,096 bytes is refused before it arrives", async () => {
  for (const [from, index] of [["client", 1], ["server", 0], ["client", 2]] as const) {
    const wire = new Wire(
      attacks.replace(from, index, () => Uint8Array.of(0, 0, 0x10, 0x01, 1, 2, 3)),
    );
    const result = await tryEstablish(wire);
    const victim = from === "client" ? result.server : result.client;
    assert.equal(outcome(victim), "ProtocolError/not-this-protocol");
  }
});

// Waiting.

Deno.test("handshake: a signal ends it wherever it waits", async () => {
  const acceptPeer = () => new Promise<boolean>(() => {});
  const cases: [side: Side, where: string, attack: Attack, Partial<SecureChannelOptions>][] = [
    ["client", "for message 2", attacks.drop("server", 0), {}],
    ["client", "for acceptPeer", watch, { acceptPeer }],
    ["server", "for the name", attacks.cutOff("client", 0), {}],
    ["server", "for message 1", attacks.cutOff("client", 1), {}],
    ["server", "for message 3", attacks.drop("client", 2), {}],
    ["server", "for acceptPeer", watch, { acceptPeer }],
  ];
  for (const [side, where, attack, options] of cases) {
    const wire = new Wire(attack);
    const controller = new AbortController();
    const reason = new Error(`enough of waiting ${where}`);
    const begun = begin(wire, { [side]: { ...options, signal: controller.signal } });
    const ended = rejection(begun[side]);
    // A client is done when it has sent message 3; then it is the channel that ends.
    const seen = failure(begun[other(side)].then((channel) => channel.receive()));
    assert.equal(await isPending(ended), true, where);
    controller.abort(reason);
    assert.equal(await ended, reason, where);
    assert.equal(wire[side].closeCount, 1, where);
    assert.match(await seen, /^NetworkError\/(cut|handshake-ended|hung-up)$/, where);
  }
});

Deno.test("handshake: a signal ends the wait for a transport that takes nothing", async () => {
  const { client } = memoryPair(1);
  const controller = new AbortController();
  const ended = rejection(
    SecureChannel.establish("initiator", client, {
      staticKeyPair: CLIENT_KEYS,
      acceptPeer: acceptAnyone,
      signal: controller.signal,
    }),
  );
  await client.outgoing.isFull;
  controller.abort();
  assert.ok(await ended === controller.signal.reason);
  assert.equal(client.closeCount, 1);
});

Deno.test("handshake: a signal that is aborted before, and one that is aborted after", async () => {
  const transports = memoryPair();
  const { client, server } = await tryEstablish(transports, {
    client: { signal: AbortSignal.abort(new Error("before")) },
  });
  assert.ok(client.status === "rejected" && client.reason.message === "before");
  assert.equal(outcome(server), "NetworkError/handshake-ended");

  const late = new AbortController();
  const ends = await establish({ client: { signal: late.signal } });
  late.abort();
  await talk(ends.client, ends.server);
});

Deno.test("handshake: what acceptPeer says after the signal comes too late", async () => {
  const answer = Promise.withResolvers<boolean>();
  const asked = Promise.withResolvers<void>();
  const controller = new AbortController();
  const wire = new Wire();
  const { client, server } = begin(wire, {
    client: {
      signal: controller.signal,
      acceptPeer() {
        asked.resolve();
        return answer.promise;
      },
    },
  });
  const ended = rejection(client);
  const cut = failure(server);
  await asked.promise;
  controller.abort();
  assert.equal(await ended, controller.signal.reason);
  answer.resolve(true);
  assert.equal(await cut, "NetworkError/hung-up");
  assert.equal(wire.framesFrom("client").length, 2, "no byte of message 3 has left");
});

Deno.test("handshake: it takes as long as it may, wherever it waits", async () => {
  const cases: [side: Side, attack: Attack][] = [
    ["client", attacks.drop("server", 0)],
    ["server", attacks.cutOff("client", 0)],
    ["server", attacks.cutOff("client", 1)],
    ["server", attacks.drop("client", 2)],
  ];
  for (const [side, attack] of cases) {
    const begun = begin(new Wire(attack), { [side]: { handshakeTimeout: 10 } });
    const seen = failure(begun[other(side)].then((channel) => channel.receive()));
    assert.equal(await failure(begun[side]), "NetworkError/timed-out");
    assert.match(await seen, /^NetworkError\/(cut|handshake-ended|hung-up)$/);
  }
});

Deno.test("handshake: the failure is traced, and only once", async () => {
  const trace = new Recorder();
  await tryEstablish(new Wire(attacks.flip("server", 0, 60)), { client: { trace } });
  const failures = trace.of("failure");
  assert.equal(failures.length, 1);
  assert.equal(described(failures[0].error), "AuthenticationError/handshake-failed");
});
