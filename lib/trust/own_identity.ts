import { generateX25519KeyPair, type X25519KeyPair } from "../crypto/mod.ts";
import { UsageError } from "../errors.ts";
import { shellWord } from "../identity/files/plain_text.ts";
import { removeUnfinished } from "../identity/files/write_file.ts";
import { createTextFile } from "../identity/files/write_file.ts";
import { encodeKeyFile, type KeyFile, parseKeyFile } from "../identity/keys/key_file.ts";
import { fileStore } from "../identity/files/file_store.ts";
import { mayRead } from "../identity/files/permissions.ts";
import { readTextFile } from "../identity/files/snapshot.ts";
import { type ProgramName, startCommand } from "../program_name.ts";
import { type EarlierKey, readEarlierKey } from "./earlier_key.ts";
import { withMark } from "./key_mark.ts";
import { ownKeyAdvice } from "./own_key_advice.ts";
import { NOT_PERMITTED, StateFolder } from "./state_folder.ts";

/** How often a person may try a passphrase. */
const ATTEMPTS = 3;

/** The files in the home that hold the keys: a server has one of its own, as a machine has a host key. */
const KEY_FILES: Readonly<Record<ProgramName, string>> = {
  client: "identity.pem",
  server: "server.pem",
};

/** Which identity to use. */
export interface IdentityFlags {
  /** Whose: the server's, or that of the person at the client. */
  readonly program: ProgramName;
  readonly identity: string | undefined;
  readonly home: string | undefined;
  readonly passphraseFile: string | undefined;
}

/** The identity that this side runs with. */
export interface OwnIdentity {
  readonly keyPair: X25519KeyPair;
  /** Where it is kept; `undefined` if it lasts for this run. */
  readonly file: string | undefined;
  /** The file's format and whether it has a passphrase. */
  readonly format: KeyFile["format"];
  readonly isEncrypted: boolean;
  /** What the person should know about it. */
  readonly notice: IdentityNotice | undefined;
}

/** A sentence about an identity. */
export interface IdentityNotice {
  readonly text: string;
  /** Whether it is shown with `--quiet` as well, because it is said only once. */
  readonly important?: boolean;
}

/** Asks for a secret; `undefined` where nobody can answer. */
export type AskSecret = (question: string) => Promise<string | undefined>;

/**
 * Reads the identity, or makes one if there is none yet. Without files it lasts for one run.
 *
 * The first time that a server of this version finds a home of an earlier one, in which both programs had
 * the same key, it takes a copy of it: its guests know the server by that key.
 *
 * @throws {UsageError} If the file cannot be used, or the passphrase does not open it.
 */
export async function loadIdentity(flags: IdentityFlags, ask: AskSecret): Promise<OwnIdentity> {
  const folder = new StateFolder(flags.home);
  const path = identityPath(flags, folder);
  if (flags.identity === undefined && path !== undefined) await folder.refuseIfForeign();
  const isNamed = flags.identity !== undefined || folder.isNamed;
  if (path === undefined || (!isNamed && !mayRead(path))) return await forThisRun(folder.whyNot);
  // It may hold the key without its passphrase.
  await removeUnfinished(path);
  if (flags.identity === undefined) await folder.removeOldUnfinished(KEY_FILES[flags.program]);
  const text = await readTextFile(path, { secret: true });
  if (text !== undefined) return await open(path, text, flags, ask);
  if (flags.identity !== undefined) {
    const command = `${startCommand(flags.program)} id --new --identity ${shellWord(path)}`;
    throw new UsageError("bad-file", `there is no file ${path}; to make it, run: ${command}`);
  }
  if (flags.program === "server") {
    const earlier = await readEarlierKey(folder);
    if (earlier !== undefined) return await takeOver(earlier, path, flags, ask);
  }
  const whyNot = folder.whyNot;
  if (whyNot !== undefined && !folder.isNamed) return await forThisRun(whyNot);
  return await createIdentity(path, flags, ask);
}

/** Where the identity is, or would be. */
export function identityPath(flags: IdentityFlags, folder: StateFolder): string | undefined {
  return flags.identity ?? (folder.path && `${folder.path}/${KEY_FILES[flags.program]}`);
}

