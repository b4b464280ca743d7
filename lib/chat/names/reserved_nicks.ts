import { nickKeys } from "./confusable_nicks.ts";

/** What this program writes in front of a colon, or as who did something. */
const OWN_WORDS = [
  ...["error", "beware", "warning", "caution", "notice", "refused", "undelivered", "unknown"],
  ...["you", "me", "myself", "nobody", "somebody", "someone", "everybody", "everyone", "anybody"],
  ...["anyone"],
];

/** The names of the house: the person who runs the server may have them. */
const HOUSE = [
  ...["host", "server", "room", "system", "chat", "program", "service", "daemon", "console"],
  ...["admin", "administrator", "operator", "moderator", "owner", "root", "sysop", "sysadmin"],
  ...["superuser", "staff", "support", "security", "official", "verified"],
];

/** Digits that are written for letters, besides those that look like them anyway. */
const DIGITS_FOR_LETTERS: Readonly<Record<string, string>> = {
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "8": "b",
  "9": "g",
};

let ownKeys: ReadonlySet<string> | undefined;
let houseKeys: ReadonlySet<string> | undefined;

/**
 * Whether a nickname is, or looks like, a word that this program uses itself where a name could stand:
 * nobody bears it. Signs and a number behind it make no difference, nor does `the` in front.
 */
export function isOwnWord(nick: string): boolean {
  return hasKeyIn(ownKeys ??= keysOf(OWN_WORDS), nick);
}

/**
 * Whether a nickname is, or looks like, one of the names of the house (`server`, `admin`, …), which
 * only the person who runs the server may have.
 */
export function isHouseName(nick: string): boolean {
  return hasKeyIn(houseKeys ??= keysOf(HOUSE), nick);
}

function keysOf(words: readonly string[]): ReadonlySet<string> {
  return new Set(words.flatMap((word) => [word, word.toUpperCase()]).flatMap(nickKeys));
}

function hasKeyIn(reserved: ReadonlySet<string>, nick: string): boolean {
  const bare = nick.normalize("NFKC").replace(/(?:[\p{P}\p{S}]|\p{M})+/gu, "");
  const unnumbered = bare.replace(/\p{Nd}+$/u, "");
  // `serv3r`, `adm1n`: a zero looks like an O to every key.
  const spelt = unnumbered.replace(/[1345789]/g, (digit) => DIGITS_FOR_LETTERS[digit] ?? digit);
  const readings = new Set([bare, unnumbered, spelt].filter((reading) => reading !== ""));
  return [...readings].some((reading) =>
    [reading, reading.replace(/^the(?=.)/iu, "")].some((word) =>
      nickKeys(word).some((key) => reserved.has(key))
    )
  );
}
