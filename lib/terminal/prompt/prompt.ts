/**
 * The editable text at the bottom of the terminal, which incoming output never disturbs.
 *
 * `keyboard.ts` tells keys and pastes, `../editing/line_editor.ts` edits by them. The drawing is done
 * here, one whole frame at a time, for three reasons: readline's own drawing miscounts rows (see
 * `layout.ts`), a burst of messages must not redraw the prompt once for each, and `process.stdout.write` of Deno stops the whole program while a terminal does not
 * read, where `Deno.stdout.write` lets it go on.
 *
 * @module
 */

import type { Completer } from "../editing/completion.ts";
import { LineEditor } from "../editing/line_editor.ts";
import { Keyboard } from "../keyboard/keyboard.ts";
import { CursorFinder } from "../frames/cursor_finder.ts";
import { clearPrompt, drawPrompt } from "../frames/draw.ts";
import { layOutPrompt } from "../frames/layout.ts";
import { type LeaveKey, LeaveQuestion } from "./leave_question.ts";
import { writeAll } from "../output/output.ts";
import { LEAVE_PASTES_UNMARKED, MARK_PASTES, MAX_PASTE_LENGTH } from "../keyboard/paste_filter.ts";
import {
  ignoreContinuing,
  ignoreEnding,
  ignoreResize,
  listenForContinuing,
  listenForEnding,
  listenForResize,
} from "./process_events.ts";
import { findPrompt, type PromptShape, saysReflow } from "../frames/reflow.ts";
import { SecretLine } from "./secret_line.ts";
import { stopThisProgram, whyNoStop } from "./suspension.ts";

/** How to set up a {@linkcode Prompt}. */
export interface PromptOptions {
  /** What stands in front of the typed text. One line; may be coloured. */
  prompt: string;
  /** Completes the line when the Tab key is pressed. */
  completer?: Completer;
  /** How a hint stands in front of the prompt; as it is, by default. */
  showHint?: (text: string) => string;
  /** Stands in front of everything that stands in front of the typed text; may be coloured. */
  bar?: string;
  /** How a line of the prompt's own is shown, such as a list of candidates. Default as it is. */
  notice?(text: string): string;
  /**
   * Shows a line by {@linkcode Prompt.print} when it is taken out of {@linkcode Prompt.lines}, and says
   * whether it has: if not, it is shown as it was typed. Default: as it was typed, when it is entered.
   */
  echo?(text: string): boolean;
}

/** How much printed text may wait for a slow terminal before {@linkcode Prompt.print} waits too. */
const HIGH_WATER_MARK = 65_536;

/** What a terminal is taken to be that does not tell its size. */
const USUAL_SIZE = { columns: 80, rows: 24 };

const BELL = "\x07";

const CUT_NOTICE = "The paste was too long: only its first " +
  `${MAX_PASTE_LENGTH.toLocaleString("en")} characters were kept.`;

/**
 * A prompt on the terminal that standard input and standard output belong to. At most one may be
 * open. Needs no permission.
 *
 * @example
 * ```ts ignore
 * import { Prompt } from "./prompt.ts";
 *
 * await using prompt = new Prompt({ prompt: "> " });
 * prompt.onInterrupt = () => prompt.close();
 * for await (const line of prompt.lines()) await prompt.print(`you said ${line}`);
 * ```
 */
export class Prompt implements AsyncDisposable {
  /**
   * Called when Ctrl-C is pressed on an empty line, or at a question. Unless set, it closes the prompt.
   * A half-typed line is cleared before.
   */
  onInterrupt: () => void = () => void this.close();
  /** Called when the draft is to be edited elsewhere: Ctrl-X Ctrl-E. */
  onEdit: (draft: string) => void = () => {};
  /** Called with each entry that is to be remembered for the next time. */
  onRemember: (entry: string) => void = () => {};
  /** Called when a key is pressed, or something is pasted. */
  onKey: () => void = () => {};

  readonly #options: PromptOptions;
  #prompt: string;
  readonly #showHint: (text: string) => string;
  /** What stands in front of the prompt until the next key. */
  #hint: string | undefined;
  readonly #leaving = new LeaveQuestion();
  /** Whether Ctrl-C has been heard already, or nobody reads the lines any more. */
  #isLeaving = false;
  readonly #editor: LineEditor;
  #keyboard: Keyboard;
  #closing: Promise<void> | undefined;

