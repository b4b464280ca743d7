import assert from "node:assert/strict";
import { ed25519 } from "npm:@noble/curves@2.4.0/ed25519.js";
import { concat, type X25519KeyPair } from "../../../lib/crypto/mod.ts";
import {
  x25519FromEd25519PublicKey,
  x25519FromEd25519Seed,
} from "../../../lib/identity/keys/ed25519_conversion.ts";
import { decodeOpenSshKey } from "../../../lib/identity/keys/openssh_key.ts";
import { pattern } from "../../crypto/support.ts";
import { assertProblem, unpem } from "./key_file_support.ts";
import {
  bcryptOptions,
  openSshKey,
  type OpenSshParts,
  publicBlob,
  SEED,
  sshString,
} from "./openssh_writer.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const PASSPHRASE = "correct horse";
const NOT_THIS_ONE = "does not open with this passphrase";
const OTHER_PUBLIC_KEY = ed25519.getPublicKey(pattern(32, 33));

/** Reads and opens a file. */
function open(bytes: Uint8Array, passphrase = ""): Promise<X25519KeyPair> {
  return decodeOpenSshKey(bytes).open(utf8(passphrase));
}

/** The X25519 public key for what stands in a `.pub` file. */
function converted(base64: string): Promise<Uint8Array> {
  return x25519FromEd25519PublicKey(unpem(base64).slice(-32));
}

// Made by ssh-keygen of OpenSSH 9.2 for this test, and used for nothing else.
const PLAIN = `b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
QyNTUxOQAAACAeWC1Id1J3Z7wePvjA5j8fE0uJ4pRRWOjkZebNEejsdwAAAJhvRsLFb0bC
xQAAAAtzc2gtZWQyNTUxOQAAACAeWC1Id1J3Z7wePvjA5j8fE0uJ4pRRWOjkZebNEejsdw
AAAECeMyXh9HkD/C5dxO+PqZzki5TbPD4JR3FrsgIyozJveh5YLUh3UndnvB4++MDmPx8T
S4nilFFY6ORl5s0R6Ox3AAAAEWFsaWNlQGV4YW1wbGUuY29tAQIDBA==`;
const PLAIN_PUBLIC = "AAAAC3NzaC1lZDI1NTE5AAAAIB5YLUh3UndnvB4++MDmPx8TS4nilFFY6ORl5s0R6Ox3";
const ENCRYPTED = `b3BlbnNzaC1rZXktdjEAAAAACmFlczI1Ni1jdHIAAAAGYmNyeXB0AAAAGAAAABBJUY68/B
BBgRjPxZicPP7SAAAAAQAAAAEAAAAzAAAAC3NzaC1lZDI1NTE5AAAAIJtcdDGWtCEAuMMb
yhwEnZJ/U4rIDrJECfQLnIBERScaAAAAkHZAiBCN6KhLjqmq8VppmrdwCDCkSk6ny3gez5
H9oz/+quN57q9om22VO23ZS9fjXRlL/VkuzqfY8ycNJlhoWLgZ51yv31Y5myNeeSDGG2ht
ARXmUM+JY3NvBFfiH4nHqPj3qJt0BnVjp4+ZGoqCLaGaS3NHi9qJBE6og5QSBe+h2OZOWd
E7WNf7CKya3BL+GA==`;
const ENCRYPTED_PUBLIC = "AAAAC3NzaC1lZDI1NTE5AAAAIJtcdDGWtCEAuMMbyhwEnZJ/U4rIDrJECfQLnIBERSca";

Deno.test("OpenSSH key: as ssh-keygen wrote it", async () => {
  assert.equal(decodeOpenSshKey(unpem(PLAIN)).isEncrypted, false);
  assert.deepEqual((await open(unpem(PLAIN))).publicKey, await converted(PLAIN_PUBLIC));
  assert.deepEqual((await open(unpem(PLAIN), "anything")).publicKey, await converted(PLAIN_PUBLIC));
});

Deno.test("OpenSSH key: as ssh-keygen encrypted it", async () => {
  const key = decodeOpenSshKey(unpem(ENCRYPTED));
  assert.equal(key.isEncrypted, true);
  assert.deepEqual((await key.open(utf8(PASSPHRASE))).publicKey, await converted(ENCRYPTED_PUBLIC));
  await assertProblem(() => key.open(utf8("Correct horse")), "passphrase", NOT_THIS_ONE);
  await assertProblem(() => key.open(utf8("")), "passphrase", NOT_THIS_ONE);
  // It opens more than once.
  assert.deepEqual((await key.open(utf8(PASSPHRASE))).publicKey, await converted(ENCRYPTED_PUBLIC));
});

