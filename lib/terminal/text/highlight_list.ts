import { UsageError } from "../../errors.ts";
import {
  asContent,
  contentOf,
  fromContent,
  splitLines,
  withLine,
} from "../../identity/books/text_lines.ts";
import type { TextStore } from "../../identity/mod.ts";

/** How many words there may be: each is looked for in everything that is said. */
const MAX_WORDS = 50;

/** How long one may be, in characters. */
const MAX_LENGTH = 64;

/** What no line may have in it: it would not be one line, or not be seen. */
const HIDDEN = /[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * Words and phrases that stand out in what others say, in a text that people edit: one a line. Blank
 * lines, and those that begin with `#`, count as nothing and stay; a word that begins with `#` stands
 * behind a backslash. What is too long, and what comes after the 50th, counts as nothing either.
 */
export class HighlightList {
  readonly #store: TextStore;
  #words: readonly string[] = [];

  private constructor(store: TextStore) {
    this.#store = store;
  }

  /** Reads the words. */
  static async open(store: TextStore): Promise<HighlightList> {
    const list = new HighlightList(store);
    await list.#load();
    return list;
  }

  /** All of them, in their order. */
  get words(): readonly string[] {
    return this.#words;
  }

  /** Whether changes hold for this run only. */
  get isUnsaved(): boolean {
    return this.#store.isUnsaved ?? false;
  }

  /**
   * Adds a word or a phrase, unless it is there, in capitals or not.
   *
   * @returns As it stands in the list.
   * @throws {UsageError} If it is too long, has characters in it that nobody sees, or there are too many.
   */
  async add(text: string): Promise<string> {
    const word = normalise(text);
    if (word === "" || HIDDEN.test(word)) {
      throw new UsageError("usage", "a highlight must be visible, and one line");
    }
    if (!isShort(word)) {
      throw new UsageError("usage", `a highlight has at most ${MAX_LENGTH} characters`);
    }
    await this.#store.update((lines) => {
      const words = wordsOf(lines);
      if (words.some(isSame(word))) return lines;
      if (words.length >= MAX_WORDS) {
        throw new UsageError(
          "usage",
          `there are ${MAX_WORDS} highlights already; remove one first`,
        );
      }
      return withLine(lines, asContent(word));
    });
    await this.#load();
    return word;
  }

  /**
   * Removes a word or a phrase, in capitals or not.
   *
   * @returns Whether it was there.
   */
  async remove(text: string): Promise<boolean> {
    const isGoing = isSame(normalise(text));
    let wasThere = false;
    await this.#store.update((text) => {
      const lines = splitLines(text);
      const rest = lines.filter((line) => !wordsOf(line).some(isGoing));
      wasThere = rest.length < lines.length;
      return wasThere ? rest.join("") : text;
    });
    await this.#load();
    return wasThere;
  }

  async #load(): Promise<void> {
    this.#words = wordsOf(await this.#store.read()).slice(0, MAX_WORDS);
  }
}

function wordsOf(text: string): readonly string[] {
  return splitLines(text)
    .map((line) => contentOf(line).trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => normalise(fromContent(line)))
    .filter((word) => word !== "" && isShort(word) && !HIDDEN.test(word));
}

function normalise(text: string): string {
  return text.normalize("NFC").replaceAll(/\s+/gu, " ").trim();
}

function isShort(word: string): boolean {
  return [...word].length <= MAX_LENGTH;
}

function isSame(word: string): (other: string) => boolean {
  const folded = word.toLowerCase();
  return (other) => other.toLowerCase() === folded;
}
