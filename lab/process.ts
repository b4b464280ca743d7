/** A person whose program runs: its lines as they come, and a keyboard. */
import { fileURLToPath } from "node:url";

/** The names of the user of this machine, which is nobody in the story. */
const NO_USER = { USER: "", LOGNAME: "", USERNAME: "" };

/** How long anything may take before an experiment is given up, in milliseconds. */
const PATIENCE = 60_000;

/** One line that a program wrote. */
export interface Line {
  readonly text: string;
  readonly output: "stdout" | "stderr";
}

/** How to start a program. */
export interface ProcessOptions {
  /** Whose program it is. */
  readonly owner: string;
  /** A module of this repository, from its root. */
  readonly module: string;
  readonly args: readonly string[];
  /** Flags for `deno run`. */
  readonly permissions: readonly string[];
}

/** A program that runs as a process of its own. */
export class Process implements AsyncDisposable {
  /** Whose it is. */
  readonly owner: string;
  /** What it has written so far, in the order in which it arrived. */
  readonly lines: Line[] = [];
  /** Its exit status, once it has ended and all that it wrote has been read. */
  readonly status: Promise<number>;
  readonly #process: Deno.ChildProcess;
  readonly #keyboard: WritableStreamDefaultWriter<Uint8Array>;
  #hasEnded = false;
  #changed = Promise.withResolvers<void>();

  /** Starts it, with the permissions that it is given and an empty terminal. */
  constructor({ owner, module, args, permissions }: ProcessOptions) {
    this.owner = owner;
    const path = fileURLToPath(new URL(`../${module}`, import.meta.url));
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", ...permissions, path, ...args],
      env: { ...NO_USER, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#keyboard = this.#process.stdin.getWriter();
    this.#keyboard.closed.catch(() => {});
    const read = [
      this.#read("stdout", this.#process.stdout),
      this.#read("stderr", this.#process.stderr),
    ];
    this.status = Promise.all([this.#process.status, ...read]).then(([{ code }]) => {
      this.#hasEnded = true;
      this.#notify();
      return code;
    });
  }

  /** Types a line and presses Enter. */
  async type(line: string): Promise<void> {
    await this.#keyboard.write(new TextEncoder().encode(`${line}\n`)).catch(() => {});
  }

  /** Ends standard input, as Ctrl-D does. */
  async endInput(): Promise<void> {
    await this.#keyboard.close().catch(() => {});
  }

  /** Everything that was written to one output so far, a line each. */
  text(output: Line["output"]): string {
    return this.lines.filter((line) => line.output === output).map(({ text }) => text).join("\n");
  }

  /** Whether a line holds a text by now. */
  shows(text: string): boolean {
    return this.lines.some((line) => line.text.includes(text));
  }

  /**
   * The first line that matches, once it is there.
   *
   * @throws If the program ends before, or a minute has passed.
   */
  async line(pattern: RegExp): Promise<RegExpExecArray> {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#notify();
    }, PATIENCE);
    try {
      for (let index = 0;;) {
        for (; index < this.lines.length; index++) {
          const match = pattern.exec(this.lines[index].text);
          if (match !== null) return match;
        }
        if (this.#hasEnded || isLate) {
          const how = isLate ? "has not said" : "ended without saying";
          const said = this.lines.map(({ text }) => text).join("\n");
          throw new Error(`${this.owner}'s program ${how} ${pattern}. It said:\n${said}`);
        }
        await this.#changed.promise;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends it, as Ctrl-C does. */
  interrupt(): void {
    this.#kill("SIGINT");
  }

  /** Ends it at once, if it has not ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#kill("SIGKILL");
    await this.endInput();
    await this.status;
  }

  #kill(signal: Deno.Signal): void {
    try {
      this.#process.kill(signal);
    } catch {
      // It has ended.
    }
  }

  async #read(output: Line["output"], stream: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    let rest = "";
    const keep = (text: string) => void this.lines.push({ text, output });
    for await (const chunk of stream) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      lines.forEach(keep);
      this.#notify();
    }
    rest += decoder.decode();
    if (rest !== "") keep(rest);
    this.#notify();
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
