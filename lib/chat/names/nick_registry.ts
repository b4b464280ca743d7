import { nickClasses } from "./confusable_nicks.ts";
import { LookAlikes } from "./look_alikes.ts";
import { isNick, MAX_NICK_LENGTH } from "./nick.ts";

/** How many characters of a nickname stay in front of any number that is put behind it. */
const STEM_LENGTH = MAX_NICK_LENGTH - "-99999".length;

/** How a nickname came about. */
interface Claim {
  /** What the beginning of what was wished for may look like. */
  readonly stem: readonly string[];
  /** The number that was put behind it; 1 stands for none. */
  readonly number: number;
}

/** The numbers behind nicknames that begin in the same way, or look as if they did. */
interface Numbers {
  /** From where to look for one that is free. */
  first: number;
  /** How many of them are in use. */
  used: number;
}

/**
 * The nicknames of the members of one room; no two of them look alike.
 *
 * It takes nicknames that {@linkcode isNick} allows. A call takes as long in a full room as in an
 * empty one, even if everybody asks for the same name, or for names that look alike: it is remembered
 * from where to count.
 */
export class NickRegistry {
  readonly #claims = new Map<string, Claim>();
  readonly #looks = new LookAlikes();
  readonly #numbers = new Map<string, Numbers>();

  /** Takes the nickname, or a free one with a number behind it, and returns what was taken. */
  claim(nick: string): string {
    if (this.#take(nick)) return nick;
    const stem = nickClasses([...nick].slice(0, STEM_LENGTH).join(""));
    const first = Math.max(2, ...stem.map((part) => this.#numbers.get(part)?.first ?? 2));
    for (let number = first;; number++) {
      const candidate = numbered(nick, number);
      if (!this.#take(candidate, { stem, number })) continue;
      for (const part of stem) {
        const { used } = this.#numbers.get(part) ?? { used: 0 };
        this.#numbers.set(part, { first: number + 1, used: used + 1 });
      }
      return candidate;
    }
  }

  /** Gives a nickname back. One that nobody has is left alone. */
  release(nick: string): void {
    const claim = this.#claims.get(nick);
    if (claim === undefined) return;
    this.#claims.delete(nick);
    this.#looks.delete(nick);
    this.#giveBack(claim);
  }

  /**
   * Takes another nickname in place of an old one.
   *
   * @returns `false`, and nothing changes, if nobody has the old one or the new one looks like
   *   another member's.
   */
  rename(old: string, wanted: string): boolean {
    if (!this.#claims.has(old) || !this.#isFree(wanted, old)) return false;
    this.release(old);
    return this.#take(wanted);
  }

  #isFree(nick: string, except?: string): boolean {
    return [...this.#looks.find(nick)].every((other) => other === except);
  }

  #take(
    nick: string,
    { stem, number }: Pick<Claim, "stem" | "number"> = { stem: [], number: 1 },
  ): boolean {
    if (!this.#isFree(nick)) return false;
    this.#claims.set(nick, { stem, number });
    this.#looks.add(nick);
    return true;
  }

  #giveBack({ stem, number }: Claim): void {
    for (const part of stem) {
      const numbers = this.#numbers.get(part);
      if (numbers === undefined) continue;
      numbers.used--;
      numbers.first = Math.min(numbers.first, number);
      if (numbers.used === 0) this.#numbers.delete(part);
    }
  }
}

/** A nickname with a number behind it, and no longer than one may be. */
function numbered(nick: string, number: number): string {
  const suffix = `-${number}`;
  const characters = [...nick];
  const room = MAX_NICK_LENGTH - suffix.length;
  if (characters.length <= room) return nick + suffix;
  // Where the cut leaves what may only stand between others, more goes.
  for (let end = room; end > 1; end--) {
    const candidate = characters.slice(0, end).join("") + suffix;
    if (isNick(candidate)) return candidate;
  }
  return characters[0] + suffix;
}
