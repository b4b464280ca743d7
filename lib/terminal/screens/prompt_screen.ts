import { settledWithin } from "../../abort.ts";
import { quoted } from "../../quoted.ts";
import type { Completer } from "../editing/completion.ts";
import { errorEvent } from "../events/error_event.ts";
import type { ChatEvent } from "../events/events.ts";
import type { InputHistory } from "../editing/input_history.ts";
import { Prompt } from "../prompt/prompt.ts";
import { terminalWidth } from "../output/terminal_size.ts";
import { Narrator } from "../sentences/narrator.ts";
import { paintFor } from "../sentences/paint.ts";
import { flow } from "../sentences/style.ts";
import { BAR, PROMPT_MARK, withBars, withoutBars } from "../text/bar.ts";
import { timestamp } from "../text/dates.ts";
import { sanitiseLine, sanitiseText } from "../text/sanitise.ts";
import { Bell, type Listener } from "./bell.ts";
import { noticeSequence, noticeText } from "./desktop_notice.ts";
import type { DraftEditor, Screen, ScreenOptions } from "./screen.ts";
import { hasHyperlinks, noticeProtocol } from "./terminal_features.ts";

/** How long reading and writing what was typed may hold up the program, in milliseconds. */
const HISTORY_TIMEOUT = 1_000;

/** A prompt at the bottom, and everything else above it. */
export function promptScreen(options: ScreenOptions): Screen {
  const { timestamps = "short", bell: attention = "mentions", notify = "off" } = options;
  const paint = paintFor("stdout");
  let complete: Completer = (line) => [[], line];
  let echo: (line: string) => readonly ChatEvent[] = () => [];
  const prompt = new Prompt({
    prompt: "",
    mark: paint.self(PROMPT_MARK),
    bar: paint.self(BAR),
    completer: (line) => complete(line),
    showHint: (text) => paint.notice(`[${text}]`),
    notice: (text) => withBars(paragraph(text), paint.dim),
    echo(line) {
      if (line.trim() === "") return true;
      const events = echo(line);
      for (const event of events) void narrator.tell(event);
      return events.length > 0;
    },
  });
  let history: InputHistory | undefined;
  prompt.onRemember = (entry) => history?.add(entry);
  prompt.onInterrupt = () => options.onInterrupt();
  const protocol = noticeProtocol();
  const bells = [
    new Bell(attention, () => prompt.bell()),
    new Bell(protocol === undefined ? "off" : notify, (message, isMention) => {
      if (protocol !== undefined) {
        prompt.send(noticeSequence(noticeText(message, isMention), protocol));
      }
    }),
  ];
  const hasLinks = hasHyperlinks();
  let own: Listener = {};
  let isClosing = false;
  const style = () => ({
    paint,
    columns: terminalWidth() - BAR.length,
    hasBars: true,
    hasLinks,
    timestamp: timestamp(timestamps),
    ...own,
  });
  const paragraph = (text: string) =>
    text.split("\n").map((line) => flow([{ text: line }], style())).join("\n");
  const narrator = new Narrator({
    quiet: options.quiet,
    // With the date in front of each message, a line for each day would say it twice.
    hasDays: timestamps === "short",
    style,
    write: (text) => prompt.print(text),
  });
  let editor: DraftEditor | undefined;
  let isLent = false;
  let lending = Promise.resolve();
  const edit = (draft: string): Promise<void> => {
    if (!isLent && !isClosing) lending = lend(draft);
    return lending;
  };
  async function lend(draft: string): Promise<void> {
    if (editor === undefined) return;
    try {
      editor.demand();
    } catch (error) {
      return await narrator.tell(errorEvent(error));
    }
    isLent = true;
    try {
      await prompt.suspend();
      prompt.setDraft(await editor.edit(draft));
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
      for (const bell of bells) bell.hear(event, own);
      return telling;
    },
    lines: () => prompt.lines(),
    async ask(text, question, how) {
      if (text !== "") await prompt.print(withBars(paragraph(sanitiseText(text)), paint.notice));
      const shown = withoutBars(sanitiseLine(question));
      const answer = await prompt.ask(`${paint.notice(shown)} `, how);
      // Ctrl-D in the place of an answer: the person wants to leave.
      if (answer === undefined && !isClosing) options.onInterrupt();
      return answer;
    },
    setPrompt(name, note = "", fingerprint = own.ownFingerprint) {
      own = { ...own, ownNick: name, ownFingerprint: fingerprint };
      const brackets = note === "" ? "" : ` ${paint.notice(`[${sanitiseLine(note)}]`)}`;
      prompt.setPrompt(withoutBars(`${paint.self(sanitiseLine(name))}${brackets}: `));
    },
    setHighlights(highlights) {
      own = { ...own, highlights };
    },
    setEcho(next) {
      echo = next;
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
      for (const line of prompt.takeUnread()) {
        const message = `not sent, because you left before: ${quoted(line)}`;
        await narrator.tell({ event: "error", code: "not-sent", message });
      }
      await prompt.close();
      await settledWithin(history?.flush() ?? Promise.resolve(), HISTORY_TIMEOUT);
    },
  };
}
