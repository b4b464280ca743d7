import { fileURLToPath } from "node:url";
import { Pty } from "../../support/pty.ts";

const PROGRAM = fileURLToPath(new URL("./fixtures/prompt_program.ts", import.meta.url));

/** How to start the fixture that is a prompt and nothing else. */
export const COMMAND = [Deno.execPath(), "run", "--quiet", "--no-lock", "--allow-net", PROGRAM];

/** The fixture on a terminal, and the connection through which messages reach it. */
export class Session implements AsyncDisposable {
  heard = "";
  readonly #decoder = new TextDecoder();

  constructor(readonly pty: Pty, readonly outside: Deno.Conn) {}

  static async start(options: { columns?: number; rows?: number; command?: string[] } = {}) {
    const pty = new Pty(options.command ?? COMMAND, options);
    let port = 0;
    await pty.waitFor((screen) => {
      port = Number(screen.join("").match(/listening on (\d+)you>/)?.[1]);
      return port > 0;
    }, "the prompt");
    return new Session(pty, await Deno.connect({ hostname: "127.0.0.1", port }));
  }

  async send(text: string) {
    await this.outside.write(new TextEncoder().encode(text + "\n"));
  }

  /** Waits for what the fixture tells over TCP. */
  async hear(text: string | RegExp) {
    const buffer = new Uint8Array(1000);
    while (this.heard.search(text) < 0) {
      const size = await this.outside.read(buffer);
      if (size === null) throw new Error(`heard only ${JSON.stringify(this.heard)}`);
      this.heard += this.#decoder.decode(buffer.subarray(0, size), { stream: true });
    }
  }

  /** The rows from the last prompt on, and the cursor's place in them. */
  prompt(): { rows: string[]; cursor: { row: number; column: number } } {
    const screen = this.pty.screen();
    const first = screen.findLastIndex((row) => row.startsWith("you>"));
    const { row, column } = this.pty.cursor();
    const rows = screen.slice(first).join("\n").trimEnd().split("\n");
    return { rows, cursor: { row: row - first, column } };
  }

  async waitForPrompt(rows: string[], cursor: { row: number; column: number }) {
    const expected = { rows, cursor };
    const same = () => JSON.stringify(this.prompt()) === JSON.stringify(expected);
    await this.pty.waitFor(same, JSON.stringify(expected));
  }

  async [Symbol.asyncDispose]() {
    try {
      this.outside.close();
    } catch {
      // The test has closed it.
    }
    await this.pty.close();
  }
}
