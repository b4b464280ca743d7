/**
 * The editable line at the bottom of the terminal, which incoming output never disturbs.
 *
 * `node:readline` does the editing, the history and the completion. The drawing is done here, one
 * whole frame at a time, for three reasons: readline's own drawing miscounts rows (see
 * `prompt_layout.ts`), a burst of messages must not redraw the prompt once for each, and
 * `process.stdout.write` of Deno stops the whole program while a terminal does not read, where
 * `Deno.stdout.write` lets it go on.
 *
 * @module
 */

import process from "node:process";
import { createInterface, type Interface, type Key } from "node:readline";
import { Writable } from "node:stream";
import { writeAll } from "./output.ts";
import { clearPrompt, drawPrompt, layOutPrompt } from "./prompt_layout.ts";

/**
 * Given the line up to the cursor, the possible continuations and the part of the line that they
 * replace, as `node:readline` defines it.
 */
export type Completer = (
  line: string,
) => [candidates: string[], replaced: string] | Promise<[candidates: string[], replaced: string]>;

/** How to set up a {@linkcode Prompt}. */
export interface PromptOptions {
  /** What stands in front of the typed text. One line; may be coloured. */
  prompt: string;
  /** Closes the prompt when it aborts. */
  signal?: AbortSignal;
  /** Completes the line when the Tab key is pressed. */
  completer?: Completer;
}

/** How much printed text may wait for a slow terminal before {@linkcode Prompt.print} waits too. */
const HIGH_WATER_MARK = 65_536;

