import assert from "node:assert/strict";
import {
  encodeDer,
  toInteger,
  toObjectIdentifier,
  toOctets,
  toSequence,
} from "../../../lib/identity/keys/der.ts";
import {
  decodeKeyDerivation,
  encodeScrypt,
  scryptKey,
} from "../../../lib/identity/keys/pbes2_key_derivation.ts";
import { toHex } from "../../support/vectors.ts";
import { assertProblem } from "./key_file_support.ts";
import { pbkdf2, PRF } from "./pbes2_writer.ts";

const SCRYPT_NAME = () => toObjectIdentifier("1.3.6.1.4.1.11591.4.11");
const NO_SENSE = "is damaged: its encryption parameters are invalid";

const utf8 = (text: string) => new TextEncoder().encode(text);

// RFC 7914 §12; the fourth needs 1 GiB.
const SCRYPT = [
  {
    passphrase: "",
    salt: "",
    cost: { N: 16, r: 1, p: 1 },
    key: "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442" +
      "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906",
  },
  {
    passphrase: "password",
    salt: "NaCl",
    cost: { N: 1024, r: 8, p: 16 },
    key: "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162" +
      "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640",
  },
  {
    passphrase: "pleaseletmein",
    salt: "SodiumChloride",
    cost: { N: 16384, r: 8, p: 1 },
    key: "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2" +
      "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887",
  },
] as const;

// RFC 6070 §2 and RFC 7914 §11.
const PBKDF2 = [
  {
    passphrase: "password",
    salt: "salt",
    iterations: 4096,
    prf: undefined,
    key: "4b007901b765489abead49d926f721d065a429c1",
  },
  {
    passphrase: "passwordPASSWORDpassword",
    salt: "saltSALTsaltSALTsaltSALTsaltSALTsalt",
    iterations: 4096,
    prf: PRF.sha1,
    key: "3d2eec4fe41c849b80c8d83662c0e44a8b291a964cf2f07038",
  },
  {
    passphrase: "passwd",
    salt: "salt",
    iterations: 1,
    prf: PRF.sha256,
    key: "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc" +
      "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783",
  },
  {
    passphrase: "Password",
    salt: "NaCl",
    iterations: 80000,
    prf: PRF.sha256,
    key: "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56" +
      "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d",
  },
] as const;

Deno.test("scrypt: RFC 7914 §12", async () => {
  for (const { passphrase, salt, cost, key } of SCRYPT) {
    const length = key.length / 2;
    assert.equal(toHex(await scryptKey(utf8(passphrase), utf8(salt), cost, length)), key);
    const derivation = decodeKeyDerivation(encodeScrypt(utf8(salt), cost));
    assert.equal(derivation.keyLength, undefined);
    assert.equal(toHex(await derivation.derive(utf8(passphrase), length)), key);
  }
});

Deno.test("PBKDF2: RFC 6070 §2, RFC 7914 §11", async () => {
  for (const { key, passphrase, salt, ...rest } of PBKDF2) {
    const derivation = decodeKeyDerivation(pbkdf2({ salt: utf8(salt), ...rest }));
    assert.equal(toHex(await derivation.derive(utf8(passphrase), key.length / 2)), key);
  }
});

Deno.test("scrypt: the parameters as RFC 7914 §7.1 writes them", () => {
  assert.equal(
    toHex(encodeDer(encodeScrypt(utf8("salt"), { N: 16384, r: 8, p: 5 }))),
    "301d 06092b06010401da47040b 3010 040473616c74 02024000 020108 020105".replaceAll(" ", ""),
  );
});

