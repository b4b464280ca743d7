import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chacha20poly1305 } from "npm:@noble/ciphers@2.4.0/chacha.js";
import { ml_kem768 } from "npm:@noble/post-quantum@0.7.1/ml-kem.js";
import { type MlKem768, x25519KeyPair } from "../../lib/crypto/mod.ts";
import { AuthenticationError } from "../../lib/errors.ts";
import {
  type CipherFunction,
  type CipherState,
  type HandshakeOptions,
  HandshakeState,
  type HandshakeStep,
  MAX_NONCE,
  type Role,
} from "../../lib/noise/mod.ts";
import { fromHex, sharedVectors, toHex } from "../support/vectors.ts";
import { EMPTY } from "./support.ts";
import { CACOPHONY, type NoiseVector } from "./vectors/cacophony.ts";

/** Noise §12.3, for the vectors alone: the nonce is 32 zero bits and then `n`, little-endian. */
const ChaChaPoly: CipherFunction = {
  name: "ChaChaPoly",
  ciphertextSize: (plaintextSize) => plaintextSize + 16,
  withKey(k) {
    const key = new Uint8Array(k);
    const nonce = (n: bigint) => {
      const bytes = new Uint8Array(12);
      new DataView(bytes.buffer).setBigUint64(4, n, true);
      return bytes;
    };
    return {
      encrypt: (n, ad, plaintext) => chacha20poly1305(key, nonce(n), ad).encrypt(plaintext),
      decrypt(n, ad, ciphertext) {
        try {
          return chacha20poly1305(key, nonce(n), ad).decrypt(ciphertext);
        } catch {
          throw new AuthenticationError("decrypt-failed", "the message could not be authenticated");
        }
      },
      rekey: () =>
        chacha20poly1305(key, nonce(MAX_NONCE), EMPTY).encrypt(new Uint8Array(32)).slice(0, 32),
      destroy: () => void key.fill(0),
    };
  },
};

async function vectorOptions(vector: NoiseVector, role: Role): Promise<HandshakeOptions> {
  const side = role === "initiator" ? "init" : "resp";
  const staticKey = vector[`${side}_static`];
  const remoteStaticKey = vector[`${side}_remote_static`];
  return {
    protocolName: vector.protocol_name,
    role,
    prologue: fromHex(vector[`${side}_prologue`]),
    preSharedKeys: (vector[`${side}_psks`] ?? []).map(fromHex),
    ...(staticKey && { staticKeyPair: await x25519KeyPair(fromHex(staticKey)) }),
    ...(remoteStaticKey && { remoteStaticKey: fromHex(remoteStaticKey) }),
    ...(vector.protocol_name.includes("ChaChaPoly") && { cipher: ChaChaPoly }),
    fixedEphemerals: { keyPair: await x25519KeyPair(fromHex(vector[`${side}_ephemeral`])) },
  };
}

/** Writes and reads every message of a vector; gives how many were handshake messages. */
async function runVector(vector: NoiseVector): Promise<number> {
  const initiator = new HandshakeState(await vectorOptions(vector, "initiator"));
  const responder = new HandshakeState(await vectorOptions(vector, "responder"));
  let transport: { initiator: CipherState[]; responder: CipherState[] } | undefined;
  let handshakeMessages = 0;
  for (const [index, { payload, ciphertext }] of vector.messages.entries()) {
    const what = `${vector.protocol_name}, message ${index}`;
    const fromInitiator = index % 2 === 0;
    if (initiator.isComplete && responder.isComplete) {
      assert.equal(toHex(initiator.handshakeHash), vector.handshake_hash, what);
      assert.equal(toHex(responder.handshakeHash), vector.handshake_hash, what);
      transport = { initiator: initiator.split(), responder: responder.split() };
    }
    if (transport === undefined) {
      const [writer, reader] = fromInitiator ? [initiator, responder] : [responder, initiator];
      assert.equal(toHex(await writer.writeMessage(fromHex(payload))), ciphertext, what);
      assert.equal(toHex(await reader.readMessage(fromHex(ciphertext))), payload, what);
      handshakeMessages++;
    } else {
      const direction = fromInitiator ? 0 : 1;
      const [sender, receiver] = fromInitiator
        ? [transport.initiator[direction], transport.responder[direction]]
        : [transport.responder[direction], transport.initiator[direction]];
      const sealed = await sender.encryptWithAd(EMPTY, fromHex(payload));
      assert.equal(toHex(sealed), ciphertext, what);
      assert.equal(toHex(await receiver.decryptWithAd(EMPTY, fromHex(ciphertext))), payload, what);
    }
  }
  assert.ok(transport !== undefined, `${vector.protocol_name} ends before its transport messages`);
  return handshakeMessages;
}

