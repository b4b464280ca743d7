import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { concat, isCanonicalX25519 } from "../../lib/crypto/mod.ts";
import { AuthenticationError, ProtocolError, UsageError } from "../../lib/errors.ts";
import {
  AESCBC,
  AESGCM,
  HandshakeState,
  type HandshakeStep,
  parsePattern,
  parseProtocolName,
} from "../../lib/noise/mod.ts";
import { fromHex, toHex } from "../support/vectors.ts";
import {
  assertBytes,
  assertOver,
  CHAT_PROTOCOLS,
  createPair,
  EMPTY,
  filled,
  flipped,
  type Pair,
  rejection,
  runUntil,
  STATIC_KEYS,
  utf8,
} from "./support.ts";

const payload = (message: number) => utf8(`payload ${message}`);

/** Keys of low order, reduced and not, and one with the bit set that X25519 ignores. */
const LOW_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000080",
].map(fromHex);

const isLowOrder = (error: unknown) =>
  error instanceof AuthenticationError && error.code === "low-order-point";

/** Asserts that an error is one that a peer may cause. */
function assertPeerError(error: unknown, what: string): void {
  assert.ok(
    error instanceof AuthenticationError || error instanceof ProtocolError,
    `${what}: ${error}`,
  );
}

/** Lengths of the fields of each message: what its tokens send, and then the payload. */
async function fieldsOf(protocolName: string): Promise<number[][]> {
  const fields: number[][] = [[], [], []];
  const step = (step: HandshakeStep) => {
    if (step.kind === "token" || step.kind === "payload") {
      if (step.wire.length > 0) fields[step.message].push(step.wire.length);
    }
  };
  const observer = { secrets: false, step };
  const pair = createPair(protocolName, { initiator: { observer } });
  const { reader, message } = await runUntil(pair, 2, payload);
  await reader.readMessage(message);
  return fields;
}

/** Every position of small fields; of the KEM's, the edges and some in between. */
function positionsIn(fields: readonly number[]): number[] {
  const positions: number[] = [];
  let start = 0;
  for (const size of fields) {
    for (let offset = 0; offset < size; offset++) {
      const isEdge = offset < 18 || offset >= size - 50;
      if (size < 1000 || isEdge || offset % 149 === 0) positions.push(start + offset);
    }
    start += size;
  }
  return positions;
}

/** Reads a changed message and goes on; gives the message whose reading or answering failed. */
async function failsAt(pair: Pair, index: number, change: (message: Uint8Array) => Uint8Array) {
  let { reader, writer, message } = await runUntil(pair, index, payload);
  message = change(message);
  for (let current = index;; current++) {
    try {
      await reader.readMessage(message);
    } catch (error) {
      return { at: current, error, side: reader };
    }
    if (reader.isComplete) return assert.fail("the handshake succeeded");
    [reader, writer] = [writer, reader];
    try {
      message = await writer.writeMessage(payload(current + 1));
    } catch (error) {
      return { at: current, error, side: writer };
    }
  }
}

