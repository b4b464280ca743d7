/**
 * What the primitives alone take: nothing of this project is in it but the sizes.
 *
 * @module
 */
import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { readOptions, say } from "./talk.ts";

interface Options {
  readonly cipher: "cbc" | "gcm";
  /** Bytes of a record. */
  readonly size: number;
  /** For how long, in milliseconds. */
  readonly milliseconds: number;
}

const { cipher, size, milliseconds } = readOptions<Options>();
const key = crypto.getRandomValues(new Uint8Array(32));
const plaintext = crypto.getRandomValues(new Uint8Array(size));
const webKey = await crypto.subtle.importKey(
  "raw",
  key,
  cipher === "cbc" ? "AES-CBC" : "AES-GCM",
  false,
  ["encrypt", "decrypt"],
);

const iv = crypto.getRandomValues(new Uint8Array(cipher === "cbc" ? 16 : 12));
const by = { name: cipher === "cbc" ? "AES-CBC" : "AES-GCM", iv };
/** What the tag of HMAC-SHA-256 costs at least: the inner hash over everything, the outer over 96 bytes. */
function hashes(bytes: Uint8Array): void {
  createHash("sha256").update(bytes).digest();
  createHash("sha256").update(iv).digest();
}

/** At once, on this thread. */
const small = {
  seal() {
    if (cipher === "cbc") {
      const aes = createCipheriv("aes-256-cbc", key, iv);
      const [body, end] = [aes.update(plaintext), aes.final()];
      hashes(body);
      return body.length + end.length;
    }
    const aes = createCipheriv("aes-256-gcm", key, iv);
    return aes.update(plaintext).length + aes.final().length + aes.getAuthTag().length;
  },
  open(): unknown {
    if (cipher === "cbc") {
      hashes(sealed);
      const aes = createDecipheriv("aes-256-cbc", key, iv);
      return aes.update(sealed).length + aes.final().length;
    }
    const aes = createDecipheriv("aes-256-gcm", key, iv);
    aes.setAuthTag(sealed.subarray(sealed.length - 16));
    return aes.update(sealed.subarray(0, sealed.length - 16)).length + aes.final().length;
  },
};

/** By WebCrypto, on another thread; the hash on this one. */
const large = {
  async seal() {
    const body = new Uint8Array(await crypto.subtle.encrypt(by, webKey, plaintext));
    if (cipher === "cbc") hashes(body);
  },
  async open() {
    if (cipher === "cbc") hashes(sealed);
    await crypto.subtle.decrypt(by, webKey, sealed);
  },
};

const sealed = new Uint8Array(await crypto.subtle.encrypt(by, webKey, plaintext));

/** Microseconds of one call: the median of batches, after a third of the time as warm-up. */
async function time(call: () => unknown): Promise<number> {
  const batch = Math.max(1, Math.round(20_000 / (size + 200)));
  const times: number[] = [];
  const begin = performance.now();
  while (performance.now() - begin < milliseconds) {
    const start = performance.now();
    for (let calls = 0; calls < batch; calls++) {
      const result = call();
      if (result instanceof Promise) await result;
    }
    const each = 1000 * (performance.now() - start) / batch;
    if (start - begin > milliseconds / 3) times.push(each);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
}

say({
  nodeSeal: await time(() => small.seal()),
  nodeOpen: await time(() => small.open()),
  webSeal: await time(() => large.seal()),
  webOpen: await time(() => large.open()),
});
Deno.exit(0);
