import type { CursorPosition } from "../keyboard/typed_input.ts";
import { settledWithin } from "../../abort.ts";
import { writeAll } from "../output/output.ts";
import { ANSWER_TIMEOUT } from "./cursor_finder.ts";
import { clearPrompt } from "./draw.ts";
import { PendingOutput } from "./pending_output.ts";
import { PromptPlace, type PromptView } from "./prompt_place.ts";

/**
 * What is to stand below all that was printed: a prompt; nothing, because another program has the
 * terminal, and what is printed must not come in between its words; or nothing any more.
 */
export type View = PromptView | "lent" | "closed";

/** What {@linkcode Frames} asks and tells. */
export interface FramesListener {
  /** What is to be seen at this moment. */
  view(): View;
  /** What stands in the place of lines that were left out while another program had the terminal. */
  leftOut(lines: number): string;
  /** The terminal takes nothing more. */
  onGone(): void;
}

/**
 * Draws the terminal of standard output, one whole frame at a time: a burst of messages does not redraw
 * the prompt once for each, and a terminal that does not read does not stop the program, as it would with
 * `process.stdout.write` of Deno.
 */
export class Frames {
  readonly #listener: FramesListener;
  readonly #pending = new PendingOutput();
  readonly #place = new PromptPlace();
  #clearScreen = false;
  #writing: Promise<void> | undefined;
  /** Whether the terminal is taking a frame, which it may never do to the end. */
  #terminalBusy = false;
  #terminalGone = false;

  /** Draws nothing yet. */
  constructor(listener: FramesListener) {
    this.#listener = listener;
  }

  /**
   * Puts lines above the prompt, as they are; once the terminal is gone they are dropped.
   *
   * @param block one or more lines; the last line break may be left out.
   * @returns at once while the terminal keeps up, otherwise when it has caught up.
   */
  print(block: string): Promise<void> {
    if (this.#terminalGone) return Promise.resolve();
    const room = this.#pending.print(block);
    this.redraw();
    return room;
  }

  /** Has lines wait, and nobody for them, while another program has the terminal. */
  hold(): void {
    this.#pending.hold();
  }

  /** Shows them with the next frame; of more than 1 MiB the oldest were left out. */
  release(): void {
    this.#pending.release((lines) => this.#listener.leftOut(lines));
  }

  /** Sends a control sequence that changes nothing on the screen. */
  send(sequence: string): void {
    this.#pending.send(sequence);
    this.redraw();
  }

  /** The same without waiting, for a process that ends before the next frame is written. */
  sendAtOnce(sequence: string): void {
    // A terminal that takes nothing more would hold up the end.
    if (this.#terminalBusy || this.#terminalGone) return;
    try {
      Deno.stdout.writeSync(new TextEncoder().encode(sequence));
    } catch {
      // The terminal has gone away.
    }
  }

  /** Makes the terminal ring, once for all calls before the next frame. */
  bell(): void {
    this.#pending.ring();
    this.redraw();
  }

  /** Clears the window: the next frame begins at its top. */
  clear(): void {
    this.#clearScreen = true;
    this.redraw();
  }

  /** Begins anew in the cursor's row: wherever the prompt stood, the cursor is elsewhere now. */
  beginAnew(): void {
    this.#place.forget();
    this.send(clearPrompt(0));
  }

  /**
   * The terminal's answer that is waited for; `undefined` if it was asked nothing. Resolves in any case
   * within the time that an answer may take: a terminal may not even take the question.
   */
  get answer(): Promise<unknown> | undefined {
    const { answer } = this.#place;
    return answer && settledWithin(answer, ANSWER_TIMEOUT);
  }

  /** Takes the terminal's answer where the cursor stands. */
  hear(position: CursorPosition): void {
    this.#place.hear(position);
  }

  /** Draws a frame soon, if anything has changed. */
  readonly redraw = (): void => void this.flush();

  /** Writes frames until nothing is left to write. */
  flush(): Promise<void> {
    if (this.#terminalGone) return Promise.resolve();
    this.#writing ??= this.#write();
    return this.#writing;
  }

  async #write(): Promise<void> {
    const ask = (question: string) => writeAll(Deno.stdout, question).catch(() => {});
    const matters = () => this.#listener.view() !== "closed";
    while (!this.#terminalGone) {
      // One turn of the event loop, so that a burst becomes one frame.
      await new Promise((resolve) => setTimeout(resolve, 0));
      await this.#place.find(ask, matters);
      const frame = this.#next();
      if (frame === "") break;
      const done = this.#pending.begin();
      try {
        this.#terminalBusy = true;
        await writeAll(Deno.stdout, frame);
        this.#terminalBusy = false;
      } catch {
        this.#terminalGone = true;
        this.#pending.drop();
        this.#listener.onGone();
      }
      done();
    }
    this.#writing = undefined;
  }

  /** What turns the screen as it is into the screen as it should be; empty if it is already. */
  #next(): string {
    const view = this.#listener.view();
    const place = this.#place;
    const isLent = view === "lent";
    const unseen = this.#pending.takeUnseen();
    if (isLent && !place.isDrawn) return unseen;
    const isRight = typeof view === "string" ? !place.isDrawn : place.shows(view);
    if (!this.#pending.hasLines && !this.#clearScreen && isRight) return unseen;
    const isAlone = !this.#pending.hasLines && !this.#clearScreen;
    if (isAlone && typeof view !== "string") return unseen + place.redraw(view);
    let frame = unseen + place.clear();
    // tmux keeps what it clears in its scrollback: of the prompt, nothing.
    if (this.#clearScreen) frame += "\x1b[H\x1b[J";
    this.#clearScreen = false;
    if (!isLent) frame += this.#pending.takeLines();
    if (typeof view !== "string") frame += place.draw(view);
    return frame;
  }
}
