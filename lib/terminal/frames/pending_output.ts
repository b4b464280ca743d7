/** How much printed text may wait for a slow terminal before its printer waits too, in UTF-16 code units. */
const HIGH_WATER_MARK = 65_536;

const BELL = "\x07";

/** What is to go to the terminal with the next frame. */
export class PendingOutput {
  /** What is not seen there. */
  #unseen = "";
  /** Whole lines, each ended by CR LF, that are to stand above the prompt. */
  #above = "";
  #caughtUp = Promise.withResolvers<void>();

  /** Whether lines wait. */
  get hasLines(): boolean {
    return this.#above !== "";
  }

  /**
   * Takes lines that are to stand above the prompt.
   *
   * @param block the last line break may be left out.
   * @returns at once while the terminal keeps up, otherwise when it has caught up.
   */
  print(block: string): Promise<void> {
    this.#above += block.replace(/\r?\n$/, "").replaceAll(/\r?\n/g, "\r\n") + "\r\n";
    return this.#above.length < HIGH_WATER_MARK ? Promise.resolve() : this.#caughtUp.promise;
  }

  /** Takes a control sequence that changes nothing on the screen. */
  send(sequence: string): void {
    this.#unseen += sequence;
  }

  /** Takes a ring of the bell, once for all calls before the next frame. */
  ring(): void {
    if (!this.#unseen.includes(BELL)) this.#unseen += BELL;
  }

  /** Gives the lines away. */
  takeLines(): string {
    const above = this.#above;
    this.#above = "";
    return above;
  }

  /** Gives away what is not seen. */
  takeUnseen(): string {
    const unseen = this.#unseen;
    this.#unseen = "";
    return unseen;
  }

  /** Begins a frame; to be called when the terminal has taken it, so that printers go on. */
  begin(): () => void {
    const { resolve } = this.#caughtUp;
    this.#caughtUp = Promise.withResolvers();
    return resolve;
  }

  /** Drops the lines, and has nobody wait for them. */
  drop(): void {
    this.#above = "";
    this.#caughtUp.resolve();
  }
}
