/**
 * Starts the real programs as processes, and reads what they write line by line.
 *
 * Through `deno run --allow-net server.ts`, or, if the environment variable
 * `X25519_CHAT_EXECUTABLES` names a folder, as `x25519-chat-server` and `x25519-chat-client` in it:
 * the same tests then hold for the executables.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { ChatEvent } from "../../lib/terminal/events/events.ts";

/** The folder with the executables, if they are to be tested. */
export const EXECUTABLES: string | undefined = Deno.env.get("X25519_CHAT_EXECUTABLES");

/** Which Deno is in the executables, as `2.9.6`; the test's own where they are not tested. */
export const PROGRAMS_DENO: string = Deno.env.get("X25519_CHAT_EXECUTABLES_DENO") ??
  Deno.version.deno;

/** What both programs say of an identity that they may not keep, or know no place for. */
export const IDENTITY_NOTICE: string = "This identity is temporary:\n" +
  (EXECUTABLES === undefined
    ? "saving is off; run with --allow-read --allow-write --allow-env."
    : "there is no home folder to save it in; name one with --home DIR.");

/** How long anything may take before a test is given up, in milliseconds. */
const PATIENCE = 60_000;

/** What `deno run` needs of the environment to find its cache and its registry. */
const DENO_VARIABLES = [
  "DENO_DIR",
  "HOME",
  "LOCALAPPDATA",
  "NPM_CONFIG_REGISTRY",
  "PATH",
  "SystemRoot",
  "XDG_CACHE_HOME",
];

/** The names of the system's user: the tests do not depend on who runs them. */
const NO_USER: Readonly<Record<string, string>> = { USER: "", LOGNAME: "", USERNAME: "" };

/** Executables may use files: without this they would find the home of whoever runs the tests. */
const NO_HOME: Readonly<Record<string, string>> = { HOME: "", XDG_CONFIG_HOME: "", APPDATA: "" };

/** One of the two programs. */
export type ProgramName = "server" | "client";

/** How to start a program. */
export interface ProgramOptions {
  /** Where standard input comes from. Default `piped`, and open until it is closed. */
  readonly stdin?: "piped" | "null";
  /** Whether standard output is read only after {@linkcode Program.resume}. Default false. */
  readonly paused?: boolean;
  /** Added to the environment, which otherwise holds what `deno run` needs and nothing else. */
  readonly env?: Readonly<Record<string, string>>;
  /** Flags for `deno run` in the place of `--allow-net`. Executables have theirs built in. */
  readonly permissions?: readonly string[];
  /**
   * Whether a client accepts an unknown server's key, as it has to off a terminal. Default true: each
   * identity lasts for one run, so that nobody knows anybody.
   */
  readonly acceptNew?: boolean;
}

/** The command that starts a program, and the whole environment that it gets. */
export function programCommand(
  name: ProgramName,
  permissions: readonly string[] = ["--allow-net"],
): { command: [string, ...string[]]; env: Record<string, string> } {
  if (EXECUTABLES !== undefined) {
    const extension = Deno.build.os === "windows" ? ".exe" : "";
    const command: [string] = [`${EXECUTABLES}/x25519-chat-${name}${extension}`];
    return { command, env: { ...NO_USER, ...NO_HOME } };
  }
  const env: Record<string, string> = { ...NO_USER, DENO_NO_UPDATE_CHECK: "1" };
  for (const variable of DENO_VARIABLES) {
    const value = Deno.env.get(variable);
    if (value !== undefined) env[variable] = value;
  }
  const script = fileURLToPath(new URL(`../../${name}.ts`, import.meta.url));
  return { command: [Deno.execPath(), "run", "--quiet", ...permissions, script], env };
}

/** Something that was written, line by line as it arrives. */
export class Lines {
  /** All lines so far, without their ends; the last one may lack its end once all is read. */
  readonly lines: string[] = [];
  /** Resolves at the end. */
  readonly ended: Promise<void>;
  #isOver = false;
  #changed = Promise.withResolvers<void>();

  /** Reads a stream to its end, from when `start` resolves. */
  constructor(stream: ReadableStream<Uint8Array>, start: Promise<void>) {
    this.ended = this.#read(stream, start);
  }

