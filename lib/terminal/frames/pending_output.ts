/** How much printed text may wait for a slow terminal before its printer waits too, in UTF-16 code units. */
const HIGH_WATER_MARK = 65_536;

/** How much is held while another program has the terminal, in UTF-16 code units. */
export const MAX_HELD = 1_048_576;

const BELL = "\x07";

/** What is to go to the terminal with the next frame. */
export class PendingOutput {
  /** What is not seen there. */
  #unseen = "";
  /** Whole lines, each ended by CR LF, that are to stand above the prompt, as they were printed. */
  #above: string[] = [];
  /** How long they are together, in UTF-16 code units. */
  #length = 0;
  #isHeld = false;
  /** How many lines were left out because too much was held. */
  #leftOut = 0;
  #caughtUp = Promise.withResolvers<void>();

  /** Whether lines wait. */
  get hasLines(): boolean {
    return this.#length > 0;
  }

  /**
   * Takes lines that are to stand above the prompt.
   *
   * @param block the last line break may be left out.
   * @returns at once while the terminal keeps up, otherwise when it has caught up.
   */
  print(block: string): Promise<void> {
    const lines = block.replace(/\r?\n$/, "").replaceAll(/\r?\n/g, "\r\n") + "\r\n";
    this.#above.push(lines);
    this.#length += lines.length;
    if (this.#isHeld) this.#leaveOut();
    return this.#isHeld || this.#length < HIGH_WATER_MARK
      ? Promise.resolve()
      : this.#caughtUp.promise;
  }

  /**
   * Has lines wait until {@linkcode PendingOutput.release}, because another program has the terminal, and
   * nobody wait for them: somebody who reads no messages for so long would be cut off. Of more than
   * {@linkcode MAX_HELD} code units the oldest are left out.
   */
  hold(): void {
    this.#isHeld = true;
    this.#caughtUp.resolve();
    this.#caughtUp = Promise.withResolvers();
  }

  /**
   * Ends that.
   *
   * @param notice Stands above the lines in the place of those that were left out, if there are any.
   */
  release(notice: (lines: number) => string): void {
    this.#isHeld = false;
    if (this.#leftOut === 0) return;
    const lines = `${notice(this.#leftOut).replaceAll("\n", "\r\n")}\r\n`;
    this.#leftOut = 0;
    this.#above.unshift(lines);
    this.#length += lines.length;
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
    const above = this.#above.join("");
    this.#above = [];
    this.#length = 0;
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
    this.#above = [];
    this.#length = 0;
    this.#caughtUp.resolve();
  }

  #leaveOut(): void {
    while (this.#length > MAX_HELD) {
      const oldest = this.#above.shift() ?? "";
      this.#length -= oldest.length;
      this.#leftOut += oldest.split("\r\n").length - 1;
    }
  }
}
