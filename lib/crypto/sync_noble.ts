import { cbc, gcm } from "npm:@noble/ciphers@2.4.0/aes.js";
import { hkdf } from "npm:@noble/hashes@2.4.0/hkdf.js";
import { hmac } from "npm:@noble/hashes@2.4.0/hmac.js";
import { sha256, sha384, sha512 } from "npm:@noble/hashes@2.4.0/sha2.js";
import { concat } from "./bytes.ts";
import type { SyncFunctions } from "./sync_functions.ts";

const HASHES = { "SHA-256": sha256, "SHA-384": sha384, "SHA-512": sha512 } as const;

/** The synchronous primitives in JavaScript, for platforms without `node:crypto`. */
export function nobleFunctions(): SyncFunctions {
  return {
    sha256: (...parts) => sha256(concat(...parts)),
    publicHash: (name, ...parts) => HASHES[name](concat(...parts)),
    startHash: (name) => HASHES[name].create(),
    hmac: (name, key, ...parts) => hmac(HASHES[name], key, concat(...parts)),
    cbcEncrypt: (key, iv, plaintext) => cbc(key, iv).encrypt(plaintext),
    cbcDecrypt: (key, iv, ciphertext) => cbc(key, iv).decrypt(ciphertext),
    cbcChain: () => undefined,
    gcmSeal: (key, nonce, ad, plaintext, headroom = 0) =>
      concat(new Uint8Array(headroom), gcm(key, nonce, ad).encrypt(plaintext)),
    gcmOpen: (key, nonce, ad, sealed) => gcm(key, nonce, ad).decrypt(sealed),
    hkdf: (salt, inputKeyMaterial, info, length) =>
      hkdf(sha256, inputKeyMaterial, salt, info, length),
  };
}