  /** Everything so far. */
  get text(): string {
    return this.lines.map((line) => `${line}\n`).join("");
  }

  /**
   * The first line for which `holds`, as soon as it is there, or `undefined` if the stream ends
   * before.
   *
   * @param from How many lines to pass over.
   */
  async find(holds: (line: string) => boolean, from = 0): Promise<string | undefined> {
    for (let index = from;;) {
      for (; index < this.lines.length; index++) {
        if (holds(this.lines[index])) return this.lines[index];
      }
      if (this.#isOver) return undefined;
      await this.#changed.promise;
    }
  }

  async #read(stream: ReadableStream<Uint8Array>, start: Promise<void>): Promise<void> {
    await start;
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    let rest = "";
    for await (const chunk of stream) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) this.lines.push(line);
      this.#notify();
    }
    rest += decoder.decode();
    if (rest !== "") this.lines.push(rest);
    this.#isOver = true;
    this.#notify();
  }

  #notify(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}

/** A program that runs. Its working directory is empty, and has to stay so. */
export class Program implements AsyncDisposable {
  readonly name: ProgramName;
  readonly stdout: Lines;
  readonly stderr: Lines;
  readonly pid: number;
  readonly #process: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array> | undefined;
  readonly #folder: string;
  readonly #start = Promise.withResolvers<void>();
  #hasEnded = false;

