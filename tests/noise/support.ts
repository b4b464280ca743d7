/**
 * What the tests of the Noise engine share: fixed key pairs, pairs of handshakes, bytes to compare.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createCipheriv } from "node:crypto";
import { concat, type X25519KeyPair, x25519KeyPair } from "../../lib/crypto/mod.ts";
import { UsageError } from "../../lib/errors.ts";
import {
  type CipherState,
  type HandshakeOptions,
  HandshakeState,
  parsePattern,
  parseProtocolName,
} from "../../lib/noise/mod.ts";

/** No bytes. */
export const EMPTY = new Uint8Array(0);

/** The four protocols that a server without a pre-shared key speaks. */
export const CHAT_PROTOCOLS = [
  "Noise_XXhfs_25519+MLKEM768_AESCBC_SHA256",
  "Noise_XXhfs_25519+MLKEM768_AESGCM_SHA256",
  "Noise_XX_25519_AESCBC_SHA256",
  "Noise_XX_25519_AESGCM_SHA256",
] as const;

/** UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** So many equal bytes. */
export function filled(length: number, value: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(length).fill(value);
}

/** A copy with one byte changed by exclusive or. */
export function flipped(
  bytes: Uint8Array,
  position: number,
  mask = 1,
): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy[position] ^= mask;
  return copy;
}

/**
 * AES-256-CBC with PKCS #7 padding, written out: some versions of Deno's `node:crypto` leave the
 * padding away after a whole number of blocks.
 */
export function aes256Cbc(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const padding = 16 - plaintext.length % 16;
  const cipher = createCipheriv("aes-256-cbc", key, iv).setAutoPadding(false);
  return concat(cipher.update(concat(plaintext, filled(padding, padding))), cipher.final());
}

/** Asserts that two byte strings are equal, whatever views they are. */
export function assertBytes(actual: Uint8Array, expected: Uint8Array, message?: string): void {
  assert.deepEqual(new Uint8Array(actual), new Uint8Array(expected), message);
}

/** The static keys of the two sides of every test. */
export const STATIC_KEYS: Readonly<Record<"initiator" | "responder", X25519KeyPair>> = {
  initiator: await x25519KeyPair(filled(32, 0x11)),
  responder: await x25519KeyPair(filled(32, 0x12)),
};

/** Two sides of one handshake. */
export interface Pair {
  readonly initiator: HandshakeState;
  readonly responder: HandshakeState;
}

/** Both sides of a protocol, each with the keys that its pattern asks for. */
export function createPair(
  protocolName: string,
  options: {
    readonly both?: Partial<HandshakeOptions>;
    readonly initiator?: Partial<HandshakeOptions>;
    readonly responder?: Partial<HandshakeOptions>;
  } = {},
): Pair {
  const pattern = parsePattern(parseProtocolName(protocolName).pattern);
  const pskCount = pattern.messages.flat().filter((token) => token === "psk").length;
  const preSharedKeys = Array.from({ length: pskCount }, (_, index) => filled(32, 0x50 + index));
  const knows = (preMessage: readonly string[], publicKey: Uint8Array) =>
    preMessage.length === 0 ? {} : { remoteStaticKey: publicKey };
  return {
    initiator: new HandshakeState({
      protocolName,
      role: "initiator",
      preSharedKeys,
      staticKeyPair: STATIC_KEYS.initiator,
      ...knows(pattern.responderPreMessage, STATIC_KEYS.responder.publicKey),
      ...options.both,
      ...options.initiator,
    }),
    responder: new HandshakeState({
      protocolName,
      role: "responder",
      preSharedKeys,
      staticKeyPair: STATIC_KEYS.responder,
      ...knows(pattern.initiatorPreMessage, STATIC_KEYS.initiator.publicKey),
      ...options.both,
      ...options.responder,
    }),
  };
}

/** Runs both sides to the end and asserts that payloads arrive; gives the messages. */
export async function runHandshake(
  { initiator, responder }: Pair,
  payload: (message: number) => Uint8Array = () => EMPTY,
): Promise<Uint8Array[]> {
  const messages: Uint8Array[] = [];
  while (!initiator.isComplete) {
    const [writer, reader] = messages.length % 2 === 0
      ? [initiator, responder]
      : [responder, initiator];
    assert.ok(writer.isMyTurn && !reader.isMyTurn);
    const sent = payload(messages.length);
    const message = await writer.writeMessage(sent);
    assertBytes(await reader.readMessage(message), sent);
    messages.push(message);
  }
  assert.ok(responder.isComplete);
  return messages;
}

/** A pair of states in the middle of a handshake, and the message that `reader` is to read next. */
export interface Halfway {
  readonly writer: HandshakeState;
  readonly reader: HandshakeState;
  readonly message: Uint8Array;
}

/** Runs both sides up to message `index`, which is written but not read yet. */
export async function runUntil(
  { initiator, responder }: Pair,
  index: number,
  payload: (message: number) => Uint8Array = () => EMPTY,
): Promise<Halfway> {
  let writer = initiator;
  let reader = responder;
  for (let current = 0; current < index; current++) {
    await reader.readMessage(await writer.writeMessage(payload(current)));
    [writer, reader] = [reader, writer];
  }
  return { writer, reader, message: await writer.writeMessage(payload(index)) };
}

/** Sends through a pair of transport states and asserts that the bytes arrive. */
export async function assertTransports(
  sender: CipherState,
  receiver: CipherState,
  plaintext: Uint8Array,
): Promise<void> {
  const ciphertext = await sender.encryptWithAd(EMPTY, plaintext);
  assert.notDeepEqual(ciphertext, plaintext);
  assertBytes(await receiver.decryptWithAd(EMPTY, ciphertext), plaintext);
}

/** The error that a promise rejects with; fails if it does not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  return assert.fail("nothing was thrown");
}

/** Asserts that a handshake has ended without success, so that nothing works any more. */
export async function assertOver(side: HandshakeState): Promise<void> {
  assert.equal(side.isMyTurn, false);
  assert.equal(side.isComplete, false);
  await assert.rejects(side.writeMessage(), UsageError);
  await assert.rejects(side.readMessage(filled(200, 1)), UsageError);
  assert.throws(() => side.split(), UsageError);
}
