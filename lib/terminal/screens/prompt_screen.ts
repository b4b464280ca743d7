import type { Completer } from "../prompt/line_editor.ts";
import { Prompt } from "../prompt/prompt.ts";
import { terminalWidth } from "../prompt/terminal_width.ts";
import { Narrator } from "../sentences/narrator.ts";
import { paintFor } from "../sentences/paint.ts";
import type { Style } from "../sentences/style.ts";
import { timeOfDay } from "../text/dates.ts";
import { sanitiseLine, sanitiseText } from "../text/sanitise.ts";
import { Bell } from "./bell.ts";
import type { Screen, ScreenOptions } from "./screen.ts";

/** A prompt at the bottom, and everything else above it. */
export function promptScreen(options: ScreenOptions): Screen {
  const paint = paintFor("stdout");
  let complete: Completer = (line) => [[], line];
  const prompt = new Prompt({ prompt: "", completer: (line) => complete(line) });
  prompt.onInterrupt = () => options.onInterrupt();
  const bell = new Bell(() => prompt.bell());
  let own: Pick<Style, "ownNick" | "ownFingerprint"> = {};
  let isClosing = false;
  const narrator = new Narrator({
    quiet: options.quiet,
    style: () => ({ paint, columns: terminalWidth(), timeOfDay, ...own }),
    write: (text) => prompt.print(text),
  });
  return {
    isInteractive: true,
    show(event) {
      const telling = narrator.tell(event);
      bell.hear(event, own.ownNick ?? "");
      return telling;
    },
    lines: () => prompt.lines(),
    async ask(text, question, how) {
      if (text !== "") await prompt.print(sanitiseText(text));
      const answer = await prompt.ask(`${paint.notice(sanitiseLine(question))} `, how);
      // Ctrl-D in the place of an answer: the person wants to leave.
      if (answer === undefined && !isClosing) options.onInterrupt();
      return answer;
    },
    setPrompt(name, note = "", fingerprint = own.ownFingerprint) {
      own = { ownNick: name, ownFingerprint: fingerprint };
      const brackets = note === "" ? "" : ` ${paint.notice(`[${sanitiseLine(note)}]`)}`;
      prompt.setPrompt(`${paint.self(sanitiseLine(name))}${brackets}: `);
    },
    setCompleter(completer) {
      complete = completer;
    },
    onKey(listener) {
      prompt.onKey = listener;
    },
    clear: () => prompt.clear(),
    async close() {
      isClosing = true;
      await narrator.flush();
      await prompt.close();
    },
  };
}
