import { generateX25519KeyPair } from "../crypto/mod.ts";
import { parseAddress } from "../channel/mod.ts";
import { UsageError } from "../errors.ts";
import {
  BanBook,
  createTextFile,
  encodeKeyFile,
  fileStore,
  fingerprint,
  formatPublicKeyLine,
  InvitationList,
  keepCopy,
  KeyBook,
  type KeyBookEntry,
  parseKeyFile,
  readTextFile,
} from "../identity/mod.ts";
import { endBan, listBans } from "../server/door/bans.ts";
import { parseKnownHostName } from "../trust/known_host_name.ts";
import type { CommonFlags, Task, TaskRequest } from "./flags/flags.ts";
import { Inviter, listInvitations, revokeInvitation } from "../server/door/inviter.ts";
import { jsonLine } from "../terminal/text/json_line.ts";
import { writeAll } from "../terminal/prompt/output.ts";
import { paintFor } from "../terminal/sentences/paint.ts";
import { sentence } from "../terminal/sentences/sentences.ts";
import {
  type AskSecret,
  identityPath,
  loadIdentity,
  type OwnIdentity,
  readPassphrase,
} from "../trust/own_identity.ts";
import { Prompt } from "../terminal/prompt/prompt.ts";
import { ExitStatus } from "../terminal/events/report.ts";
import { sanitiseText } from "../terminal/text/sanitise.ts";
import { openStore, StateFolder } from "../trust/state_folder.ts";

/** Does something besides talking, and prints what came of it. */
export async function runTask(request: TaskRequest): Promise<void> {
  try {
    await run(request);
  } finally {
    await closePrompt();
  }
}

async function run({ task, flags }: TaskRequest): Promise<void> {
  const folder = new StateFolder(flags.home);
  switch (task.kind) {
    case "id":
      return await showIdentity(task, flags, folder);
    case "forget":
      return await print(await forget(task, folder), flags);
    case "invite":
      return await invite(task, flags, folder);
    case "invitations":
      return await print(await listInvitations(await openInvitations(folder)), flags);
    case "revoke":
      return await print(await revokeInvitation(await openInvitations(folder), task.id), flags);
    case "bans":
      return await print(await listBans(await openBans(folder)), flags);
    case "unban":
      return await print(await endBan(await openBans(folder), task.whom), flags);
  }
}

type IdTask = Task & { kind: "id" };

async function showIdentity(task: IdTask, flags: CommonFlags, folder: StateFolder): Promise<void> {
  const path = identityPath(flags, folder);
  const whyNot = flags.identity === undefined ? folder.whyNot : undefined;
  if (path === undefined || whyNot !== undefined) {
    throw new UsageError("permission", `there is no lasting identity to show: ${whyNot}`);
  }
  let identity: OwnIdentity;
  if (task.isNew) {
    const passphrase = task.changePassphrase
      ? await newPassphrase(task)
      : await readPassphrase(flags.passphraseFile);
    await makeNew(path, passphrase);
    identity = await loadIdentity(flags, () => Promise.resolve(passphrase));
  } else {
    const before = await readTextFile(path, { secret: true });
    identity = await loadIdentity(flags, askSecret);
    if (task.changePassphrase) identity = await changePassphrase(path, before, identity, task);
  }
  const line = formatPublicKeyLine(identity.keyPair.publicKey);
  const shown = fingerprint(identity.keyPair.publicKey);
  if (task.exportPublic) return await print(line);
  if (flags.json) {
    await closePrompt();
    const { file, format, isEncrypted } = identity;
    const fields = { fingerprint: shown, publicKey: line, file, format, encrypted: isEncrypted };
    return await writeAll(Deno.stdout, `${jsonLine({ event: "identity", ...fields })}\n`);
  }
  const locked = identity.isEncrypted ? " (with a passphrase)" : "";
  await print(`Fingerprint: ${shown}\nPublic key:  ${line}\nFile:        ${path}${locked}`);
}