for (const vector of CACOPHONY) {
  Deno.test(`cacophony, kept here: ${vector.protocol_name}`, async () => {
    assert.equal(await runVector(vector), /_X/.test(vector.protocol_name) ? 3 : 2);
    assert.equal(vector.messages.length, 6);
  });
}

sharedVectors<{ vectors: readonly NoiseVector[] }>("noise_cacophony").test(
  "cacophony, all of ../shared/vectors/noise_cacophony.json",
  async ({ vectors }) => {
    const patterns = ["NN", "NK", "XK", "IK", "XX", "NNpsk0", "XKpsk3", "XXpsk3"];
    const expected = patterns.flatMap((pattern) =>
      ["AESGCM", "ChaChaPoly"].map((cipher) => `Noise_${pattern}_25519_${cipher}_SHA256`)
    );
    assert.deepEqual(
      vectors.map((vector) => vector.protocol_name).toSorted(),
      expected.toSorted(),
    );
    let count = 0;
    for (const vector of vectors) {
      const messages = await runVector(vector);
      assert.equal(messages, /_X/.test(vector.protocol_name) ? 3 : 2, vector.protocol_name);
      count++;
    }
    assert.equal(count, vectors.length);
  },
);

interface HybridVector {
  readonly protocol_name: string;
  readonly init_static: string;
  readonly resp_static: string;
  readonly init_ephemeral: string;
  readonly resp_ephemeral: string;
  readonly init_kem_seed: string;
  readonly encapsulation_m: string;
  readonly message_1_bytes: number;
  readonly message_1_sha256: string;
  readonly message_2_bytes: number;
  readonly message_2_sha256: string;
  readonly message_3: string;
  readonly handshake_hash: string;
  readonly initiator_to_responder_k: string;
  readonly responder_to_initiator_k: string;
}

/** ML-KEM-768 that encapsulates with a given message `m` instead of a random one. */
function deterministicKem(m: Uint8Array): MlKem768 {
  return {
    generateKeyPair(seed) {
      const { publicKey, secretKey } = ml_kem768.keygen(seed);
      return Promise.resolve({
        publicKey,
        decapsulate: (ciphertext) => Promise.resolve(ml_kem768.decapsulate(ciphertext, secretKey)),
      });
    },
    encapsulate(publicKey) {
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, m);
      return Promise.resolve({ ciphertext: cipherText, sharedSecret });
    },
  };
}

const sha256Hex = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

sharedVectors<HybridVector>("noise_hfs_mlkem768").test(
  "the hybrid vector of ../shared/vectors/noise_hfs_mlkem768.json",
  async (vector) => {
    const kem = deterministicKem(fromHex(vector.encapsulation_m));
    const splits: HandshakeStep[] = [];
    const create = async (role: Role, staticKey: string, ephemeral: string) =>
      new HandshakeState({
        protocolName: vector.protocol_name,
        role,
        cipher: ChaChaPoly,
        kem,
        staticKeyPair: await x25519KeyPair(fromHex(staticKey)),
        fixedEphemerals: {
          keyPair: await x25519KeyPair(fromHex(ephemeral)),
          kemSeed: fromHex(vector.init_kem_seed),
        },
        observer: {
          secrets: true,
          step: (step) => void (step.kind === "split" && splits.push(step)),
        },
      });
    const initiator = await create("initiator", vector.init_static, vector.init_ephemeral);
    const responder = await create("responder", vector.resp_static, vector.resp_ephemeral);

    const first = await initiator.writeMessage();
    assert.equal(first.length, vector.message_1_bytes);
    assert.equal(sha256Hex(first), vector.message_1_sha256);
    assert.equal((await responder.readMessage(first)).length, 0);

    const second = await responder.writeMessage();
    assert.equal(second.length, vector.message_2_bytes);
    assert.equal(sha256Hex(second), vector.message_2_sha256);
    assert.equal((await initiator.readMessage(second)).length, 0);

    const third = await initiator.writeMessage();
    assert.equal(toHex(third), vector.message_3);
    assert.equal((await responder.readMessage(third)).length, 0);

    for (const side of [initiator, responder]) {
      assert.equal(toHex(side.handshakeHash), vector.handshake_hash);
      side.split();
    }
    assert.equal(splits.length, 2);
    for (const step of splits) {
      assert.ok(step.kind === "split" && step.keys !== undefined);
      assert.equal(toHex(step.keys.initiatorToResponder), vector.initiator_to_responder_k);
      assert.equal(toHex(step.keys.responderToInitiator), vector.responder_to_initiator_k);
    }
  },
);
