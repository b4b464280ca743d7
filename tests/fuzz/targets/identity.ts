import assert from "node:assert/strict";
import {
  BanBook,
  formatInvitation,
  GuestList,
  InvitationList,
  KeyBook,
  looksLikeInvitation,
  memoryStore,
  parseFingerprint,
  parseInvitation,
  parseKeyFile,
  parseLifetime,
  parsePublicKeyLine,
} from "../../../lib/identity/mod.ts";
import { decodeDer, encodeDer } from "../../../lib/identity/keys/der.ts";
import { KeyFormatError } from "../../../lib/identity/keys/key_format_error.ts";
import { decodeOpenSshKey } from "../../../lib/identity/keys/openssh_key.ts";
import { encodePem, parsePem } from "../../../lib/identity/keys/pem.ts";
import { decodePkcs8 } from "../../../lib/identity/keys/pkcs8.ts";
import { encodePkcs8 } from "../../../lib/identity/keys/pkcs8_plain.ts";
import { decodeEncryptedPkcs8 } from "../../../lib/identity/keys/pkcs8_encrypted.ts";
import { findKnownHost } from "../../../lib/trust/known_host_name.ts";
import { OPENSSH_LABEL, openSshKey } from "../../identity/keys/openssh_writer.ts";
import { encryptedPkcs8, pbkdf2 } from "../../identity/keys/pbes2_writer.ts";
import { attempt, attemptLater } from "../material.ts";
import type { Target } from "../target.ts";

const KEY = "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk=";
const SSH = "AAAAC3NzaC1lZDI1NTE5AAAAIB5YLUh3UndnvB4++MDmPx8TS4nilFFY6ORl5s0R6Ox3";
const PRIVATE = new Uint8Array(32).fill(9);

/** Invitations. */
export const invitations: Target = {
  name: "invitations",
  run(material) {
    const serverKey = material.bytes(32);
    // Below 2^255 - 19, as a server's key is.
    serverKey[31] &= 0x3f;
    const invitation = {
      address: material.one(["192.0.2.7:12345", "[::1]:9", "chat.example:1"]),
      serverKey,
      secret: material.bytes(16),
    };
    const valid = formatInvitation(invitation);
    assert.deepEqual(parseInvitation(valid), invitation);
    const text = material.mutateText(material.one([valid, `<${valid}>`, ` ${valid}/ `]));
    looksLikeInvitation(text);
    const read = attempt(() => parseInvitation(text));
    if (read === undefined) return;
    assert.deepEqual([read.serverKey.length, read.secret.length], [32, 16]);
    // The checksum has 32 bits: what is accepted is what was written.
    assert.deepEqual(read, invitation, text);
  },
};

const BOOKS: Record<string, string> = {
  hosts: `# servers\n\nchat.example:9 x25519 ${KEY} 2026-01-01\n[::1]:9 ssh-ed25519 ${SSH}\n`,
  guests: `# guests\nx25519 ${KEY} ada\noperator ssh-ed25519 ${SSH} bob@host\n`,
  bans: "SHA256:CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk ada 2026-01-01 rude\n",
  invitations: "0123abcd CQkJCQkJCQkJCQkJCQkJCQ created=2026-01-01T00:00:00Z single-use\n",
};

/** Texts that people edit: what cannot be read is named by its line, and nothing is lost. */
export const books: Target = {
  name: "books",
  async run(material) {
    const which = material.one(Object.keys(BOOKS));
    const text = material.chance(0.2)
      ? material.text(500)
      : material.mutateText(BOOKS[which].repeat(1 + material.below(3)));
    const store = memoryStore(which, text);
    await attemptLater(async () => {
      switch (which) {
        case "hosts": {
          const book = new KeyBook(store);
          const before = await book.entries();
          for (const { key, subject } of before) {
            assert.equal(key.length, 32);
            assert.match(subject, /^[^ \t\n]+$/);
          }
          await book.add("other:1", PRIVATE, "note");
          assert.equal(
            await book.remove("other:1"),
            1 + before.filter((entry) => {
              return entry.subject === "other:1";
            }).length,
          );
          await findKnownHost(book, "chat.example:9");
          break;
        }
        case "guests":
          await new GuestList(store).load();
          break;
        case "bans": {
          const book = new BanBook(store);
          await book.records();
          await book.add({
            target: PRIVATE,
            nick: material.text(40),
            date: "2026-01-01",
            reason: material.text(99),
          });
          assert.ok(await book.find(PRIVATE));
          break;
        }
        default: {
          const list = new InvitationList(store, () => 0);
          const before = await list.records();
          const { id } = await list.create({ lifetime: 1000, singleUse: true });
          assert.equal(await list.redeem(id, PRIVATE), "welcome");
          assert.equal(await list.revoke(id), 1, "the key that came by it");
          assert.equal((await list.records()).length, before.length + 1);
        }
      }
    });
  },
};

