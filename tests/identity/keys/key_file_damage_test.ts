import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { cbc } from "npm:@noble/ciphers@2.4.0/aes.js";
import { x25519KeyPair } from "../../../lib/crypto/mod.ts";
import { encodeBase64 } from "../../../lib/identity/base64.ts";
import { encodeScrypt, scryptKey } from "../../../lib/identity/keys/pbes2_key_derivation.ts";
import { parseKeyFile } from "../../../lib/identity/keys/key_file.ts";
import { encodePkcs8 } from "../../../lib/identity/keys/pkcs8_plain.ts";
import { pattern } from "../../crypto/support.ts";
import { assertSentence, NAME, pem } from "./key_file_support.ts";
import { OPENSSH_LABEL, openSshKey, SEED } from "./openssh_writer.ts";
import { encryptedPkcs8 } from "./pbes2_writer.ts";

const PASSPHRASE = "correct horse battery staple";
const PRIVATE_KEY = pattern(32, 51);

/** scrypt with the least cost; damage to it stays cheap, as every number has one byte. */
async function encryptedFile(): Promise<Uint8Array> {
  const [salt, iv, cost] = [pattern(8, 52), pattern(16, 53), { N: 2, r: 1, p: 1 }];
  const key = await scryptKey(new TextEncoder().encode(PASSPHRASE), salt, cost, 32);
  const ciphertext = cbc(key, iv).encrypt(encodePkcs8(PRIVATE_KEY));
  return encryptedPkcs8({ derivation: encodeScrypt(salt, cost), iv, ciphertext });
}

interface Sample {
  readonly what: string;
  readonly label: string;
  readonly bytes: Uint8Array;
  /** Where bytes stand that say how much work opening is: up to fifteen seconds, so not changed. */
  readonly work?: readonly [from: number, to: number];
}

const encrypted = openSshKey({ passphrase: PASSPHRASE });

const SAMPLES: readonly Sample[] = [
  { what: "PKCS #8", label: "PRIVATE KEY", bytes: encodePkcs8(PRIVATE_KEY) },
  { what: "encrypted PKCS #8", label: "ENCRYPTED PRIVATE KEY", bytes: await encryptedFile() },
  { what: "OpenSSH", label: OPENSSH_LABEL, bytes: openSshKey() },
  {
    what: "encrypted OpenSSH",
    label: OPENSSH_LABEL,
    bytes: encrypted,
    work: [roundsOffset(encrypted), roundsOffset(encrypted) + 4],
  },
];

/** Where the number of rounds stands: behind the magic, two names and a salt of 16 bytes. */
function roundsOffset(bytes: Uint8Array): number {
  const offset = 15 + 4 + "aes256-ctr".length + 4 + "bcrypt".length + 4 + 4 + 16;
  assert.equal(new DataView(bytes.buffer).getUint32(offset), 1);
  return offset;
}

/**
 * Reads and opens a text with the right passphrase. Fails unless that gives a key pair, or one
 * sentence that gives nothing of the text or of the passphrase away.
 *
 * @returns Whether it was refused.
 */
async function isRefused(text: string): Promise<boolean> {
  try {
    const file = await parseKeyFile(text, NAME);
    const keyPair = await file.open(PASSPHRASE);
    assert.deepEqual(keyPair, await x25519KeyPair(keyPair.privateKey));
    return false;
  } catch (error) {
    assert(error instanceof Error);
    if (error.name === "AssertionError") throw error;
    assertSentence(error);
    for (const secret of [PASSPHRASE, PRIVATE_KEY, SEED]) assertHides(error.message, secret);
    return true;
  }
}

/** Fails if six successive bytes of a secret can be read in a text, in any of the usual forms. */
function assertHides(text: string, secret: string | Uint8Array): void {
  const bytes = typeof secret === "string" ? new TextEncoder().encode(secret) : secret;
  for (let start = 0; start + 6 <= bytes.length; start++) {
    const window = bytes.subarray(start, start + 6);
    const characters = String.fromCharCode(...window);
    const hex = Array.from(window, (byte) => byte.toString(16).padStart(2, "0")).join("");
    const forms = [characters, btoa(characters), hex, window.join(","), window.join(".")];
    for (const form of forms) assert(!text.includes(form), text);
  }
}

