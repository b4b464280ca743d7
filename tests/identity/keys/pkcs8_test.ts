import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { concat, x25519KeyPair } from "../../../lib/crypto/mod.ts";
import { decodePkcs8 } from "../../../lib/identity/keys/pkcs8.ts";
import { encodePkcs8, plainPrivateKey } from "../../../lib/identity/keys/pkcs8_plain.ts";
import { bytesOfSize } from "../../crypto/support.ts";
import { KEY_EXCHANGE } from "../../crypto/vectors/x25519.ts";
import { fromHex, toHex } from "../../support/vectors.ts";
import { assertProblem, unpem } from "./key_file_support.ts";

const ALICE = KEY_EXCHANGE.alicePrivate;
const PREFIX = "302e020100300506032b656e04220420";
const ATTRIBUTES = "a01f301d060a2a864886f70d01090914310f0c0d437572646c6520436861697273";

/** A PrivateKeyInfo from the hexadecimal of its parts. */
function info(
  { version = "020100", algorithm = "06032b656e", key = `0420${ALICE}`, behind = "" },
): Uint8Array {
  const body = concat(fromHex(version), tlv(0x30, algorithm), tlv(0x04, key), fromHex(behind));
  return tlv(0x30, toHex(body));
}

function tlv(tag: number, hex: string): Uint8Array {
  const bytes = fromHex(hex);
  assert(bytes.length < 256);
  const length = bytes.length < 128 ? [bytes.length] : [0x81, bytes.length];
  return Uint8Array.of(tag, ...length, ...bytes);
}

const publicKey = (hex: string) => `812100${hex}`;

Deno.test("PKCS #8: 48 bytes around the private key (RFC 8410 §7)", async () => {
  const der = encodePkcs8(fromHex(ALICE));
  assert.equal(toHex(der), PREFIX + ALICE);
  assert.deepEqual(await decodePkcs8(der), await x25519KeyPair(fromHex(ALICE)));
});

Deno.test("PKCS #8: every private key comes back, clamped or not", async () => {
  await fc.assert(fc.asyncProperty(bytesOfSize(32), async (privateKey) => {
    const keyPair = await decodePkcs8(encodePkcs8(privateKey));
    assert.deepEqual(keyPair, await x25519KeyPair(privateKey));
  }));
});

Deno.test("PKCS #8: what is decoded is a copy, out of the middle of a buffer", async () => {
  const memory = concat(Uint8Array.of(1, 2), encodePkcs8(fromHex(ALICE)), Uint8Array.of(3));
  const { privateKey } = await decodePkcs8(memory.subarray(2, -1));
  memory.fill(0);
  assert.equal(toHex(privateKey), ALICE);
});

Deno.test("PKCS #8: attributes and the public key of version 2 are read", async () => {
  const bob = KEY_EXCHANGE.bobPublic;
  const right = publicKey(KEY_EXCHANGE.alicePublic);
  for (
    const parts of [
      { behind: ATTRIBUTES },
      { version: "020101" },
      { version: "020101", behind: right },
      { version: "020101", behind: ATTRIBUTES + right },
    ]
  ) {
    assert.equal(toHex((await decodePkcs8(info(parts))).publicKey), KEY_EXCHANGE.alicePublic);
  }
  await assertProblem(
    () => decodePkcs8(info({ version: "020101", behind: publicKey(bob) })),
    "refused",
    "holds a public key that does not belong to its private key",
  );
});

// RFC 8410 §10.3.
const ED25519_KEY = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";
const ED25519_KEY_V2 = `MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
Z9w7lshQhqowtrbLDFw4rXAxZuE=`;

Deno.test("PKCS #8: the Ed25519 keys of RFC 8410 §10.3 are refused by name", async () => {
  for (const base64 of [ED25519_KEY, ED25519_KEY_V2]) {
    await assertProblem(
      () => decodePkcs8(unpem(base64)),
      "refused",
      "holds an Ed25519 key; this program needs an X25519 private key",
    );
  }
});

