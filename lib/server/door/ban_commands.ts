import type { PromptCommand } from "../../conversation/commands/command_table.ts";
import { UsageError } from "../../errors.ts";
import type { BanBook } from "../../identity/mod.ts";
import { parseFingerprint } from "../../identity/fingerprint.ts";

/** The banned keys, a line each. */
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
 * @param whom A fingerprint, or the nickname that the banned member had.
 * @param onEnd Told whose ban it was: the SHA-256 of their key.
 * @throws {UsageError} If no ban, or more than one, is meant.
 */
export async function endBan(
  book: BanBook,
  whom: string,
  onEnd: (target: Uint8Array) => void = () => {},
): Promise<string> {
  const target = parseFingerprint(whom);
  const [record, another] = (await book.records()).filter((record) =>
    target === undefined ? whom !== "" && record.nick === whom : record.fingerprint === whom
  );
  if (another !== undefined) {
    throw new UsageError(
      "usage",
      `several banned members were called ${whom}; give the fingerprint`,
    );
  }
  if (record === undefined || !await book.remove(record.target)) {
    throw new UsageError("usage", `there is no ban on ${whom}`);
  }
  onEnd(record.target);
  return `${whom} is no longer banned`;
}

/** `/bans` and `/unban`, for the person at the server. */
export function banCommands(
  book: BanBook,
  onEnd?: (target: Uint8Array) => void,
): readonly PromptCommand[] {
  return [{
    name: "/bans",
    group: "host",
    help: "list who is banned",
    run: async ({ tell }) => tell(await listBans(book)),
  }, {
    name: "/unban",
    group: "operator",
    parameters: [{ name: "WHO" }],
    help: "end a ban, by name or fingerprint",
    run: async ({ tell }, { who = "" }) => tell(await endBan(book, who, onEnd)),
  }];
}
