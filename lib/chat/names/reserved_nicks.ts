import { nickKeys, nickReadings } from "./confusable_nicks.ts";

/**
 * What this program writes in front of a colon, or as who did something: in errors and notices, about
 * members, and in an explanation that is read aloud (`--plain`).
 */
export const OWN_WORDS: readonly string[] = [
  ...["error", "beware", "warning", "caution", "notice", "refused", "undelivered", "unknown"],
  ...["err", "warn", "fatal", "info", "note", "usage", "important", "attention", "alert"],
  ...[
    "connection",
    "connectionlost",
    "connected",
    "connectedagain",
    "disconnected",
    "reconnecting",
    "reconnected",
  ],
  ...[
    "notdelivered",
    "notconnected",
    "roomrefused",
    "roomsays",
    "listening",
    "invitation",
    "conversation",
    "explanation",
  ],
  ...[
    "received",
    "length",
    "payload",
    "record",
    "rekey",
    "keys",
    "secretid",
    "ekem",
    "psk",
    "sha256",
  ],
  ...["you", "me", "myself", "nobody", "somebody", "someone", "everybody", "everyone", "anybody"],
  ...["anyone", "everything", "nothing", "other", "others", "the"],
];

/** The names of the house: the person who runs the server may have them. */
export const HOUSE: readonly string[] = [
  ...["host", "server", "room", "system", "chat", "program", "service", "daemon", "console"],
  ...["admin", "administrator", "administration", "operator", "operation", "moderator"],
  ...["moderation", "mod", "op", "ops", "owner", "root", "sys", "sysop", "sysadmin", "superuser"],
  ...["staff", "support", "security", "official", "verified", "unverified", "client"],
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

/** Words that are so short that with accents they are somebody's name: Thế, Mê. */
const ACCENTS_COUNT: readonly string[] = ["the", "me", "op"];

/** What words look like: by themselves, and whatever accents are put on them. */
interface Reserved {
  readonly exact: ReadonlySet<string>;
  readonly bare: ReadonlySet<string>;
}

let ownWords: Reserved | undefined;
let house: Reserved | undefined;

/**
 * Whether a nickname is, or looks like, a word that this program uses itself where a name could stand:
 * nobody bears it. Signs, accents and a number at either end make no difference, nor does an `s` at
 * its end, or `the` in front.
 */
export function isOwnWord(nick: string): boolean {
  return isReserved(ownWords ??= reserve(OWN_WORDS), nick);
}

/**
 * Whether a nickname is, or looks like, one of the names of the house (`server`, `admin`, …), which
 * only the person who runs the server may have.
 */
export function isHouseName(nick: string): boolean {
  return isReserved(house ??= reserve(HOUSE), nick);
}

function reserve(words: readonly string[]): Reserved {
  const forms = words.flatMap((word) =>
    word.length < 3 || word === "the" ? [word] : [word, `${word}s`]
  )
    .flatMap((word) => [word, word.toUpperCase()]);
  const isBare = (word: string) => !ACCENTS_COUNT.includes(word.toLowerCase());
  return {
    exact: new Set(forms.flatMap(nickKeys)),
    bare: new Set(forms.filter(isBare).flatMap(nickKeys).map(withoutMarks)),
  };
}

function isReserved({ exact, bare }: Reserved, nick: string): boolean {
  const plain = nick.normalize("NFKC").replace(/[\p{P}\p{S}\u02bb\u02bc]+/gu, "");
  const unnumbered = plain.replace(/\p{Nd}+$/u, "");
  // `serv3r`, `adm1n`: a zero looks like an O to every key.
  const spelt = unnumbered.replace(/[1345789]/g, (digit) => DIGITS_FOR_LETTERS[digit] ?? digit);
  const readings = [plain, unnumbered, spelt, unnumbered.replace(/^\p{Nd}+/u, "")]
    .filter((reading) => reading !== "");
  return [...new Set(readings)].flatMap((reading) => [reading, reading.replace(/^the(?=.)/iu, "")])
    .flatMap((word) => [...nickKeys(word), ...nickReadings(word)])
    .some((key) => exact.has(key) || bare.has(withoutMarks(key)));
}

/** What NFKD leaves as a mark, and what a key has as one: the stroke of `ø`. */
function withoutMarks(key: string): string {
  return key.normalize("NFKD").replace(/\p{M}/gu, "");
}
