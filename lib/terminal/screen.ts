import type { ChatEvent } from "./events.ts";
import { jsonLine } from "./json_line.ts";
import { readLines } from "./lines.ts";
import { Output } from "./output.ts";
import { paintFor } from "./paint.ts";
import { Prompt } from "./prompt.ts";
import { sanitiseLine, sanitiseText } from "./sanitise.ts";
import { sentence } from "./sentences.ts";

/** Where events are shown and lines come from. */
export interface Screen {
  /** Whether a person types here, and sees at once what is shown. */
  readonly isInteractive: boolean;
  /** Shows an event; resolves when there is room for the next. */
  show(event: ChatEvent): Promise<void>;
  /** What is typed or piped in, line by line. For one reader. */
  lines(): AsyncIterable<string>;
  /**
   * Asks the person a question, whatever is shown otherwise; `undefined` where nobody can answer.
   *
   * @param text Stands above the question; may have several lines.
   * @param options.hidden Whether the answer is a secret.
   */
  ask(text: string, question: string, options?: { hidden?: boolean }): Promise<string | undefined>;
  /** Changes what stands in front of what is typed: a name, and what is to be known meanwhile. */
  setPrompt(name: string, note?: string): void;
  /** Writes what is left and gives the terminal back. */
  close(): Promise<void>;
}

/** How to show things. */
export interface ScreenOptions {
  /** One JSON object a line on standard output. */
  readonly json: boolean;
  /** Only what people say, and errors. */
  readonly quiet: boolean;
  /** Called when the person presses Ctrl-C, or nobody reads standard output any more. */
  onInterrupt(): void;
}

/** The screen that suits the flags and what standard input and output are connected to. */
export function openScreen(options: ScreenOptions): Screen {
  if (options.json) return jsonScreen(options);
  return Deno.stdin.isTerminal() && Deno.stdout.isTerminal()
    ? promptScreen(options)
    : plainScreen(options);
}

/** A prompt at the bottom, and everything else above it. */
function promptScreen(options: ScreenOptions): Screen {
  const paint = paintFor("stdout");
  const prompt = new Prompt({ prompt: "" });
  prompt.onInterrupt = () => options.onInterrupt();
  return {
    isInteractive: true,
    async show(event) {
      const text = isWanted(event, options) ? sentence(event, paint, terminalWidth()) : undefined;
      if (text !== undefined) await prompt.print(text);
    },
    lines: () => prompt.lines(),
    async ask(text, question, how) {
      if (text !== "") await prompt.print(sanitiseText(text));
      const answer = await prompt.ask(`${paint.notice(sanitiseLine(question))} `, how);
      // Ctrl-D in the place of an answer: the person wants to leave.
      if (answer === undefined) options.onInterrupt();
      return answer;
    },
    setPrompt(name, note = "") {
      const brackets = note === "" ? "" : ` ${paint.notice(`[${sanitiseLine(note)}]`)}`;
      prompt.setPrompt(`${paint.self(sanitiseLine(name))}${brackets}: `);
    },
    close: () => prompt.close(),
  };
}

function terminalWidth(): number {
  try {
    return Deno.consoleSize().columns || Infinity;
  } catch {
    // A terminal that does not tell its size.
    return Infinity;
  }
}

/** What people say on standard output, everything else on standard error. */
function plainScreen(options: ScreenOptions): Screen {
  const output = new Output(Deno.stdout, () => options.onInterrupt());
  const messagePaint = paintFor("stdout");
  const errorOutput = new Output(Deno.stderr);
  const otherPaint = paintFor("stderr");
  return {
    isInteractive: false,
    async show(event) {
      if (!isWanted(event, options)) return;
      const isMessage = event.event === "message";
      const text = sentence(event, isMessage ? messagePaint : otherPaint);
      if (text !== undefined) await (isMessage ? output : errorOutput).write(`${text}\n`);
    },
    lines: () => readLines(Deno.stdin.readable),
    ask: () => Promise.resolve(undefined),
    setPrompt() {},
    async close() {
      await output.flush();
      await errorOutput.flush();
    },
  };
}

/** Every event as a line of JSON on standard output; errors on standard error as well. */
function jsonScreen(options: ScreenOptions): Screen {
  const output = new Output(Deno.stdout, () => options.onInterrupt());
  const errorOutput = new Output(Deno.stderr);
  const paint = paintFor("stderr");
  return {
    isInteractive: false,
    async show(event) {
      if (event.event === "error") await errorOutput.write(`${sentence(event, paint)}\n`);
      await output.write(`${jsonLine(event)}\n`);
    },
    lines: () => readLines(Deno.stdin.readable),
    ask: () => Promise.resolve(undefined),
    setPrompt() {},
    async close() {
      await output.flush();
      await errorOutput.flush();
    },
  };
}

/** What is shown to whoever wants it quiet: what people say, what went wrong, what was asked for. */
const NEEDED: ReadonlySet<ChatEvent["event"]> = new Set([
  "message",
  "error",
  "verification",
  "invitation",
]);

function isWanted(event: ChatEvent, options: ScreenOptions): boolean {
  return !options.quiet ||
    (event.event === "notice" ? event.important === true : NEEDED.has(event.event));
}
