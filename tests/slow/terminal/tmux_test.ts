import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { run, toolTest } from "../tools.ts";

const PROGRAM = fileURLToPath(
  new URL("../../terminal/prompt/fixtures/prompt_program.ts", import.meta.url),
);
/** How to start a prompt that prints what is entered. */
const COMMAND = [Deno.execPath(), "run", "--quiet", "--no-lock", "--allow-net", "--allow-env=TMUX"];

const DRAFT = "this is a half-typed draft, long enough for two rows of eighty columns, " +
  "which nobody has sent so far, and which therefore stands nowhere else";
const SAID = ["one", "two", "three"].map((word) => `this is the message number ${word}`);
const PRINTED = SAID.flatMap((text) => [`you> ${text}`, `entered "${text}"`]);

/** How long the screen may take to be as expected, in milliseconds. */
const PATIENCE = 30_000;

/** The prompt in a window of tmux, of 80 columns and 24 rows. */
class TmuxWindow implements AsyncDisposable {
  #last = "";

  draft = DRAFT;

  constructor(readonly socket: string, readonly cursor: "End" | "Home") {}

  tmux(...args: readonly string[]): Promise<string> {
    return run("tmux", "-S", this.socket, "-f", "/dev/null", ...args);
  }

  async start() {
    await this.tmux("new-session", "-d", "-x", "80", "-y", "24", ...COMMAND, PROGRAM);
    await this.waitFor((rows) => rows.at(-1) === "you>");
  }

  /** What has left the window at its top, and what stands in it. */
  async transcript(): Promise<string[]> {
    this.#last = await this.tmux("capture-pane", "-p", "-S", "-");
    return this.#last.trimEnd().split("\n").map((row) => row.trimEnd());
  }

  waitFor(holds: (rows: string[]) => boolean): Promise<void> {
    return this.#until(async () => holds(await this.transcript()));
  }

  async #until(holds: () => Promise<boolean>) {
    const end = Date.now() + PATIENCE;
    while (!await holds()) {
      if (Date.now() > end) throw new Error(`the window did not come to this:\n${this.#last}`);
    }
  }

  type(text: string): Promise<string> {
    return this.tmux("send-keys", "-l", text);
  }

  /** Changes the size, types a letter, and waits until that is drawn. */
  async resize(columns: number, rows: number) {
    await this.tmux("resize-window", "-x", `${columns}`, "-y", `${rows}`);
    // tmux tells the kernel later, and shows meanwhile what it has wrapped by itself.
    const terminal = (await this.tmux("display-message", "-p", "#{pane_tty}")).trim();
    const args = ["-F", terminal, "size"];
    await this.#until(async () => {
      const { stdout } = await new Deno.Command("stty", { args }).output();
      return new TextDecoder().decode(stdout) === `${rows} ${columns}\n`;
    });
    await this.type("x");
    this.draft = this.cursor === "End" ? `${this.draft}x` : `x${this.draft}`;
    const drawn = `you> ${this.draft}`.match(new RegExp(`.{1,${columns}}`, "g")) ?? [];
    const bottom = drawn.map((row) => row.trimEnd()).join("\n");
    await this.waitFor((all) => all.slice(-drawn.length).join("\n") === bottom);
  }

  async [Symbol.asyncDispose]() {
    await this.tmux("kill-server");
  }
}

const NARROWER: readonly {
  readonly what: string;
  readonly cursor: "End" | "Home";
  readonly sizes: readonly (readonly [number, number])[];
}[] = [
  { what: "in two steps", cursor: "End", sizes: [[60, 24], [40, 24]] },
  {
    what: "until the prompt has no room",
    cursor: "End",
    sizes: [[60, 24], [40, 24], [31, 24], [25, 24], [18, 24], [11, 20]],
  },
  {
    what: "until the cursor has no room",
    cursor: "Home",
    sizes: [[60, 24], [40, 24], [31, 24], [25, 24], [18, 24]],
  },
  {
    what: "until the rows are full",
    cursor: "End",
    sizes: [[120, 24], [72, 24], [36, 24], [24, 24], [18, 24]],
  },
  { what: "and lower", cursor: "End", sizes: [[120, 40], [70, 40], [50, 40], [31, 30], [20, 16]] },
];

for (const { what, cursor, sizes } of NARROWER) {
  toolTest("tmux", `tmux: a window made narrower ${what} leaves no ghost`, async (folder) => {
    await using shown = new TmuxWindow(`${folder}/tmux`, cursor);
    await shown.start();
    await shown.type("\x0c");
    for (const text of SAID) {
      await shown.type(`${text}\r`);
      await shown.waitFor((rows) => rows.includes(`entered "${text}"`));
    }
    await shown.type(DRAFT);
    await shown.tmux("send-keys", cursor);
    await shown.resize(90, 24);
    for (const [columns, rows] of sizes) await shown.resize(columns, rows);
    await shown.resize(160, 40);
    const [first = "", ...rest] = await shown.transcript();
    assert.match(first, /^listening on \d+$/);
    assert.deepEqual(rest, [...PRINTED, `you> ${shown.draft}`]);
  });
}
