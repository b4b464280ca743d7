import type { Frames } from "../frames/frames.ts";
import type { Keyboard } from "../keyboard/keyboard.ts";
import { LEAVE_PASTES_UNMARKED, MARK_PASTES } from "../keyboard/paste_filter.ts";
import {
  ignoreContinuing,
  ignoreEnding,
  listenForContinuing,
  listenForEnding,
} from "./process_events.ts";
import { stopThisProgram, whyNoStop } from "./suspension.ts";

/**
 * The terminal's modes (raw, and pastes marked), which last while the prompt has it: not while it is lent
 * to another program, nor while this one is stopped, nor after its end.
 */
export class OwnTerminal {
  readonly #keyboard: Pick<Keyboard, "suspend" | "restore" | "close">;
  readonly #frames: Frames;
  #isLent = false;
  #isClosed = false;

  /** @param keyboard Its raw mode has begun. */
  constructor(keyboard: Pick<Keyboard, "suspend" | "restore" | "close">, frames: Frames) {
    this.#keyboard = keyboard;
    this.#frames = frames;
    frames.send(MARK_PASTES);
    listenForContinuing(this.#continue);
    listenForEnding(this.#unmarkPastes);
  }

  /** Whether another program has it. */
  get isLent(): boolean {
    return this.#isLent;
  }

  /** Lends it. Resolves when the other program may have it. */
  async lend(): Promise<void> {
    if (this.#isClosed || this.#isLent) return;
    this.#isLent = true;
    this.#frames.hold();
    this.#frames.send(LEAVE_PASTES_UNMARKED);
    await this.#frames.flush();
    // While that was written, the prompt may have been closed, or resumed.
    if (this.#isLent) this.#keyboard.suspend();
  }

  /** Takes it back. */
  takeBack(): void {
    if (this.#isClosed || !this.#isLent) return;
    this.#isLent = false;
    this.#frames.release();
    this.#take();
  }

  /**
   * Stops this program: until `fg`, the terminal is the shell's.
   *
   * @returns when it goes on, why it was not stopped, as one sentence; `undefined` if it was.
   */
  async stop(): Promise<string | undefined> {
    let whyNot = whyNoStop();
    if (whyNot === undefined) {
      await this.lend();
      whyNot = await stopThisProgram();
      this.takeBack();
    }
    return whyNot;
  }

  /** Ends the modes and the reading at once, and resolves when everything has been written. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isLent = false;
    this.#frames.release();
    ignoreContinuing(this.#continue);
    this.#keyboard.close();
    this.#frames.send(LEAVE_PASTES_UNMARKED);
    await this.#frames.flush();
    ignoreEnding(this.#unmarkPastes);
  }

  /** Somebody else has stopped the program, and a shell may have changed the terminal since. */
  #continue = (): void => {
    if (!this.#isLent) this.#take();
  };

  #take(): void {
    // First of all, because in the background this waits until it has the terminal.
    this.#keyboard.restore();
    this.#frames.beginAnew();
    this.#frames.send(MARK_PASTES);
  }

  #unmarkPastes = (): void => this.#frames.sendAtOnce(LEAVE_PASTES_UNMARKED);
}
