import assert from "node:assert/strict";
import { AuthenticationError, UsageError } from "../../lib/errors.ts";
import { HandshakeState } from "../../lib/noise/mod.ts";
import {
  assertBytes,
  assertOver,
  assertTransports,
  createPair,
  filled,
  rejection,
  runHandshake,
  runUntil,
  STATIC_KEYS,
  utf8,
} from "./support.ts";

const PROTOCOLS = [
  "Noise_XXpsk3_25519_AESCBC_SHA256",
  "Noise_XXpsk3_25519_AESGCM_SHA256",
  "Noise_XXhfs+psk3_25519+MLKEM768_AESCBC_SHA256",
  "Noise_XXhfs+psk3_25519+MLKEM768_AESGCM_SHA256",
];
const [CLASSICAL] = PROTOCOLS;
/** What `createPair` gives the initiator. */
const RIGHT = filled(32, 0x50);

for (const protocolName of PROTOCOLS) {
  Deno.test(`pre-shared keys, ${protocolName}: one may come as late as the message that needs it`, async () => {
    const pair = createPair(protocolName, { responder: { preSharedKeys: undefined } });
    const mine = RIGHT.slice();
    const { reader, message } = await runUntil(pair, 2);
    reader.setPreSharedKey(mine);
    mine.fill(0);
    await reader.readMessage(message);
    assertBytes(pair.responder.handshakeHash, pair.initiator.handshakeHash);
    const [fromInitiator, fromResponder] = pair.responder.split();
    const [sending, receiving] = pair.initiator.split();
    await assertTransports(sending, fromInitiator, utf8("there"));
    await assertTransports(fromResponder, receiving, utf8("and back"));
  });

  Deno.test(`pre-shared keys, ${protocolName}: a wrong one that comes late fails as an early one does`, async () => {
    const early = createPair(protocolName, { responder: { preSharedKeys: [filled(32, 1)] } });
    const late = createPair(protocolName, { responder: { preSharedKeys: undefined } });
    late.responder.setPreSharedKey(filled(32, 1));
    const errors = [];
    for (const pair of [early, late]) {
      const { reader, message } = await runUntil(pair, 2);
      const error = await rejection(reader.readMessage(message));
      assert.ok(error instanceof AuthenticationError, String(error));
      await assertOver(reader);
      errors.push([error.code, error.message]);
    }
    assert.deepEqual(errors[0], errors[1]);
  });
}

Deno.test("pre-shared keys: without one the message that needs it cannot be read, and ends the handshake", async () => {
  const { reader, message } = await runUntil(
    createPair(CLASSICAL, { responder: { preSharedKeys: undefined } }),
    2,
  );
  assert.ok(await rejection(reader.readMessage(message)) instanceof UsageError);
  await assertOver(reader);
});

Deno.test("pre-shared keys: a handshake takes as many as its pattern has tokens, of 32 bytes", async () => {
  const pair = createPair(CLASSICAL, { responder: { preSharedKeys: undefined } });
  assert.throws(() => pair.responder.setPreSharedKey(filled(31, 1)), RangeError);
  pair.responder.setPreSharedKey(RIGHT);
  assert.throws(() => pair.responder.setPreSharedKey(RIGHT), UsageError);
  assert.throws(() => pair.initiator.setPreSharedKey(RIGHT), UsageError);
  await runHandshake(pair);
  const withKeys = (preSharedKeys: Uint8Array[]) => () =>
    new HandshakeState({
      protocolName: CLASSICAL,
      role: "responder",
      preSharedKeys,
      staticKeyPair: STATIC_KEYS.responder,
    });
  for (const keys of [[], [RIGHT, RIGHT]]) assert.throws(withKeys(keys), UsageError);
});
