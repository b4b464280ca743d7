import type { BanList } from "../../chat/mod.ts";
import { refusal } from "../../chat/wire/refusal.ts";
import { UsageError } from "../../errors.ts";
import type { BanBook } from "../../identity/mod.ts";
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
    throw refusal("the ban list cannot be used; at the server, /bans says why");
  }
}
