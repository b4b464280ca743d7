import { sanitiseLine } from "../text/sanitise.ts";
import type { Recall } from "./recall.ts";

/** The longest text that is searched for, in UTF-16 code units. */
const MAX_WANTED = 200;

/** Where something was found. */
interface Match {
  /** Which entry. */
  readonly place: number;
  /** Where in its text. */
  readonly index: number;
}

/** Which way a search goes: to older entries, or to newer ones. */
export type Direction = "older" | "newer";

/** The incremental search in what was entered before (readline's Ctrl-R and Ctrl-S). */
export class Search {
  readonly #recall: Recall;
  #start: number;
  #direction: Direction;
  #wanted = "";
  #match: Match | undefined;
  #hasFailed = false;

  /** Begins where the list stands. */
  constructor(recall: Recall, direction: Direction) {
    this.#recall = recall;
    this.#start = recall.at;
    this.#direction = direction;
  }

  /** What is searched for; empty as long as nothing is. */
  get wanted(): string {
    return this.#wanted;
  }

  /** What stands in the prompt's place. */
  get label(): string {
    const what = this.#hasFailed ? "(search, not found)" : "(search)";
    return `${what} ${sanitiseLine(this.#wanted)}: `;
  }

  /** What was found last; until then what stood there before. */
  get text(): string {
    return this.#recall.textAt(this.#match?.place ?? this.#start);
  }

  /** Where in it; as long as nothing was found, at its end. */
  get index(): number {
    return this.#match?.index ?? this.text.length;
  }

  /** Searches for more. */
  add(text: string): void {
    if (text === "") return;
    this.#wanted = (this.#wanted + text).slice(0, MAX_WANTED);
    // What was found may hold the longer text as well.
    this.#find(this.#match?.place ?? this.#start);
  }

  /** Searches for one character less, from the beginning. */
  shorten(): void {
    this.#wanted = [...this.#wanted].slice(0, -1).join("");
    this.#match = undefined;
    this.#hasFailed = false;
    if (this.#wanted !== "") this.#find(this.#start);
  }

  /**
   * Searches on, for another text.
   *
   * @param usual What to search for, if nothing was said yet.
   */
  next(direction: Direction, usual: string): void {
    this.#direction = direction;
    if (this.#wanted === "") return this.add(usual);
    this.#find(this.#step(this.#match?.place ?? this.#start), this.#match && this.text);
  }

  /** Keeps what is shown, after the list has got entries in front of all others. */
  shift(by: number): void {
    this.#start += by;
    if (this.#match !== undefined) this.#match = { ...this.#match, place: this.#match.place + by };
  }

  /** Goes to what was found, with the cursor where it was found. */
  accept(): void {
    if (this.#match === undefined) return;
    this.#recall.go(this.#match.place);
    this.#recall.buffer.move(this.#match.index);
  }

  #step(place: number): number {
    return place + (this.#direction === "older" ? -1 : 1);
  }

  #find(from: number, but?: string): void {
    // In small letters it finds capitals as well.
    const isExact = this.#wanted !== this.#wanted.toLowerCase();
    const length = this.#recall.length;
    for (let place = from; place >= 0 && place <= length; place = this.#step(place)) {
      // The draft is not what was entered.
      if (place === length) continue;
      const text = this.#recall.textAt(place);
      if (text === but) continue;
      const index = (isExact ? text : text.toLowerCase()).lastIndexOf(this.#wanted);
      if (index < 0) continue;
      this.#match = { place, index: Math.min(index, text.length) };
      this.#hasFailed = false;
      return;
    }
    this.#hasFailed = true;
  }
}
