/** What was entered and not read yet. */
export class EnteredLines {
  #lines: string[] = [];
  #arrival = Promise.withResolvers<void>();
  #isOver = false;

  /** Takes a line. */
  add(line: string): void {
    this.#lines.push(line);
    this.#arrival.resolve();
  }

  /** Drops what waits. */
  forget(): void {
    this.#lines.length = 0;
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
        yield line;
      } else if (this.#isOver) {
        return;
      } else {
        await this.#arrival.promise;
        this.#arrival = Promise.withResolvers();
      }
    }
  }
}