/** A public key as a line, a fingerprint, a time. */
export const lines: Target = {
  name: "key-lines",
  async run(material) {
    const line = material.mutateText(material.one([
      ...[`x25519 ${KEY} ada`, `ssh-ed25519 ${SSH} a@b`, "SHA256:abc", "30d", "ssh-rsa AAAA"],
    ]));
    const read = await attemptKeys(() => parsePublicKeyLine(line));
    if (read !== undefined && "key" in read) assert.equal((read.key as Uint8Array).length, 32);
    const hash = parseFingerprint(line);
    if (hash !== undefined) assert.equal(hash.length, 32);
    const lifetime = attempt(() => parseLifetime(line));
    if (lifetime !== undefined) assert.ok(lifetime > 0 && Number.isFinite(lifetime));
  },
};

const PLAIN_DER = encodePkcs8(PRIVATE);
const DER = [
  PLAIN_DER,
  encodeDer(encryptedPkcs8Value()),
];

function encryptedPkcs8Value(): Parameters<typeof encodeDer>[0] {
  return decodeDer(encryptedPkcs8({ derivation: pbkdf2({}), ciphertext: new Uint8Array(64) }));
}

const SSH_KEYS = [openSshKey(), openSshKey({ passphrase: "secret" })];

/** Key files. What costs time by its parameters is not opened: their limits have tests of their own. */
export const keyFiles: Target = {
  name: "key-files",
  async run(material) {
    if (material.chance(0.5)) {
      const der = material.mutate(material.one(DER));
      const value = attemptKey(() => decodeDer(der));
      if (value !== undefined) attemptKey(() => encodeDer(value));
      await attemptKeys(() => decodePkcs8(der));
      attemptKey(() => decodeEncryptedPkcs8(der));
    }
    const ssh = material.one(SSH_KEYS);
    const sshKey = attemptKey(() => decodeOpenSshKey(material.mutate(ssh)));
    if (sshKey?.isEncrypted === false) await attemptKeys(() => sshKey.open(new Uint8Array(0)));
    if (material.chance(0.05)) {
      // Only behind the parameters, which say how long it takes.
      const at = 100 + material.below(SSH_KEYS[1].length - 100);
      const altered = new Uint8Array(SSH_KEYS[1]);
      altered.set(material.bytes(Math.min(8, altered.length - at)), at);
      const encrypted = attemptKey(() => decodeOpenSshKey(altered));
      await attemptKeys(async () => await encrypted?.open(new TextEncoder().encode("secret")));
    }
    const text = material.mutateText(material.one([
      encodePem("PRIVATE KEY", PLAIN_DER),
      encodePem("ENCRYPTED PRIVATE KEY", DER[1]),
      encodePem(OPENSSH_LABEL, ssh),
      `x25519 ${KEY}\n`,
    ]));
    for (const block of attemptKey(() => parsePem(text)) ?? []) attemptKey(() => block.decode());
    const file = await attemptLater(() => parseKeyFile(text, "key.pem"));
    if (file?.isEncrypted === false) {
      const pair = await attemptLater(() => file.open());
      if (pair !== undefined) assert.equal(pair.publicKey.length, 32);
    }
  },
};

function attemptKey<T>(work: () => T): T | undefined {
  try {
    return attempt(work);
  } catch (error) {
    if (error instanceof KeyFormatError) return undefined;
    throw error;
  }
}

async function attemptKeys<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await attemptLater(work);
  } catch (error) {
    if (error instanceof KeyFormatError) return undefined;
    throw error;
  }
}
