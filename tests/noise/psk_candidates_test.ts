import assert from "node:assert/strict";
import { AuthenticationError, UsageError } from "../../lib/errors.ts";
import {
  type HandshakeObserver,
  type HandshakeOptions,
  HandshakeState,
  type HandshakeStep,
} from "../../lib/noise/mod.ts";
import {
  assertBytes,
  assertOver,
  assertTransports,
  createPair,
  filled,
  flipped,
  type Pair,
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
const WRONG = [1, 2, 3, 4].map((value) => filled(32, value));

function pairWith(
  protocolName: string,
  candidatePreSharedKeys: HandshakeOptions["candidatePreSharedKeys"],
  more: Partial<HandshakeOptions> = {},
): Pair {
  const responder = { preSharedKeys: [], candidatePreSharedKeys, ...more };
  return createPair(protocolName, { responder });
}

for (const protocolName of PROTOCOLS) {
  Deno.test(`candidates, ${protocolName}: the right one is found, whichever place it has`, async () => {
    for (let place = 0; place <= WRONG.length; place++) {
      const candidates = WRONG.toSpliced(place, 0, RIGHT);
      const pair = pairWith(protocolName, () => candidates);
      assert.equal(pair.responder.chosenPreSharedKey, undefined);
      await runHandshake(pair, (message) => utf8(`payload ${message}`));
      assertBytes(pair.responder.chosenPreSharedKey ?? filled(0, 0), RIGHT);
      assertBytes(pair.responder.handshakeHash, pair.initiator.handshakeHash);
      const [fromInitiator, fromResponder] = pair.responder.split();
      const [sending, receiving] = pair.initiator.split();
      await assertTransports(sending, fromInitiator, utf8("there"));
      await assertTransports(fromResponder, receiving, utf8("and back"));
      // They stay the caller's.
      assert.deepEqual(candidates, WRONG.toSpliced(place, 0, filled(32, 0x50)));
    }
  });

  Deno.test(`candidates, ${protocolName}: where none fits, it fails as with a wrong key`, async () => {
    const failed = async (pair: Pair) => {
      const { reader, message } = await runUntil(pair, 2);
      const error = await rejection(reader.readMessage(message));
      assert.ok(error instanceof AuthenticationError, String(error));
      await assertOver(reader);
      assert.equal(reader.chosenPreSharedKey, undefined);
      return [error.name, error.code, error.message];
    };
    const wrongKey = createPair(protocolName, { responder: { preSharedKeys: [WRONG[0]] } });
    const expected = await failed(wrongKey);
    for (const candidates of [[], [WRONG[0]], WRONG]) {
      assert.deepEqual(await failed(pairWith(protocolName, () => candidates)), expected);
      // What takes the place of the key that is missing cannot be guessed.
      const zero = createPair(protocolName, {
        initiator: { preSharedKeys: [filled(32, 0)] },
        responder: { preSharedKeys: [], candidatePreSharedKeys: () => candidates },
      });
      assert.deepEqual(await failed(zero), expected);
    }
  });
}

Deno.test("candidates: they are asked for once, with the key that the initiator has sent", async () => {
  const asked: (Uint8Array | undefined)[] = [];
  const pair = pairWith(CLASSICAL, async (remoteStaticKey) => {
    asked.push(remoteStaticKey);
    await Promise.resolve();
    return new Set([WRONG[0], RIGHT]);
  });
  const { reader, message } = await runUntil(pair, 2);
  assert.deepEqual(asked, [], "not before the third message");
  await reader.readMessage(message);
  assert.equal(asked.length, 1);
  assertBytes(asked[0] ?? filled(0, 0), STATIC_KEYS.initiator.publicKey);
});

Deno.test("candidates: a message that was changed fits none of them", async () => {
  const { message } = await runUntil(pairWith(CLASSICAL, () => [RIGHT]), 2);
  for (const position of [0, 95, 96, message.length - 1]) {
    const again = await runUntil(pairWith(CLASSICAL, () => [WRONG[0], RIGHT]), 2);
    const changed = flipped(again.message, position);
    assert.ok(await rejection(again.reader.readMessage(changed)) instanceof AuthenticationError);
    await assertOver(again.reader);
  }
});

Deno.test("candidates: what goes wrong while they are found ends the handshake, unchanged", async () => {
  const mistake = new TypeError("the list cannot be read");
  const failing = await runUntil(pairWith(CLASSICAL, () => Promise.reject(mistake)), 2);
  assert.equal(await rejection(failing.reader.readMessage(failing.message)), mistake);
  await assertOver(failing.reader);

  const short = await runUntil(pairWith(CLASSICAL, () => [filled(31, 1), RIGHT]), 2);
  assert.ok(await rejection(short.reader.readMessage(short.message)) instanceof RangeError);
  await assertOver(short.reader);
});

Deno.test("candidates: the copy of the chosen key is overwritten at the end", async () => {
  for (const end of ["split", "destroy"] as const) {
    const pair = pairWith(CLASSICAL, () => [RIGHT]);
    await runHandshake(pair);
    const chosen = pair.responder.chosenPreSharedKey;
    assert.ok(chosen !== undefined);
    assertBytes(chosen, RIGHT);
    pair.responder[end]();
    assertBytes(chosen, filled(32, 0));
  }
  assertBytes(RIGHT, filled(32, 0x50));
});

const IMPOSSIBLE: readonly [protocolName: string, role: "initiator" | "responder"][] = [
  ["Noise_XX_25519_AESGCM_SHA256", "responder"],
  ["Noise_XX_25519_AESGCM_SHA256", "initiator"],
  // It writes the message, and has to know which key it means.
  ["Noise_XXpsk3_25519_AESGCM_SHA256", "initiator"],
  ["Noise_NNpsk2_25519_AESGCM_SHA256", "responder"],
  // The key is mixed before anything that could be tried.
  ["Noise_NNpsk0_25519_AESGCM_SHA256", "responder"],
  ["Noise_NNpsk0+psk2_25519_AESGCM_SHA256", "responder"],
  ["Noise_NNpsk0+psk2_25519_AESGCM_SHA256", "initiator"],
];

for (const [protocolName, role] of IMPOSSIBLE) {
  Deno.test(`candidates: the ${role} of ${protocolName} cannot try them`, () => {
    const create = (preSharedKeys: Uint8Array[]) => () =>
      new HandshakeState({
        protocolName,
        role,
        preSharedKeys,
        candidatePreSharedKeys: () => [RIGHT],
        staticKeyPair: STATIC_KEYS[role],
      });
    for (const keys of [[], [RIGHT], [RIGHT, RIGHT]]) assert.throws(create(keys), UsageError);
  });
}

Deno.test("candidates: an initiator may try them where the responder's message ends in psk", async () => {
  const pair = createPair("Noise_NNpsk2_25519_AESGCM_SHA256", {
    initiator: { preSharedKeys: [], candidatePreSharedKeys: (key) => key ? [] : [...WRONG, RIGHT] },
  });
  await runHandshake(pair);
  assertBytes(pair.initiator.chosenPreSharedKey ?? filled(0, 0), RIGHT);
});

Deno.test("candidates: the observer sees the same steps as without, and no trial", async () => {
  const stepsOf = async (more: Partial<HandshakeOptions>) => {
    const steps: HandshakeStep[] = [];
    const observer: HandshakeObserver = { secrets: true, step: (step) => void steps.push(step) };
    const pair = createPair(CLASSICAL, { responder: { ...more, observer } });
    await runHandshake(pair);
    pair.responder.split();
    return steps;
  };
  const known = await stepsOf({});
  const tried = await stepsOf({
    preSharedKeys: [],
    candidatePreSharedKeys: () => [...WRONG, RIGHT],
  });
  const outline = (steps: readonly HandshakeStep[]) =>
    steps.map((step) => [
      step.kind,
      ...(step.kind === "token" ? [step.token, step.direction, step.message] : []),
      step.kind === "token" && step.token === "psk" ? step.secrets?.mixed : undefined,
    ]);
  assert.deepEqual(outline(tried), outline(known));
});

Deno.test("candidates: without them a key is chosen by nobody", async () => {
  const pair = createPair(CLASSICAL);
  await runHandshake(pair);
  assert.equal(pair.responder.chosenPreSharedKey, undefined);
  assert.equal(pair.initiator.chosenPreSharedKey, undefined);
});
