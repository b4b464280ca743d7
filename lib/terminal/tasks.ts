import { generateX25519KeyPair } from "../crypto/mod.ts";
import { UsageError } from "../errors.ts";
import {
  createTextFile,
  encodeKeyFile,
  fileStore,
  fingerprint,
  formatPublicKeyLine,
  InvitationList,
  keepCopy,
  KeyBook,
  type KeyBookEntry,
} from "../identity/mod.ts";
import { hostSubject } from "./host_subject.ts";
import type { CommonFlags, Task, TaskRequest } from "./flags.ts";
import { listInvitations, revokeInvitation } from "./inviter.ts";
import { jsonLine } from "./json_line.ts";
import { writeAll } from "./output.ts";
import {
  type AskSecret,
  identityPath,
  loadIdentity,
  type OwnIdentity,
  readPassphrase,
} from "./own_identity.ts";
import { Prompt } from "./prompt.ts";
import { sanitiseText } from "./sanitise.ts";
import { openStore, StateFolder } from "./state_folder.ts";

/** Does something besides talking, and prints what came of it. */
export async function runTask({ task, flags }: TaskRequest): Promise<void> {
  const folder = new StateFolder(flags.home);
  switch (task.kind) {
    case "id":
      return await showIdentity(task, flags, folder);
    case "forget":
      return await print(await forget(task, folder));
    case "invitations":
      return await print(await listInvitations(await openInvitations(folder)));
    case "revoke":
      return await print(await revokeInvitation(await openInvitations(folder), task.id));
  }
}

type IdTask = Task & { kind: "id" };

async function showIdentity(task: IdTask, flags: CommonFlags, folder: StateFolder): Promise<void> {
  const path = identityPath(flags, folder);
  const whyNot = flags.identity === undefined ? folder.whyNot : undefined;
  if (path === undefined || whyNot !== undefined) {
    throw new UsageError("permission", `there is no lasting identity to show: ${whyNot}`);
  }
  if (task.isNew) await makeNew(path);
  let identity = await loadIdentity(flags, askSecret);
  if (task.changePassphrase) identity = await changePassphrase(path, identity, task);
  const line = formatPublicKeyLine(identity.keyPair.publicKey);
  const shown = fingerprint(identity.keyPair.publicKey);
  if (task.exportPublic) return await print(line);
  if (flags.json) {
    const { file, format, isEncrypted } = identity;
    const fields = { fingerprint: shown, publicKey: line, file, format, encrypted: isEncrypted };
    return await writeAll(Deno.stdout, `${jsonLine({ event: "identity", ...fields })}\n`);
  }
  const locked = identity.isEncrypted ? " (with a passphrase)" : "";
  await print(`Fingerprint: ${shown}\nPublic key:  ${line}\nFile:        ${path}${locked}`);
}

/** A new key in the place of the old one, which stays beside it under another name. */
async function makeNew(path: string): Promise<void> {
  const text = await encodeKeyFile(await generateX25519KeyPair());
  if (await createTextFile(path, text)) return;
  const old = await keepCopy(path);
  await fileStore(path, { secret: true }).update(() => text);
  await writeAll(Deno.stderr, `The old key is in ${sanitiseText(old ?? path)}\n`);
}

async function changePassphrase(
  path: string,
  identity: OwnIdentity,
  task: IdTask,
): Promise<OwnIdentity> {
  if (identity.format !== "pkcs8") {
    throw new UsageError("usage", `${path} is an OpenSSH key; run: ssh-keygen -p -f ${path}`);
  }
  const passphrase = task.newPassphraseFile === undefined
    ? await askTwice()
    : await readPassphrase(task.newPassphraseFile);
  const text = await encodeKeyFile(identity.keyPair, passphrase);
  await fileStore(path, { secret: true }).update(() => text);
  return { ...identity, isEncrypted: Boolean(passphrase) };
}

async function askTwice(): Promise<string> {
  const passphrase = await askSecret("New passphrase (empty for none):");
  if (passphrase === undefined) {
    const what = "off a terminal, --new-passphrase-file FILE gives the new passphrase";
    throw new UsageError("usage", what);
  }
  if (passphrase !== await askSecret("The same again:")) {
    throw new UsageError("usage", "the two passphrases differ; nothing was changed");
  }
  return passphrase;
}

const askSecret: AskSecret = async (question) => {
  if (!Deno.stdin.isTerminal() || !Deno.stdout.isTerminal()) return undefined;
  await using prompt = new Prompt({ prompt: "" });
  return await prompt.ask(`${sanitiseText(question)} `, { hidden: true });
};

async function forget(
  { whom, knownHosts }: Task & { kind: "forget" },
  folder: StateFolder,
): Promise<string> {
  const hosts = new KeyBook(
    knownHosts === undefined ? await folder.store("known_hosts") : await openStore(knownHosts),
  );
  const people = new KeyBook(await folder.store("verified_keys"));
  if (knownHosts === undefined && folder.whyNot !== undefined) {
    throw new UsageError("permission", `nothing is kept here to be forgotten: ${folder.whyNot}`);
  }
  const address = hostSubject(whom);
  const goners: readonly [KeyBook, (entry: KeyBookEntry) => boolean][] = [
    [hosts, ({ subject, key }) => subject === address || fingerprint(key) === whom],
    [people, ({ subject, key }) => subject === whom || fingerprint(key) === whom],
  ];
  const gone: string[] = [];
  for (const [book, isGone] of goners) {
    const entries = (await book.entries()).filter(isGone);
    if (entries.length > 0) await book.remove(isGone);
    gone.push(...entries.map(({ subject, key }) => `Forgot ${subject}, ${fingerprint(key)}`));
  }
  if (gone.length > 0) return gone.join("\n");
  throw new UsageError("usage", `${whom} is not known here; see ${hosts.name} for who is`);
}

async function openInvitations(folder: StateFolder): Promise<InvitationList> {
  if (folder.whyNot !== undefined) {
    throw new UsageError("permission", `there are no lasting invitations: ${folder.whyNot}`);
  }
  return new InvitationList(await folder.store("invitations", { secret: true }));
}

async function print(text: string): Promise<void> {
  await writeAll(Deno.stdout, `${sanitiseText(text)}\n`);
}
