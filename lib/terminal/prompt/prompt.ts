/**
 * The editable text at the bottom of the terminal, which incoming output never disturbs.
 *
 * `../keyboard/keyboard.ts` tells keys and pastes, `typing.ts` edits by them, `../frames/frames.ts` draws,
 * and `own_terminal.ts` has the terminal's modes.
 *
 * @module
 */

import { Frames, type View } from "../frames/frames.ts";
import { Keyboard } from "../keyboard/keyboard.ts";
import { EnteredLines } from "./entered_lines.ts";
import { CUT_NOTICE, leftOutNotice } from "./notices.ts";
import { OwnTerminal } from "./own_terminal.ts";
import { ignoreResize, listenForResize } from "./process_events.ts";
import { Typing, type TypingOptions } from "./typing.ts";

/** How to set up a {@linkcode Prompt}. */
export interface PromptOptions extends TypingOptions {
  /** How a line of the prompt's own is shown, such as a list of candidates. Default as it is. */
  notice?(text: string): string;
  /**
   * Shows a line by {@linkcode Prompt.print} when it is taken out of {@linkcode Prompt.lines}, and says
   * whether it has: if not, it is shown as it was typed. Default: as it was typed, when it is entered.
   */
  echo?(text: string): boolean;
}

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
  readonly #typing: Typing;
  readonly #entered = new EnteredLines();
  readonly #frames: Frames;
  readonly #terminal: OwnTerminal;
  #closing: Promise<void> | undefined;

  /**
   * Shows the prompt and puts the terminal into raw mode and bracketed paste mode, until
   * {@linkcode Prompt.close}.
   *
   * @throws {TypeError} if standard input is no terminal.
   */
  constructor(options: PromptOptions) {
    if (!Deno.stdin.isTerminal()) throw new TypeError("standard input is no terminal");
    this.#options = options;
    const end = () => void this.close();
    this.#typing = new Typing({
      onLine: (text, entry) => {
        if (entry !== "draft") this.#keep(entry === "secret" ? "" : text);
        else if (options.echo === undefined) this.#keep(text);
        this.#entered.add(text, entry === "draft");
        this.#frames.redraw();
      },
      onInterrupt: () => this.onInterrupt(),
      onEnd: end,
      onCandidates: (candidates) => void this.#notice(candidates.join("  ")),
      onRemember: (entry) => this.onRemember(entry),
      onEdit: (text) => this.onEdit(text),
    }, options);
    this.#frames = new Frames({
      view: () => this.#view(),
      leftOut: (lines) => this.#shown(leftOutNotice(lines)),
      onGone: end,
    });
    const keyboard = new Keyboard({
      onKey: (text, key) => {
        if (this.#closing !== undefined) return;
        if (key.ctrl && key.name === "z") return void this.#stop();
        this.#typing.press(text, key);
        if (key.ctrl && key.name === "l") this.#frames.clear();
        this.#frames.redraw();
        this.onKey();
      },
      onPaste: (text, isCut) => {
        if (this.#closing !== undefined) return;
        this.#typing.paste(text);
        if (isCut && !this.#typing.isAsked) void this.#notice(CUT_NOTICE);
        this.#frames.redraw();
        this.onKey();
      },
      onPosition: (position) => this.#frames.hear(position),
      onEnd: end,
    });
    this.#terminal = new OwnTerminal(keyboard, this.#frames);
    listenForResize(this.#frames.redraw);
  }

  /** Changes what stands in front of the typed text. One line; may be coloured. */
  setPrompt(text: string): void {
    if (this.#typing.isSecret) this.#forgetTyped();
    this.#typing.prompt = text;
    this.#frames.redraw();
  }

  /** Puts a text in the draft's place, to be looked at and entered. */
  setDraft(text: string): void {
    this.#typing.draft.setDraft(text);
    this.#frames.redraw();
  }

  /** Has older entries to go back to. */
  addHistory(entries: readonly string[]): void {
    this.#typing.draft.addHistory(entries);
  }

  /** Has something asked before Ctrl-C or Ctrl-D leaves, as {@linkcode LeaveQuestion} does. */
  confirmLeaving(question: () => string | undefined): void {
    this.#typing.leaving.question = question;
  }

  /**
   * Asks for one line, with a prompt of its own, and puts the old one back. What was typed before
   * the question was shown does not count as an answer. Of several lines, the first counts.
   *
   * @param options.hidden Whether nothing of what is typed is shown or remembered, as for a passphrase.
   * @returns The line, or `undefined` if the prompt is closed instead.
   */
  async ask(question: string, options: { hidden?: boolean } = {}): Promise<string | undefined> {
    const prompt = this.#typing.isSecret ? "" : this.#typing.prompt;
    this.#forgetTyped();
    this.#typing.ask(question, options.hidden ?? false);
    this.#frames.redraw();
    for await (const line of this.#entered.read()) {
      // After a secret, what is typed stays hidden until something else is asked for: people who
      // have to wait press Enter, or type it again.
      this.#typing.prompt = prompt;
      this.#frames.redraw();
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
    return this.#frames.print(block);
  }

  /** Clears the window, as Ctrl-L does, with all that was printed so far: the prompt goes to its top. */
  clear(): void {
    void this.#frames.flush().then(() => this.#frames.clear());
  }

  /** Makes the terminal ring, once for all calls before the next frame. */
  bell(): void {
    this.#frames.bell();
  }

  /** Sends a control sequence that changes nothing on the screen, such as a notice for the desktop. */
  send(sequence: string): void {
    this.#frames.send(sequence);
  }

  /**
   * What is entered, as it was typed: most often a line, without its line break. Alt-Enter, or a
   * paste, puts line breaks (LF) into it; those at its end are dropped. Ends after Ctrl-D on an empty
   * line, after {@linkcode Prompt.close}, and when the terminal goes away. For one reader.
   */
  async *lines(): AsyncGenerator<string, void, void> {
    try {
      for await (const line of this.#entered.read()) {
        const { echo } = this.#options;
        if (echo !== undefined && !echo(line)) this.#keep(line);
        yield line;
      }
    } finally {
      // Whoever does not read on is about to end.
      this.#typing.leaveAtOnce();
    }
  }

  /**
   * Lends the terminal to another program: the prompt is taken off the screen, and raw mode and
   * bracketed paste mode are left. What is printed meanwhile waits until {@linkcode Prompt.resume}, but
   * nobody waits for it: of more than 1 MiB, in UTF-16 code units, the oldest lines are left out.
   *
   * @returns when the other program may have it.
   */
  suspend(): Promise<void> {
    return this.#terminal.lend();
  }

  /**
   * Takes the terminal back, and shows the prompt with its draft, and what was printed meanwhile,
   * from the cursor's row on.
   */
  resume(): void {
    this.#terminal.takeBack();
  }

  /**
   * Takes the terminal out of raw mode and stops reading from it: at once, or when it has answered what it
   * was asked. A half-typed line stays on the screen, an empty prompt is removed. May be called again, and
   * after the terminal is gone.
   *
   * @returns when everything printed has been written, and the terminal is as it was before.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    // Ctrl-D may have closed it already, and more may have been printed since.
    return this.#closing.then(() => this.#frames.flush());
  }

  /** What was entered and nobody has read, nor will read. */
  takeUnread(): readonly string[] {
    return this.#entered.takeDrafts();
  }

  /** Closes the prompt, as {@linkcode Prompt.close} does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    ignoreResize(this.#frames.redraw);
    const { line } = this.#typing.draft;
    if (line !== "") void this.print(this.#typing.rowsOf(line, false));
    this.#entered.end();
    await this.#terminal.close();
  }

  /** Throws away what was typed and not used yet, and shows again what is typed. */
  #forgetTyped(): void {
    this.#entered.forget();
    this.#typing.forget();
  }

  /** Ctrl-Z. */
  async #stop(): Promise<void> {
    const whyNot = await this.#terminal.stop();
    if (whyNot !== undefined) await this.#notice(whyNot);
  }

  #notice(text: string): Promise<void> {
    return this.print(this.#shown(text));
  }

  #shown(notice: string): string {
    return this.#options.notice?.(notice) ?? notice;
  }

  /** Has the prompt with what was entered behind it stay on the screen. */
  #keep(draft: string): void {
    void this.print(this.#typing.rowsOf(draft, true));
  }

  #view(): View {
    if (this.#closing !== undefined) return "closed";
    return this.#terminal.isLent ? "lent" : this.#typing.view;
  }
}
