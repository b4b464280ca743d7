/** The keys that leave. */
export type LeaveKey = "Ctrl-C" | "Ctrl-D";

/**
 * What is asked before Ctrl-C or Ctrl-D ends something for others as well. Only the same key again
 * leaves; anything else takes the question back, and the other one of the two keys asks its own.
 */
export class LeaveQuestion {
  /** What to ask at this moment, such as "3 are here; end the room?"; `undefined` if nothing is. */
  question: () => string | undefined = () => undefined;
  /** The key that leaves now. */
  #asked: LeaveKey | undefined;

  /**
   * Takes the key, on an empty line.
   *
   * @returns What to show, with the key that answers; `undefined` if the person may leave.
   */
  press(key: LeaveKey): string | undefined {
    const question = this.question();
    if (question === undefined || this.#asked === key) return undefined;
    this.#asked = key;
    return `${question} ${key} again ends it`;
  }

  /** Something else was typed. */
  takeBack(): void {
    this.#asked = undefined;
  }

  /**
   * What to say when a half-typed line was thrown away.
   *
   * @param back The key that brings it back.
   */
  afterClearing(back: string): string {
    const cleared = `cleared, ${back} brings it back`;
    return this.question() === undefined ? `${cleared}; Ctrl-C again leaves` : cleared;
  }
}