const OTHERS = [
  ["06092a864886f70d010101 0500", "an RSA key"],
  ["06092a864886f70d01010a 0500", "an RSA-PSS key"],
  ["06072a8648ce3d0201 06082a8648ce3d030107", "an EC key"],
  ["06072a8648ce380401", "a DSA key"],
  ["06092a864886f70d010301", "a Diffie-Hellman key"],
  ["06032b656f", "an X448 key"],
  ["06032b6571", "an Ed448 key"],
  ["0609608648016503040402", "an ML-KEM key"],
  ["0609608648016503040311", "an ML-DSA key"],
  ["06032a0304", "a key of an unknown kind"],
] as const;

for (const [algorithm, what] of OTHERS) {
  Deno.test(`PKCS #8: ${what} is refused by name`, async () => {
    await assertProblem(
      () => decodePkcs8(info({ algorithm })),
      "refused",
      `holds ${what}; this program needs an X25519 private key`,
    );
  });
}

const NO_KEY = "is damaged: what it holds is no PKCS #8 key";
const BEHIND = "is damaged: there is something after its private key";

const MALFORMED: readonly (readonly [what: string, der: Uint8Array, message: string])[] = [
  ["nothing", new Uint8Array(0), NO_KEY],
  ["text", new TextEncoder().encode("hello"), NO_KEY],
  ["a version 3", info({ version: "020102" }), "is of an unknown version of PKCS #8"],
  ["no version", info({ version: "" }), NO_KEY],
  [
    "parameters",
    info({ algorithm: "06032b656e0500" }),
    "is damaged: its X25519 key has parameters",
  ],
  ["a bare private key", info({ key: ALICE }), NO_KEY],
  [
    "31 bytes",
    info({ key: `041f${ALICE.slice(2)}` }),
    "is damaged: its key has 31 bytes instead of 32",
  ],
  ["33 bytes", info({ key: `0421${ALICE}00` }), "is damaged: its key has 33 bytes instead of 32"],
  ["bytes behind the key", info({ key: `0420${ALICE}00` }), NO_KEY],
  ["bytes behind it all", concat(info({}), Uint8Array.of(0)), NO_KEY],
  ["a public key in version 1", info({ behind: publicKey(KEY_EXCHANGE.alicePublic) }), BEHIND],
  ["something else behind the key", info({ version: "020101", behind: "0500" }), BEHIND],
  [
    "two public keys",
    info({ version: "020101", behind: publicKey(KEY_EXCHANGE.alicePublic).repeat(2) }),
    BEHIND,
  ],
  [
    "attributes twice",
    info({ version: "020101", behind: ATTRIBUTES + ATTRIBUTES }),
    BEHIND,
  ],
];

for (const [what, der, message] of MALFORMED) {
  Deno.test(`PKCS #8: refused for ${what}`, async () => {
    await assertProblem(() => decodePkcs8(der), "malformed", message);
  });
}

Deno.test("PKCS #8: a public key that is too short is not the right one", async () => {
  const short = `812000${KEY_EXCHANGE.alicePublic.slice(2)}`;
  await assertProblem(
    () => decodePkcs8(info({ version: "020101", behind: short })),
    "refused",
    "holds a public key that does not belong to its private key",
  );
});

Deno.test("PKCS #8: every truncation is refused", async () => {
  const der = info({ version: "020101", behind: publicKey(KEY_EXCHANGE.alicePublic) });
  for (let length = 0; length < der.length; length++) {
    await assertProblem(() => decodePkcs8(der.slice(0, length)), "malformed", NO_KEY);
  }
});

Deno.test("plainPrivateKey: reads what encodePkcs8 writes, and leaves everything else to the decoder", () => {
  const der = encodePkcs8(fromHex(ALICE));
  assert.equal(toHex(plainPrivateKey(der) ?? der), ALICE);
  for (const index of [0, 1, 4, 11, 13, 15]) {
    const changed = der.slice();
    changed.set([(der[index] ?? 0) ^ 1], index);
    assert.equal(plainPrivateKey(changed), undefined, String(index));
  }
  assert.equal(plainPrivateKey(der.subarray(0, -1)), undefined);
  assert.equal(plainPrivateKey(concat(der, Uint8Array.of(0))), undefined);
});
