import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { x25519 } from "npm:@noble/curves@2.4.0/ed25519.js";
import { ml_kem768 } from "npm:@noble/post-quantum@0.7.1/ml-kem.js";
import { concat, type MlKem768 } from "../../lib/crypto/mod.ts";
import { aescbc, HandshakeState, type HandshakeStep, type Role } from "../../lib/noise/mod.ts";
import { aes256Cbc, assertBytes, EMPTY, filled, utf8 } from "./support.ts";

const PROTOCOL = "Noise_XXhfs+psk3_25519+MLKEM768_AESCBC_SHA256";
const PROLOGUE = utf8("prologue");
const PSK = filled(32, 0x77);
const KEM_SEED = filled(64, 0x15);
const KEM_M = filled(32, 0x16);
const IV = filled(16, 0x99);
const keys = (value: number) => ({
  privateKey: filled(32, value),
  publicKey: x25519.getPublicKey(filled(32, value)),
});
const INITIATOR = { s: keys(0x11), e: keys(0x13) };
const RESPONDER = { s: keys(0x12), e: keys(0x14) };

const hash = (...parts: Uint8Array[]): Uint8Array =>
  createHash("sha256").update(concat(...parts)).digest();
const hmac = (key: Uint8Array, ...parts: Uint8Array[]): Uint8Array =>
  createHmac("sha256", key).update(concat(...parts)).digest();

/** The whole handshake from the specifications alone, with nothing of the engine in it. */
function recompute() {
  let h = hash(utf8(PROTOCOL));
  let ck = h;
  let k: Uint8Array = EMPTY;
  let n = 0;
  const mixHash = (data: Uint8Array) => void (h = hash(h, data));
  const hkdf = (input: Uint8Array) => {
    const temporary = hmac(ck, input);
    const first = hmac(temporary, Uint8Array.of(1));
    const second = hmac(temporary, first, Uint8Array.of(2));
    return [first, second, hmac(temporary, second, Uint8Array.of(3))];
  };
  const mixKey = (input: Uint8Array) => {
    [ck, k] = hkdf(input);
    n = 0;
  };
  const encryptAndHash = (plaintext: Uint8Array) => {
    if (k.length === 0) {
      mixHash(plaintext);
      return plaintext;
    }
    const info = utf8("X25519-TCP-Chat AESCBC keys");
    const macKey = hmac(k, info, Uint8Array.of(1));
    const encryptionKey = hmac(k, macKey, info, Uint8Array.of(2));
    const ciphertext = aes256Cbc(encryptionKey, IV, plaintext);
    const ad = concat(new Uint8Array(7), Uint8Array.of(n++), h);
    const adBits = concat(new Uint8Array(6), Uint8Array.of(1, 0x40)); // 40 bytes are 0x140 bits.
    const sealed = concat(IV, ciphertext, hmac(macKey, ad, IV, ciphertext, adBits));
    mixHash(sealed);
    return sealed;
  };
  const dh = (own: { privateKey: Uint8Array }, remote: { publicKey: Uint8Array }) =>
    x25519.getSharedSecret(own.privateKey, remote.publicKey);
  const sendEphemeral = (publicKey: Uint8Array) => {
    mixHash(publicKey);
    mixKey(publicKey); // Noise §9.2: there is a pre-shared key in this handshake.
    return publicKey;
  };

  mixHash(PROLOGUE);

  const kem = ml_kem768.keygen(KEM_SEED);
  const e = sendEphemeral(INITIATOR.e.publicKey);
  const e1 = encryptAndHash(kem.publicKey);
  const first = concat(e, e1, encryptAndHash(utf8("payload 0")));

  const re = sendEphemeral(RESPONDER.e.publicKey);
  mixKey(dh(INITIATOR.e, RESPONDER.e));
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(kem.publicKey, KEM_M);
  const ekem1 = encryptAndHash(cipherText);
  mixKey(sharedSecret);
  const rs = encryptAndHash(RESPONDER.s.publicKey);
  mixKey(dh(INITIATOR.e, RESPONDER.s));
  const second = concat(re, ekem1, rs, encryptAndHash(utf8("payload 1")));

  const s = encryptAndHash(INITIATOR.s.publicKey);
  mixKey(dh(RESPONDER.e, INITIATOR.s));
  const [pskCk, pskHash, pskKey] = hkdf(PSK);
  ck = pskCk;
  mixHash(pskHash);
  k = pskKey;
  n = 0;
  const third = concat(s, encryptAndHash(utf8("payload 2")));

  const [initiatorToResponder, responderToInitiator] = hkdf(EMPTY);
  return { messages: [first, second, third], h, initiatorToResponder, responderToInitiator };
}

Deno.test(`${PROTOCOL}: every byte of the handshake, recomputed`, async () => {
  const kem: MlKem768 = {
    generateKeyPair(seed) {
      const { publicKey, secretKey } = ml_kem768.keygen(seed);
      return Promise.resolve({
        publicKey,
        decapsulate: (ciphertext) => Promise.resolve(ml_kem768.decapsulate(ciphertext, secretKey)),
      });
    },
    encapsulate(publicKey) {
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, KEM_M);
      return Promise.resolve({ ciphertext: cipherText, sharedSecret });
    },
  };
  const splits: HandshakeStep[] = [];
  const create = (role: Role, { s, e }: typeof INITIATOR) =>
    new HandshakeState({
      protocolName: PROTOCOL,
      role,
      kem,
      cipher: aescbc(() => IV),
      prologue: PROLOGUE,
      preSharedKeys: [PSK],
      staticKeyPair: s,
      fixedEphemerals: { keyPair: e, kemSeed: KEM_SEED },
      observer: {
        secrets: true,
        step: (step) => void (step.kind === "split" && splits.push(step)),
      },
    });
  const initiator = create("initiator", INITIATOR);
  const responder = create("responder", RESPONDER);
  const expected = recompute();
  assert.deepEqual(expected.messages.map((message) => message.length), [1344, 1344, 160]);

  let [writer, reader] = [initiator, responder];
  for (const [index, message] of expected.messages.entries()) {
    assertBytes(await writer.writeMessage(utf8(`payload ${index}`)), message, `message ${index}`);
    assertBytes(await reader.readMessage(message), utf8(`payload ${index}`));
    [writer, reader] = [reader, writer];
  }
  for (const side of [initiator, responder]) {
    assertBytes(side.handshakeHash, expected.h);
    side.split();
  }
  assert.equal(splits.length, 2);
  for (const step of splits) {
    assert.ok(step.kind === "split" && step.keys !== undefined);
    assertBytes(step.keys.initiatorToResponder, expected.initiatorToResponder);
    assertBytes(step.keys.responderToInitiator, expected.responderToInitiator);
  }
});