/** Makes an identity where there is none, under the passphrase of the flags, if they name one. */
export async function createIdentity(
  path: string,
  flags: IdentityFlags,
  ask: AskSecret,
): Promise<OwnIdentity> {
  const keyPair = await generateX25519KeyPair();
  const passphrase = await readPassphrase(flags.passphraseFile);
  const text = withMark(await encodeKeyFile(keyPair, passphrase), flags.program);
  if (await createTextFile(path, text)) {
    const whose = flags.program === "server" ? "The server's" : "Your";
    const notice = { text: `${whose} new identity is saved in ${path}` };
    return { keyPair, file: path, format: "pkcs8", isEncrypted: Boolean(passphrase), notice };
  }
  // Another program was faster: then that one's is ours as well.
  return await open(path, await readTextFile(path, { secret: true }) ?? "", flags, ask);
}

/** The first line of a passphrase file; `undefined` if none is named. */
export async function readPassphrase(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const text = await fileStore(path, { secret: true, required: true }).read();
  const [line = ""] = text.split(/\r\n|\n|\r/);
  if (line.isWellFormed()) return line;
  throw new UsageError("bad-file", `${path}, line 1: the passphrase is not UTF-8`);
}

/** Opens the key of an earlier version, and keeps a copy of its file as the server's. */
async function takeOver(
  earlier: EarlierKey,
  path: string,
  flags: IdentityFlags,
  ask: AskSecret,
): Promise<OwnIdentity> {
  // Before it is copied: a file that holds no key stays the only one.
  const identity = await open(earlier.path, earlier.text, flags, ask);
  const told = (text: string) => ({ ...identity, notice: { text, important: true } });
  try {
    if (await createTextFile(path, earlier.text)) {
      const ssh = identity.format === "openssh" ? " It is an SSH key, now the server's too." : "";
      const how = ownKeyAdvice(identity, flags.home);
      return {
        ...told(
          `The server keeps the key that it had: ${earlier.path} was copied to ${path}.${ssh}\n` +
            `The client with the same key is an operator here; for a key of its own, ${how}`,
        ),
        file: path,
      };
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return told(
      `The server uses the key in ${earlier.path}, which could not be copied to ${path}: ` +
        error.message,
    );
  }
  // Another program was faster.
  const text = await readTextFile(path, { secret: true }) ?? "";
  if (text === earlier.text) return { ...identity, file: path };
  return await open(path, text, flags, ask);
}

async function open(
  path: string,
  text: string,
  flags: IdentityFlags,
  ask: AskSecret,
): Promise<OwnIdentity> {
  const file = await parseKeyFile(text, path);
  const { format, isEncrypted } = file;
  const keyPair = isEncrypted ? await unlock(path, file, flags, ask) : await file.open();
  return { keyPair, file: path, format, isEncrypted, notice: undefined };
}

async function unlock(
  path: string,
  file: KeyFile,
  flags: IdentityFlags,
  ask: AskSecret,
): Promise<X25519KeyPair> {
  const given = await readPassphrase(flags.passphraseFile);
  if (given !== undefined) return await file.open(given);
  for (let attempt = 1;; attempt++) {
    const again = attempt === 1 ? "" : "Wrong passphrase. ";
    const passphrase = await ask(`${again}Passphrase for ${path}:`);
    if (passphrase === undefined) {
      const what = `${path} needs a passphrase; without a terminal, use --passphrase-file FILE`;
      throw new UsageError("wrong-passphrase", what);
    }
    try {
      return await file.open(passphrase);
    } catch (error) {
      const isWrong = error instanceof UsageError && error.code === "wrong-passphrase";
      if (!isWrong || attempt === ATTEMPTS) throw error;
    }
  }
}

/**
 * The error for an identity that lasts for one run where one that is saved is needed.
 *
 * @param what What needs it.
 */
export function needsSavedIdentity(what: string): UsageError {
  // A folder that was named is used, or is an error before this.
  const whyNot = new StateFolder(undefined).whyNot ?? NOT_PERMITTED;
  return new UsageError(
    "permission",
    `${what} needs a saved identity, but ${whyNot}, or name its file with --identity FILE`,
  );
}

async function forThisRun(why: string | undefined): Promise<OwnIdentity> {
  const because = why === undefined ? "" : `:\n${why}`;
  return {
    keyPair: await generateX25519KeyPair(),
    file: undefined,
    format: "pkcs8",
    isEncrypted: false,
    notice: { text: `This identity is temporary${because}.` },
  };
}
