import assert from "node:assert/strict";
import { encodeKeyFile, parseKeyFile } from "../../../lib/identity/keys/key_file.ts";
import { KEY_EXCHANGE } from "../../crypto/vectors/x25519.ts";
import { fromHex } from "../../support/vectors.ts";
import {
  ALICE,
  ALICE_FILE,
  assertRefused,
  NAME,
  NEEDS,
  PASSPHRASE,
  pem,
  unpem,
  WRONG,
} from "./key_file_support.ts";
import { OPENSSH_LABEL, openSshKey } from "./openssh_writer.ts";

Deno.test("key file: unencrypted, and read again", async () => {
  assert.equal(await encodeKeyFile(ALICE), ALICE_FILE);
  assert.equal(await encodeKeyFile(ALICE, ""), ALICE_FILE);
  const file = await parseKeyFile(ALICE_FILE, NAME);
  assert.equal(file.format, "pkcs8");
  assert.equal(file.isEncrypted, false);
  for (const passphrase of [undefined, "", "ignored"]) {
    assert.deepEqual(await file.open(passphrase), ALICE);
  }
});

Deno.test("key file: encrypted, and read again", async () => {
  const text = await encodeKeyFile(ALICE, PASSPHRASE);
  assert.match(text, /^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
  const file = await parseKeyFile(text, NAME);
  assert.equal(file.format, "pkcs8");
  assert.equal(file.isEncrypted, true);
  assert.deepEqual(await file.open(PASSPHRASE), ALICE);
  await assertRefused(() => file.open(), "needs a passphrase", "wrong-passphrase");
  await assertRefused(() => file.open(""), "needs a passphrase", "wrong-passphrase");
  await assertRefused(() => file.open("wrong"), WRONG, "wrong-passphrase");
  // Not normalised: the same letters from another keyboard are another passphrase.
  await assertRefused(() => file.open(PASSPHRASE.normalize("NFD")), WRONG, "wrong-passphrase");
});

Deno.test("key file: each opening gives a key of its own", async () => {
  for (const text of [ALICE_FILE, await encodeKeyFile(ALICE, PASSPHRASE)]) {
    const file = await parseKeyFile(text, NAME);
    (await file.open(PASSPHRASE)).privateKey.fill(0);
    assert.deepEqual(await file.open(PASSPHRASE), ALICE);
  }
  assert.deepEqual(ALICE.privateKey, fromHex(KEY_EXCHANGE.alicePrivate));
});

Deno.test("key file: OpenSSH's format", async () => {
  const plain = await parseKeyFile(pem(OPENSSH_LABEL, openSshKey()), NAME);
  assert.equal(plain.format, "openssh");
  assert.equal(plain.isEncrypted, false);
  const encrypted = await parseKeyFile(
    pem(OPENSSH_LABEL, openSshKey({ passphrase: PASSPHRASE })),
    NAME,
  );
  assert.equal(encrypted.format, "openssh");
  assert.equal(encrypted.isEncrypted, true);
  assert.deepEqual(await encrypted.open(PASSPHRASE), await plain.open());
  await assertRefused(() => encrypted.open(), "needs a passphrase", "wrong-passphrase");
  await assertRefused(() => encrypted.open("wrong"), WRONG, "wrong-passphrase");
});

const REFUSED: readonly (readonly [what: string, text: string, message: string])[] = [
  ["nothing", "", "has no line -----BEGIN … PRIVATE KEY-----"],
  ["a cut", ALICE_FILE.slice(0, 60), "is cut short: what begins in line 1 has no END"],
  [
    "two keys",
    `Alice:\n${ALICE_FILE}Bob:\n${ALICE_FILE}`,
    "holds a second key in line 6; exactly one is expected",
  ],
  ["an RSA key", pem("RSA PRIVATE KEY", ALICE.privateKey), `holds an RSA key in line 1; ${NEEDS}`],
  ["a DSA key", pem("DSA PRIVATE KEY", ALICE.privateKey), `holds a DSA key in line 1; ${NEEDS}`],
  [
    "an EC key behind its parameters",
    pem("EC PARAMETERS", ALICE.publicKey) + pem("EC PRIVATE KEY", ALICE.privateKey),
    `holds an EC key in line 1; ${NEEDS}`,
  ],
  ["a public key", pem("PUBLIC KEY", ALICE.publicKey), `holds a public key in line 1; ${NEEDS}`],
  [
    "a certificate behind the key",
    ALICE_FILE + pem("CERTIFICATE", ALICE.publicKey),
    `holds a certificate in line 4; ${NEEDS}`,
  ],
  [
    "another label",
    pem("AGE ENCRYPTED FILE", ALICE.publicKey),
    `holds something called AGE ENCRYPTED FILE in line 1; ${NEEDS}`,
  ],
  [
    "a .pub file",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 alice\n",
    "holds a public key; the private key is in the file without .pub",
  ],
  [
    "PKCS #8 under OpenSSH's label",
    ALICE_FILE.replaceAll("PRIVATE", "OPENSSH PRIVATE"),
    "is damaged: it does not begin like an OpenSSH key",
  ],
  [
    "an unencrypted key that is called encrypted",
    ALICE_FILE.replaceAll("PRIVATE", "ENCRYPTED PRIVATE"),
    "is damaged: what it holds is no PKCS #8 key",
  ],
  [
    "an OpenSSH key whose halves differ",
    pem(OPENSSH_LABEL, openSshKey({ publicKey: ALICE.publicKey })),
    "is damaged: its public key does not belong to its private key",
  ],
  // RFC 8410 §10.3.
  [
    "an Ed25519 key",
    pem("PRIVATE KEY", unpem("MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC")),
    `holds an Ed25519 key; ${NEEDS}`,
  ],
];

for (const [what, text, message] of REFUSED) {
  Deno.test(`key file: refused for ${what}`, async () => {
    await assertRefused(() => parseKeyFile(text, NAME), message);
  });
}