for (const { what, label, bytes, work = [-1, -1] } of SAMPLES) {
  const whole = pem(label, bytes);

  Deno.test(`damaged key file, ${what}: undamaged, it opens`, async () => {
    assert.equal(await isRefused(whole), false);
  });

  Deno.test(`damaged key file, ${what}: every truncation of the text is refused`, async () => {
    // The last line needs no end.
    for (let length = 0; length < whole.length - 1; length++) {
      assert(await isRefused(whole.slice(0, length)), `${length} characters`);
    }
  });

  Deno.test(`damaged key file, ${what}: every truncation of the bytes is refused`, async () => {
    for (let length = 0; length < bytes.length; length++) {
      assert(await isRefused(pem(label, bytes.slice(0, length))), `${length} bytes`);
    }
  });

  Deno.test(`damaged key file, ${what}: bytes behind its end are refused`, async () => {
    for (const count of [1, 8, 16]) {
      assert(await isRefused(pem(label, Uint8Array.of(...bytes, ...new Uint8Array(count)))));
    }
  });

  Deno.test(`damaged key file, ${what}: changed bytes give a sentence, or a key pair`, async () => {
    const change = fc.record({ at: fc.nat(bytes.length - 1), to: fc.nat(255) });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const damaged = bytes.slice();
        for (const { at, to } of changes) if (at < work[0] || at >= work[1]) damaged[at] = to;
        await isRefused(pem(label, damaged));
      }),
    );
  });

  Deno.test(`damaged key file, ${what}: changed characters give a sentence, or a key pair`, async () => {
    const change = fc.record({
      at: fc.nat(whole.length - 1),
      to: fc.oneof(fc.constantFrom("", "\n", "-", "=", "A", "/"), fc.string({ maxLength: 3 })),
    });
    // The characters that the bytes of `work` are in, with a line break for every 64.
    const first = `-----BEGIN ${label}-----\n`.length;
    const inText = (byte: number) => first + Math.floor(byte / 3) * 4 + Math.floor(byte / 48);
    const isWork = (at: number) => at >= inText(work[0]) && at < inText(work[1]) + 4;
    await fc.assert(
      fc.asyncProperty(change, async ({ at, to }) => {
        // To shift what is behind would change the work, too.
        if (work[0] >= 0 && (isWork(at) || (at < inText(work[1]) && to.length !== 1))) return;
        await isRefused(whole.slice(0, at) + to + whole.slice(at + 1));
      }),
    );
  });
}

Deno.test("damaged key file: OpenSSH's format notices every changed byte of an open key", async () => {
  const bytes = openSshKey();
  const comment = bytes.length - 4 - "alice@example.com".length;
  for (let at = 0; at < bytes.length; at++) {
    const damaged = bytes.slice();
    damaged[at] ^= 0x01;
    // The comment is passed over.
    const isComment = at >= comment && at < bytes.length - 4;
    assert.equal(await isRefused(pem(OPENSSH_LABEL, damaged)), !isComment, `byte ${at}`);
  }
});

Deno.test("damaged key file: random bytes under every label are refused", async () => {
  const labels = fc.constantFrom("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", OPENSSH_LABEL);
  const magic = new TextEncoder().encode("openssh-key-v1\0");
  const contents = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 300 }),
    fc.uint8Array({ maxLength: 200 }).map((tail) => Uint8Array.of(...magic, ...tail)),
    fc.uint8Array({ maxLength: 127 }).map((tail) => Uint8Array.of(0x30, tail.length, ...tail)),
  );
  await fc.assert(
    fc.asyncProperty(labels, contents, async (label, bytes) => {
      assert(await isRefused(pem(label, bytes)));
    }),
  );
});

Deno.test("damaged key file: random texts are refused", async () => {
  const lines = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.base64String(),
    fc.constantFrom("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----", "-----BEGIN "),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(lines, { maxLength: 6 }), async (lines) => {
      assert(await isRefused(lines.join("\n")));
    }),
  );
});

Deno.test("damaged key file: a large one is refused too", async () => {
  const bytes = new Uint8Array(200_000);
  for (const start of [[0x30, 0x83, 0x03, 0x0d, 0x3b], [0x30, 0x80], [4, 0x80], []]) {
    bytes.set(start);
    for (const label of ["PRIVATE KEY", "ENCRYPTED PRIVATE KEY", OPENSSH_LABEL]) {
      const body = encodeBase64(bytes);
      assert(await isRefused(`-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`));
    }
  }
});
