import { settledWithin } from "../../abort.ts";
import type { Completer } from "../editing/completion.ts";
import { errorEvent } from "../events/error_event.ts";
import type { InputHistory } from "../editing/input_history.ts";
import { Prompt } from "../prompt/prompt.ts";
import { terminalWidth } from "../prompt/terminal_width.ts";
import { Narrator } from "../sentences/narrator.ts";
import { paintFor } from "../sentences/paint.ts";
import type { Style } from "../sentences/style.ts";
import { timeOfDay } from "../text/dates.ts";
import { sanitiseLine, sanitiseText } from "../text/sanitise.ts";
import { Bell } from "./bell.ts";
import type { Screen, ScreenOptions } from "./screen.ts";

/** How long reading and writing what was typed may hold up the program, in milliseconds. */
const HISTORY_TIMEOUT = 1_000;

/** A prompt at the bottom, and everything else above it. */
export function promptScreen(options: ScreenOptions): Screen {
  const paint = paintFor("stdout");
  let complete: Completer = (line) => [[], line];
  const prompt = new Prompt({
    prompt: "",
    completer: (line) => complete(line),
    showHint: (text) => paint.notice(`[${text}]`),
  });
  let history: InputHistory | undefined;
  prompt.onRemember = (entry) => history?.add(entry);
  prompt.onInterrupt = () => options.onInterrupt();
  const bell = new Bell(() => prompt.bell());
  let own: Pick<Style, "ownNick" | "ownFingerprint"> = {};
  let isClosing = false;
  const narrator = new Narrator({
    quiet: options.quiet,
    style: () => ({ paint, columns: terminalWidth(), timeOfDay, ...own }),
    write: (text) => prompt.print(text),
  });
  let editor: ((draft: string) => Promise<string>) | undefined;
  let isLent = false;
  let lending = Promise.resolve();
  const edit = (draft: string): Promise<void> => {
    if (!isLent && !isClosing) lending = lend(draft);
    return lending;
  };
  async function lend(draft: string): Promise<void> {
    if (editor === undefined) return;
    isLent = true;
    try {
      await prompt.suspend();
      prompt.setDraft(await editor(draft));
    } catch (error) {
      void narrator.tell(errorEvent(error));
    } finally {
      isLent = false;
      prompt.resume();
    }
  }
  prompt.onEdit = (draft) => void edit(draft);
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
    confirmLeaving: (question) => prompt.confirmLeaving(question),
    async rememberInput(input) {
      history = input;
      // The disk may be slow, and is not to be waited for.
      const loading = input.load().then((entries) => prompt.addHistory(entries));
      await settledWithin(loading, HISTORY_TIMEOUT);
    },
    setEditor(own) {
      editor = own;
    },
    async editDraft(text) {
      await edit(text);
      return true;
    },
    get isLent() {
      return isLent;
    },
    onKey(listener) {
      prompt.onKey = listener;
    },
    clear: () => prompt.clear(),
    async close() {
      isClosing = true;
      // What a person is writing is not lost because the conversation has ended.
      await lending;
      await narrator.flush();
      await prompt.close();
      await settledWithin(history?.flush() ?? Promise.resolve(), HISTORY_TIMEOUT);
    },
  };
}