  /** Starts it. Use {@linkcode startServer} or {@linkcode startClient}. */
  constructor(name: ProgramName, args: readonly string[], options: ProgramOptions = {}) {
    const { stdin = "piped", paused = false, permissions } = options;
    const { command: [executable, ...first], env } = programCommand(name, permissions);
    this.name = name;
    this.#folder = Deno.makeTempDirSync({ prefix: "x25519-chat-test-" });
    this.#process = new Deno.Command(executable, {
      args: [...first, ...args],
      env: { ...env, ...options.env },
      clearEnv: true,
      cwd: this.#folder,
      stdin,
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.pid = this.#process.pid;
    this.#stdin = stdin === "piped" ? this.#process.stdin.getWriter() : undefined;
    this.#stdin?.closed.catch(() => {});
    if (!paused) this.#start.resolve();
    this.stdout = new Lines(this.#process.stdout, this.#start.promise);
    this.stderr = new Lines(this.#process.stderr, Promise.resolve());
    void this.#process.status.then(() => this.#hasEnded = true);
  }

  /** Starts to read standard output, where that had to wait. */
  resume(): void {
    this.#start.resolve();
  }

  /**
   * The exit status, when the program has ended and all it wrote is read. One that a signal ended has
   * 128 and the signal's number, as in a shell.
   */
  get status(): Promise<number> {
    return this.#within(this.#end(), "the end of the program");
  }

  /** The exit status, also while nobody reads what the program writes. */
  get exited(): Promise<number> {
    return this.#within(this.#process.status.then(({ code }) => code), "the end of the program");
  }

  /** Writes text to standard input. Resolves when it is taken. */
  async write(text: string): Promise<void> {
    if (this.#stdin === undefined) throw new Error("this program has no standard input");
    await this.#stdin.write(new TextEncoder().encode(text));
  }

  /** Ends standard input. */
  async closeStdin(): Promise<void> {
    await this.#stdin?.close();
  }

  /** Writes text to standard input, and ends it. */
  async pipe(text: string): Promise<void> {
    await this.write(text);
    await this.closeStdin();
  }

  /** Sends a signal. */
  signal(signal: Deno.Signal): void {
    this.#process.kill(signal);
  }

  /** The first line of an output that holds a text, or for which a function holds. */
  async waitForLine(
    output: "stdout" | "stderr",
    expected: string | ((line: string) => boolean),
  ): Promise<string> {
    const holds = typeof expected === "string"
      ? (line: string) => line.includes(expected)
      : expected;
    const what = `a line on ${output}: ${expected}`;
    const line = await this.#within(this[output].find(holds), what);
    if (line === undefined) throw this.#failure(`ended without ${what}`);
    return line;
  }

  /** The first event of a kind, with `--json`; only those for which `holds`, if it is given. */
  async waitForEvent<Kind extends ChatEvent["event"]>(
    kind: Kind,
    holds: (event: Extract<ChatEvent, { event: Kind }>) => boolean = () => true,
  ): Promise<Extract<ChatEvent, { event: Kind }>> {
    const start = `{"event":"${kind}"`;
    const line = await this.waitForLine(
      "stdout",
      (line) => line.startsWith(start) && holds(JSON.parse(line)),
    ).catch((error) => {
      throw new Error(`no event ${kind} ${holds}`, { cause: error });
    });
    return JSON.parse(line);
  }

  /** All events of a kind so far, with `--json`. */
  events<Kind extends ChatEvent["event"]>(kind: Kind): Extract<ChatEvent, { event: Kind }>[] {
    const start = `{"event":"${kind}"`;
    return this.stdout.lines.filter((line) => line.startsWith(start))
      .map((line) => JSON.parse(line));
  }

  /** The texts that have arrived so far, with `--json`. */
  get texts(): string[] {
    return this.events("message").map(({ text }) => text);
  }

  /** Waits until a text has arrived, with `--json`. */
  async waitForText(text: string): Promise<void> {
    const escaped = JSON.stringify(text);
    await this.waitForEvent("message", (event) => JSON.stringify(event.text) === escaped);
  }

  /** Kills the program if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) {
      try {
        this.#process.kill("SIGKILL");
      } catch {
        // It has ended in this moment.
      }
    }
    await this.#end();
    await this.#stdin?.abort().catch(() => {});
    // Not recursive: it fails if a program has left something there.
    await Deno.remove(this.#folder);
  }

  async #end(): Promise<number> {
    this.resume();
    const { code } = await this.#process.status;
    await Promise.all([this.stdout.ended, this.stderr.ended]);
    return code;
  }

  async #within<T>(promise: Promise<T>, what: string): Promise<T> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(
      () => late.reject(this.#failure(`waited too long for ${what}`)),
      PATIENCE,
    );
    try {
      return await Promise.race([promise, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  #failure(what: string): Error {
    const tail = ({ lines }: Lines) =>
      lines.slice(-20).map((line) => `\n  ${line.slice(0, 300)}`).join("");
    return new Error(
      `${this.name}: ${what}; ${this.stdout.lines.length} lines on standard output, the last ones:` +
        `${tail(this.stdout)}\nand on standard error:${tail(this.stderr)}`,
    );
  }
}

/** A server that listens. */
export interface Server extends Program {
  /** `HOST:PORT`. */
  readonly address: string;
  /** The port alone. */
  readonly port: number;
}

/** Starts a server on a free port of 127.0.0.1, and waits until it listens. */
export async function startServer(
  args: readonly string[] = [],
  options: ProgramOptions = {},
): Promise<Server> {
  const program = new Program("server", ["--listen", "127.0.0.1:0", ...args], options);
  try {
    const address = args.includes("--json")
      ? (await program.waitForEvent("listening")).address
      : (await program.waitForLine("stderr", "Listening at ")).match(/ at ([^\s,]+:\d+)/)?.[1] ??
        "";
    return Object.assign(program, { address, port: Number(address.split(":")[1]) });
  } catch (error) {
    await program[Symbol.asyncDispose]();
    throw error;
  }
}

/** Starts a client, which accepts the server's key unless the options say otherwise. */
export function startClient(
  address: string,
  args: readonly string[] = [],
  options: ProgramOptions = {},
): Program {
  const trust = options.acceptNew ?? true ? ["--accept-new"] : [];
  return new Program("client", [address, ...trust, ...args], options);
}

/** What a program says that has nothing to read, when it has ended. */
export async function runProgram(
  name: ProgramName,
  args: readonly string[],
  options: ProgramOptions = {},
): Promise<{ status: number; stdout: string; stderr: string }> {
  await using program = new Program(name, args, { stdin: "null", ...options });
  const status = await program.status;
  return { status, stdout: program.stdout.text, stderr: program.stderr.text };
}