Deno.test("OpenSSH key: the writer of these tests writes the format", async () => {
  const seed = unpem(PLAIN).slice(161, 193);
  const check = new DataView(unpem(PLAIN).buffer).getUint32(98);
  assert.deepEqual(openSshKey({ seed, checks: [check, check] }), unpem(PLAIN));
  assert.deepEqual(await open(openSshKey()), await x25519FromEd25519Seed(SEED));
});

for (
  const cipherName of [
    "aes128-ctr",
    "aes192-ctr",
    "aes256-ctr",
    "aes128-cbc",
    "aes192-cbc",
    "aes256-cbc",
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
  ]
) {
  Deno.test(`OpenSSH key: ${cipherName}`, async () => {
    const bytes = openSshKey({ cipherName, passphrase: PASSPHRASE, rounds: 2 });
    assert.deepEqual(await open(bytes, PASSPHRASE), await x25519FromEd25519Seed(SEED));
    await assertProblem(() => open(bytes, "wrong"), "passphrase", NOT_THIS_ONE);
    for (let length = 0; length < bytes.length; length++) {
      await assertProblem(() => decodeOpenSshKey(bytes.slice(0, length)), "malformed", /damaged/);
    }
  });
}

Deno.test("OpenSSH key: other kinds of key are refused by name, whether encrypted or not", async () => {
  const types = ["ssh-rsa", "ecdsa-sha2-nistp256", "ssh-dss", "sk-ssh-ed25519@openssh.com"];
  for (const type of types) {
    for (const passphrase of [undefined, PASSPHRASE]) {
      const parts = { passphrase, publicBlob: publicBlob(new Uint8Array(40), type) };
      await assertProblem(
        () => decodeOpenSshKey(openSshKey(parts)),
        "refused",
        `is of type ${type}; only ssh-ed25519 can be converted`,
      );
    }
  }
});

const KEYS_DIFFER = "is damaged: its public key does not belong to its private key";
const PADDING = "is damaged: its padding is not 1, 2, 3, …";
const CUT = "is damaged: it ends in the middle of a field";

const publicKey = ed25519.getPublicKey(SEED);
const MALFORMED: readonly (readonly [what: string, parts: OpenSshParts, message: string])[] = [
  [
    "another magic",
    { magic: "openssh-key-v2\0" },
    "is damaged: it does not begin like an OpenSSH key",
  ],
  ["two check numbers", { checks: [1, 2] }, "is damaged: its two check numbers differ"],
  ["two types", { type: "ssh-ed448" }, "is damaged: it has two types of key"],
  ["another public key outside", { publicBlob: publicBlob(OTHER_PUBLIC_KEY) }, KEYS_DIFFER],
  ["another public key inside", { publicKey: OTHER_PUBLIC_KEY }, KEYS_DIFFER],
  [
    "another public key behind the seed",
    { seedAndPublicKey: concat(SEED, OTHER_PUBLIC_KEY) },
    KEYS_DIFFER,
  ],
  [
    "another seed",
    { seedAndPublicKey: concat(pattern(32, 33), publicKey) },
    KEYS_DIFFER,
  ],
  ["a seed alone", { seedAndPublicKey: SEED }, KEYS_DIFFER],
  [
    "a byte too many behind the seed",
    { seedAndPublicKey: concat(SEED, publicKey, SEED.slice(31)) },
    KEYS_DIFFER,
  ],
  ["a padding of another kind", { padding: [1, 2, 3, 5] }, PADDING],
  ["a padding that begins with 0", { padding: [0, 1, 2, 3] }, PADDING],
  ["a padding of more than a block", { padding: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] }, PADDING],
  [
    "no padding",
    { padding: [] },
    "is damaged: its private part is no multiple of 8 bytes",
  ],
  [
    "bytes behind the end",
    { tail: Uint8Array.of(0) },
    "is damaged: there are bytes after its end",
  ],
  [
    "bcrypt without a cipher",
    { derivationName: "bcrypt" },
    "is damaged: it is not encrypted but has encryption parameters",
  ],
  [
    "options without a cipher",
    { derivationOptions: bcryptOptions(SEED, 1) },
    "is damaged: it is not encrypted but has encryption parameters",
  ],
  [
    "a public key of 31 bytes",
    { publicBlob: publicBlob(SEED.slice(1)) },
    "has 31 bytes instead of 32",
  ],
];

for (const [what, parts, message] of MALFORMED) {
  Deno.test(`OpenSSH key: refused for ${what}`, async () => {
    await assertProblem(() => open(openSshKey(parts)), "malformed", message);
  });
}

