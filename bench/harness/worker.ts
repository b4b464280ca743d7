/**
 * Programs of `bench/members` as processes of their own, with which this one talks by JSON, a line a
 * message.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { TextLineStream } from "./text_lines.ts";
import type { Cores, Scope } from "./scope.ts";
import { type Usage, usageOf } from "./usage.ts";

/** How long a worker may be silent, in milliseconds: after that something has gone wrong. */
const PATIENCE = 120_000;

/** A process of `bench/members`. */
export class Worker {
  readonly #name: string;
  readonly #child: Deno.ChildProcess;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #complaint: Promise<string>;

  /**
   * Starts one.
   *
   * @param name A file of `bench/members`, without its ending.
   * @param options What it is given, as JSON.
   */
  constructor(scope: Scope, name: string, options: unknown, cores?: Cores) {
    this.#name = name;
    this.#child = scope.spawn(Deno.execPath(), {
      args: [
        ...["run", "--quiet", "--no-lock", "--allow-all"],
        fileURLToPath(new URL(`../members/${name}.ts`, import.meta.url)),
        JSON.stringify(options),
      ],
      cores,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    });
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
    this.#input = this.#child.stdin.getWriter();
    this.#complaint = new Response(this.#child.stderr).text();
  }

  /**
   * The next thing that it says.
   *
   * @throws If it ends first, or takes too long; with what it wrote to standard error.
   */
  async next<T>(patience: number = PATIENCE): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${this.#name} has said nothing for ${patience / 1000} s`)),
        patience,
      );
    });
    try {
      const { done, value } = await Promise.race([this.#lines.read(), tooLong]);
      if (!done) return JSON.parse(value);
    } finally {
      clearTimeout(timer);
    }
    throw new Error(`${this.#name} has ended: ${(await this.#complaint).trim()}`);
  }

  /** Tells it something. */
  async tell(message: unknown): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${JSON.stringify(message)}\n`));
  }

  /** What it has used so far. */
  usage(): Promise<Usage> {
    return usageOf(this.#child.pid);
  }
}
