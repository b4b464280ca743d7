import type * as NodeCrypto from "node:crypto";
import { concat, wipe } from "./bytes.ts";
import { hasNodeCrypto, nodeCrypto } from "./node_crypto.ts";
import type { HashName, SyncFunctions } from "./sync_functions.ts";

/** `node:crypto`'s name and the block size (FIPS 180-4 §1, figure 1) of each hash. */
const HASHES = {
  "SHA-256": { nodeName: "sha256", blockSize: 64 },
  "SHA-384": { nodeName: "sha384", blockSize: 128 },
  "SHA-512": { nodeName: "sha512", blockSize: 128 },
} as const;
const AES_BLOCK_SIZE = 16;
const GCM_TAG_SIZE = 16;

/** Deno's `node:crypto` has no AES-192 in CBC mode (2.4 to 2.9). */
const AES_192_KEY_SIZE = 24;

let noble: typeof import("npm:@noble/ciphers@2.4.0/aes.js") | undefined;

/**
 * Makes AES-192 in CBC mode ready, which RFC 7518's A192CBC-HS384 and some encrypted key files need,
 * and no connection. Deno's `node:crypto` does not have it, and the library that does takes 25 ms of
 * CPU to load:
 * only whoever wants that key size waits for it.
 */
export async function loadAes192(): Promise<void> {
  noble ??= await import("npm:@noble/ciphers@2.4.0/aes.js");
}

/** The synchronous primitives on `node:crypto`, or `undefined` where there is none. */
export function nodeFunctions(): SyncFunctions | undefined {
  if (!hasNodeCrypto()) return undefined;

  const cbcName = (key: Uint8Array) => `aes-${key.length * 8}-cbc`;
  const gcmName = (key: Uint8Array) => `aes-${key.length * 8}-gcm` as NodeCrypto.CipherGCMTypes;
  const hash = (name: HashName, ...parts: readonly Uint8Array[]) => {
    const state = nodeCrypto().createHash(HASHES[name].nodeName);
    for (const part of parts) state.update(part);
    return plain(state.digest());
  };
  // A third of the time of a hash object, and a tenth of its garbage. Deno 2.4 cannot read the digits.
  const canHashAtOnce = () => Uint8Array.fromHex !== undefined && nodeCrypto().hash !== undefined;
  const publicHash = (name: HashName, ...parts: readonly Uint8Array[]) => {
    const input = canHashAtOnce() ? joined(parts) : undefined;
    if (input === undefined) return hash(name, ...parts);
    const digest = Uint8Array.fromHex(nodeCrypto().hash(HASHES[name].nodeName, input, "hex"));
    wipe(input);
    return digest;
  };
  return {
    sha256: (...parts) => publicHash("SHA-256", ...parts),
    publicHash,
    startHash(name) {
      const state = nodeCrypto().createHash(HASHES[name].nodeName);
      return { update: (part) => void state.update(part), digest: () => plain(state.digest()) };
    },
    // From two hashes (RFC 2104 §2): no slower than `createHmac`, which in Deno 2.4 warns on standard
    // error of its own deprecation.
    hmac(name, key, ...parts) {
      const { blockSize } = HASHES[name];
      const inner = new Uint8Array(blockSize);
      inner.set(key.length > blockSize ? hash(name, key) : key);
      const outer = inner.map((byte) => byte ^ 0x5c);
      inner.forEach((byte, index) => inner[index] = byte ^ 0x36);
      const tag = hash(name, outer, hash(name, inner, ...parts));
      wipe(inner, outer);
      return tag;
    },
    cbcEncrypt(key, iv, plaintext) {
      if (key.length === AES_192_KEY_SIZE) return aes192(key, iv).encrypt(plaintext);
      const cipher = nodeCrypto().createCipheriv(cbcName(key), key, iv);
      // Before 2.6, Deno leaves out the padding of whole blocks (denoland/deno#29756): pad here.
      cipher.setAutoPadding(false);
      return concat(cipher.update(padded(plaintext)), cipher.final());
    },
    cbcDecrypt(key, iv, ciphertext) {
      if (key.length === AES_192_KEY_SIZE) return aes192(key, iv).decrypt(ciphertext);
      // Deno's `final` finds no padding to be wrong in no block at all.
      if (ciphertext.length === 0) throw new Error("ciphertext is shorter than its padding");
      const decipher = nodeCrypto().createDecipheriv(cbcName(key), key, iv);
      return concat(decipher.update(ciphertext), decipher.final());
    },
    cbcChain(key, direction) {
      if (key.length === AES_192_KEY_SIZE) return undefined;
      const iv = new Uint8Array(AES_BLOCK_SIZE);
      const chain = direction === "encrypt"
        ? nodeCrypto().createCipheriv(cbcName(key), key, iv)
        : nodeCrypto().createDecipheriv(cbcName(key), key, iv);
      chain.setAutoPadding(false);
      // `final` frees the native memory, where the key is, without waiting for garbage collection.
      return { update: (blocks) => chain.update(blocks), close: () => void chain.final() };
    },
    gcmSeal(key, nonce, ad, plaintext, headroom = 0) {
      const cipher = nodeCrypto().createCipheriv(gcmName(key), key, nonce);
      if (ad.length > 0) cipher.setAAD(ad);
      const sealed = new Uint8Array(headroom + plaintext.length + GCM_TAG_SIZE);
      sealed.set(cipher.update(plaintext), headroom);
      // Authenticated modes have no block left for the end.
      cipher.final();
      sealed.set(cipher.getAuthTag(), headroom + plaintext.length);
      return sealed;
    },
    gcmOpen(key, nonce, ad, sealed) {
      const end = sealed.length - GCM_TAG_SIZE;
      if (end < 0) throw new Error("sealed text is shorter than its tag");
      const decipher = nodeCrypto().createDecipheriv(gcmName(key), key, nonce);
      if (ad.length > 0) decipher.setAAD(ad);
      decipher.setAuthTag(sealed.subarray(end));
      const plaintext = decipher.update(sealed.subarray(0, end));
      // Throws if the tag is wrong; authenticated modes have no block left for the end.
      decipher.final();
      return plain(plaintext);
    },
    // One call in the place of six hashes.
    hkdf: (salt, inputKeyMaterial, info, length) =>
      new Uint8Array(nodeCrypto().hkdfSync("sha256", inputKeyMaterial, salt, info, length)),
  };
}