for (const protocolName of CHAT_PROTOCOLS) {
  const test = (name: string, body: () => Promise<void>) =>
    Deno.test(`${protocolName}: ${name}`, body);
  const create = () => createPair(protocolName);

  test("a byte changed anywhere is noticed by the next tag", async () => {
    const fields = await fieldsOf(protocolName);
    for (const [index, sizes] of fields.entries()) {
      for (const position of positionsIn(sizes)) {
        const what = `message ${index}, byte ${position}`;
        const { at, error, side } = await failsAt(
          create(),
          index,
          (message) => flipped(message, position, 1 << position % 8),
        );
        assertPeerError(error, what);
        if (index === 0) {
          // Nothing in it has a tag: the reader may refuse a KEM key, else message 1 fails.
          assert.ok(at === 1 || error instanceof ProtocolError, what);
          assert.ok(at <= 1, what);
        } else {
          assert.equal(at, index, what);
        }
        await assertOver(side);
      }
    }
  });

  test("the top bit of an ephemeral key is no hiding place, though X25519 ignores it", async () => {
    for (const index of [0, 1]) {
      const { at, error } = await failsAt(create(), index, (bytes) => flipped(bytes, 31, 0x80));
      assert.equal(at, 1);
      assert.ok(error instanceof AuthenticationError);
    }
  });

  test("cut, longer, and random messages cause errors that name the peer, no others", async () => {
    for (const index of [0, 1, 2]) {
      const refused = async (what: string, change: (message: Uint8Array) => Uint8Array) => {
        const { error, side } = await failsAt(create(), index, change);
        assertPeerError(error, what);
        await assertOver(side);
      };
      const cut = fc.nat(1500);
      await fc.assert(
        fc.asyncProperty(
          cut,
          (size) =>
            refused(`cut to ${size}`, (message) => message.subarray(0, size % message.length)),
        ),
        { numRuns: 40 },
      );
      const more = fc.uint8Array({ minLength: 1, maxLength: 100 });
      await fc.assert(
        fc.asyncProperty(more, (bytes) => refused("longer", (message) => concat(message, bytes))),
        { numRuns: 20 },
      );
      const random = fc.uint8Array({ maxLength: 1500, size: "max" });
      await fc.assert(
        fc.asyncProperty(random, (bytes) => refused("random", () => bytes)),
        { numRuns: 40 },
      );
      const spliced = fc.tuple(fc.nat(1400), fc.nat(100), fc.uint8Array({ maxLength: 100 }));
      await fc.assert(
        fc.asyncProperty(spliced, ([start, length, bytes]) =>
          refused("spliced", (message) => {
            const from = start % message.length;
            const changed = concat(
              message.subarray(0, from),
              bytes,
              message.subarray(from + length),
            );
            return toHex(changed) === toHex(message) ? flipped(message, from) : changed;
          })),
        { numRuns: 40 },
      );
    }
  });

  test("an ephemeral key of low order is refused, whoever sends it", async () => {
    for (const key of LOW_ORDER) {
      const { responder } = create();
      const hybrid = parsePattern(parseProtocolName(protocolName).pattern).messages[0].includes(
        "e1",
      );
      const { message } = await runUntil(create(), 0);
      await responder.readMessage(concat(key, hybrid ? message.subarray(32) : EMPTY));
      await assert.rejects(responder.writeMessage(), isLowOrder);
      await assertOver(responder);

      const { at, error, side } = await failsAt(
        create(),
        1,
        (bytes) => concat(key, bytes.subarray(32)),
      );
      assert.equal(at, 1);
      assert.ok(isLowOrder(error));
      await assertOver(side);
    }
  });

  test("a static key of low order is refused, whoever sends it", async () => {
    for (const publicKey of LOW_ORDER) {
      for (const [index, role] of [[1, "responder"], [2, "initiator"]] as const) {
        const staticKeyPair = { privateKey: STATIC_KEYS[role].privateKey, publicKey };
        const pair = createPair(protocolName, { [role]: { staticKeyPair } });
        const { reader, message } = await runUntil(pair, index);
        await assert.rejects(reader.readMessage(message), isLowOrder);
        await assertOver(reader);
      }
    }
  });

  test("another prologue fails at the first tag", async () => {
    for (const prologue of [EMPTY, utf8("Prologue"), utf8("prologue ")]) {
      const pair = createPair(protocolName, {
        initiator: { prologue: utf8("prologue") },
        responder: { prologue },
      });
      const { at, error } = await failsAt(pair, 0, (message) => message);
      assert.equal(at, 1);
      assert.ok(error instanceof AuthenticationError);
    }
  });

  test("messages of another run do not fit, nor do a side's own", async () => {
    for (const index of [1, 2]) {
      const other = await runUntil(create(), index, payload);
      const { at, error } = await failsAt(create(), index, () => other.message);
      assert.equal(at, index);
      assert.ok(error instanceof AuthenticationError);
    }
    const { initiator } = create();
    const own = await initiator.writeMessage(filled(2000, 1));
    await assert.rejects(initiator.readMessage(own), AuthenticationError);
    await assertOver(initiator);
  });

  test("errors and their causes hold no key", async () => {
    const secrets: Uint8Array[] = [
      STATIC_KEYS.initiator.privateKey,
      STATIC_KEYS.responder.privateKey,
    ];
    const observer = {
      secrets: true,
      step: (step: HandshakeStep) => {
        if (step.kind === "split") return;
        if ("secrets" in step && step.secrets !== undefined) {
          secrets.push(step.secrets.chainingKey);
          if (step.secrets.mixed) secrets.push(step.secrets.mixed);
        }
      },
    };
    const errors: unknown[] = [];
    for (const index of [0, 1, 2]) {
      for (
        const change of [
          (message: Uint8Array) => flipped(message, message.length - 1),
          (message: Uint8Array) => message.subarray(0, 20),
          (message: Uint8Array) => concat(new Uint8Array(32), message.subarray(32)),
          (message: Uint8Array) => filled(message.length, 0xff),
        ]
      ) {
        const pair = createPair(protocolName, { both: { observer } });
        const { error, side } = await failsAt(pair, index, change);
        errors.push(error, await rejection(side.writeMessage()));
      }
    }
    assert.ok(secrets.length > 20);
    for (const error of errors) {
      assert.ok(error instanceof Error);
      const shown = [
        Deno.inspect(error, { depth: 10, iterableLimit: 10_000, colors: false, showHidden: true }),
        JSON.stringify({ ...error }),
        String(error.stack),
      ].join("\n");
      for (const secret of secrets) {
        assert.ok(!shown.toLowerCase().includes(toHex(secret.subarray(0, 8))));
        assert.ok(!shown.replace(/\s+/g, "").includes(secret.subarray(0, 8).join()));
      }
    }
  });
}

