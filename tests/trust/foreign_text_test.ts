import assert from "node:assert/strict";
import { findDestination } from "../../lib/client/meeting/destination.ts";
import { encodeKeyFile, formatInvitation } from "../../lib/identity/mod.ts";
import { generateX25519KeyPair } from "../../lib/crypto/mod.ts";
import { loadIdentity, readPassphrase } from "../../lib/trust/own_identity.ts";
import { folderTest, usageError } from "../identity/fixtures/support.ts";

/** What Notepad makes of a text. */
function fromNotepad(text: string): string {
  return `\ufeff${text.replaceAll("\n", "\r\n")}`;
}

async function write(path: string, content: string | Uint8Array): Promise<string> {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  await Deno.writeFile(path, bytes, { mode: 0o600 });
  return path;
}

folderTest("foreign text: a key, with a passphrase and without", async (folder) => {
  const keyPair = await generateX25519KeyPair();
  const passphraseFile = await write(`${folder}/passphrase`, fromNotepad("correct horse\n"));
  for (const passphrase of [undefined, "correct horse"]) {
    const text = fromNotepad(`Käthe's key\n${await encodeKeyFile(keyPair, passphrase)}`);
    const identity = await write(`${folder}/key.pem`, text);
    const flags = { program: "client", identity, home: folder, passphraseFile } as const;
    const loaded = await loadIdentity(flags, () => Promise.resolve(undefined));
    assert.deepEqual(loaded.keyPair, keyPair);
  }
});

folderTest("foreign text: a passphrase ends where its line does", async (folder) => {
  const path = `${folder}/passphrase`;
  for (const end of ["", "\n", "\r\n", "\r", "\r\nmore\r\n"]) {
    await write(path, `\ufeffcorrect ☃ ${end}`);
    assert.equal(await readPassphrase(path), "correct ☃ ");
  }
  await write(path, Uint8Array.from([0x70, 0xe4, 0x73, 0x73]));
  await assert.rejects(
    readPassphrase(path),
    usageError("bad-file", `${path}, line 1: the passphrase is not UTF-8`),
  );
});

folderTest("foreign text: an invitation in a file", async (folder) => {
  const address = { hostname: "127.0.0.1", port: 1 };
  const text = formatInvitation({
    address: "chat.test:2",
    serverKey: new Uint8Array(32).fill(9),
    secret: new Uint8Array(16),
  });
  const inviteFile = await write(`${folder}/invitation`, fromNotepad(`${text}\n`));
  const found = await findDestination({ address, invitation: undefined, inviteFile });
  assert.deepEqual(found.address, { hostname: "chat.test", port: 2 });
});
