import { type BanList, refusal } from "../../chat/mod.ts";
import { UsageError } from "../../errors.ts";
import { BanBook, parseFingerprint } from "../../identity/mod.ts";
import type { PromptCommand } from "../../conversation/commands/command_table.ts";
import { today } from "../../terminal/text/dates.ts";

/** The bans of a room, kept in a book. */
export function banList(book: BanBook): BanList {
  return {
    add: ({ target, nick = "", reason }) =>
      refusing(book.add({ target, nick, date: today(), reason })),
    remove: (target) => refusing(book.remove(target)),
  };
}

/** An operator keeps their place, and hears of it: a file that cannot be used is not their doing. */
async function refusing<T>(change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw refusal("the list of bans cannot be used; at the server, /bans says why");
  }
}

/** Who is banned, a line each. */
export async function listBans(book: BanBook): Promise<string> {
  const records = await book.records();
  if (records.length === 0) return "nobody is banned";
  return records.map(({ fingerprint, date, nick, reason }) =>
    [fingerprint, date, nick, reason].filter((word) => word !== "").join("  ")
  ).join("\n");
}

/**
 * Ends a ban, and says so.
 *
 * @param whom A fingerprint, or the name that somebody had.
 * @param onEnd Told whose ban it was: the SHA-256 of their key.
 * @throws {UsageError} If nobody, or more than one, is meant.
 */
export async function endBan(
  book: BanBook,
  whom: string,
  onEnd: (target: Uint8Array) => void = () => {},
): Promise<string> {
  const target = parseFingerprint(whom);
  const records = (await book.records()).filter((record) =>
    target === undefined ? whom !== "" && record.nick === whom : record.fingerprint === whom
  );
  if (records.length > 1) {
    throw new UsageError(
      "usage",
      `several are banned who were called ${whom}; say the fingerprint`,
    );
  }
  if (records.length === 0 || !await book.remove(records[0].target)) {
    throw new UsageError("usage", `nobody called ${whom} is banned`);
  }
  onEnd(records[0].target);
  return `${whom} may enter again`;
}

/** `/bans` and `/unban`, for whoever has the list. */
export function banCommands(
  book: BanBook,
  onEnd?: (target: Uint8Array) => void,
): readonly PromptCommand[] {
  return [{
    name: "/bans",
    help: "list who is banned",
    run: async ({ tell }) => tell(await listBans(book)),
  }, {
    name: "/unban",
    parameters: [{ name: "WHO" }],
    help: "let somebody in again, by name or fingerprint",
    run: async ({ tell }, { who = "" }) => tell(await endBan(book, who, onEnd)),
  }];
}
