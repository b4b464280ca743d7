import { mayRead, mayWrite } from "./permissions.ts";

/** `root`, on every system that has users by number. */
export const ROOT = 0;

/** Where everybody may make files, should it not be possible where it matters. */
const ANYWHERE = "/tmp";

let known: number | undefined;

/**
 * The number of the user whose files this program makes; `undefined` where that cannot be found out: on
 * Windows, and where this program may not write anywhere.
 *
 * To ask for it takes a permission (`--allow-sys=uid`) that nobody grants. So a file is made, looked at
 * and removed: what it belongs to is also what counts on a disk of the network, which may have other
 * numbers.
 *
 * @param folder Where to make it, if that is allowed.
 */
export async function ownUser(folder: string): Promise<number | undefined> {
  if (Deno.build.os === "windows") return undefined;
  const told = fromSystem();
  if (told !== undefined) return told;
  // A file is made for it once.
  return known ??= await fromFile(folder) ?? await fromFile(ANYWHERE);
}

function fromSystem(): number | undefined {
  const { state } = Deno.permissions.querySync({ name: "sys", kind: "uid" });
  return state === "granted" ? Deno.uid() ?? undefined : undefined;
}

async function fromFile(folder: string): Promise<number | undefined> {
  if (!mayRead(folder) || !mayWrite(folder)) return undefined;
  const path = `${folder.replace(/\/$/, "")}/.${crypto.randomUUID()}.tmp`;
  try {
    // Not through a link: what is there already is never opened.
    using file = await Deno.open(path, { createNew: true, write: true, mode: 0o600 });
    await Deno.remove(path);
    return (await file.stat()).uid ?? undefined;
  } catch {
    return undefined;
  }
}