  #entered: string[] = [];
  #arrival = Promise.withResolvers<void>();

  /** What is to go to the terminal without being seen there. */
  #unseen = MARK_PASTES;
  /** Whole lines, each ended by CR LF, that are to stand above the prompt. */
  #above = "";
  #drawn: { text: string; shape: PromptShape } | undefined;
  readonly #finder = new CursorFinder();
  /** Whether the terminal wraps anew what it shows when it becomes narrower or wider. */
  #reflows: boolean | undefined = saysReflow();
  #clearScreen = false;
  #writing: Promise<void> | undefined;
  #caughtUp = Promise.withResolvers<void>();
  /** Whether the terminal is taking a frame, which it may never do to the end. */
  #terminalBusy = false;
  #terminalGone = false;
  /** Whether the terminal is lent to another program. */
  #isSuspended = false;
  /** What is typed goes here while something is asked for. */
  #answer: LineEditor | SecretLine | undefined;

  /**
   * Shows the prompt and puts the terminal into raw mode and bracketed paste mode, until
   * {@linkcode Prompt.close}.
   *
   * @throws {TypeError} if standard input is no terminal.
   */
  constructor(options: PromptOptions) {
    if (!Deno.stdin.isTerminal()) throw new TypeError("standard input is no terminal");
    this.#options = options;
    this.#prompt = options.prompt;
    this.#showHint = options.showHint ?? ((text) => text);
    this.#editor = new LineEditor({
      onLine: (text) => this.#enter(text, options.echo === undefined ? text : undefined),
      onInterrupt: () => this.#interrupt(),
      onEnd: () => this.#leave("Ctrl-D", this.#end),
      onCandidates: (candidates) => void this.#notice(candidates.join("  ")),
      onRemember: (entry) => this.onRemember(entry),
      onEdit: (text) => this.onEdit(text),
    }, options);
    this.#keyboard = new Keyboard({
      onKey: (text, key) => {
        if (key.ctrl && key.name === "z") return void this.#stop();
        this.#hint = undefined;
        if (!key.ctrl || (key.name !== "c" && key.name !== "d")) this.#leaving.takeBack();
        this.#typing.press(text, key);
        if (key.ctrl && key.name === "l") this.#clearScreen = true;
        this.#redraw();
        this.onKey();
      },
      onPaste: (text, isCut) => {
        this.#hint = undefined;
        this.#leaving.takeBack();
        this.#typing.paste(text);
        if (isCut && this.#answer === undefined) void this.#notice(CUT_NOTICE);
        this.#redraw();
        this.onKey();
      },
      onPosition: (position) => this.#finder.hear(position),
      onEnd: this.#end,
    });
    listenForResize(this.#redraw);
    listenForContinuing(this.#continue);
    listenForEnding(this.#unmarkPastes);
    this.#redraw();
  }

  /** Changes what stands in front of the typed text. One line; may be coloured. */
  setPrompt(text: string): void {
    if (this.#answer instanceof SecretLine) this.#forgetTyped();
    this.#prompt = text;
    this.#redraw();
  }

  /** Puts a text in the draft's place, to be looked at and entered. */
  setDraft(text: string): void {
    this.#editor.setDraft(text);
    this.#redraw();
  }

  /** Has older entries to go back to. */
  addHistory(entries: readonly string[]): void {
    this.#editor.addHistory(entries);
  }

  /** Has something asked before Ctrl-C or Ctrl-D leaves, as {@linkcode LeaveQuestion} does. */
  confirmLeaving(question: () => string | undefined): void {
    this.#leaving.question = question;
  }

  /**
   * Asks for one line, with a prompt of its own, and puts the old one back. What was typed before
   * the question was shown does not count as an answer. Of several lines, the first counts.
   *
   * @param options.hidden Whether nothing of what is typed is shown or remembered, as for a passphrase.
   * @returns The line, or `undefined` if the prompt is closed instead.
   */
  async ask(question: string, options: { hidden?: boolean } = {}): Promise<string | undefined> {
    const prompt = this.#answer instanceof SecretLine ? "" : this.#prompt;
    this.#forgetTyped();
    this.#answer = options.hidden ? this.#newSecret() : this.#newAnswer();
    this.#prompt = question;
    this.#redraw();
    for await (const line of this.#entries()) {
      // After a secret, what is typed stays hidden until something else is asked for: people who
      // have to wait press Enter, or type it again.
      this.#prompt = prompt;
      this.#redraw();
      return line;
    }
    return undefined;
  }

  /**
   * Writes lines above the prompt, and leaves the half-typed line and its cursor as they were.
   *
   * The text goes to the terminal as it is, so whatever comes from another person must have gone
   * through `sanitiseText` or `sanitiseLine`. After {@linkcode Prompt.close} it is written without a
   * prompt below it; once the terminal is gone it is dropped.
   *
   * @param block one or more lines; the last line break may be left out.
   * @returns at once while the terminal keeps up, otherwise when it has caught up. Awaiting it before
   * the next call keeps the memory in use flat.
   */
  print(block: string): Promise<void> {
    if (this.#terminalGone) return Promise.resolve();
    this.#above += block.replace(/\r?\n$/, "").replaceAll(/\r?\n/g, "\r\n") + "\r\n";
    this.#redraw();
    return this.#above.length < HIGH_WATER_MARK ? Promise.resolve() : this.#caughtUp.promise;
  }

  /** Clears the window, as Ctrl-L does, with all that was printed so far: the prompt goes to its top. */
  clear(): void {
    void this.#flush().then(() => {
      this.#clearScreen = true;
      this.#redraw();
    });
  }

  /** Makes the terminal ring, once for all calls before the next frame. */
  bell(): void {
    if (!this.#unseen.includes(BELL)) this.#unseen += BELL;
    this.#redraw();
  }

  /** Sends a control sequence that changes nothing on the screen, such as a notice for the desktop. */
  send(sequence: string): void {
    this.#unseen += sequence;
    this.#redraw();
  }

  /**
   * What is entered, as it was typed: most often a line, without its line break. Alt-Enter, or a
   * paste, puts line breaks (LF) into it; those at its end are dropped. Ends after Ctrl-D on an empty
   * line, after {@linkcode Prompt.close}, and when the terminal goes away. For one reader.
   */
  async *lines(): AsyncGenerator<string, void, void> {
    try {
      for await (const line of this.#entries()) {
        const { echo } = this.#options;
        if (echo !== undefined && !echo(line)) this.#above += this.#row(line);
        yield line;
      }
    } finally {
      // Whoever does not read on is about to end.
      this.#isLeaving = true;
    }
  }

  async *#entries(): AsyncGenerator<string, void, void> {
    while (true) {
      const line = this.#entered.shift();
      if (line !== undefined) {
        yield line;
      } else if (this.#closing !== undefined) {
        return;
      } else {
        await this.#arrival.promise;
        this.#arrival = Promise.withResolvers();
      }
    }
  }

  /**
   * Lends the terminal to another program: the prompt is taken off the screen, and raw mode and
   * bracketed paste mode are left. What is printed meanwhile waits, as on a terminal that does not
   * read, until {@linkcode Prompt.resume}.
   *
   * @returns when the other program may have it.
   */
  async suspend(): Promise<void> {
    if (this.#closing !== undefined || this.#isSuspended) return;
    this.#isSuspended = true;
    this.#unseen += LEAVE_PASTES_UNMARKED;
    await this.#flush();
    // While that was written, the prompt may have been closed, or resumed.
    if (this.#isSuspended) this.#keyboard.suspend();
  }

  /**
   * Takes the terminal back, and shows the prompt with its draft, and what was printed meanwhile,
   * from the cursor's row on.
   */
  resume(): void {
    if (this.#closing !== undefined || !this.#isSuspended) return;
    this.#isSuspended = false;
    this.#takeTerminal();
  }

  /**
   * Takes the terminal out of raw mode at once and stops reading from it. A half-typed line stays on
   * the screen, an empty prompt is removed. May be called again, and after the terminal is gone.
   *
   * @returns when everything printed has been written, and the terminal is as it was before.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    // Ctrl-D may have closed it already, and more may have been printed since.
    return this.#closing.then(() => this.#flush());
  }

  /** Closes the prompt, as {@linkcode Prompt.close} does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What takes keys at the moment. */
  get #typing(): LineEditor | SecretLine {
    return this.#answer ?? this.#editor;
  }

  #newSecret(): SecretLine {
    return new SecretLine({
      onLine: (secret) => this.#enter(secret, ""),
      onInterrupt: () => this.#interrupt(),
      onEnd: this.#end,
    });
  }

  /** Of an answer nothing is remembered, and nothing that was typed before comes back as one. */
  #newAnswer(): LineEditor {
    return new LineEditor({
      onLine: (text) => {
        this.#answer = undefined;
        this.#enter(text, text);
      },
      onInterrupt: () => this.#interrupt(),
      onEnd: this.#end,
      onCandidates: () => {},
      onRemember: () => {},
      onEdit: () => {},
    }, { isAnswer: true });
  }

  #interrupt(): void {
    const back = this.#answer || this.#isLeaving ? undefined : this.#editor.discard();
    if (back !== undefined) {
      this.#hint = this.#leaving.afterClearing(back);
      return;
    }
    this.#leave("Ctrl-C", () => {
      this.#isLeaving = true;
      this.onInterrupt();
    });
  }

  #leave(key: LeaveKey, leave: () => void): void {
    this.#hint = this.#answer || this.#isLeaving ? undefined : this.#leaving.press(key);
    if (this.#hint === undefined) leave();
  }

  /** Throws away what was typed and not used yet, and shows again what is typed. */
  #forgetTyped(): void {
    this.#entered.length = 0;
    if (this.#closing !== undefined) return;
    if (this.#answer === undefined) this.#editor.discard();
    this.#answer = undefined;
  }

  async #close(): Promise<void> {
    ignoreResize(this.#redraw);
    ignoreContinuing(this.#continue);
    this.#isSuspended = false;
    this.#keyboard.close();
    if (this.#editor.line !== "") this.#above += this.#row(this.#editor.line);
    this.#unseen += LEAVE_PASTES_UNMARKED;
    this.#arrival.resolve();
    await this.#flush();
    ignoreEnding(this.#unmarkPastes);
  }

  #end = (): void => void this.close();

  /** Ctrl-Z: until `fg`, the terminal is the shell's. */
  async #stop(): Promise<void> {
    let whyNot = whyNoStop();
    if (whyNot === undefined) {
      await this.suspend();
      whyNot = await stopThisProgram();
      this.resume();
    }
    if (whyNot !== undefined) await this.#notice(whyNot);
  }

  /** Somebody else has stopped the program, and a shell may have changed the terminal since. */
  #continue = (): void => {
    if (!this.#isSuspended) this.#takeTerminal();
  };

  #takeTerminal(): void {
    // First of all, because in the background this waits until it has the terminal.
    this.#keyboard.restore();
    // Wherever the prompt stood, the cursor is elsewhere now.
    this.#drawn = undefined;
    this.#unseen += "\r\x1b[J" + MARK_PASTES;
    this.#redraw();
  }

  /** For a process that ends before the last frame is written. */
  #unmarkPastes = (): void => {
    // A terminal that takes nothing more would hold up the end.
    if (this.#terminalBusy || this.#terminalGone) return;
    try {
      Deno.stdout.writeSync(new TextEncoder().encode(LEAVE_PASTES_UNMARKED));
    } catch {
      // The terminal has gone away.
    }
  };

  #notice(text: string): Promise<void> {
    return this.print(this.#options.notice?.(text) ?? text);
  }

  /** @param shown What stays on the screen behind the prompt; nothing, if it is shown when it is taken. */
  #enter(text: string, shown: string | undefined): void {
    if (shown !== undefined) this.#above += this.#row(shown);
    this.#entered.push(text);
    this.#arrival.resolve();
    this.#redraw();
  }

  /** The prompt with a whole draft behind it, as it stays on the screen. */
  #row(draft: string): string {
    // A single line is left to the terminal to wrap, so that it can be copied as one.
    const columns = draft.includes("\n") ? terminalSize().columns : Infinity;
    return layOutPrompt(this.#behindBar(this.#prompt), draft, 0, columns).rows.join("\r\n") +
      "\r\n";
  }

  #redraw = (): void => void this.#flush();

  /** Writes frames until nothing is left to write. */
  #flush(): Promise<void> {
    if (this.#terminalGone) return Promise.resolve();
    this.#writing ??= this.#writeFrames();
    return this.#writing;
  }

  async #writeFrames(): Promise<void> {
    while (!this.#terminalGone) {
      // One turn of the event loop, so that a burst becomes one frame.
      await new Promise((resolve) => setTimeout(resolve, 0));
      await this.#findPrompt();
      const frame = this.#frame();
      if (frame === "") break;
      const caughtUp = this.#caughtUp;
      this.#caughtUp = Promise.withResolvers();
      try {
        this.#terminalBusy = true;
        await writeAll(Deno.stdout, frame);
        this.#terminalBusy = false;
      } catch {
        this.#terminalGone = true;
        this.#above = "";
        this.#caughtUp.resolve();
        this.#end();
      }
      caughtUp.resolve();
    }
    this.#writing = undefined;
  }

  /** After the window has changed its width, the prompt may be elsewhere. */
  async #findPrompt(): Promise<void> {
    while (this.#drawn !== undefined && !this.#clearScreen && this.#closing === undefined) {
      const { columns } = terminalSize();
      const { text, shape } = this.#drawn;
      if (columns === shape.columns) return;
      const ask = (question: string) => writeAll(Deno.stdout, question).catch(() => {});
      const position = await this.#finder.find(ask);
      if (this.#drawn?.shape !== shape) return;
      // While a person drags the corner of the window, the answer may be about another width.
      if (terminalSize().columns !== columns) continue;
      const column = position && position.column - 1;
      const { cursorRow, reflows } = findPrompt(shape, columns, column, this.#reflows);
      this.#reflows = reflows;
      this.#drawn = { text, shape: { ...shape, columns, cursorRow } };
    }
  }

  /** What turns the screen as it is into the screen as it should be; empty if it is already. */
  #frame(): string {
    const { columns, rows } = terminalSize();
    const before = this.#drawn;
    // What is printed must not come in between the words of another program.
    const waits = this.#isSuspended;
    const open = this.#closing === undefined && !waits;
    if (waits && before === undefined) return this.#takeUnseen();
    const { line, cursor } = this.#typing;
    const prompt = this.#shownPrompt();
    const text = `${cursor} ${columns} ${rows} ${prompt}\0${line}`;
    if (this.#above === "" && !this.#clearScreen && (open ? before?.text === text : !before)) {
      return this.#takeUnseen();
    }
    let frame = this.#takeUnseen();
    if (this.#clearScreen) {
      frame += "\x1b[H\x1b[J";
    } else if (before !== undefined) {
      frame += clearPrompt(before.shape.cursorRow);
    }
    if (!waits) {
      frame += this.#above;
      this.#above = "";
    }
    this.#clearScreen = false;
    this.#drawn = undefined;
    if (open) {
      const layout = layOutPrompt(prompt, line, cursor, columns);
      const { text: drawing, shape } = drawPrompt(layout, columns, rows);
      frame += drawing;
      this.#drawn = { text, shape };
    }
    return frame;
  }

  #shownPrompt(): string {
    const prompt = this.#answer === undefined ? this.#editor.label ?? this.#prompt : this.#prompt;
    return this.#behindBar(
      this.#hint === undefined ? prompt : `${this.#showHint(this.#hint)} ${prompt}`,
    );
  }

  #behindBar(prompt: string): string {
    return prompt === "" ? "" : (this.#options.bar ?? "") + prompt;
  }

  #takeUnseen(): string {
    const unseen = this.#unseen;
    this.#unseen = "";
    return unseen;
  }
}

function terminalSize(): { columns: number; rows: number } {
  try {
    const size = Deno.consoleSize();
    return size.columns > 0 && size.rows > 0 ? size : USUAL_SIZE;
  } catch {
    return USUAL_SIZE;
  }
}
