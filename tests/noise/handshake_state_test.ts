import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { x25519KeyPair } from "../../lib/crypto/mod.ts";
import { ProtocolError, UsageError } from "../../lib/errors.ts";
import {
  AESCBC,
  type HandshakeOptions,
  HandshakeState,
  type HandshakeStep,
  MAX_NOISE_MESSAGE_SIZE,
} from "../../lib/noise/mod.ts";
import {
  assertBytes,
  assertOver,
  assertTransports,
  CHAT_PROTOCOLS,
  createPair,
  EMPTY,
  filled,
  runHandshake,
  runUntil,
  STATIC_KEYS,
  utf8,
} from "./support.ts";

const XX = "Noise_XX_25519_AESGCM_SHA256";

for (const protocolName of CHAT_PROTOCOLS) {
  Deno.test(`${protocolName}: each side knows the other's static key once it has read it`, async () => {
    const { initiator, responder } = createPair(protocolName);
    await responder.readMessage(await initiator.writeMessage());
    assert.equal(initiator.remoteStaticKey, undefined);
    await initiator.readMessage(await responder.writeMessage());
    assertBytes(initiator.remoteStaticKey ?? EMPTY, STATIC_KEYS.responder.publicKey);
    assert.equal(responder.remoteStaticKey, undefined);
    await responder.readMessage(await initiator.writeMessage());
    assertBytes(responder.remoteStaticKey ?? EMPTY, STATIC_KEYS.initiator.publicKey);
  });

  Deno.test(`${protocolName}: a large payload in every message`, async () => {
    const pair = createPair(protocolName);
    await runHandshake(pair, (message) => filled(50_000, message));
    assertBytes(pair.initiator.handshakeHash, pair.responder.handshakeHash);
    await assertTransports(pair.initiator.split()[0], pair.responder.split()[0], utf8("text"));
  });
}

Deno.test("a message has 65,535 bytes at most (Noise §3)", async () => {
  assert.equal(MAX_NOISE_MESSAGE_SIZE, 65_535);
  // e; e, ee, s, es; s, se: each with the payload's tag where there is a key.
  const overheads = [32, 32 + 48 + 16, 48 + 16];
  for (const [index, overhead] of overheads.entries()) {
    const payload = (more: number) => (current: number) =>
      current === index ? filled(MAX_NOISE_MESSAGE_SIZE - overhead + more, 1) : EMPTY;
    const { reader, message } = await runUntil(createPair(XX), index, payload(0));
    assert.equal(message.length, MAX_NOISE_MESSAGE_SIZE);
    assertBytes(await reader.readMessage(message), payload(0)(index));

    const pair = createPair(XX);
    await assert.rejects(runUntil(pair, index, payload(1)), UsageError);
    await assertOver(index === 1 ? pair.responder : pair.initiator);

    const halfway = await runUntil(createPair(XX), index);
    await assert.rejects(
      halfway.reader.readMessage(filled(MAX_NOISE_MESSAGE_SIZE + 1, 1)),
      (error) => error instanceof ProtocolError && /too long/.test(error.message),
    );
    await assertOver(halfway.reader);
  }
});

Deno.test("out of turn: a UsageError each time, and the handshake goes on untouched", async () => {
  const { initiator, responder } = createPair(XX);
  const refused = async () => {
    const [writer, reader] = initiator.isMyTurn ? [initiator, responder] : [responder, initiator];
    await assert.rejects(reader.writeMessage(), UsageError);
    await assert.rejects(writer.readMessage(filled(200, 1)), UsageError);
    assert.throws(() => initiator.split(), UsageError);
    assert.throws(() => responder.split(), UsageError);
  };
  await refused();
  const first = await initiator.writeMessage();
  await assert.rejects(initiator.writeMessage(), UsageError);
  await responder.readMessage(first);
  await assert.rejects(responder.readMessage(first), UsageError);
  await refused();
  const second = await responder.writeMessage();
  await initiator.readMessage(second);
  await refused();
  const third = await initiator.writeMessage();
  await assert.rejects(initiator.writeMessage(), UsageError);
  await responder.readMessage(third);
  assert.ok(initiator.isComplete && responder.isComplete);
  for (const side of [initiator, responder]) {
    await assert.rejects(side.writeMessage(), UsageError);
    await assert.rejects(side.readMessage(third), UsageError);
  }
  await assertTransports(initiator.split()[0], responder.split()[0], utf8("text"));
});