Deno.test("key derivation: the length of the key is read, if it is there", () => {
  const salt = new Uint8Array(8);
  const cost = [toInteger(16), toInteger(1), toInteger(1)];
  const scrypt = (...last: ReturnType<typeof toInteger>[]) =>
    toSequence(SCRYPT_NAME(), toSequence(toOctets(salt), ...cost, ...last));
  assert.equal(decodeKeyDerivation(scrypt(toInteger(32))).keyLength, 32);
  assert.equal(decodeKeyDerivation(pbkdf2({ keyLength: 16 })).keyLength, 16);
  assert.equal(decodeKeyDerivation(pbkdf2({ keyLength: 16, prf: PRF.sha512 })).keyLength, 16);
  assert.equal(decodeKeyDerivation(pbkdf2({ prf: PRF.sha384 })).keyLength, undefined);
});

Deno.test("scrypt: too much work is refused before it is begun", async () => {
  const limits: readonly (readonly [N: number, r: number, p: number, message: string])[] = [
    [2 ** 21, 8, 1, "asks for more than 1 GiB of memory for scrypt"],
    [2 ** 40, 1, 1, "asks for more than 1 GiB of memory for scrypt"],
    [2, 2 ** 24, 1, "asks for more than 1 GiB of memory for scrypt"],
    [2, 1, 2 ** 24, "asks for more than 1 GiB of memory for scrypt"],
    [2 ** 20, 8, 3, "asks for too much work for scrypt"],
    [2 ** 14, 8, 129, "asks for too much work for scrypt"],
    [1, 8, 1, NO_SENSE],
    [0, 8, 1, NO_SENSE],
    [16, 0, 1, NO_SENSE],
    [16, 8, 0, NO_SENSE],
    [1000, 8, 1, NO_SENSE],
  ];
  for (const [N, r, p, message] of limits) {
    const problem = message === NO_SENSE ? "malformed" : "refused";
    const algorithm = encodeScrypt(new Uint8Array(8), { N, r, p });
    await assertProblem(() => decodeKeyDerivation(algorithm), problem, message);
  }
  // What is just allowed.
  decodeKeyDerivation(encodeScrypt(new Uint8Array(8), { N: 2 ** 20, r: 8, p: 2 }));
  decodeKeyDerivation(encodeScrypt(new Uint8Array(8), { N: 2 ** 14, r: 8, p: 128 }));
});

Deno.test("PBKDF2: too much work is refused before it is begun", async () => {
  decodeKeyDerivation(pbkdf2({ iterations: 10_000_000 }));
  for (const iterations of [10_000_001, 2 ** 31 - 1, 2 ** 50]) {
    await assertProblem(
      () => decodeKeyDerivation(pbkdf2({ iterations })),
      "refused",
      "asks for more than 10000000 iterations of PBKDF2",
    );
  }
  await assertProblem(() => decodeKeyDerivation(pbkdf2({ iterations: 0 })), "malformed", NO_SENSE);
});

Deno.test("key derivation: what is unknown is refused", async () => {
  await assertProblem(
    () => decodeKeyDerivation(pbkdf2({ prf: "1.2.840.113549.2.8" })),
    "refused",
    "uses PBKDF2 with something else than HMAC-SHA-1, -256, -384 or -512",
  );
  await assertProblem(
    () => decodeKeyDerivation(toSequence(toObjectIdentifier("1.2.3"), toSequence())),
    "refused",
    "makes its key from the passphrase in a way that is neither PBKDF2 nor scrypt",
  );
  const cost = [toInteger(16), toInteger(1), toInteger(1)];
  const tooMuch = toSequence(
    SCRYPT_NAME(),
    toSequence(toOctets(new Uint8Array(8)), ...cost, toInteger(32), toInteger(1)),
  );
  await assertProblem(() => decodeKeyDerivation(tooMuch), "malformed", NO_SENSE);
});

Deno.test("scrypt: a machine with too little memory says so", async () => {
  // Longer than any array can be.
  const cost = { N: 2 ** 30, r: 1024, p: 1 };
  const derive = () => scryptKey(new Uint8Array(1), new Uint8Array(1), cost, 32);
  await assertProblem(derive, "refused", "needs more memory than there is to open it");
});
