import type { Key } from "node:readline";
import type { Completer } from "../editing/completion.ts";
import { type EditorListener, LineEditor } from "../editing/line_editor.ts";
import { layOutPrompt } from "../frames/layout.ts";
import type { PromptView } from "../frames/prompt_place.ts";
import { terminalSize } from "../output/terminal_size.ts";
import { type LeaveKey, LeaveQuestion } from "./leave_question.ts";
import { SecretLine } from "./secret_line.ts";

/** What was entered: the draft, or what was asked for. */
export type Entry = "draft" | "answer" | "secret";

/** Receives what becomes of what is typed. */
export interface TypingListener extends Omit<EditorListener, "onLine"> {
  /** Enter was pressed. */
  onLine(text: string, entry: Entry): void;
}

/** How it is set up. */
export interface TypingOptions {
  /** What stands in front of the typed text. One line; may be coloured. */
  readonly prompt: string;
  /** Completes the line when the Tab key is pressed. */
  readonly completer?: Completer;
  /** How a hint stands in front of the prompt; as it is, by default. */
  readonly showHint?: (text: string) => string;
  /** Stands in front of all else while it is typed, so that a draft looks like nothing that was said. */
  readonly mark?: string;
  /** Stands there when it was entered. Both take the same room, and may be coloured. */
  readonly bar?: string;
}

/** What is typed: into the draft, or, while something is asked for, into an answer of its own. */
export class Typing {
  /** What stands in front of the typed text. */
  prompt: string;
  /** What is asked before Ctrl-C or Ctrl-D leaves. */
  readonly leaving = new LeaveQuestion();
  /** What is entered when nothing is asked for. */
  readonly draft: LineEditor;
  readonly #listener: TypingListener;
  readonly #showHint: (text: string) => string;
  readonly #mark: string;
  readonly #bar: string;
  /** What stands in front of the prompt until the next key. */
  #hint: string | undefined;
  /** Whether Ctrl-C has been heard already, or nobody reads the lines any more. */
  #isLeaving = false;
  /** What is typed goes here while something is asked for. */
  #answer: LineEditor | SecretLine | undefined;

  /** Begins with an empty draft. */
  constructor(listener: TypingListener, options: TypingOptions) {
    this.#listener = listener;
    this.prompt = options.prompt;
    this.#showHint = options.showHint ?? ((text) => text);
    this.#mark = options.mark ?? "";
    this.#bar = options.bar ?? "";
    this.draft = new LineEditor({
      ...this.#common,
      onEnd: () => this.#leave("Ctrl-D", () => listener.onEnd()),
      onLine: (text) => listener.onLine(text, "draft"),
      onCandidates: (candidates) => listener.onCandidates(candidates),
      onRemember: (entry) => listener.onRemember(entry),
      onEdit: (text) => listener.onEdit(text),
    }, options);
  }

  /** Whether what is typed answers a question. */
  get isAsked(): boolean {
    return this.#answer !== undefined;
  }

  /** Whether what is typed is not shown. */
  get isSecret(): boolean {
    return this.#answer instanceof SecretLine;
  }

  /** What is seen of it. */
  get view(): PromptView {
    const { line, cursor } = this.#typed;
    const prompt = this.isAsked ? this.prompt : this.draft.label ?? this.prompt;
    const hint = this.#hint === undefined ? "" : `${this.#showHint(this.#hint)} `;
    return { prompt: behind(this.#mark, hint + prompt), line, cursor };
  }

  /**
   * The prompt with a whole draft behind it, as it stays on the screen: rows, each ended by LF.
   *
   * @param isEntered Whether it was entered, or is only left behind.
   */
  rowsOf(draft: string, isEntered: boolean): string {
    // A single line is left to the terminal to wrap, so that it can be copied as one.
    const columns = draft.includes("\n") ? terminalSize().columns : Infinity;
    const mark = isEntered ? this.#bar : this.#mark;
    const { rows } = layOutPrompt(behind(mark, this.prompt), draft, 0, columns);
    return rows.join("\n") + "\n";
  }

  /** Takes a key, as `node:readline` tells it. */
  press(text: string | undefined, key: Key): void {
    this.#hint = undefined;
    if (!key.ctrl || (key.name !== "c" && key.name !== "d")) this.leaving.takeBack();
    this.#typed.press(text, key);
  }

  /** Takes pasted text. */
  paste(text: string): void {
    this.#hint = undefined;
    this.leaving.takeBack();
    this.#typed.paste(text);
  }

  /** Goes back to the draft, where something is asked for; otherwise empties it. */
  forget(): void {
    if (this.#answer === undefined) this.draft.discard();
    this.#answer = undefined;
  }

  /**
   * Has what is typed from now on answer a question.
   *
   * @param isHidden Whether nothing of it is shown or remembered.
   */
  ask(question: string, isHidden: boolean): void {
    this.#answer = isHidden ? this.#newSecret() : this.#newAnswer();
    this.prompt = question;
  }

  /** From now on Ctrl-C and Ctrl-D leave at once, whatever stands half-typed. */
  leaveAtOnce(): void {
    this.#isLeaving = true;
  }

  /** What takes keys at the moment. */
  get #typed(): LineEditor | SecretLine {
    return this.#answer ?? this.draft;
  }

  /** What the keys that leave do, whatever is typed. */
  get #common(): Pick<EditorListener, "onInterrupt" | "onEnd"> {
    return { onInterrupt: () => this.#interrupt(), onEnd: () => this.#listener.onEnd() };
  }

  #newSecret(): SecretLine {
    const onLine = (secret: string) => this.#listener.onLine(secret, "secret");
    return new SecretLine({ ...this.#common, onLine });
  }

  /** Of an answer nothing is remembered, and nothing that was typed before comes back as one. */
  #newAnswer(): LineEditor {
    return new LineEditor({
      ...this.#common,
      onLine: (text) => {
        this.#answer = undefined;
        this.#listener.onLine(text, "answer");
      },
      onCandidates: () => {},
      onRemember: () => {},
      onEdit: () => {},
    }, { isAnswer: true });
  }

  #interrupt(): void {
    const back = this.isAsked || this.#isLeaving ? undefined : this.draft.discard();
    if (back !== undefined) {
      this.#hint = this.leaving.afterClearing(back);
      return;
    }
    this.#leave("Ctrl-C", () => {
      this.#isLeaving = true;
      this.#listener.onInterrupt();
    });
  }

  #leave(key: LeaveKey, leave: () => void): void {
    this.#hint = this.isAsked || this.#isLeaving ? undefined : this.leaving.press(key);
    if (this.#hint === undefined) leave();
  }
}

function behind(mark: string, prompt: string): string {
  return prompt === "" ? "" : mark + prompt;
}
