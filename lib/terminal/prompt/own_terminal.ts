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

type OwnFrames = Pick<
  Frames,
  "answer" | "beginAnew" | "flush" | "hold" | "release" | "send" | "sendAtOnce"
>;

/**
 * The terminal's modes (raw, and pastes marked), which last while the prompt has it: not while it is lent
 * to another program, nor while this one is stopped, nor after its end.
 */
export class OwnTerminal {
  readonly #keyboard: Pick<Keyboard, "suspend" | "restore" | "close">;
  readonly #frames: OwnFrames;
  readonly #stopProgram: typeof stopThisProgram;
  #lending: Promise<void> | undefined;
  #stopping: Promise<string | undefined> | undefined;
  #isClosed = false;

  /**
   * @param keyboard Its raw mode has begun.
   * @param stopProgram How this program is stopped, once the terminal has been given back.
   */
  constructor(
    keyboard: Pick<Keyboard, "suspend" | "restore" | "close">,
    frames: OwnFrames,
    stopProgram = stopThisProgram,
  ) {
    this.#keyboard = keyboard;
    this.#frames = frames;
    this.#stopProgram = stopProgram;
    frames.send(MARK_PASTES);
    listenForContinuing(this.#continue);
    listenForEnding(this.#unmarkPastes);
  }

  /** Whether another program has it. */
  get isLent(): boolean {
    return this.#lending !== undefined;
  }

  /** Lends it, after a stop that is under way. Resolves when the other program may have it. */
  async lend(): Promise<void> {
    // Several keys may arrive at once: Ctrl-Z, and Ctrl-X Ctrl-E behind it.
    if (this.#stopping !== undefined) await this.#stopping;
    await this.#lend();
  }

  /** Takes it back. */
  takeBack(): void {
    if (this.#isClosed || !this.isLent) return;
    this.#lending = undefined;
    this.#frames.release();
    this.#take();
  }

  /**
   * Stops this program: until `fg`, the terminal is the shell's. Does nothing while it is lent, or about
   * to be: it is not this program's to give to the shell.
   *
   * @returns when it goes on, why it was not stopped, as one sentence; `undefined` if it was.
   */
  async stop(): Promise<string | undefined> {
    if (this.isLent || this.#stopping !== undefined) return undefined;
    const whyNot = whyNoStop();
    if (whyNot !== undefined) return whyNot;
    this.#stopping = this.#stop();
    try {
      return await this.#stopping;
    } finally {
      this.#stopping = undefined;
    }
  }

  /**
   * Ends the modes and the reading: at once, unless the terminal was asked something, whose answer would
   * be typed into the shell. Resolves when everything has been written.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#lending = undefined;
    this.#frames.release();
    ignoreContinuing(this.#continue);
    const { answer } = this.#frames;
    if (answer !== undefined) await answer;
    this.#keyboard.close();
    this.#frames.send(LEAVE_PASTES_UNMARKED);
    await this.#frames.flush();
    ignoreEnding(this.#unmarkPastes);
  }

  /** Somebody else has stopped the program, and a shell may have changed the terminal since. */
  #continue = (): void => {
    if (!this.isLent) this.#take();
  };

  #lend(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#lending ??= this.#give();
    return this.#lending;
  }

  async #give(): Promise<void> {
    this.#frames.hold();
    this.#frames.send(LEAVE_PASTES_UNMARKED);
    await this.#frames.flush();
    // While that was written, the prompt may have been closed, or resumed.
    if (this.isLent) this.#keyboard.suspend();
  }

  async #stop(): Promise<string | undefined> {
    await this.#lend();
    const whyNot = await this.#stopProgram();
    this.takeBack();
    return whyNot;
  }

  #take(): void {
    // First of all, because in the background this waits until it has the terminal.
    this.#keyboard.restore();
    this.#frames.beginAnew();
    this.#frames.send(MARK_PASTES);
  }

  #unmarkPastes = (): void => this.#frames.sendAtOnce(LEAVE_PASTES_UNMARKED);
}
