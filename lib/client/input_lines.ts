import type { UnansweredRequest } from "../chat/mod.ts";

/** Which lines of the input have not become messages in the room. */
export class InputLines {
  #last = 0;
  #firstFailed: number | undefined;
  #lastFailed: number | undefined;
  #failedCount = 0;

  /** A request has come from a line, counted from 1. */
  read(line: number): void {
    this.#last = Math.max(this.#last, line);
  }

  /** What came from a line is refused, or given up. */
  fail(line: number): void {
    this.#firstFailed = Math.min(this.#firstFailed ?? line, line);
    // Several messages may come from one line.
    if (line !== this.#lastFailed) this.#failedCount++;
    this.#lastFailed = line;
  }

  /**
   * What is missing, as a part of a sentence; `undefined` if nothing is.
   *
   * @param unanswered What the room has not answered.
   * @param isAtEnd Whether the input has been read to its end.
   */
  missing(unanswered: readonly UnansweredRequest[], isAtEnd: boolean): string | undefined {
    const open = new Set(
      unanswered.flatMap(({ line }) => line === undefined || line === this.#lastFailed ? [] : line),
    );
    const count = this.#failedCount + open.size;
    const rest = isAtEnd ? "" : "; the rest was not read";
    if (count === 0) {
      if (isAtEnd || this.#last === 0) return undefined;
      return `what follows line ${this.#last} of the input was not read`;
    }
    const first = Math.min(this.#firstFailed ?? Infinity, ...open);
    const others = count === 1 ? "" : `, nor ${count - 1} after it`;
    return `line ${first} of the input was not confirmed${others}${rest}`;
  }
}
