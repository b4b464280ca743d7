import { UsageError } from "../../errors.ts";
import { ownUser, ROOT } from "./own_user.ts";
import { mayRead } from "./permissions.ts";
import { shellWord } from "./plain_text.ts";

/**
 * What OpenSSH calls StrictModes: what other users of this computer could have put there is not obeyed. On
 * Windows, where a mode says nothing about them, nothing is looked at.
 *
 * @module
 */

/** The bits of a mode by which the group, and all others, may write. */
const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;
/** All bits of a mode that give others anything. */
const ALL_OTHERS = 0o077;
/** In a folder with this bit (`/tmp`) everybody can make files, and remove only their own. */
const STICKY = 0o1000;

/** How many symbolic links may be on the way: as many as Linux follows. */
const MAX_LINKS = 40;

/** The part of a file's information that says whose it is. */
export type Owned = Pick<Deno.FileInfo, "mode" | "uid" | "gid">;

/** What a folder is needed for. */
export interface FolderOptions {
  /**
   * Whether nobody else may make files beside the one that is meant. Default false: a folder like `/tmp`,
   * where nobody can remove what is another's, will do.
   */
  readonly isOwn?: boolean;
}

/**
 * Throws if a file belongs to somebody else, or somebody else may write it, or read it where it is secret.
 * `root` may own it.
 *
 * @param path What to call it in a sentence.
 * @param target The file itself, behind all links.
 * @throws {UsageError} With code `bad-file`, and the command that mends it.
 */
export async function refuseForeignFile(
  path: string,
  target: string,
  info: Owned,
  secret = false,
): Promise<void> {
  if (Deno.build.os === "windows") return;
  const own = await ownUserFor(info, above(target));
  if (isForeign(info, own)) throw foreign(path, path, info, own);
  if (secret && ((info.mode ?? 0) & ALL_OTHERS) !== 0) {
    throw new UsageError(
      "bad-file",
      `${path} is accessible to other users of this computer; run: chmod 600 ${shellWord(path)}`,
    );
  }
  if (isWritableByOthers(info)) throw await writable(path, path, info, above(target));
}

/**
 * Throws if a folder on the way to a file belongs to somebody else, or somebody else may put another file
 * in the place of what is there: the folder that the file is in, all those above it, and those that
 * symbolic links lead through. What Deno does not allow to look at is passed over.
 *
 * @returns False if one of them is not there.
 * @throws {UsageError} With code `bad-file`, and the command that mends it.
 */
export async function refuseForeignFolders(
  path: string,
  { isOwn = false }: FolderOptions = {},
): Promise<boolean> {
  if (Deno.build.os === "windows") return true;
  const words = wordsOf(path.startsWith("/") ? path : `${Deno.cwd()}/${path}`);
  let folder = "/";
  let links = 0;
  await refuseFolder(folder, await look(folder), words.length === 1, isOwn);
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "..") {
      folder = above(folder);
      continue;
    }
    const place = folder === "/" ? `/${word}` : `${folder}/${word}`;
    const info = await look(place);
    if (info === undefined) return false;
    if (info === "hidden" || !info.isSymlink) {
      // The last word is the file.
      if (words.length > 0) await refuseFolder(place, info, words.length === 1, isOwn);
      folder = place;
      continue;
    }
    if (++links > MAX_LINKS) return false;
    const own = await ownUserFor(info, folder);
    if (isForeign(info, own)) throw foreign(`the symbolic link ${place}`, place, info, own);
    const target = await Deno.readLink(place);
    if (target.startsWith("/")) folder = "/";
    words.unshift(...wordsOf(target));
  }
  return true;
}

async function refuseFolder(
  path: string,
  info: Deno.FileInfo | "hidden" | undefined,
  isLast: boolean,
  isOwn: boolean,
): Promise<void> {
  if (info === "hidden" || !info?.isDirectory) return;
  const own = await ownUserFor(info, path);
  const isSystem = !isLast && info.uid === await ownerOfTop();
  if (!isSystem && isForeign(info, own)) throw foreign(`the folder ${path}`, path, info, own);
  if (!isWritableByOthers(info)) return;
  if (((info.mode ?? 0) & STICKY) === 0) {
    throw await writable(`the folder ${path}`, path, info, path);
  }
  if (isLast && isOwn) {
    throw new UsageError("bad-file", `the folder ${path} is for everybody; use one of your own`);
  }
}

/** Whose `/` is: `root`, whatever number it has where this program runs (in a container, another one). */
async function ownerOfTop(): Promise<number | null | undefined> {
  const info = await look("/");
  return info === "hidden" ? undefined : info?.uid;
}

/** What is at a place, a link itself and not what it leads to; `undefined` if nothing is. */
async function look(path: string): Promise<Deno.FileInfo | "hidden" | undefined> {
  if (!mayRead(path)) return "hidden";
  try {
    return await Deno.lstat(path);
  } catch (error) {
    // Whatever else is in the way will be told when the file is opened.
    return error instanceof Deno.errors.NotFound ? undefined : "hidden";
  }
}

/** The number of the own user, where it makes a difference. */
async function ownUserFor({ uid }: Owned, folder: string): Promise<number | undefined> {
  return uid === ROOT ? undefined : await ownUser(folder);
}

function isForeign({ uid }: Owned, own: number | undefined): boolean {
  return uid !== null && uid !== ROOT && own !== undefined && uid !== own;
}

/**
 * A group with the number of the owner is the owner's own: so Debian, Fedora and others make users, and
 * let their group write what they make (umask 002).
 */
function isWritableByOthers({ mode, uid, gid }: Owned): boolean {
  const bits = (mode ?? 0) & (OTHERS_WRITE | GROUP_WRITES);
  return (bits & OTHERS_WRITE) !== 0 || (bits !== 0 && gid !== uid);
}

function foreign(
  what: string,
  path: string,
  { uid, isSymlink = false }: Owned & { readonly isSymlink?: boolean },
  own: number | undefined,
): UsageError {
  const command = `sudo chown ${isSymlink ? "-h " : ""}"$(id -u)" ${shellWord(path)}`;
  // What is taken from its owner for `root`, the owner cannot use any more.
  const advice = own === ROOT
    ? `run this program as that user: sudo -u '#${uid}', or docker run -u ${uid}`
    : `if it is meant for you, run: ${command}`;
  return new UsageError(
    "bad-file",
    `${what} belongs to another user of this computer; ${advice}`,
  );
}

async function writable(
  what: string,
  path: string,
  { uid }: Owned,
  folder: string,
): Promise<UsageError> {
  const isOwn = uid === (await ownUser(folder) ?? uid);
  const command = `${isOwn ? "" : "sudo "}chmod go-w ${shellWord(path)}`;
  return new UsageError(
    "bad-file",
    `${what} is writable by other users of this computer; run: ${command}`,
  );
}

function wordsOf(path: string): string[] {
  return path.split("/").filter((word) => word !== "" && word !== ".");
}

/** The folder above a path. */
function above(path: string): string {
  return path.replace(/\/?[^/]*$/, "") || (path.startsWith("/") ? "/" : ".");
}
