/** The keys that leave. */
export type LeaveKey = "Ctrl-C" | "Ctrl-D";

/**
 * What is asked before Ctrl-C or Ctrl-D ends something for others as well. The same question is not
 * asked twice: a second one of the two keys leaves, and anything else takes it back.
 */
export class LeaveQuestion {
  /** What to ask at this moment, such as "3 are here; end the room?"; `undefined` if nothing is. */
  question: () => string | undefined = () => undefined;
  #isAsked = false;

  /**
   * Takes the key, on an empty line.
   *
   * @returns What to show, with the key that answers; `undefined` if the person may leave.
   */
  press(key: LeaveKey): string | undefined {
    const question = this.question();
    if (question === undefined || this.#isAsked) return undefined;
    this.#isAsked = true;
    return `${question} ${key} again ends it`;
  }

  /** Something else was typed. */
  takeBack(): void {
    this.#isAsked = false;
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
