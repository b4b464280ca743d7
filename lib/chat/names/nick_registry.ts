import { nickKeys } from "./confusable_nicks.ts";
import { MAX_NICK_LENGTH } from "./nick.ts";

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
 * The nicknames of the members of one room; no two of them look alike.
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

  /**
   * Takes another nickname in place of an old one.
   *
   * @returns `false`, and nothing changes, if nobody has the old one or the new one looks like
   *   another member's.
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

/** A nickname with a number behind it, if it is not the first, and no longer than one may be. */
function numbered(nick: string, number: number): string {
  if (number === 1) return nick;
  const suffix = `-${number}`;
  return [...nick].slice(0, MAX_NICK_LENGTH - suffix.length).join("") + suffix;
}
