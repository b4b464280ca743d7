import assert from "node:assert/strict";
import {
  AES256_CBC_HMAC_SHA256,
  AesCbcHmac,
  AesCbcKey,
  AesGcm,
  assertSize,
  concat,
  hkdfExpand,
  type MaybePromise,
  platformMlKem768,
  x25519,
  x25519KeyPair,
} from "../../lib/crypto/mod.ts";
import { nobleMlKem768 } from "../../lib/crypto/ml_kem768/noble.ts";
import { toHex } from "../support/vectors.ts";
import { alter, errorOf, pattern } from "./support.ts";

const KEY = pattern(32, 11);
const OTHER_KEY = pattern(32, 12);
const PLAINTEXT = new TextEncoder().encode("meet me at the old bridge at nine, alone");
const IV = pattern(16, 13);
const NONCE = pattern(12, 14);
const SEED = pattern(64, 15);
const AD = pattern(8, 16);

/** The ways in which six successive bytes of a secret could stand in a text. */
function traces(secret: Uint8Array): string[] {
  const found: string[] = [];
  for (let start = 0; start + 6 <= secret.length; start++) {
    const window = secret.subarray(start, start + 6);
    found.push(toHex(window), [...window].join(","), [...window].join(", "));
    // Six bytes make eight characters; one start in three has the alignment of the whole.
    const base64 = btoa(String.fromCharCode(...window));
    found.push(base64, base64.replaceAll("+", "-").replaceAll("/", "_"));
    found.push(String.fromCharCode(...window));
  }
  return found;
}

/** The text of an error and of all its causes: name, message, and whatever else it carries. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = Object.getOwnPropertyNames(error)
    .filter((name) => name !== "cause" && name !== "stack")
    .map((name) => `${name}=${JSON.stringify(Reflect.get(error, name))}`);
  const cause = error.cause === undefined ? "" : textOf(error.cause);
  return [error.name, error.message, ...own, cause].join("\n");
}

const composition = new AesCbcHmac(AES256_CBC_HMAC_SHA256, concat(KEY, OTHER_KEY));
const gcm = new AesGcm(KEY);
const cbc = new AesCbcKey(KEY);
const sealedByComposition = composition.sealSync(IV, AD, PLAINTEXT);
const sealedByGcm = gcm.sealSync(NONCE, AD, PLAINTEXT);
const flip = { kind: "flip", bit: 3 } as const;

const FAILURES: Readonly<Record<string, () => MaybePromise<unknown>>> = {
  "composition, forged": () => composition.openSync(IV, AD, alter(sealedByComposition, flip)),
  "composition, forged, asynchronous": () =>
    composition.openAsync(IV, AD, alter(sealedByComposition, flip)),
  "composition, wrong key size": () =>
    new AesCbcHmac(AES256_CBC_HMAC_SHA256, concat(KEY, OTHER_KEY, KEY)),
  "composition, wrong IV": () => composition.sealSync(KEY, AD, PLAINTEXT),
  "composition, wrong IV, asynchronous": () => composition.sealAsync(KEY, AD, PLAINTEXT),
  "GCM, forged": () => gcm.openSync(NONCE, AD, alter(sealedByGcm, flip)),
  "GCM, forged, asynchronous": () => gcm.openAsync(NONCE, AD, alter(sealedByGcm, flip)),
  "GCM, wrong key size": () => new AesGcm(concat(KEY, KEY)),
  "GCM, wrong nonce": () => gcm.sealSync(KEY, AD, PLAINTEXT),
  "GCM, wrong nonce, asynchronous": () => gcm.sealAsync(KEY, AD, PLAINTEXT),
  "CBC, bad padding": () => cbc.decryptSync(IV, concat(KEY, OTHER_KEY)),
  "CBC, bad padding, asynchronous": () => cbc.decryptAsync(IV, concat(KEY, OTHER_KEY)),
  "CBC, no block": () => cbc.decryptSync(IV, PLAINTEXT),
  "CBC, no block, asynchronous": () => cbc.decryptAsync(IV, PLAINTEXT),
  "CBC, wrong key size": () => new AesCbcKey(concat(KEY, KEY)).encryptSync(IV, PLAINTEXT),
  "CBC, wrong key size, asynchronous": () =>
    new AesCbcKey(concat(KEY, KEY)).encryptAsync(IV, PLAINTEXT),
  "X25519, low order": () => x25519(KEY, new Uint8Array(32)),
  "X25519, private key too long": () => x25519(concat(KEY, KEY), OTHER_KEY),
  "X25519, public key too long": () => x25519(KEY, concat(OTHER_KEY, KEY)),
  "X25519, key pair from too many bytes": () => x25519KeyPair(concat(KEY, KEY)),
  "ML-KEM, invalid public key": async () => {
    await (await platformMlKem768()).encapsulate(new Uint8Array(1184).fill(255));
  },
  "ML-KEM, seed too long": async () => {
    await (await platformMlKem768()).generateKeyPair(concat(SEED, SEED));
  },
  "ML-KEM in noble, seed too long": () => nobleMlKem768.generateKeyPair(concat(SEED, SEED)),
  "HKDF, too much": () => hkdfExpand(KEY, AD, 10_000),
  "size": () => assertSize("secret", KEY, 31),
};

for (const [what, fail] of Object.entries(FAILURES)) {
  Deno.test(`no secret in errors: ${what}`, async () => {
    const text = textOf(await errorOf(fail));
    assert(text.length > 0);
    for (const secret of [KEY, OTHER_KEY, PLAINTEXT, SEED]) {
      for (const trace of traces(secret)) {
        assert(!text.toLowerCase().includes(trace.toLowerCase()), text);
      }
    }
  });
}