Deno.test("a second call while one is under way is refused, and does not disturb it", async () => {
  const { initiator, responder } = createPair(XX);
  const writing = initiator.writeMessage(utf8("payload"));
  assert.equal(initiator.isMyTurn, false);
  const others = [initiator.writeMessage(), initiator.readMessage(filled(100, 1))];
  for (const other of others) await assert.rejects(other, UsageError);
  const message = await writing;
  const reading = responder.readMessage(message);
  const [second, third] = [responder.readMessage(message), responder.writeMessage()];
  await assert.rejects(second, UsageError);
  await assert.rejects(third, UsageError);
  assertBytes(await reading, utf8("payload"));
  assert.ok(responder.isMyTurn);
});

Deno.test("split works once", async () => {
  const pair = createPair(XX);
  await runHandshake(pair);
  const hash = pair.initiator.handshakeHash;
  pair.initiator.split();
  await assertOver(pair.initiator);
  assertBytes(pair.initiator.handshakeHash, hash, "the handshake hash stays readable");
});

Deno.test("destroy ends a handshake at any moment, also with a call under way", async () => {
  for (const index of [0, 1, 2]) {
    const { reader, writer, message } = await runUntil(createPair(XX), index);
    reader.destroy();
    await assertOver(reader);
    writer.destroy();
    await assertOver(writer);
    assert.ok(message.length > 0);

    const other = await runUntil(createPair(XX), index);
    const reading = other.reader.readMessage(other.message);
    other.reader.destroy();
    await assert.rejects(reading, { name: "UsageError", code: "closed" });
    await assertOver(other.reader);
  }
  const pair = createPair("Noise_NN_25519_AESGCM_SHA256");
  await pair.responder.readMessage(await pair.initiator.writeMessage());
  const writing = pair.responder.writeMessage();
  pair.responder.destroy();
  await assert.rejects(writing, { name: "UsageError", code: "closed" });
  await assertOver(pair.responder);

  const complete = createPair(XX);
  await runHandshake(complete);
  complete.initiator.destroy();
  await assertOver(complete.initiator);
});

Deno.test("destroy ends a handshake even when the work of the last message is done", async () => {
  let destroy = () => {};
  const observer = {
    secrets: false,
    step: (step: HandshakeStep) => {
      if (step.kind === "payload" && step.message === 2) destroy();
    },
  };
  const { reader, message } = await runUntil(createPair(XX, { responder: { observer } }), 2);
  destroy = () => reader.destroy();
  await assert.rejects(reader.readMessage(message), { name: "UsageError", code: "closed" });
  await assertOver(reader);
});

Deno.test("keys that belong to the caller are neither changed nor overwritten", async () => {
  const protocolName = "Noise_XXhfs+psk0+psk3_25519+MLKEM768_AESCBC_SHA256";
  const preSharedKeys = [filled(32, 1), filled(32, 2)];
  const prologue = utf8("prologue");
  const staticKeyPair = await x25519KeyPair(filled(32, 3));
  const keyPair = await x25519KeyPair(filled(32, 4));
  const fixedEphemerals = { keyPair, kemSeed: filled(64, 5) };
  const pair = createPair(protocolName, {
    both: { preSharedKeys, prologue },
    initiator: { staticKeyPair, fixedEphemerals },
  });
  await runHandshake(pair);
  pair.initiator.split();
  pair.initiator.destroy();
  pair.responder.destroy();
  assertBytes(preSharedKeys[0], filled(32, 1));
  assertBytes(preSharedKeys[1], filled(32, 2));
  assertBytes(prologue, utf8("prologue"));
  assertBytes(staticKeyPair.privateKey, filled(32, 3));
  assertBytes(keyPair.privateKey, filled(32, 4));
  assertBytes(fixedEphemerals.kemSeed, filled(64, 5));
});

Deno.test("a pre-shared key is copied when the handshake begins", async () => {
  const preSharedKeys = [filled(32, 1)];
  const { initiator, responder } = createPair("Noise_XXpsk3_25519_AESGCM_SHA256", {
    initiator: { preSharedKeys },
    responder: { preSharedKeys: [filled(32, 1)] },
  });
  preSharedKeys[0].fill(0);
  await runHandshake({ initiator, responder });
});