for (const cipher of [AESCBC, AESGCM]) {
  Deno.test(`XXpsk3 and XXhfs+psk3, ${cipher.name}: a wrong pre-shared key fails at the last message`, async () => {
    for (
      const name of [
        `Noise_XXpsk3_25519_${cipher.name}_SHA256`,
        `Noise_XXhfs+psk3_25519+MLKEM768_${cipher.name}_SHA256`,
      ]
    ) {
      const pair = createPair(name, {
        initiator: { preSharedKeys: [filled(32, 1)] },
        responder: { preSharedKeys: [flipped(filled(32, 1), 31, 0x80)] },
      });
      const { at, error, side } = await failsAt(pair, 0, (message) => message);
      assert.equal(at, 2);
      assert.ok(error instanceof AuthenticationError);
      await assertOver(side);
    }
  });

  Deno.test(`NNpsk0, ${cipher.name}: a wrong pre-shared key fails at once`, async () => {
    const pair = createPair(`Noise_NNpsk0_25519_${cipher.name}_SHA256`, {
      initiator: { preSharedKeys: [filled(32, 1)] },
      responder: { preSharedKeys: [filled(32, 2)] },
    });
    const { at, error } = await failsAt(pair, 0, (message) => message);
    assert.equal(at, 0);
    assert.ok(error instanceof AuthenticationError);
  });
}

Deno.test("two sides that name different protocols fail, however alike their messages are", async () => {
  const pairs = [
    ["Noise_XX_25519_AESGCM_SHA256", "Noise_XX_25519_AESCBC_SHA256"],
    ["Noise_XX_25519_AESGCM_SHA256", "Noise_X1X_25519_AESGCM_SHA256"],
    ["Noise_XX_25519_AESGCM_SHA256", "Noise_XXpsk3_25519_AESGCM_SHA256"],
    ["Noise_XX_25519_AESCBC_SHA256", "Noise_XXhfs_25519+MLKEM768_AESCBC_SHA256"],
    ["Noise_XXhfs_25519+MLKEM768_AESCBC_SHA256", "Noise_XX_25519_AESCBC_SHA256"],
    ["Noise_XXhfs_25519+MLKEM768_AESCBC_SHA256", "Noise_XXhfs_25519+MLKEM768_AESGCM_SHA256"],
    [
      "Noise_XXhfs+psk3_25519+MLKEM768_AESCBC_SHA256",
      "Noise_XXpsk3+hfs_25519+MLKEM768_AESCBC_SHA256",
    ],
  ];
  for (const [first, second] of pairs) {
    const mixed = {
      initiator: createPair(first).initiator,
      responder: createPair(second).responder,
    };
    const { at, error } = await failsAt(mixed, 0, (message) => message);
    assertPeerError(error, `${first} and ${second}`);
    assert.ok(at <= 1, `${first} and ${second}`);
  }
});

Deno.test("a remote static key of low order, known beforehand, is refused", async () => {
  for (const remoteStaticKey of LOW_ORDER.filter(isCanonicalX25519)) {
    const initiator = new HandshakeState({
      protocolName: "Noise_NK_25519_AESGCM_SHA256",
      role: "initiator",
      remoteStaticKey,
    });
    await assert.rejects(initiator.writeMessage(), isLowOrder);
    await assertOver(initiator);
  }
});

Deno.test("a KEM key that is not one is a ProtocolError", async () => {
  const { initiator, responder } = createPair("Noise_XXhfs_25519+MLKEM768_AESCBC_SHA256");
  const message = await initiator.writeMessage();
  // Every coefficient is 4095, and q is 3329 (FIPS 203 §7.2, the modulus check).
  await responder.readMessage(concat(message.subarray(0, 32), filled(1184, 0xff)));
  await assert.rejects(responder.writeMessage(), ProtocolError);
  await assertOver(responder);
});

Deno.test("a failed read tells nothing but the code and the sentence of its kind", async () => {
  const { reader, message } = await runUntil(createPair(CHAT_PROTOCOLS[2]), 1);
  const error = await rejection(reader.readMessage(flipped(message, message.length - 1)));
  assert.ok(error instanceof AuthenticationError && !(error instanceof UsageError));
  assert.equal(error.code, "decrypt-failed");
  assert.equal(error.message, "the message could not be authenticated");
  assertBytes(reader.remoteStaticKey ?? EMPTY, STATIC_KEYS.responder.publicKey);
});
