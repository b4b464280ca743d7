import { generateX25519KeyPair } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import { createTextFile, keepCopy } from "../../identity/files/write_file.ts";
import { encodeKeyFile, parseKeyFile } from "../../identity/keys/key_file.ts";
import { fileStore } from "../../identity/files/file_store.ts";
import { fingerprint } from "../../identity/fingerprint.ts";
import { formatPublicKeyLine } from "../../identity/keys/public_key_line.ts";
import { readTextFile } from "../../identity/files/snapshot.ts";
import type { ProgramName } from "../../program_name.ts";
import { writeOutput } from "../../terminal/output/output.ts";
import { jsonLine } from "../../terminal/text/json_line.ts";
import { readEarlierKey } from "../../trust/earlier_key.ts";
import { explanationOf, withMark } from "../../trust/key_mark.ts";
import {
  identityPath,
  loadIdentity,
  type OwnIdentity,
  readPassphrase,
} from "../../trust/own_identity.ts";
import type { StateFolder } from "../../trust/state_folder.ts";
import type { CommonFlags, Task } from "../flags/flags.ts";
import { askSecret, closePrompt, print, tellAside } from "./task_terminal.ts";

type IdTask = Task & { kind: "id" };

/** `id`: shows the identity of this side, makes a new one, or changes its passphrase. */
export async function showIdentity(
  task: IdTask,
  flags: CommonFlags,
  folder: StateFolder,
): Promise<void> {
  const path = identityPath(flags, folder);
  const whyNot = flags.identity === undefined ? folder.whyNot : undefined;
  if (path === undefined || whyNot !== undefined) {
    throw new UsageError("permission", `there is no saved identity: ${whyNot}`);
  }
  if (flags.identity === undefined) await folder.refuseIfForeign();
  let identity: OwnIdentity;
  if (task.isNew) {
    const passphrase = task.changePassphrase
      ? await newPassphrase(task)
      : await readPassphrase(flags.passphraseFile);
    await makeNew(path, passphrase, flags, folder);
    identity = await loadIdentity(flags, () => Promise.resolve(passphrase));
  } else {
    const before = await readTextFile(path, { secret: true });
    identity = await loadIdentity(flags, askSecret);
    if (identity.notice?.important) await tellAside(identity.notice.text);
    if (task.changePassphrase) {
      identity = await changePassphrase(path, flags.program, before, identity, task);
    }
  }
  const line = formatPublicKeyLine(identity.keyPair.publicKey);
  const shown = fingerprint(identity.keyPair.publicKey);
  if (task.exportPublic) return await print(line);
  if (flags.json) {
    await closePrompt();
    const { file, format, isEncrypted } = identity;
    const fields = { fingerprint: shown, publicKey: line, file, format, encrypted: isEncrypted };
    return await writeOutput(`${jsonLine({ event: "identity", ...fields })}\n`);
  }
  const locked = identity.isEncrypted ? " (with a passphrase)" : "";
  await print(
    `Fingerprint: ${shown}\nPublic key:  ${line}\nFile:        ${identity.file ?? path}${locked}`,
  );
}

/** Before the key of an earlier version goes, the server, which is known by it, gets its copy. */
async function leaveToServer(folder: StateFolder): Promise<void> {
  const earlier = await readEarlierKey(folder);
  if (earlier === undefined) return;
  const path = `${folder.path}/server.pem`;
  if (!await createTextFile(path, earlier.text)) return;
  await tellAside(`A server with this folder keeps the old key: it was copied to ${path}`);
}

/** A new key in the place of the old one, which stays beside it under another name. */
async function makeNew(
  path: string,
  passphrase: string | undefined,
  { identity, program }: CommonFlags,
  folder: StateFolder,
): Promise<void> {
  const before = await readTextFile(path, { secret: true });
  if (before !== undefined && (await parseKeyFile(before, path)).format !== "pkcs8") {
    throw new UsageError("usage", `${path} is an OpenSSH key, which this program never replaces`);
  }
  if (before?.includes("ENCRYPTED") && passphrase === undefined) {
    throw new UsageError(
      "usage",
      "the old key has a passphrase: add --passphrase to give the new one its own (or none)",
    );
  }
  if (identity === undefined && program === "client") await leaveToServer(folder);
  const text = withMark(await encodeKeyFile(await generateX25519KeyPair(), passphrase), program);
  if (await createTextFile(path, text)) return;
  const old = await keepCopy(path);
  await replace(path, before, text);
  await tellAside(`The old key is saved as ${old ?? path}`);
}

/** Replaces an identity, unless another program has changed it meanwhile: no key may get lost. */
async function replace(path: string, before: string | undefined, text: string): Promise<void> {
  // Other programs read keys, and a byte order mark would keep them from that.
  await fileStore(path, { secret: true, keepsMark: false }).update((now) => {
    if (before === undefined || now === before) return text;
    throw new UsageError(
      "bad-file",
      `${path} was changed by another program; nothing was done, try again`,
    );
  });
}

async function changePassphrase(
  path: string,
  program: ProgramName,
  before: string | undefined,
  identity: OwnIdentity,
  task: IdTask,
): Promise<OwnIdentity> {
  if (identity.format !== "pkcs8") {
    throw new UsageError("usage", `${path} is an OpenSSH key; run: ssh-keygen -p -f ${path}`);
  }
  const passphrase = await newPassphrase(task);
  // With what stands in front of it: a key of an earlier version stays one.
  const pem = await encodeKeyFile(identity.keyPair, passphrase);
  await replace(
    path,
    before,
    before === undefined ? withMark(pem, program) : explanationOf(before) + pem,
  );
  return { ...identity, isEncrypted: Boolean(passphrase) };
}

async function newPassphrase({ newPassphraseFile }: IdTask): Promise<string> {
  return await readPassphrase(newPassphraseFile) ?? await askTwice();
}

async function askTwice(): Promise<string> {
  const passphrase = await askSecret("New passphrase (empty for none):");
  if (passphrase === undefined) {
    const what = "without a terminal, use --new-passphrase-file FILE for the new passphrase";
    throw new UsageError("usage", what);
  }
  if (passphrase !== await askSecret("New passphrase again:")) {
    throw new UsageError("usage", "the two passphrases differ; nothing was changed");
  }
  return passphrase;
}
