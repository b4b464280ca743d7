import assert from "node:assert/strict";
import { cbc } from "npm:@noble/ciphers@2.4.0/aes.js";
import { concat, x25519KeyPair } from "../../../lib/crypto/mod.ts";
import {
  encodeDer,
  toInteger,
  toObjectIdentifier,
  toOctets,
  toSequence,
} from "../../../lib/identity/keys/der.ts";
import { encodeScrypt } from "../../../lib/identity/keys/pbes2_key_derivation.ts";
import { decodeEncryptedPkcs8, encryptPkcs8 } from "../../../lib/identity/keys/pkcs8_encrypted.ts";
import { encodePkcs8 } from "../../../lib/identity/keys/pkcs8_plain.ts";
import { pattern } from "../../crypto/support.ts";
import { toHex } from "../../support/vectors.ts";
import { assertProblem } from "./key_file_support.ts";
import { CIPHER, encryptedPkcs8, pbkdf2, PRF } from "./pbes2_writer.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const PRIVATE_KEY = pattern(32, 41);
const INFO = encodePkcs8(PRIVATE_KEY);
const PASSPHRASE = utf8("Grüße, 世界");
const WRONG = utf8("Gruesse");
const NOT_THIS_ONE = "does not open with this passphrase";
const NO_FORM = "is damaged: it is encrypted in no known form";

/** A file under PBKDF2 with one iteration, around any bytes. */
async function encrypted(plaintext: Uint8Array, keySize = 32): Promise<Uint8Array> {
  const salt = pattern(8, 42);
  const key = await crypto.subtle.importKey("raw", PASSPHRASE, "PBKDF2", false, ["deriveBits"]);
  const algorithm = { name: "PBKDF2", hash: "SHA-256", salt, iterations: 1 };
  const bits = new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 8 * keySize));
  const iv = pattern(16, 43);
  return encryptedPkcs8({
    derivation: pbkdf2({ salt, prf: PRF.sha256 }),
    cipher: { 16: CIPHER.aes128, 24: CIPHER.aes192, 32: CIPHER.aes256 }[keySize],
    iv,
    ciphertext: cbc(bits, iv).encrypt(plaintext),
  });
}

Deno.test("encrypted PKCS #8: what is written opens with its passphrase, and no other", async () => {
  const der = await encryptPkcs8(INFO, PASSPHRASE);
  const key = decodeEncryptedPkcs8(der);
  assert.deepEqual(await key.open(PASSPHRASE), await x25519KeyPair(PRIVATE_KEY));
  await assertProblem(() => key.open(WRONG), "passphrase", NOT_THIS_ONE);
  await assertProblem(() => key.open(new Uint8Array(0)), "passphrase", NOT_THIS_ONE);
  // It opens more than once.
  assert.deepEqual(await key.open(PASSPHRASE), await x25519KeyPair(PRIVATE_KEY));
  assert.deepEqual(INFO, encodePkcs8(PRIVATE_KEY));
});

Deno.test("encrypted PKCS #8: is written with scrypt, 16 MiB, and AES-256-CBC", async () => {
  const der = await encryptPkcs8(INFO, PASSPHRASE);
  // EncryptedPrivateKeyInfo with PBES2; scrypt with a salt of 16 bytes, N, r and p; AES and its IV.
  assert.match(
    toHex(der),
    new RegExp(
      [
        "^30819b 3057 06092a864886f70d01050d 304a",
        "3029 06092b06010401da47040b 301c 0410.{32} 02024000 020108 020105",
        "301d 060960864801650304012a 0410.{32} 0440.{128}$",
      ].join("").replaceAll(" ", ""),
    ),
  );
});

Deno.test("encrypted PKCS #8: salt and IV are new each time, and so is all the rest", async () => {
  const [a, b] = await Promise.all([
    encryptPkcs8(INFO, PASSPHRASE),
    encryptPkcs8(INFO, PASSPHRASE),
  ]);
  const random = (der: Uint8Array) => [der.slice(32, 48), der.slice(75, 91), der.slice(-64)];
  for (const [index, part] of random(a).entries()) {
    assert.notDeepEqual(part, random(b)[index], String(index));
  }
});