/** A new key in the place of the old one, which stays beside it under another name. */
async function makeNew(path: string, passphrase: string | undefined): Promise<void> {
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
  const text = await encodeKeyFile(await generateX25519KeyPair(), passphrase);
  if (await createTextFile(path, text)) return;
  const old = await keepCopy(path);
  await replace(path, before, text);
  await closePrompt();
  await writeAll(Deno.stderr, `The old key is in ${sanitiseText(old ?? path)}\n`);
}

/** Replaces an identity, unless another program has changed it meanwhile: no key may get lost. */
async function replace(path: string, before: string | undefined, text: string): Promise<void> {
  await fileStore(path, { secret: true }).update((now) => {
    if (before === undefined || now === before) return text;
    throw new UsageError("bad-file", `${path} was changed meanwhile; nothing was done, try again`);
  });
}

async function changePassphrase(
  path: string,
  before: string | undefined,
  identity: OwnIdentity,
  task: IdTask,
): Promise<OwnIdentity> {
  if (identity.format !== "pkcs8") {
    throw new UsageError("usage", `${path} is an OpenSSH key; run: ssh-keygen -p -f ${path}`);
  }
  const passphrase = await newPassphrase(task);
  await replace(path, before, await encodeKeyFile(identity.keyPair, passphrase));
  return { ...identity, isEncrypted: Boolean(passphrase) };
}

async function newPassphrase({ newPassphraseFile }: IdTask): Promise<string> {
  return await readPassphrase(newPassphraseFile) ?? await askTwice();
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
  prompt ??= new Prompt({ prompt: "" });
  const answer = await prompt.ask(`${sanitiseText(question)} `, { hidden: true });
  if (answer !== undefined) return answer;
  // Ctrl-C or Ctrl-D: nothing has been changed yet.
  await closePrompt();
  Deno.exit(ExitStatus.interrupted);
};

/** One for all questions: Deno before 2.6 loses what is typed just after one is closed. */
let prompt: Prompt | undefined;

/** Gives the terminal back, before anything else is written to it. */
async function closePrompt(): Promise<void> {
  await prompt?.close();
  prompt = undefined;
}

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
  // A bare name is a person's, if there is one of that name.
  const isPerson = (await people.entries()).some(({ subject }) => subject === whom);
  const address = isPerson && !whom.includes(":") ? undefined : parseKnownHostName(whom);
  const goners: readonly [KeyBook, (entry: KeyBookEntry) => boolean][] = [
    [
      hosts,
      ({ subject, key }) =>
        (address !== undefined && parseKnownHostName(subject) === address) ||
        fingerprint(key) === whom,
    ],
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

/** For a server that may be running: it looks into the list whenever somebody knocks. */
async function invite(
  { lifetime, singleUse, publicAddress }: Task & { kind: "invite" },
  flags: CommonFlags,
  folder: StateFolder,
): Promise<void> {
  const invitations = await openInvitations(folder);
  const { keyPair } = await loadIdentity(flags, askSecret);
  const listening = parseAddress(publicAddress);
  const inviter = new Inviter({
    invitations,
    serverKey: keyPair.publicKey,
    listening,
    publicAddress,
  });
  const invitation = await inviter.invite({ lifetime, singleUse });
  await closePrompt();
  const text = flags.json
    ? jsonLine(invitation)
    : sentence(invitation, { paint: paintFor("stdout") });
  await writeAll(Deno.stdout, `${text}\n`);
}

async function openInvitations(folder: StateFolder): Promise<InvitationList> {
  if (folder.whyNot !== undefined) {
    throw new UsageError("permission", `there are no lasting invitations: ${folder.whyNot}`);
  }
  return new InvitationList(await folder.store("invitations", { secret: true }));
}

async function openBans(folder: StateFolder): Promise<BanBook> {
  if (folder.whyNot !== undefined) {
    throw new UsageError("permission", `there are no lasting bans: ${folder.whyNot}`);
  }
  return new BanBook(await folder.store("banned_keys"));
}

async function print(text: string, flags?: CommonFlags): Promise<void> {
  await closePrompt();
  const line = flags?.json ? jsonLine({ event: "notice", text }) : sanitiseText(text);
  await writeAll(Deno.stdout, `${line}\n`);
}
