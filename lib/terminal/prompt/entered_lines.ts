/** What was entered and not read yet. */
export class EnteredLines {
  #lines: { readonly text: string; readonly isDraft: boolean }[] = [];
  #arrival = Promise.withResolvers<void>();
  #isOver = false;

  /**
   * Takes a line.
   *
   * @param isDraft Whether it was no answer to a question.
   */
  add(text: string, isDraft: boolean): void {
    this.#lines.push({ text, isDraft });
    this.#arrival.resolve();
  }

  /** Drops what waits. */
  forget(): void {
    this.#lines.length = 0;
  }

  /** Takes back the drafts that nobody has read. */
  takeDrafts(): string[] {
    return this.#lines.splice(0).filter(({ isDraft }) => isDraft).map(({ text }) => text);
  }

  /** Nothing more will come. */
  end(): void {
    this.#isOver = true;
    this.#arrival.resolve();
  }

  /** Gives the lines away, to one reader, until the end. */
  async *read(): AsyncGenerator<string, void, void> {
    while (true) {
      const line = this.#lines.shift();
      if (line !== undefined) {
        yield line.text;
      } else if (this.#isOver) {
        return;
      } else {
        await this.#arrival.promise;
        this.#arrival = Promise.withResolvers();
      }
    }
  }
}
