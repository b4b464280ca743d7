import { UsageError } from "../../errors.ts";
import { BanBook } from "../../identity/books/ban_book.ts";
import { endBan as remove, listBans } from "../../server/door/ban_commands.ts";
import type { StateFolder } from "../../trust/state_folder.ts";
import type { CommonFlags } from "../flags/flags.ts";
import { print } from "./task_terminal.ts";

/** `bans`: lists them. */
export async function showBans(flags: CommonFlags, folder: StateFolder): Promise<void> {
  await print(await listBans(await openBans(folder)), flags);
}

/** `unban`: ends one, by name or fingerprint. */
export async function endBan(whom: string, flags: CommonFlags, folder: StateFolder): Promise<void> {
  await print(await remove(await openBans(folder), whom), flags);
}

async function openBans(folder: StateFolder): Promise<BanBook> {
  if (folder.whyNot !== undefined) {
    throw new UsageError("permission", `there are no saved bans: ${folder.whyNot}`);
  }
  return new BanBook(await folder.store("banned_keys"));
}
