/**
 * Where the asynchronous path overtakes the synchronous one: `deno bench bench/crypto_bench.ts`.
 *
 * @module
 */
import {
  AES256_CBC_HMAC_SHA256,
  AesCbcHmac,
  AesGcm,
  generateX25519KeyPair,
  hex,
  platformMlKem768,
  randomBytes,
  x25519,
} from "../lib/crypto/mod.ts";

const SIZES = [64, 1024, 16_384, 65_000];
const EMPTY = new Uint8Array(0);

for (const size of SIZES) {
  const plaintext = new Uint8Array(size);
  const cbc = new AesCbcHmac(AES256_CBC_HMAC_SHA256, randomBytes(64));
  const iv = randomBytes(16);
  const sealed = cbc.sealSync(iv, EMPTY, plaintext);
  const group = `AES-CBC + HMAC, ${size} bytes`;
  Deno.bench("seal, at once", { group }, () => void cbc.sealSync(iv, EMPTY, plaintext));
  Deno.bench("seal, other thread", { group }, async () => {
    await cbc.sealAsync(iv, EMPTY, plaintext);
  });
  Deno.bench("open, at once", { group }, () => void cbc.openSync(iv, EMPTY, sealed));
  Deno.bench("open, other thread", { group }, async () => {
    await cbc.openAsync(iv, EMPTY, sealed);
  });

  const gcm = new AesGcm(randomBytes(32));
  const nonce = randomBytes(12);
  const gcmGroup = `AES-GCM, ${size} bytes`;
  Deno.bench("seal, at once", { group: gcmGroup }, () => {
    gcm.sealSync(nonce, EMPTY, plaintext);
  });
  Deno.bench("seal, other thread", { group: gcmGroup }, async () => {
    await gcm.sealAsync(nonce, EMPTY, plaintext);
  });
}

const alice = await generateX25519KeyPair();
const bob = await generateX25519KeyPair();
Deno.bench("X25519", { group: "key exchange" }, async () => {
  await x25519(alice.privateKey, bob.publicKey);
});

const kem = await platformMlKem768();
const kemKeys = await kem.generateKeyPair();
Deno.bench("ML-KEM-768: key pair", { group: "key exchange" }, async () => {
  await kem.generateKeyPair();
});
Deno.bench("ML-KEM-768: encapsulate", { group: "key exchange" }, async () => {
  await kem.encapsulate(kemKeys.publicKey);
});

// Where a connection is explained, each of its records is written so while guests wait.
const record = randomBytes(60_000);
Deno.bench("hex of a record of 60,000 bytes", () => {
  hex(record);
});
