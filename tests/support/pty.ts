/**
 * Runs a program on a real pseudo-terminal, made by `script` of util-linux, and shows what a person
 * would see on its screen.
 *
 * @module
 */

import { Emulator } from "./emulator.ts";

/** Whether this machine can run a {@linkcode Pty}; give tests `ignore: !ptyAvailable`. */
export const ptyAvailable: boolean = hasUtilLinuxScript();

/** How to start a {@linkcode Pty}. */
export interface PtyOptions {
  /** The terminal's width; 80 by default. */
  columns?: number;
  /** The terminal's height; 24 by default. */
  rows?: number;
  /** Added to the environment of the test. */
  env?: Record<string, string>;
  /** Where the program runs; by default where the test runs. */
  cwd?: string;
  /** How long {@linkcode Pty.waitFor} may take, in milliseconds; 30,000 by default. */
  timeout?: number;
}

interface Waiter {
  holds: () => boolean;
  resolve: () => void;
  programEnded: () => void;
}

/** The inner shell tells the terminal's device name in a sequence that no program here uses. */
const DEVICE_NAME = 7077;

/** A program on a pseudo-terminal. */
export class Pty implements AsyncDisposable {
  /** The exit status of the program. As in a shell, 128 and the number of the signal that ended it. */
  readonly status: Promise<number>;
  /** Everything that the program has written so far, control sequences included. */
  output = "";
  #emulator: Emulator;
  #process: Deno.ChildProcess;
  #keyboard: WritableStreamDefaultWriter<Uint8Array>;
  #done: Promise<void>;
  #waiters = new Set<Waiter>();
  #device = Promise.withResolvers<string>();
  #unpaused = Promise.resolve();
  #unpause = () => {};
  #ended = false;
  #timeout: number;

  /**
   * Starts a program.
   *
   * @param command the program and its arguments; no shell reads them.
   */
  constructor(command: string[], options: PtyOptions = {}) {
    const { columns = 80, rows = 24, env = {}, cwd, timeout = 30_000 } = options;
    this.#timeout = timeout;
    this.#emulator = new Emulator(columns, rows);
    const { terminal } = this.#emulator;
    terminal.parser.registerOscHandler(DEVICE_NAME, (name) => {
      this.#device.resolve(name);
      return true;
    });
    const inner = `stty cols ${columns} rows ${rows}; ` +
      `printf '\\033]${DEVICE_NAME};%s\\007' "$(tty)"; exec ${command.map(quote).join(" ")}`;
    this.#process = new Deno.Command("script", {
      args: ["-qfec", inner, "/dev/null"],
      env: { TERM: "xterm-256color", ...env, SHELL: "/bin/sh" },
      ...(cwd === undefined ? {} : { cwd }),
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#keyboard = this.#process.stdin.getWriter();
    terminal.onData((answer) => void this.type(answer).catch(() => {}));
    this.#done = this.#show();
    this.status = this.#process.status.then(({ code }) => code);
  }

  /** Presses keys. Enter is `\r`, Ctrl-C is `\x03`, the left arrow is `\x1b[D`. */
  async type(text: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(text));
  }

  /**
   * The rows of the screen, without the spaces at their ends, and without the bar with which the program
   * begins each of its lines.
   */
  screen(): string[] {
    return this.#emulator.screen().map(withoutBar);
  }

  /** The rows that have left the screen at the top, and then those of the screen. */
  transcript(): string[] {
    return this.transcriptWithBars().map(withoutBar);
  }

  /** The same as they are, bars and all. */
  transcriptWithBars(): string[] {
    return this.#emulator.transcript();
  }

  /** Where the cursor stands on the screen, counted from 0. */
  cursor(): { row: number; column: number } {
    return this.#emulator.cursor();
  }

  /**
   * Waits until the screen is as expected, looking at it after each piece of output.
   *
   * @param expected a text that must stand in the screen's rows (joined by line feeds), what must
   * match them, or a function that looks at the rows.
   * @param description says in the error what did not happen.
   * @throws {Error} with the present screen, if the program ends or the time is over before.
   */
  async waitFor(
    expected: string | RegExp | ((screen: string[]) => boolean),
    description = describe(expected),
  ): Promise<void> {
    const holds = () => {
      const screen = this.screen();
      if (typeof expected === "function") return expected(screen);
      const text = screen.join("\n");
      return typeof expected === "string" ? text.includes(expected) : expected.test(text);
    };
    if (holds()) return;
    if (this.#ended) throw this.#error(`ended before ${description}`);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const programEnded = () => reject(this.#error(`ended before ${description}`));
    const waiter = { holds, resolve, programEnded };
    this.#waiters.add(waiter);
    const timer = setTimeout(
      () => reject(this.#error(`waited too long for ${description}`)),
      this.#timeout,
    );
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }

  /** Changes the size of the terminal, as when a person drags the corner of the window. */
  async resize(columns: number, rows: number): Promise<void> {
    const device = await this.#device.promise;
    this.#emulator.terminal.resize(columns, rows);
    const { success } = await new Deno.Command("stty", {
      args: ["-F", device, "cols", `${columns}`, "rows", `${rows}`],
    }).output();
    if (!success) throw this.#error("could not change the size of the terminal");
  }

  /** The words by which `stty -a` tells the terminal's modes, such as `icanon` or `-echo`. */
  async modes(): Promise<string[]> {
    const device = await this.#device.promise;
    const { stdout } = await new Deno.Command("stty", { args: ["-F", device, "-a"] }).output();
    return new TextDecoder().decode(stdout).split(/[\s;]+/);
  }

  /** Stops reading what the program writes, as a terminal that hangs does. */
  pause(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#unpaused = promise;
    this.#unpause = resolve;
  }

  /** Reads on after {@linkcode Pty.pause}. */
  resume(): void {
    this.#unpause();
  }

  /** Ends the program, if it still runs, as closing the window does. */
  async close(): Promise<void> {
    this.resume();
    try {
      // Without `script` the terminal is gone, and its programs receive SIGHUP.
      if (!this.#ended) this.#process.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await this.#done;
    await this.#process.status;
    await this.#keyboard.abort().catch(() => {});
    this.#emulator[Symbol.dispose]();
  }

  /** Ends the program, as {@linkcode Pty.close} does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #show(): Promise<void> {
    const reader = this.#process.stdout.getReader();
    const decoder = new TextDecoder();
    while (true) {
      await this.#unpaused;
      const { done, value } = await reader.read();
      if (done) break;
      this.output += decoder.decode(value, { stream: true });
      await this.#emulator.write(value);
      for (const waiter of this.#waiters) if (waiter.holds()) waiter.resolve();
    }
    this.#ended = true;
    for (const waiter of this.#waiters) waiter.programEnded();
  }

  #error(message: string): Error {
    const frame = this.screen().map((row) => `| ${row}`).join("\n");
    return new Error(`the program on the terminal ${message}; its screen:\n${frame}`);
  }
}

function withoutBar(row: string): string {
  return row.replace(/^[\u258c\u25ba]/, "");
}

function describe(expected: string | RegExp | ((screen: string[]) => boolean)): string {
  if (typeof expected === "function") return "the expected screen";
  return typeof expected === "string" ? JSON.stringify(expected) : String(expected);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

function hasUtilLinuxScript(): boolean {
  try {
    const { stdout } = new Deno.Command("script", { args: ["--version"], stderr: "null" })
      .outputSync();
    return new TextDecoder().decode(stdout).includes("util-linux");
  } catch {
    return false;
  }
}
