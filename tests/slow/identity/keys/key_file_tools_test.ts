/**
 * Key files against the programs that made the formats, `openssl` and `ssh-keygen`.
 *
 * @module
 */
import assert from "node:assert/strict";
import { generateX25519KeyPair, type X25519KeyPair } from "../../../../lib/crypto/mod.ts";
import { encodeKeyFile, parseKeyFile } from "../../../../lib/identity/keys/key_file.ts";
import { parsePublicKeyLine } from "../../../../lib/identity/keys/public_key_line.ts";
import { withMark } from "../../../../lib/trust/key_mark.ts";
import {
  ALICE,
  ALICE_FILE,
  assertRefused,
  NAME,
  NEEDS,
  open,
  PASSPHRASE,
  unpem,
  WRONG,
} from "../../../identity/keys/key_file_support.ts";
import { attempt, run, toolTest } from "../../tools.ts";

const unsupported = (type: string) => ({ kind: "unsupported", type });

/** The X25519 public key that `openssl` sees in a file. */
async function opensslPublicKey(file: string, ...args: string[]): Promise<Uint8Array> {
  const text = await run("openssl", "pkey", "-in", file, "-pubout", ...args);
  return unpem(text).slice(-32);
}

toolTest("openssl", "key file: openssl makes keys, and they are read", async (folder) => {
  const file = `${folder}/key.pem`;
  for (let round = 0; round < 5; round++) {
    await run("openssl", "genpkey", "-algorithm", "X25519", "-out", file);
    const text = await Deno.readTextFile(file);
    const keyPair = await open(text);
    assert.deepEqual(keyPair.publicKey, await opensslPublicKey(file));
    // Byte for byte the same.
    assert.equal(await encodeKeyFile(keyPair), text);
    // With text for people behind it.
    const withText = await run("openssl", "pkey", "-in", file, "-text");
    assert.deepEqual(await open(withText), keyPair);
  }
});

toolTest("openssl", "key file: openssl reads what is written", async (folder) => {
  const file = `${folder}/key.pem`;
  const keyPair = await generateX25519KeyPair();
  await Deno.writeTextFile(file, await encodeKeyFile(keyPair));
  assert.match(await run("openssl", "pkey", "-in", file, "-noout", "-text"), /X25519 Private-Key:/);
  assert.deepEqual(await opensslPublicKey(file), keyPair.publicKey);
  assert.equal(await run("openssl", "pkey", "-in", file), await encodeKeyFile(keyPair));

  for (const program of ["client", "server"] as const) {
    await Deno.writeTextFile(file, withMark(await encodeKeyFile(keyPair), program));
    assert.deepEqual(await opensslPublicKey(file), keyPair.publicKey);
  }

  await Deno.writeTextFile(file, withMark(await encodeKeyFile(keyPair, PASSPHRASE), "client"));
  const passphrase = ["-passin", `pass:${PASSPHRASE}`];
  const text = await run("openssl", "pkey", "-in", file, "-noout", "-text", ...passphrase);
  assert.match(text, /X25519 Private-Key:/);
  assert.deepEqual(await opensslPublicKey(file, ...passphrase), keyPair.publicKey);
  const wrong = await attempt("openssl", "pkey", "-in", file, "-passin", "pass:wrong", "-noout");
  assert.equal(wrong.success, false);
});

const ENCRYPTIONS: readonly (readonly string[])[] = [
  ["pkey", "-aes256"],
  ["pkey", "-aes128"],
  ["pkey", "-aes192"],
  ["pkcs8", "-topk8"],
  ["pkcs8", "-topk8", "-v2", "aes-128-cbc", "-v2prf", "hmacWithSHA1"],
  ["pkcs8", "-topk8", "-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA256"],
  ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA384"],
  ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512", "-iter", "100000"],
  ["pkcs8", "-topk8", "-scrypt"],
  ["pkcs8", "-topk8", "-scrypt", "-scrypt_N", "1024", "-scrypt_r", "4", "-scrypt_p", "2"],
];

