import { type Address, formatAddress } from "../../channel/mod.ts";
import { UsageError } from "../../errors.ts";
import { fileStore, GuestList, readTextFile } from "../../identity/mod.ts";

/**
 * The guest list that `--allow` names.
 *
 * @throws {UsageError} If there is no such file, or it cannot be read.
 */
export async function openGuestList(
  path: string | undefined,
  tell: (text: string) => void,
): Promise<GuestList | undefined> {
  if (path === undefined) return undefined;
  if (await readTextFile(path) === undefined) {
    throw new UsageError(
      "bad-file",
      `there is no file ${path}; it lists who may enter, a key a line`,
    );
  }
  const guests = new GuestList(fileStore(path, { required: true }), tell);
  await guests.load();
  return guests;
}

/** Who may enter. Everybody, unless one of these says otherwise. */
export interface EntryRules {
  /** An invitation is made at the start: only the invited may enter. */
  readonly invite: boolean;
  /** Only the invited may enter. */
  readonly inviteOnly: boolean;
  /** The file that lists who may enter. */
  readonly allow: string | undefined;
}

/** Says, at the start, who may enter. */
export function doorNotice(
  rules: EntryRules,
  listening: readonly Address[],
): { readonly text: string; readonly important?: boolean } {
  const { invite, inviteOnly, allow } = rules;
  if (allow !== undefined) {
    return { text: `Only those listed in ${allow}, and the invited, may enter.` };
  }
  if (invite || inviteOnly) return { text: "Only the invited may enter." };
  const open = listening.filter(({ hostname }) => !isThisMachine(hostname));
  if (open.length === 0) return { text: "Everybody on this machine may enter." };
  return {
    text: `OPEN: everybody who can reach ${open.map(formatAddress).join(" or ")} may enter.\n` +
      "--invite or --allow FILE let in only those whom you choose.",
    important: true,
  };
}

/** Whether an address is one of this machine's own, by which only its own programs come. */
export function isThisMachine(hostname: string): boolean {
  return /^(::ffff:)?127\./i.test(hostname) || hostname === "::1" || hostname === "localhost";
}
