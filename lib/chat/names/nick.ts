import { nickKeys } from "./confusable_nicks.ts";

export { looksLike, nickKeys } from "./confusable_nicks.ts";

/** The most characters (code points) that a nickname has. */
export const MAX_NICK_LENGTH = 32;

/** Letters, marks and symbols that a font draws as nothing. */
const BLANK = /[\u2800\u{13441}\u{13442}\u{16fe4}\u{1d159}\p{Default_Ignorable_Code_Point}]/u;

/** What parts a name from what was said, and names from each other, and whatever looks like it. */
const SEPARATOR =
  /[:\u02d0\u0589\u05c3\u1803\u2236\ua789\ufe13\ufe55\uff1a,\u3001\ufe10\ufe50\uff0c\uff64]/u;

/** What this program says itself in front of a colon. */
const RESERVED = /^(?:error|beware)$/iu;

/**
 * Whether a nickname may be used: 1 to 32 letters, digits, marks, punctuation or symbols, in
 * Unicode's composed form (NFC), that does not begin with a mark or pile marks up. No white space, so
 * that a command can name somebody; no colon, which parts a name from what was said, and no comma,
 * nor what looks like one; nothing that cannot be seen. `error` and `beware` are nobody's name.
 */
export function isNick(text: string): boolean {
  return /^(?!\p{M})(?!.*\p{M}{4})[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u.test(text) &&
    !SEPARATOR.test(text) && !BLANK.test(text) && !RESERVED.test(text) &&
    [...text].length <= MAX_NICK_LENGTH &&
    text.normalize("NFC") === text;
}

/**
 * What is the same in a nickname however somebody types it: capitals or small letters, wide or
 * narrow. Those who have it in common also look alike ({@linkcode looksLike}), not the other way round.
 */
export function nickKey(nick: string): string {
  return nick.normalize("NFKC").toLowerCase();
}

/**
 * The nickname, or one with the first free number behind it: `guest`, `guest-2`, `guest-3`. Free is
 * what looks like none of those that are taken.
 */
export function freeNick(nick: string, taken: Iterable<string>): string {
  const keys = new Set([...taken].flatMap(nickKeys));
  for (let number = 1;; number++) {
    const candidate = numbered(nick, number);
    if (!nickKeys(candidate).some((key) => keys.has(key))) return candidate;
  }
}

function numbered(nick: string, number: number): string {
  if (number === 1) return nick;
  const suffix = `-${number}`;
  return [...nick].slice(0, MAX_NICK_LENGTH - suffix.length).join("") + suffix;
}

/** How a nickname came about, and what it blocks. */
interface Claim {
  readonly keys: readonly string[];
  /** What was wished for. */
  readonly base: string;
  /** The number that was put behind it; 1 stands for none. */
  readonly number: number;
}

/** The numbers behind one nickname that is much wished for. */
interface Numbers {
  /** All below are taken. */
  first: number;
  /** How many of them are in use. */
  used: number;
}

/**
 * The nicknames of those who are in one room; no two of them look alike.
 *
 * It takes nicknames that {@linkcode isNick} allows. A call takes as long in a full room as in an
 * empty one, even if everybody asks for the same name: it is remembered from where to count.
 */
export class NickRegistry {
  readonly #claims = new Map<string, Claim>();
  /** Whose each key is. */
  readonly #holders = new Map<string, string>();
  readonly #numbers = new Map<string, Numbers>();

  /** Takes the nickname, or the next free one with a number behind it, and returns what was taken. */
  claim(nick: string): string {
    if (this.#take(nick, nickKeys(nick), nick, 1)) return nick;
    const numbers = this.#numbers.get(nick) ?? { first: 2, used: 0 };
    for (let number = numbers.first;; number++) {
      const candidate = numbered(nick, number);
      if (!this.#take(candidate, nickKeys(candidate), nick, number)) continue;
      this.#numbers.set(nick, { first: number + 1, used: numbers.used + 1 });
      return candidate;
    }
  }

  /** Gives a nickname back. One that nobody has is left alone. */
  release(nick: string): void {
    const claim = this.#claims.get(nick);
    if (claim === undefined) return;
    this.#claims.delete(nick);
    for (const key of claim.keys) this.#holders.delete(key);
    this.#giveBack(claim);
  }

  /** Whether a nickname looks like none of those that are taken, `except` perhaps one. */
  isFree(nick: string, except?: string): boolean {
    return this.#areFree(nickKeys(nick), except);
  }

  /**
   * Takes another nickname in place of an old one.
   *
   * @returns `false`, and nothing changes, if nobody has the old one or the new one looks like
   *   somebody else's.
   */
  rename(old: string, wanted: string): boolean {
    const keys = nickKeys(wanted);
    if (!this.#claims.has(old) || !this.#areFree(keys, old)) return false;
    this.release(old);
    return this.#take(wanted, keys, wanted, 1);
  }

  #areFree(keys: readonly string[], except?: string): boolean {
    return keys.every((key) => {
      const holder = this.#holders.get(key);
      return holder === undefined || holder === except;
    });
  }

  #take(nick: string, keys: readonly string[], base: string, number: number): boolean {
    if (!this.#areFree(keys)) return false;
    this.#claims.set(nick, { keys, base, number });
    for (const key of keys) this.#holders.set(key, nick);
    return true;
  }

  #giveBack({ base, number }: Claim): void {
    const numbers = this.#numbers.get(base);
    if (number === 1 || numbers === undefined) return;
    numbers.used--;
    numbers.first = Math.min(numbers.first, number);
    if (numbers.used === 0) this.#numbers.delete(base);
  }
}
