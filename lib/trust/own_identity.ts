import { generateX25519KeyPair, type X25519KeyPair } from "../crypto/mod.ts";
import { UsageError } from "../errors.ts";
import { removeUnfinished } from "../identity/files/write_file.ts";
import {
  createTextFile,
  encodeKeyFile,
  fileStore,
  type KeyFile,
  mayRead,
  parseKeyFile,
  readTextFile,
} from "../identity/mod.ts";
import { programName } from "../program_name.ts";
import { StateFolder } from "./state_folder.ts";

/** How often a person may try a passphrase. */
const ATTEMPTS = 3;

/** Which identity to use. */
export interface IdentityFlags {
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
  readonly notice: string | undefined;
}

/** Asks for a secret; `undefined` where nobody can answer. */
export type AskSecret = (question: string) => Promise<string | undefined>;

/**
 * Reads the identity, or makes one if there is none yet. Without files it lasts for one run.
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
  if (flags.identity === undefined) await folder.removeOldUnfinished("identity.pem");
  const text = await readTextFile(path, { secret: true });
  if (text !== undefined) return await open(path, text, flags, ask);
  if (flags.identity !== undefined) {
    const command = `${programName("client")} id --new --identity ${path}`;
    throw new UsageError("bad-file", `there is no file ${path}; to make it, run: ${command}`);
  }
  const whyNot = folder.whyNot;
  if (whyNot !== undefined && !folder.isNamed) return await forThisRun(whyNot);
  return await createIdentity(path, flags, ask);
}

/** Where the identity is, or would be. */
export function identityPath(flags: IdentityFlags, folder: StateFolder): string | undefined {
  return flags.identity ?? (folder.path && `${folder.path}/identity.pem`);
}

/** Makes an identity where there is none, under the passphrase of the flags, if they name one. */
export async function createIdentity(
  path: string,
  flags: IdentityFlags,
  ask: AskSecret,
): Promise<OwnIdentity> {
  const keyPair = await generateX25519KeyPair();
  const passphrase = await readPassphrase(flags.passphraseFile);
  if (await createTextFile(path, await encodeKeyFile(keyPair, passphrase))) {
    const notice = `Your new identity is saved in ${path}`;
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

async function forThisRun(why: string | undefined): Promise<OwnIdentity> {
  const because = why === undefined ? "" : `:\n${why}`;
  return {
    keyPair: await generateX25519KeyPair(),
    file: undefined,
    format: "pkcs8",
    isEncrypted: false,
    notice: `This identity is temporary${because}.`,
  };
}
