import { wordlist } from "npm:@scure/bip39@2.4.0/wordlists/english.js";
import { assertSize, concat, hex, X25519_SIZE } from "../crypto/mod.ts";

/** How many words two people compare. */
const SAFETY_WORD_COUNT = 12;

/** The list has 2,048 words. */
const BITS_PER_WORD = 11;

/**
 * How often the hash is repeated. It makes the search for two keys that give the same words on both
 * sides, 2^66 attempts by the birthday bound, 2^13 times as long, and costs about 2 milliseconds.
 */
const ITERATIONS = 8_192;

const SALT = new TextEncoder().encode("X25519-TCP-Chat safety words");

/**
 * Twelve words that two people compare once by voice (docs/PROTOCOL.md, "Safety words"): the same on
 * both sides, and the same for ever, if each has the other's key; different if an attacker sits in
 * between.
 *
 * @param one A static public key: 32 bytes.
 * @param other The other one; the order does not matter.
 * @returns Words of BIP-39's English list, joined by spaces.
 * @throws {RangeError} If a key has another size.
 */
export async function safetyWords(one: Uint8Array, other: Uint8Array): Promise<string> {
  assertSize("X25519 public key", one, X25519_SIZE);
  assertSize("X25519 public key", other, X25519_SIZE);
  const keys = hex(one) < hex(other) ? concat(one, other) : concat(other, one);
  const password = await crypto.subtle.importKey("raw", keys, "PBKDF2", false, ["deriveBits"]);
  const parameters = { name: "PBKDF2", hash: "SHA-256", salt: SALT, iterations: ITERATIONS };
  const size = Math.ceil(SAFETY_WORD_COUNT * BITS_PER_WORD / 8) * 8;
  const hash = new Uint8Array(await crypto.subtle.deriveBits(parameters, password, size));
  const bits = Array.from(hash, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return Array.from({ length: SAFETY_WORD_COUNT }, (_, index) => {
    const start = index * BITS_PER_WORD;
    return wordlist[Number.parseInt(bits.slice(start, start + BITS_PER_WORD), 2)];
  }).join(" ");
}
