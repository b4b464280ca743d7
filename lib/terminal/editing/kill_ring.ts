/** How many texts are kept, as in readline. */
const MAX_TEXTS = 10;

/**
 * What was deleted by words and lines, to be put back (readline's kill ring). Deletions that follow one
 * another make one text.
 */
export class KillRing {
  readonly #texts: string[] = [];
  #isGrowing = false;

  /** The last text; empty if there is none. */
  get last(): string {
    return this.#texts.at(-1) ?? "";
  }

  /** Keeps what was deleted in front of the cursor, or behind it. */
  add(text: string, where: "before" | "behind"): void {
    if (text === "") return;
    if (!this.#isGrowing) this.#texts.push("");
    this.#isGrowing = true;
    const last = this.#texts.pop() ?? "";
    this.#texts.push(where === "before" ? text + last : last + text);
    if (this.#texts.length > MAX_TEXTS) this.#texts.shift();
  }

  /** Says that something else was done: the next deletion makes a text of its own. */
  rest(): void {
    this.#isGrowing = false;
  }

  /** Makes the text before the last one the last one. */
  rotate(): void {
    this.#texts.unshift(...this.#texts.splice(-1));
  }
}
