import type { ChatEvent } from "../events/events.ts";
import type { Completer } from "../editing/completion.ts";
import type { InputHistory } from "../editing/input_history.ts";
import type { Timestamps } from "../text/dates.ts";
import type { Attention } from "./bell.ts";

/** What edits a draft outside of the prompt. */
export interface DraftEditor {
  /** Throws if it cannot be opened: then the terminal is not lent to it. */
  demand(): void;
  /** Edits a draft; resolves with what is to be the draft then. */
  edit(draft: string): Promise<string>;
}

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
  /**
   * Changes what stands in front of what is typed: a name, and what is to be known meanwhile.
   *
   * @param name Your own: it stands out where others mention it.
   * @param fingerprint Your own: the name has a colour of its own where it belongs to this key.
   */
  setPrompt(name: string, note?: string, fingerprint?: string): void;
  /** Changes which words stand out in what others say, and ring, as one's own name does. */
  setHighlights(words: readonly string[]): void;
  /**
   * Changes how a line is shown that is entered at a prompt: as these events, which only the person
   * sees, or, without any, as it was typed. Elsewhere the terminal has shown it already.
   */
  setEcho(echo: (line: string) => readonly ChatEvent[]): void;
  /** Changes what the Tab key completes to, where there is a prompt. */
  setCompleter(completer: Completer): void;
  /**
   * Has a person asked before Ctrl-C or Ctrl-D ends the program for others as well.
   *
   * @param question What to ask at that moment, such as "3 are here; end the room?"; `undefined` if
   *   nothing needs to be asked.
   */
  confirmLeaving(question: () => string | undefined): void;
  /**
   * Has what was typed earlier to go back to, and keeps what is typed, where there is a prompt. Resolves
   * when it is there.
   */
  rememberInput(history: InputHistory): Promise<void>;
  /**
   * Changes what edits a draft outside of the prompt, at Ctrl-X Ctrl-E and for {@linkcode Screen.editDraft}.
   * Meanwhile it has the terminal. What it throws is shown, and the draft stays as it is.
   */
  setEditor(editor: DraftEditor): void;
  /**
   * Has a text edited so, and makes of it the draft.
   *
   * @returns False where there is no prompt for it.
   */
  editDraft(text: string): Promise<boolean>;
  /** Whether another program has the terminal, and hears Ctrl-C there. */
  readonly isLent: boolean;
  /** Has this called whenever the person presses a key at a prompt; elsewhere it never is. */
  onKey(listener: () => void): void;
  /** Clears the window, where there is one that can be cleared. */
  readonly clear?: () => void;
  /** Writes what is left and gives the terminal back. */
  close(): Promise<void>;
}

/** How to show things. */
export interface ScreenOptions {
  /** One JSON object a line on standard output. */
  readonly json: boolean;
  /** Only what people say, errors, and answers to what was asked. */
  readonly quiet: boolean;
  /** Words only, one line a thing: for screen readers, and terminals that draw nothing. */
  readonly plain: boolean;
  /** How the times of messages are shown. Default `short` on a terminal, and `off` elsewhere. */
  readonly timestamps?: Timestamps | undefined;
  /** For what the terminal rings, where there is a prompt. Default `mentions`. */
  readonly bell?: Attention | undefined;
  /** For what the desktop shows a notice, where there is a prompt. Default `off`. */
  readonly notify?: Attention | undefined;
  /** Whether nobody sits here, as at a server that writes a log. Default false. */
  readonly headless?: boolean;
  /** Called when the person presses Ctrl-C. */
  onInterrupt(): void;
  /** Called once, with the reason, when standard output cannot be written any more. */
  onOutputFailure(error: unknown): void;
}
