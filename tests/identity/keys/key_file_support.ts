/**
 * What several tests of key files share.
 *
 * @module
 */
import assert from "node:assert/strict";
import { type X25519KeyPair, x25519KeyPair } from "../../../lib/crypto/mod.ts";
import { UsageError, type UsageErrorCode } from "../../../lib/errors.ts";
import {
  KeyFormatError,
  type KeyFormatProblem,
} from "../../../lib/identity/keys/key_format_error.ts";
import { parseKeyFile } from "../../../lib/identity/keys/key_file.ts";
import { errorOf } from "../../crypto/support.ts";
import { KEY_EXCHANGE } from "../../crypto/vectors/x25519.ts";
import { fromHex } from "../../support/vectors.ts";

/** What every file is called here. */
export const NAME = "some/identity.pem";

/** Alice's key pair of RFC 7748 §6.1. */
export const ALICE: X25519KeyPair = await x25519KeyPair(fromHex(KEY_EXCHANGE.alicePrivate));

/** The same in a file, unencrypted. */
export const ALICE_FILE = `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VuBCIEIHcHbQpzGKV9PBbBclGyZkXfTC+H68CZKrF3+6UduSwq
-----END PRIVATE KEY-----
`;

/** One that has more than ASCII in it. */
export const PASSPHRASE = "Grüße, 世界";

/** How it is said that a passphrase is wrong, and that a key is of another kind. */
export const WRONG = "does not open with this passphrase";
export const NEEDS = "this program needs an X25519 private key";

/** The key pair in a text. */
export async function open(text: string, passphrase?: string): Promise<X25519KeyPair> {
  return await (await parseKeyFile(text, NAME)).open(passphrase);
}

/** A PEM file around bytes, however wrong they are. */
export function pem(label: string, bytes: Uint8Array): string {
  const body = btoa(String.fromCharCode(...bytes)).replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
}

/** The bytes in a PEM file that is in order. */
export function unpem(text: string): Uint8Array {
  const base64 = text.split("\n").filter((line) => line !== "" && !line.startsWith("-")).join("");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/**
 * Fails unless `action` ends in a sentence about the file.
 *
 * @param message The sentence behind the file's name, or a part of it.
 */
export async function assertRefused(
  action: () => unknown,
  message: string | RegExp,
  code: UsageErrorCode = "bad-file",
): Promise<void> {
  const error = await errorOf(async () => await action());
  assertSentence(error, code);
  if (typeof message === "string") assert.equal(error.message, `${NAME} ${message}`);
  else assert.match(error.message, message);
}

/** Fails unless an error is one plain sentence about the file, and no more. */
export function assertSentence(error: Error, code?: UsageErrorCode): asserts error is UsageError {
  assert(error instanceof UsageError, `${error.name}: ${error.stack}`);
  if (code !== undefined) assert.equal(error.code, code, error.message);
  assert(error.code === "bad-file" || error.code === "wrong-passphrase", error.code);
  assert(error.message.startsWith(`${NAME} `), error.message);
  assert.match(error.message, /^[\x20-\x7e…]{1,200}$/);
  assert.equal(error.cause, undefined);
}

/** Fails unless `action` ends in a problem that a decoder has found. */
export async function assertProblem(
  action: () => unknown,
  problem: KeyFormatProblem,
  message: string | RegExp,
): Promise<void> {
  const error = await errorOf(async () => await action());
  assert(error instanceof KeyFormatError, `${error.name}: ${error.stack}`);
  assert.equal(error.problem, problem, error.message);
  if (typeof message === "string") assert.equal(error.message, message);
  else assert.match(error.message, message);
}
