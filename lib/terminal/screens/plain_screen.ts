import type { ChatEvent } from "../events/events.ts";
import { KeyReader } from "../keyboard/key_reader.ts";
import { Output } from "../output/output.ts";
import { terminalWidth } from "../output/terminal_size.ts";
import { PlainInput } from "../prompt/plain_input.ts";
import { ignoreContinuing, listenForContinuing } from "../prompt/process_events.ts";
import { stopThisProgram, whyNoStop } from "../prompt/suspension.ts";
import { Narrator } from "../sentences/narrator.ts";
import { createPaint } from "../sentences/paint.ts";
import { timestamp } from "../text/dates.ts";
import { sanitiseLine, sanitiseText } from "../text/sanitise.ts";
import { NO_PROMPT } from "./nobody_types.ts";
import type { Screen, ScreenOptions } from "./screen.ts";

/**
 * A terminal on which everything is written in order, line below line, on standard output: nothing moves,
 * blinks, rings or is coloured. What arrives ends the row of a half-typed line, which is written again
 * when the next key is pressed, and not for each arrival: a screen reader reads whatever is written.
 */
export function plainScreen(options: ScreenOptions): Screen {
  const output = new Output(Deno.stdout, (error) => options.onOutputFailure(error));
  const paint = createPaint("none");
  const { timestamps = "short" } = options;
  let isClosing = false;
  const input = new PlainInput({
    write: (text) => void output.write(text),
    onInterrupt: () => options.onInterrupt(),
    onSuspend: () => void suspend(),
    onEnd: () => keys.close(),
  }, terminalWidth);
  const keys = new KeyReader({
    onKeys: (text) => input.press(text),
    onPaste: (text) => input.press(text.replaceAll("\n", "\r")),
    onEnd: () => input.end(),
  });
  const write = (text: string) => {
    input.leaveRow();
    return output.write(`${text}\n`);
  };
  const narrator = new Narrator({
    quiet: options.quiet,
    hasDays: timestamps === "short",
    style: () => ({
      paint,
      columns: terminalWidth(),
      timestamp: timestamp(timestamps),
      plain: true,
    }),
    write,
  });
  let echo: (line: string) => readonly ChatEvent[] = () => [];
  /** There is no prompt that could say to whom lines go: it is said with each one that goes to one alone. */
  async function* lines(): AsyncGenerator<string, void, void> {
    for await (const line of input.lines()) {
      const reader = echo(line).find((event) => event.event === "message")?.to;
      if (reader !== undefined) void write(`to ${sanitiseLine(reader.nick)} alone`);
      yield line;
    }
  }
  let isStopping = false;
  const takeTerminal = () => {
    if (!isStopping && !isClosing) keys.restore();
  };
  listenForContinuing(takeTerminal);

  async function suspend(): Promise<void> {
    // Several Ctrl-Z may arrive at once.
    if (isStopping) return;
    let whyNot = whyNoStop();
    if (whyNot === undefined) {
      isStopping = true;
      input.leaveRow();
      await output.flush();
      keys.suspend();
      whyNot = await stopThisProgram();
      isStopping = false;
      takeTerminal();
    }
    if (whyNot !== undefined) await write(whyNot);
  }

  return {
    ...NO_PROMPT,
    isInteractive: true,
    show: (event) => narrator.tell(event),
    lines,
    setEcho(next) {
      echo = next;
    },
    async ask(text, question, { hidden = false } = {}) {
      const above = text === "" ? "" : `${sanitiseText(text)}\n`;
      // Nothing is echoed any more when the person reads that a secret is asked for.
      const answering = hidden ? input.askSecret() : input.ask();
      await write(`${above}${sanitiseLine(question)}`);
      const answer = await answering;
      // Ctrl-D in the place of an answer: the person wants to leave.
      if (answer === undefined && !isClosing) options.onInterrupt();
      return answer;
    },
    confirmLeaving: (question) => input.confirmLeaving(question),
    async close() {
      isClosing = true;
      ignoreContinuing(takeTerminal);
      input.end();
      await narrator.flush();
      await output.flush();
    },
  };
}