Deno.test("Initialize hashes name, prologue, and the keys known beforehand, the initiator's first", () => {
  const hash = (...parts: Uint8Array[]) => {
    const sha256 = createHash("sha256");
    for (const part of parts) sha256.update(part);
    return sha256.digest();
  };
  const prologue = utf8("prologue");
  const { initiator: i, responder: r } = STATIC_KEYS;
  const known = {
    XX: [],
    N: [r.publicKey],
    NK: [r.publicKey],
    KN: [i.publicKey],
    KK: [i.publicKey, r.publicKey],
  };
  for (const [pattern, keys] of Object.entries(known)) {
    const protocolName = `Noise_${pattern}_25519_AESGCM_SHA256`;
    const name = new Uint8Array(32);
    name.set(utf8(protocolName));
    let h = hash(name, prologue);
    for (const key of keys) h = hash(h, key);
    const pair = createPair(protocolName, { both: { prologue } });
    assertBytes(pair.initiator.handshakeHash, h, protocolName);
    assertBytes(pair.responder.handshakeHash, h, protocolName);
  }
});

const initialize = (options: Partial<HandshakeOptions>) => () =>
  new HandshakeState({
    protocolName: XX,
    role: "initiator",
    staticKeyPair: STATIC_KEYS.initiator,
    ...options,
  });

Deno.test("Initialize refuses protocols that it does not speak", () => {
  const names = [
    "Noise_XX_448_AESGCM_SHA256",
    "Noise_XX_25519_AESGCM_SHA512",
    "Noise_XX_25519_AESGCM_BLAKE2s",
    "Noise_XX_25519_ChaChaPoly_SHA256",
    "Noise_XX_25519_AESGCMSIV_SHA256",
    "Noise_XX_25519_aescbc_SHA256",
    "Noise_XX_25519+MLKEM768_AESGCM_SHA256",
    "Noise_XXhfs_25519_AESGCM_SHA256",
    "Noise_XXhfs_25519+MLKEM1024_AESGCM_SHA256",
    "Noise_XXhfs_25519+Kyber1024_AESGCM_SHA256",
    "Noise_XXpsk4_25519_AESGCM_SHA256",
    "Noise_YY_25519_AESGCM_SHA256",
    "Noise_toString_25519_AESGCM_SHA256",
    "not a protocol",
    "",
  ];
  for (const protocolName of names) {
    assert.throws(initialize({ protocolName }), UsageError, protocolName);
  }
  assert.throws(initialize({ cipher: AESCBC }), UsageError, "the cipher is not the one named");
});

Deno.test("Initialize refuses keys that are missing, too many, or of the wrong size", () => {
  const psk = "Noise_XXpsk3_25519_AESGCM_SHA256";
  assert.throws(initialize({ staticKeyPair: undefined }), UsageError);
  assert.throws(initialize({ staticKeyPair: undefined, role: "responder" }), UsageError);
  assert.throws(initialize({ protocolName: psk, preSharedKeys: [] }), UsageError);
  assert.throws(
    initialize({ protocolName: psk, preSharedKeys: [filled(32, 1), filled(32, 2)] }),
    UsageError,
  );
  assert.throws(initialize({ preSharedKeys: [filled(32, 1)] }), UsageError);
  for (const size of [0, 31, 33]) {
    assert.throws(
      initialize({ protocolName: psk, preSharedKeys: [filled(size, 1)] }),
      RangeError,
    );
    assert.throws(
      initialize({
        protocolName: "Noise_NK_25519_AESGCM_SHA256",
        remoteStaticKey: filled(size, 1),
      }),
      RangeError,
    );
  }
  assert.throws(initialize({ protocolName: "Noise_NK_25519_AESGCM_SHA256" }), UsageError);
  const kn = { protocolName: "Noise_KN_25519_AESGCM_SHA256" };
  assert.throws(initialize({ ...kn, role: "responder" }), UsageError);
  assert.throws(initialize({ ...kn, staticKeyPair: undefined }), UsageError);
  initialize({ protocolName: "Noise_NN_25519_AESGCM_SHA256", staticKeyPair: undefined })();
  initialize({
    protocolName: "Noise_XN_25519_AESGCM_SHA256",
    role: "responder",
    staticKeyPair: undefined,
  })();
});
