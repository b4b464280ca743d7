import assert from "node:assert/strict";
import { concat } from "../../lib/crypto/mod.ts";
import {
  AESCBC,
  CipherState,
  type HandshakeStep,
  parsePattern,
  type Role,
} from "../../lib/noise/mod.ts";
import { toHex } from "../support/vectors.ts";
import {
  assertBytes,
  createPair,
  EMPTY,
  filled,
  runHandshake,
  STATIC_KEYS,
  utf8,
} from "./support.ts";

const PROTOCOL = "Noise_XXhfs+psk3_25519+MLKEM768_AESCBC_SHA256";
const PSK = filled(32, 0x77);
const PROLOGUE = utf8("prologue");

/** Every step of both sides of one handshake, its messages, and what came out. */
async function observe(secrets: boolean) {
  const steps: Record<Role, HandshakeStep[]> = { initiator: [], responder: [] };
  const observer = (role: Role) => ({
    observer: { secrets, step: (step: HandshakeStep) => void steps[role].push(step) },
  });
  const pair = createPair(PROTOCOL, {
    both: { preSharedKeys: [PSK], prologue: PROLOGUE },
    initiator: observer("initiator"),
    responder: observer("responder"),
  });
  const messages = await runHandshake(pair, (message) => utf8(`payload ${message}`));
  const handshakeHash = pair.initiator.handshakeHash;
  const transport = { initiator: pair.initiator.split(), responder: pair.responder.split() };
  return { steps, messages, handshakeHash, transport };
}

Deno.test("observer: start, every token and payload in the pattern's order, split", async () => {
  const { steps, handshakeHash } = await observe(false);
  for (const role of ["initiator", "responder"] as const) {
    const expected = parsePattern("XXhfs+psk3").messages.flatMap((tokens, message) => {
      const direction = (message % 2 === 0) === (role === "initiator") ? "write" : "read";
      return [...tokens, "payload"].map((token) => `${message} ${direction} ${token}`);
    });
    const actual = steps[role].map((step) => {
      if (step.kind === "start" || step.kind === "split") return step.kind;
      const what = step.kind === "token" ? step.token : step.kind;
      return `${step.message} ${step.direction} ${what}`;
    });
    assert.deepEqual(actual, ["start", ...expected, "split"]);
    assertBytes(steps[role].at(-1)?.handshakeHash ?? EMPTY, handshakeHash);

    const [start] = steps[role];
    assert.ok(start.kind === "start");
    assert.equal(start.role, role);
    assert.equal(start.protocolName, PROTOCOL);
    assertBytes(start.prologue, PROLOGUE);
  }
});

Deno.test("observer: the steps' bytes make up the messages, and both sides see the same", async () => {
  const { steps, messages } = await observe(true);
  for (const role of ["initiator", "responder"] as const) {
    for (const [index, message] of messages.entries()) {
      const parts = steps[role].flatMap((step) =>
        (step.kind === "token" || step.kind === "payload") && step.message === index
          ? [step.wire]
          : []
      );
      assertBytes(concat(...parts), message);
    }
  }
  const values: Record<string, string> = {};
  for (const [index, step] of steps.initiator.entries()) {
    const other = steps.responder[index];
    assertBytes(step.handshakeHash, other.handshakeHash);
    assert.equal(step.kind, other.kind);
    if (step.kind === "token" && other.kind === "token") {
      assert.deepEqual(step.value, other.value);
      assert.deepEqual(step.secrets, other.secrets);
      assert.equal(
        step.secrets?.mixed?.length,
        /^(ee|es|se|psk|ekem1)$/.test(step.token) ? 32 : undefined,
      );
      values[`${step.message} ${step.token}`] = toHex(step.value);
    } else if (step.kind === "payload" && other.kind === "payload") {
      assertBytes(step.value, utf8(`payload ${step.message}`));
      assertBytes(other.value, utf8(`payload ${step.message}`));
    }
  }
  assert.equal(values["0 e1"].length, 2 * 1184);
  assert.equal(values["1 ekem1"].length, 2 * 1088);
  assert.equal(values["1 s"], toHex(STATIC_KEYS.responder.publicKey));
  assert.equal(values["2 s"], toHex(STATIC_KEYS.initiator.publicKey));
});

Deno.test("observer: without asking for secrets there are none in any step", async () => {
  const { steps } = await observe(false);
  for (const step of [...steps.initiator, ...steps.responder]) {
    assert.ok(!("secrets" in step) && !("keys" in step), step.kind);
    for (const value of Object.values(step)) {
      if (!(value instanceof Uint8Array)) continue;
      for (
        const secret of [PSK, STATIC_KEYS.initiator.privateKey, STATIC_KEYS.responder.privateKey]
      ) {
        assert.ok(!toHex(value).includes(toHex(secret)));
      }
    }
  }
});

Deno.test("observer: the secrets are the real ones", async () => {
  const { steps, transport } = await observe(true);
  const psk = steps.responder.find((step) => step.kind === "token" && step.token === "psk");
  assert.ok(psk?.kind === "token");
  assertBytes(psk.secrets?.mixed ?? EMPTY, PSK);
  const split = steps.initiator.at(-1);
  assert.ok(split?.kind === "split" && split.keys !== undefined);
  assert.deepEqual(steps.responder.at(-1), split);

  const directions = [
    [split.keys.initiatorToResponder, transport.initiator[0], transport.responder[0]],
    [split.keys.responderToInitiator, transport.responder[1], transport.initiator[1]],
  ] as const;
  for (const [key, sender, receiver] of directions) {
    const eavesdropper = new CipherState(AESCBC);
    eavesdropper.initializeKey(key);
    const sealed = await sender.encryptWithAd(EMPTY, utf8("text"));
    assertBytes(await eavesdropper.decryptWithAd(EMPTY, sealed), utf8("text"));
    assertBytes(await receiver.decryptWithAd(EMPTY, sealed), utf8("text"));
  }
});

Deno.test("observer: what it is given are copies, which it may overwrite", async () => {
  const vandal = {
    secrets: true,
    step(step: HandshakeStep) {
      const overwrite = (value: unknown) => {
        if (value instanceof Uint8Array) value.fill(0xee);
        else if (typeof value === "object" && value !== null) {
          Object.values(value).forEach(overwrite);
        }
      };
      overwrite(step);
    },
  };
  const pair = createPair(PROTOCOL, {
    both: { preSharedKeys: [PSK] },
    initiator: { observer: vandal },
  });
  await runHandshake(pair, (message) => utf8(`payload ${message}`));
  assertBytes(pair.initiator.handshakeHash, pair.responder.handshakeHash);
  const [sender] = pair.initiator.split();
  const [receiver] = pair.responder.split();
  const sealed = await sender.encryptWithAd(EMPTY, utf8("text"));
  assertBytes(await receiver.decryptWithAd(EMPTY, sealed), utf8("text"));
  assertBytes(PSK, filled(32, 0x77));
});

Deno.test("observer: what it keeps stays as it was", async () => {
  const copies: string[] = [];
  const steps: HandshakeStep[] = [];
  const serialise = (step: HandshakeStep) =>
    JSON.stringify(step, (_, value) => value instanceof Uint8Array ? toHex(value) : value);
  const pair = createPair(PROTOCOL, {
    both: { preSharedKeys: [PSK] },
    responder: {
      observer: {
        secrets: true,
        step(step) {
          steps.push(step);
          copies.push(serialise(step));
        },
      },
    },
  });
  const messages = await runHandshake(pair);
  pair.responder.split();
  pair.responder.destroy();
  for (const message of messages) message.fill(0);
  assert.deepEqual(steps.map(serialise), copies);
});