Deno.test("encrypted PKCS #8: keys of all three sizes", async () => {
  for (const keySize of [16, 24, 32]) {
    const key = decodeEncryptedPkcs8(await encrypted(INFO, keySize));
    assert.deepEqual((await key.open(PASSPHRASE)).privateKey, PRIVATE_KEY);
    await assertProblem(() => key.open(WRONG), "passphrase", NOT_THIS_ONE);
  }
});

Deno.test("encrypted PKCS #8: no wrong passphrase is taken for damage", async () => {
  // One in 256 comes upon a padding that is right.
  const key = decodeEncryptedPkcs8(await encrypted(INFO));
  for (let attempt = 0; attempt < 1000; attempt++) {
    await assertProblem(() => key.open(utf8(`wrong ${attempt}`)), "passphrase", NOT_THIS_ONE);
  }
});

Deno.test("encrypted PKCS #8: nor is damage inside, which nothing can tell from it", async () => {
  // The last one is a date to ASN.1, and a bad one.
  const date = Uint8Array.of(0x18, 2, 0x30, 0x30);
  for (const plaintext of [INFO.slice(0, -1), concat(INFO, INFO), new Uint8Array(0), date]) {
    const key = decodeEncryptedPkcs8(await encrypted(plaintext));
    await assertProblem(() => key.open(PASSPHRASE), "passphrase", NOT_THIS_ONE);
  }
});

Deno.test("encrypted PKCS #8: leaves the passphrase as it was", async () => {
  const passphrase = PASSPHRASE.slice();
  await decodeEncryptedPkcs8(await encryptPkcs8(INFO, passphrase)).open(passphrase);
  assert.deepEqual(passphrase, PASSPHRASE);
});

const CONVERT = "which is not supported; " +
  "convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW";

Deno.test("encrypted PKCS #8: old ciphers are refused by name", async () => {
  const ciphertext = new Uint8Array(64);
  const scheme = (name: string) =>
    encodeDer(toSequence(toSequence(toObjectIdentifier(name), toSequence()), toOctets(ciphertext)));
  const cipher = (name: string) =>
    encryptedPkcs8({ derivation: pbkdf2({}), cipher: name, ciphertext });
  const olds = [
    [scheme("1.2.840.113549.1.5.3"), "PBES1 (DES or RC2)"],
    [scheme("1.2.840.113549.1.5.10"), "PBES1 (DES or RC2)"],
    [scheme("1.2.840.113549.1.12.1.3"), "a cipher of PKCS #12 (RC4, RC2 or Triple DES)"],
    [scheme("1.2.3"), "an unknown cipher"],
    [cipher(CIPHER.tripleDes), "Triple DES"],
    [cipher("1.2.840.113549.3.2"), "RC2, RC4 or RC5"],
    [cipher("1.3.14.3.2.7"), "DES"],
    [cipher("2.16.840.1.101.3.4.1.46"), "an unknown cipher"],
  ] as const;
  for (const [der, what] of olds) {
    const message = `is encrypted with ${what}, ${CONVERT}`;
    await assertProblem(() => decodeEncryptedPkcs8(der), "refused", message);
  }
});

Deno.test("encrypted PKCS #8: what makes no sense is refused", async () => {
  const derivation = pbkdf2({});
  const ciphertext = new Uint8Array(64);
  const wrong = [
    { derivation, ciphertext: ciphertext.slice(1) },
    { derivation, ciphertext: new Uint8Array(0) },
    { derivation, ciphertext, iv: new Uint8Array(15) },
    { derivation, ciphertext, iv: new Uint8Array(17) },
    { derivation: pbkdf2({ keyLength: 16 }), ciphertext },
    { derivation, ciphertext, scheme: [toInteger(1)] },
    { derivation, ciphertext, rest: [toInteger(1)] },
  ];
  for (const parts of wrong) {
    await assertProblem(() => decodeEncryptedPkcs8(encryptedPkcs8(parts)), "malformed", NO_FORM);
  }
  decodeEncryptedPkcs8(encryptedPkcs8({ derivation: pbkdf2({ keyLength: 32 }), ciphertext }));
});

Deno.test("encrypted PKCS #8: every truncation is refused", async () => {
  const der = encryptedPkcs8({
    derivation: encodeScrypt(new Uint8Array(8), { N: 2, r: 1, p: 1 }),
    ciphertext: new Uint8Array(64),
  });
  for (let length = 0; length < der.length; length++) {
    await assertProblem(() => decodeEncryptedPkcs8(der.slice(0, length)), "malformed", /damaged/);
  }
});