for (const encryption of ENCRYPTIONS) {
  const name = `key file: openssl ${encryption.join(" ")} is read`;
  toolTest("openssl", name, async (folder) => {
    const [plain, file] = [`${folder}/plain.pem`, `${folder}/key.pem`];
    await Deno.writeTextFile(plain, ALICE_FILE);
    const passphrase = `pass:${PASSPHRASE}`;
    await run("openssl", ...encryption, "-in", plain, "-out", file, "-passout", passphrase);
    const key = await parseKeyFile(await Deno.readTextFile(file), NAME);
    assert.equal(key.isEncrypted, true);
    assert.deepEqual(await key.open(PASSPHRASE), ALICE);
    await assertRefused(() => key.open("wrong"), WRONG, "wrong-passphrase");
  });
}

toolTest("openssl", "key file: openssl's old encryption is refused by name", async (folder) => {
  const [plain, file, converted] = ["plain", "key", "new"].map((name) => `${folder}/${name}.pem`);
  await Deno.writeTextFile(plain, ALICE_FILE);
  const encryptions = [
    [["-v1", "PBE-SHA1-3DES"], /is encrypted with a cipher of PKCS #12/],
    [["-v2", "des3"], /is encrypted with Triple DES/],
    [["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA224"], /uses PBKDF2 with something else/],
  ] as const;
  for (const [encryption, message] of encryptions) {
    const args = [...encryption, "-in", plain, "-out", file, "-passout", "pass:a"];
    await run("openssl", "pkcs8", "-topk8", ...args);
    await assertRefused(async () => parseKeyFile(await Deno.readTextFile(file), NAME), message);
    // The advice in the sentence is good.
    const advice = ["pkcs8", "-topk8", "-v2", "aes-256-cbc", "-in", file, "-out", converted];
    await run("openssl", ...advice, "-passin", "pass:a", "-passout", "pass:b");
    assert.deepEqual(await open(await Deno.readTextFile(converted), "b"), ALICE);
  }
});

toolTest("openssl", "key file: openssl's other keys are refused by name", async (folder) => {
  const file = `${folder}/key.pem`;
  const others = [
    [["genpkey", "-algorithm", "RSA"], "holds an RSA key"],
    [["genpkey", "-algorithm", "RSA-PSS"], "holds an RSA-PSS key"],
    [["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "holds an EC key"],
    [["genpkey", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048"], "holds a Diffie-Hellman key"],
    [["genpkey", "-algorithm", "ED25519"], "holds an Ed25519 key"],
    [["genpkey", "-algorithm", "ED448"], "holds an Ed448 key"],
    [["genpkey", "-algorithm", "X448"], "holds an X448 key"],
    [["genrsa", "-traditional"], "holds an RSA key in line 1"],
    [["ecparam", "-name", "prime256v1", "-genkey"], "holds an EC key in line 1"],
  ] as const;
  for (const [args, what] of others) {
    await run("openssl", ...args, "-out", file);
    await assertRefused(
      async () => parseKeyFile(await Deno.readTextFile(file), NAME),
      `${what}; ${NEEDS}`,
    );
  }
  // One that is encrypted shows what it is once it is open.
  await run("openssl", "genpkey", "-algorithm", "RSA", "-aes256", "-pass", "pass:a", "-out", file);
  const text = await Deno.readTextFile(file);
  await assertRefused(() => open(text, "a"), `holds an RSA key; ${NEEDS}`);
  await assertRefused(() => open(text, "b"), WRONG, "wrong-passphrase");
});

/** Makes a key with ssh-keygen. */
async function sshKey(folder: string, ...args: string[]): Promise<{ text: string; line: string }> {
  const file = `${folder}/${crypto.randomUUID()}`;
  await run("ssh-keygen", "-q", "-C", "bob@home", "-f", file, ...args);
  return {
    text: await Deno.readTextFile(file),
    line: await Deno.readTextFile(`${file}.pub`),
  };
}

/** Fails unless the private key belongs to the line in the `.pub` file. */
async function assertBelongs({ publicKey }: X25519KeyPair, line: string): Promise<void> {
  const parsed = await parsePublicKeyLine(line);
  assert(parsed.kind === "key");
  assert.deepEqual(parsed.key, publicKey);
}

toolTest("ssh-keygen", "key file: ssh-keygen makes keys, and they are read", async (folder) => {
  for (let round = 0; round < 5; round++) {
    const { text, line } = await sshKey(folder, "-t", "ed25519", "-N", "");
    const file = await parseKeyFile(text, NAME);
    assert.equal(file.isEncrypted, false);
    await assertBelongs(await file.open(), line);
  }
});

for (
  const args of [
    [],
    ["-a", "1"],
    ["-a", "50"],
    ["-Z", "aes128-ctr"],
    ["-Z", "aes192-ctr"],
    ["-Z", "aes256-ctr"],
    ["-Z", "aes128-cbc"],
    ["-Z", "aes192-cbc"],
    ["-Z", "aes256-cbc"],
    ["-Z", "aes128-gcm@openssh.com"],
    ["-Z", "aes256-gcm@openssh.com"],
  ]
) {
  const name = `key file: ssh-keygen with a passphrase ${args.join(" ")}`.trim();
  toolTest("ssh-keygen", name, async (folder) => {
    const { text, line } = await sshKey(folder, "-t", "ed25519", "-N", PASSPHRASE, ...args);
    const file = await parseKeyFile(text, NAME);
    assert.equal(file.isEncrypted, true);
    await assertBelongs(await file.open(PASSPHRASE), line);
    await assertRefused(() => file.open("wrong"), WRONG, "wrong-passphrase");
  });
}

toolTest("ssh-keygen", "key file: ssh-keygen's other keys are refused by name", async (folder) => {
  const only = "only ssh-ed25519 can be converted";
  for (
    const [type, name] of [["rsa", "ssh-rsa"], ["ecdsa", "ecdsa-sha2-nistp256"]] as const
  ) {
    for (const passphrase of ["", PASSPHRASE]) {
      const { text } = await sshKey(folder, "-t", type, "-N", passphrase);
      await assertRefused(() => parseKeyFile(text, NAME), `is of type ${name}; ${only}`);
    }
  }
  const traditional = await sshKey(folder, "-t", "rsa", "-N", "", "-m", "PEM");
  await assertRefused(
    () => parseKeyFile(traditional.text, NAME),
    `holds an RSA key in line 1; ${NEEDS}`,
  );
  await assertRefused(
    () => parseKeyFile(traditional.line, NAME),
    "holds a public key; the private key is in the file without .pub",
  );
});

toolTest("ssh-keygen", "key file: a cipher of ssh-keygen that is not known", async (folder) => {
  const cipher = "chacha20-poly1305@openssh.com";
  const { text } = await sshKey(folder, "-t", "ed25519", "-N", PASSPHRASE, "-Z", cipher);
  await assertRefused(
    () => parseKeyFile(text, NAME),
    `is encrypted with ${cipher}, which is not supported; ` +
      "convert it: ssh-keygen -p -Z aes256-ctr -f FILE",
  );
  const file = `${folder}/convert`;
  await Deno.writeTextFile(file, text, { mode: 0o600 });
  const advice = ["-p", "-Z", "aes256-ctr", "-f", file];
  await run("ssh-keygen", ...advice, "-q", "-P", PASSPHRASE, "-N", PASSPHRASE);
  assert.equal((await open(await Deno.readTextFile(file), PASSPHRASE)).publicKey.length, 32);
});

toolTest("ssh-keygen", "public key line: what ssh-keygen writes", async (folder) => {
  for (const type of ["ed25519", "ecdsa", "rsa"]) {
    const file = `${folder}/${type}`;
    await run("ssh-keygen", "-q", "-t", type, "-N", "", "-C", "bob@home 2", "-f", file);
    const line = await Deno.readTextFile(`${file}.pub`);
    const parsed = await parsePublicKeyLine(line);
    if (type === "ed25519") {
      assert(parsed.kind === "key");
      assert.equal(parsed.name, "bob@home 2");
      assert.equal(parsed.type, "ssh-ed25519");
    } else {
      assert.deepEqual(parsed, unsupported(line.split(" ")[0]));
    }
  }
  // A certificate, signed by the same key.
  const [ca, key] = [`${folder}/ed25519`, `${folder}/ed25519.pub`];
  await run("ssh-keygen", "-q", "-s", ca, "-I", "id", "-n", "bob", key);
  assert.deepEqual(
    await parsePublicKeyLine(await Deno.readTextFile(`${folder}/ed25519-cert.pub`)),
    unsupported("ssh-ed25519-cert-v01@openssh.com"),
  );
});
