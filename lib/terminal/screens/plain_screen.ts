import { Output } from "../prompt/output.ts";
import { PlainInput } from "../prompt/plain_input.ts";
import { terminalWidth } from "../prompt/terminal_width.ts";
import { Narrator } from "../sentences/narrator.ts";
import { createPaint } from "../sentences/paint.ts";
import { timeOfDay } from "../text/dates.ts";
import { sanitiseLine, sanitiseText } from "../text/sanitise.ts";
import type { Screen, ScreenOptions } from "./screen.ts";

/**
 * A terminal on which everything is written in order, line below line, on standard output, and whose
 * own line mode serves for typing: nothing moves, blinks, rings or is coloured.
 */
export function plainScreen(options: ScreenOptions): Screen {
  const output = new Output(Deno.stdout, (error) => options.onOutputFailure(error));
  const input = new PlainInput(Deno.stdin, () => options.onInterrupt());
  const paint = createPaint("none");
  let isClosing = false;
  const narrator = new Narrator({
    quiet: options.quiet,
    style: () => ({ paint, columns: terminalWidth(), timeOfDay, plain: true }),
    write: (text) => output.write(`${text}\n`),
  });
  return {
    isInteractive: true,
    show: (event) => narrator.tell(event),
    lines: () => input.lines(),
    async ask(text, question, { hidden = false } = {}) {
      const above = text === "" ? "" : `${sanitiseText(text)}\n`;
      // Nothing is echoed any more when the person reads that a secret is asked for.
      const answering = hidden ? input.askSecret() : input.ask();
      await output.write(`${above}${sanitiseLine(question)}\n`);
      const answer = await answering;
      // Ctrl-D in the place of an answer: the person wants to leave.
      if (answer === undefined && !isClosing) options.onInterrupt();
      return answer;
    },
    setPrompt() {},
    setCompleter() {},
    onKey() {},
    async close() {
      isClosing = true;
      input.close();
      await narrator.flush();
      await output.flush();
    },
  };
}