/** What a terminal is taken to be that does not tell its size. */
const USUAL_SIZE = { columns: 80, rows: 24 };

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
  /** Called when Ctrl-C is pressed, whatever has been typed. Unless set, it closes the prompt. */
  onInterrupt: () => void = () => void this.close();

  #prompt: string;
  #readline: Interface;
  #signal: AbortSignal | undefined;
  #closing: Promise<void> | undefined;

  #entered: string[] = [];
  #arrival = Promise.withResolvers<void>();

  /** Whole lines, each ended by CR LF, that are to stand above the prompt. */
  #above = "";
  #drawn: { text: string; cursorRow: number } | undefined;
  #clearScreen = false;
  #writing: Promise<void> | undefined;
  #room = Promise.withResolvers<void>();
  #terminalGone = false;
  /** What has been typed of a secret; `undefined` while none is asked for. */
  #secret: string | undefined;
  /** Readline's ears, while they are covered. */
  #readlineListeners: KeypressListener[] = [];

  /**
   * Shows the prompt and puts the terminal into raw mode, until {@linkcode Prompt.close}.
   *
   * @throws {TypeError} if standard input is no terminal.
   */
  constructor(options: PromptOptions) {
    if (!Deno.stdin.isTerminal()) throw new TypeError("standard input is no terminal");
    this.#prompt = options.prompt;
    this.#signal = options.signal;
    const completer = options.completer;
    this.#readline = createInterface({
      input: process.stdin,
      output: new Writable({ write: (_chunk, _encoding, done) => done() }),
      terminal: true,
      // However slowly a CR LF arrives, it is one line break.
      crlfDelay: Infinity,
      ...(completer === undefined ? {} : { completer: this.#completion(completer) }),
    });
    // Readline measures the whole line for each character of a paste. Nothing here needs the answer.
    this.#readline.getCursorPos = () => ({ rows: 0, cols: 1 });
    this.#readline.on("line", this.#enter);
    this.#readline.on("close", this.#end);
    this.#readline.on("error", this.#end);
    this.#readline.on("SIGINT", () => this.onInterrupt());
    // Without a listener readline would stop the program with SIGTSTP, for which older versions of
    // Deno ask for --allow-run, and a stopped program would hold up everybody in its room.
    this.#readline.on("SIGTSTP", () => {});
    process.stdin.on("error", this.#end);
    process.stdin.on("keypress", this.#keypress);
    this.#signal?.addEventListener("abort", this.#end);
    listenForResize(this.#redraw);
    if (this.#signal?.aborted) this.#end();
    else this.#redraw();
  }

  /** Changes what stands in front of the typed text. One line; may be coloured. */
  setPrompt(text: string): void {
    if (this.#secret !== undefined) this.#forgetTyped();
    this.#prompt = text;
    this.#redraw();
  }

  /**
   * Asks for one line, with a prompt of its own, and puts the old one back. What was typed before
   * the question was shown does not count as an answer.
   *
   * @param options.hidden Whether nothing of what is typed is shown or remembered, as for a passphrase.
   * @returns The line, or `undefined` if the prompt is closed instead.
   */
  async ask(question: string, options: { hidden?: boolean } = {}): Promise<string | undefined> {
    const prompt = this.#secret === undefined ? this.#prompt : "";
    this.#forgetTyped();
    if (options.hidden) this.#coverEars();
    this.#prompt = question;
    this.#redraw();
    for await (const line of this.lines()) {
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
    return this.#above.length < HIGH_WATER_MARK ? Promise.resolve() : this.#room.promise;
  }

  /**
   * The lines that are entered, without their line breaks, as they were typed. Ends after Ctrl-D on
   * an empty line, after {@linkcode Prompt.close}, and when the terminal goes away. For one reader.
   */
  async *lines(): AsyncGenerator<string, void, void> {
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
   * Takes the terminal out of raw mode at once and stops reading from it. A half-typed line stays on
   * the screen, an empty prompt is removed. May be called again, and after the terminal is gone.
   *
   * @returns when everything printed has been written.
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

  /** Throws away what was typed and not used yet, and lets readline listen again. */
  #forgetTyped(): void {
    this.#entered.length = 0;
    if (this.#closing !== undefined) return;
    if (this.#secret === undefined) {
      if (this.#readline.line !== "") {
        this.#readline.write(null, { ctrl: true, name: "e" });
        this.#readline.write(null, { ctrl: true, name: "u" });
      }
      return;
    }
    this.#secret = undefined;
    for (const listener of this.#readlineListeners) process.stdin.on("keypress", listener);
    this.#readlineListeners = [];
  }

  /**
   * Readline hears nothing of a secret: it keeps what is typed in more places than its history (what
   * Ctrl-U has cut, Ctrl-Y brings back).
   */
  #coverEars(): void {
    this.#secret = "";
    this.#readlineListeners = process.stdin.listeners("keypress")
      .filter((listener) => listener !== this.#keypress) as KeypressListener[];
    for (const listener of this.#readlineListeners) process.stdin.off("keypress", listener);
  }

  #typeSecret(secret: string, text: string | undefined, key: Key | undefined): void {
    const { name, ctrl = false, meta = false } = key ?? {};
    if (ctrl && name === "c") {
      this.onInterrupt();
    } else if (ctrl && name === "d") {
      if (secret === "") this.#end();
    } else if (name === "return" || name === "enter") {
      this.#secret = "";
      this.#above += this.#row("");
      this.#entered.push(secret);
      this.#arrival.resolve();
    } else if (name === "backspace") {
      this.#secret = [...secret].slice(0, -1).join("");
    } else if (ctrl && name === "u") {
      this.#secret = "";
    } else if (text !== undefined && !ctrl && !meta && !/\p{Cc}/u.test(text)) {
      this.#secret = secret + text;
    }
  }

  #close(): Promise<void> {
    const typed = this.#readline.line;
    this.#readline.off("close", this.#end);
    process.stdin.off("keypress", this.#keypress);
    this.#signal?.removeEventListener("abort", this.#end);
    ignoreResize(this.#redraw);
    try {
      this.#readline.close();
    } catch {
      // Standard input has failed, so there is no raw mode left to end.
    }
    if (typed !== "") this.#above += this.#row(typed);
    this.#arrival.resolve();
    return this.#flush();
  }

  #end = (): void => void this.close();

  #enter = (line: string): void => {
    // When its input ends, readline passes on the half-typed line, which nobody has sent. An entered
    // line has been taken out of the editor by now.
    if (this.#readline.line !== "") return;
    this.#above += this.#row(line);
    this.#entered.push(line);
    this.#arrival.resolve();
    this.#redraw();
  };

  #keypress = (text: string | undefined, key: Key | undefined): void => {
    if (this.#secret !== undefined) this.#typeSecret(this.#secret, text, key);
    if (key?.ctrl && key.name === "l") this.#clearScreen = true;
    this.#redraw();
  };

  /** The prompt with a whole line behind it, as it stays on the screen. */
  #row(line: string): string {
    const { rows } = layOutPrompt(this.#prompt, line, line.length, Infinity);
    return rows.join("") + "\r\n";
  }

  /** Readline's own list of candidates would be lost with the rest of its drawing. */
  #completion(completer: Completer) {
    return (
      line: string,
      done: (error: Error | null, result: [string[], string]) => void,
    ): void => {
      const complete = async (): Promise<[string[], string]> => {
        try {
          const [candidates, replaced] = await completer(line);
          if (candidates.length > 1 && commonPrefix(candidates) === replaced) {
            await this.print(candidates.join("  "));
          }
          return [candidates, replaced];
        } catch {
          return [[], line];
        }
      };
      complete().then((result) => {
        if (this.#closing !== undefined) return;
        done(null, result);
        this.#redraw();
      });
    };
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
      const frame = this.#frame();
      if (frame === "") break;
      const room = this.#room;
      this.#room = Promise.withResolvers();
      try {
        await writeAll(Deno.stdout, frame);
      } catch {
        this.#terminalGone = true;
        this.#above = "";
        this.#room.resolve();
        this.#end();
      }
      room.resolve();
    }
    this.#writing = undefined;
  }

  /** What turns the screen as it is into the screen as it should be; empty if it is already. */
  #frame(): string {
    const { columns, rows } = terminalSize();
    const before = this.#drawn;
    const open = this.#closing === undefined;
    const { line, cursor } = this.#secret === undefined ? this.#readline : NOTHING_TYPED;
    const text = `${cursor} ${columns} ${rows} ${this.#prompt}\0${line}`;
    if (this.#above === "" && !this.#clearScreen && (open ? before?.text === text : !before)) {
      return "";
    }
    let frame = "";
    if (this.#clearScreen) {
      frame += "\x1b[H\x1b[J";
    } else if (before !== undefined) {
      // After the window was made narrower, a terminal that wraps lines anew has the prompt's
      // beginning further up. Not all do, and looking for it could delete a line above the prompt.
      frame += clearPrompt(before.cursorRow);
    }
    frame += this.#above;
    this.#above = "";
    this.#clearScreen = false;
    this.#drawn = undefined;
    if (open) {
      const layout = layOutPrompt(this.#prompt, line, cursor, columns);
      const { text: drawing, cursorRow } = drawPrompt(layout, rows);
      frame += drawing;
      this.#drawn = { text, cursorRow };
    }
    return frame;
  }
}

/** Hears of a key: its text, and its name. */
type KeypressListener = (text: string | undefined, key: Key | undefined) => void;

const NOTHING_TYPED = { line: "", cursor: 0 };

function commonPrefix(texts: string[]): string {
  let [prefix = "", ...others] = texts;
  for (const other of others) {
    while (!other.startsWith(prefix)) prefix = prefix.slice(0, -1);
  }
  return prefix;
}

function terminalSize(): { columns: number; rows: number } {
  try {
    const size = Deno.consoleSize();
    return size.columns > 0 && size.rows > 0 ? size : USUAL_SIZE;
  } catch {
    return USUAL_SIZE;
  }
}

/** `process.stdout` tells of a new size only in newer versions of Deno. */
function listenForResize(listener: () => void): void {
  try {
    Deno.addSignalListener("SIGWINCH", listener);
  } catch {
    // Windows has no such signal; there the next frame finds out the size.
  }
}

function ignoreResize(listener: () => void): void {
  try {
    Deno.removeSignalListener("SIGWINCH", listener);
  } catch {
    // It was never added.
  }
}
