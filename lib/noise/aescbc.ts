import {
  AES256_CBC_HMAC_SHA256,
  AES_BLOCK_SIZE,
  AesCbcHmac,
  assertSize,
  concat,
  hkdfExpand,
  uint64BigEndian,
  wipe,
} from "../crypto/mod.ts";
import { CIPHER_KEY_SIZE, type CipherFunction } from "./cipher_function.ts";

const text = new TextEncoder();
const KEYS_INFO = text.encode("X25519-TCP-Chat AESCBC keys");
const REKEY_INFO = text.encode("X25519-TCP-Chat AESCBC rekey");
const TAG_SIZE = AES256_CBC_HMAC_SHA256.tagSize;

/**
 * `AESCBC`, this project's cipher function: AES-256-CBC under a fresh random IV for every message,
 * and HMAC-SHA-256 over nonce, associated data, IV and ciphertext (docs/PROTOCOL.md, "AESCBC").
 *
 * A message on the wire is `IV (16) || ciphertext || tag (32)`: 49 to 64 bytes more than its
 * plaintext.
 */
export const AESCBC: CipherFunction = aescbc();

/** `MAC_KEY || ENC_KEY`, 32 bytes each, of a cipher key `k` of 32 bytes (docs/PROTOCOL.md, "AESCBC"). */
export function aescbcKeys(k: Uint8Array): Uint8Array {
  return hkdfExpand(k, KEYS_INFO, 2 * CIPHER_KEY_SIZE);
}

/**
 * The same with another source of IVs, for the worked example in docs/PROTOCOL.md and for tests.
 *
 * @param generateIv Gives 16 bytes for each message. Anything but fresh random ones is unsafe. Without
 * it `AesCbcHmac` makes them.
 */
export function aescbc(generateIv?: () => Uint8Array): CipherFunction {
  return {
    name: "AESCBC",
    ciphertextSize(plaintextSize) {
      const padding = AES_BLOCK_SIZE - plaintextSize % AES_BLOCK_SIZE;
      return AES_BLOCK_SIZE + plaintextSize + padding + TAG_SIZE;
    },
    withKey(k) {
      assertSize("key", k, CIPHER_KEY_SIZE);
      const key = new Uint8Array(k);
      const keys = aescbcKeys(key);
      const cipher = new AesCbcHmac(AES256_CBC_HMAC_SHA256, keys);
      wipe(keys);
      return {
        encrypt(n, ad, plaintext, headroom = 0) {
          const options = generateIv === undefined ? { headroom } : { headroom, iv: generateIv() };
          return cipher.sealMessage(numbered(n, ad), plaintext, options);
        },
        decrypt: (n, ad, ciphertext) => cipher.openMessage(numbered(n, ad), ciphertext),
        // The framework's default would run through ENCRYPT, and so depend on a random IV.
        rekey: () => hkdfExpand(key, REKEY_INFO, CIPHER_KEY_SIZE),
        destroy() {
          wipe(key);
          cipher.destroy();
        },
      };
    },
  };
}

/** What the tag covers besides: with its number in it, a message is right in one place only. */
function numbered(n: bigint, ad: Uint8Array): Uint8Array {
  return concat(uint64BigEndian(n), ad);
}