Deno.test("OpenSSH key: damage behind a right passphrase is damage", async () => {
  for (
    const [parts, message] of [
      [{ publicKey: OTHER_PUBLIC_KEY }, KEYS_DIFFER],
      [{ padding: [1, 2, 3, 5, 5, 6, 7, 8, 9, 10, 11, 12] }, PADDING],
    ] as const
  ) {
    const bytes = openSshKey({ ...parts, passphrase: PASSPHRASE });
    await assertProblem(() => open(bytes, PASSPHRASE), "malformed", message);
  }
  // Without a tag, only the check numbers tell a passphrase from another.
  const bytes = openSshKey({ checks: [1, 2], passphrase: PASSPHRASE });
  await assertProblem(() => open(bytes, PASSPHRASE), "passphrase", NOT_THIS_ONE);
});

Deno.test("OpenSSH key: no passphrase does not become a key of zeros", async () => {
  // bcrypt-pbkdf leaves the key as it was if there is no passphrase; so does the writer here.
  const bytes = openSshKey({ passphrase: "" });
  await assertProblem(() => open(bytes, ""), "passphrase", NOT_THIS_ONE);
});

Deno.test("OpenSSH key: with GCM, every change is noticed", async () => {
  const bytes = openSshKey({ cipherName: "aes256-gcm@openssh.com", passphrase: PASSPHRASE });
  for (let index = bytes.length - 100; index < bytes.length; index += 7) {
    const changed = bytes.slice();
    changed[index] ^= 0x10;
    await assertProblem(() => open(changed, PASSPHRASE), "passphrase", NOT_THIS_ONE);
  }
});

const OPTIONS:
  readonly (readonly [parts: OpenSshParts, problem: "refused" | "malformed", message: string])[] = [
    [{ keyCount: 0 }, "refused", "holds 0 keys; exactly one is expected"],
    [{ keyCount: 2 }, "refused", "holds 2 keys; exactly one is expected"],
    [
      { cipherName: "3des-cbc" },
      "refused",
      "is encrypted with 3des-cbc, which is not supported; convert it: ssh-keygen -p -Z aes256-ctr -f FILE",
    ],
    [
      { cipherName: "aes256-ctr", derivationName: "argon2" },
      "refused",
      "makes its key from the passphrase with argon2 instead of bcrypt",
    ],
    [
      { cipherName: "aes256-ctr", derivationName: "none" },
      "refused",
      "makes its key from the passphrase with none instead of bcrypt",
    ],
    [
      { passphrase: PASSPHRASE, derivationOptions: bcryptOptions(SEED, 1025) },
      "refused",
      "asks for more than 1024 rounds of bcrypt",
    ],
    [
      { passphrase: PASSPHRASE, derivationOptions: bcryptOptions(SEED, 0xffffffff) },
      "refused",
      "asks for more than 1024 rounds of bcrypt",
    ],
    [
      { passphrase: PASSPHRASE, derivationOptions: bcryptOptions(SEED, 0) },
      "malformed",
      "is damaged: its encryption parameters are invalid",
    ],
    [
      { passphrase: PASSPHRASE, derivationOptions: bcryptOptions(new Uint8Array(0), 16) },
      "malformed",
      "is damaged: its encryption parameters are invalid",
    ],
    [{ passphrase: PASSPHRASE, derivationOptions: sshString(SEED) }, "malformed", CUT],
    [
      { passphrase: PASSPHRASE, derivationOptions: concat(bcryptOptions(SEED, 1), SEED) },
      "malformed",
      "is damaged: there are bytes after its end",
    ],
    [{ cipherName: "\x1b[2J" }, "malformed", "is damaged: it has an invalid name"],
  ];

Deno.test("OpenSSH key: what it says of itself is checked before a passphrase is asked for", async () => {
  for (const [parts, problem, message] of OPTIONS) {
    await assertProblem(() => decodeOpenSshKey(openSshKey(parts)), problem, message);
  }
  decodeOpenSshKey(
    openSshKey({ passphrase: PASSPHRASE, derivationOptions: bcryptOptions(SEED, 1024) }),
  );
});

Deno.test("OpenSSH key: every truncation is refused", async () => {
  const bytes = openSshKey();
  for (let length = 0; length < bytes.length; length++) {
    await assertProblem(() => open(bytes.slice(0, length)), "malformed", /damaged/);
  }
});

Deno.test("OpenSSH key: leaves the file as it was", async () => {
  for (const parts of [{}, { passphrase: PASSPHRASE }]) {
    const bytes = openSshKey(parts);
    const before = bytes.slice();
    await open(bytes, PASSPHRASE);
    assert.deepEqual(bytes, before);
  }
});