/** AES-192 in CBC mode. */
function aes192(...[key, iv]: Parameters<NonNullable<typeof noble>["cbc"]>) {
  if (noble === undefined) throw new RangeError("AES-192 is not ready: await loadAes192() first");
  return noble.cbc(key, iv);
}

/** PKCS #7 (RFC 5652 §6.3): 1 to 16 bytes more, each of which says how many. */
function padded(plaintext: Uint8Array): Uint8Array {
  const count = AES_BLOCK_SIZE - plaintext.length % AES_BLOCK_SIZE;
  const blocks = new Uint8Array(plaintext.length + count);
  blocks.set(plaintext);
  return blocks.fill(count, plaintext.length);
}

/** Buffers come out of a pool that others see; what leaves this file is plain. */
function plain(buffer: Uint8Array): Uint8Array {
  const { buffer: memory, byteLength } = buffer;
  return byteLength === memory.byteLength ? new Uint8Array(memory) : new Uint8Array(buffer);
}

/** Where what is hashed at once is put together; wiped after each time, for a key may be in it. */
const SCRATCH = new Uint8Array(4096);

/** `parts` one behind the other in the scratch space, if they fit. */
function joined(parts: readonly Uint8Array[]): Uint8Array | undefined {
  let length = 0;
  for (const part of parts) length += part.length;
  if (length > SCRATCH.length) return undefined;
  let offset = 0;
  for (const part of parts) {
    SCRATCH.set(part, offset);
    offset += part.length;
  }
  return SCRATCH.subarray(0, length);
}
