import type { Key } from "node:readline";
import { type Completer, completionOf } from "./completion.ts";
import { Desk } from "./desk.ts";
import { keyName } from "./key_name.ts";
import { Recall } from "./recall.ts";
import { type Direction, Search } from "./search.ts";

/** Receives what becomes of the draft. */
export interface EditorListener {
  /** Enter was pressed. The text may have line breaks in it, but none at its end. */
  onLine(text: string): void;
  /** Ctrl-C was pressed. */
  onInterrupt(): void;
  /** Ctrl-D was pressed on an empty line. */
  onEnd(): void;
  /** Several continuations are possible. */
  onCandidates(candidates: readonly string[]): void;
  /** The draft is to be edited elsewhere. */
  onEdit(draft: string): void;
  /** What was entered is to be remembered for the next time. */
  onRemember(entry: string): void;
}

/** How a {@linkcode LineEditor} edits. */
export interface EditorOptions {
  /** What the Tab key does. */
  readonly completer?: Completer;
  /** For the answer to a question: one line, of which nothing is remembered. Default false. */
  readonly isAnswer?: boolean;
}

/** Keys that end a search and show again what was typed before it. */
const GIVES_BACK: ReadonlySet<string> = new Set(["C-g", "C-c", "escape", "M-escape"]);

const SEARCHES: Readonly<Record<string, Direction>> = { "C-r": "older", "C-s": "newer" };

/** What keys are behind Ctrl-X. */
const BEHIND_CTRL_X: Readonly<Record<string, string>> = { "C-u": "C-_", "C-e": "C-x C-e" };

/**
 * The half-typed text and its cursor, edited by keys as bash and readline's Emacs mode have them. It
 * may have line breaks in it.
 *
 * `node:readline` only decodes the keys. What it would do with them is done here: it measures the whole
 * text for each key (a tenth of a second in the longest paste), takes a code point for a character, knows
 * no lines in a draft, no incremental search, and forgets an entry's changes and what stood half-typed.
 */
export class LineEditor {
  readonly #listener: EditorListener;
  readonly #completer: Completer;
  readonly #isAnswer: boolean;
  readonly #recall = new Recall();
  readonly #desk = new Desk();
  #search: Search | undefined;
  #lastWanted = "";
  /** Whether the last key was Ctrl-X, or Enter as CR. */
  #isBehindCtrlX = false;
  #isBehindReturn = false;

  /** Begins with an empty draft, and nothing remembered. */
  constructor(listener: EditorListener, options: EditorOptions = {}) {
    this.#listener = listener;
    this.#completer = options.completer ?? ((line) => [[], line]);
    this.#isAnswer = options.isAnswer ?? false;
  }

  /** The text: the draft, an entry of the history, or what a search has found. */
  get line(): string {
    return this.#search?.text ?? this.#recall.buffer.text;
  }

  /** The cursor's place in it, in UTF-16 code units. */
  get cursor(): number {
    return this.#search?.index ?? this.#recall.buffer.cursor;
  }

  /** What stands in the prompt's place, during a search. */
  get label(): string | undefined {
    return this.#search?.label;
  }

  /** Takes a key, as `node:readline` tells it. */
  press(text: string | undefined, key: Key): void {
    const wasBehindCtrlX = this.#isBehindCtrlX;
    const name = this.#nameOf(key);
    const isAfterReturn = this.#isBehindReturn;
    this.#isBehindReturn = name === "return";
    // However slowly a CR LF arrives, it is one line break.
    if (name === "enter" && isAfterReturn) return;
    const inserted = isText(name, text) && !wasBehindCtrlX ? text : undefined;
    if (this.#search !== undefined && this.#pressInSearch(name, inserted, this.#search)) return;
    this.#press(name, inserted);
  }

  /** Puts pasted text at the cursor, in one piece. */
  paste(text: string): void {
    this.#isBehindReturn = false;
    this.#isBehindCtrlX = false;
    const [first = ""] = text.split("\n", 1);
    if (this.#search !== undefined) return this.#search.add(first);
    this.#desk.rest();
    const { cursor } = this;
    this.#recall.buffer.replace(cursor, cursor, this.#isAnswer ? first : text);
  }

  /** Puts a text in the draft's place. What stood there can be had back by undoing. */
  setDraft(text: string): void {
    this.#search = undefined;
    this.#desk.rest();
    this.#recall.go(this.#recall.length);
    const { buffer } = this.#recall;
    buffer.replace(0, buffer.text.length, text);
  }

  /** Has older entries to go back to. */
  addHistory(entries: readonly string[]): void {
    const added = this.#recall.addOlder(entries);
    this.#search?.shift(added);
  }

  /**
   * Empties the draft, which can be had back: as an entry of the history, by undoing, and by Ctrl-Y.
   *
   * @returns Which key brings it back, as people write it; `undefined` if there was nothing.
   */
  discard(): "Up" | "Ctrl-Y" | undefined {
    const { buffer } = this.#recall;
    const { text } = buffer;
    if (text === "") return undefined;
    const isEntry = isRemembered(text);
    this.#desk.kill(buffer);
    this.#recall.putAside(isEntry ? text : undefined);
    return isEntry ? "Up" : "Ctrl-Y";
  }

  #nameOf(key: Key): string {
    const name = keyName(key);
    const meant = this.#isBehindCtrlX ? BEHIND_CTRL_X[name] ?? name : name;
    this.#isBehindCtrlX = name === "C-x";
    return meant;
  }

  #press(name: string, text: string | undefined): void {
    const direction = SEARCHES[name];
    const { buffer } = this.#recall;
    if (name === "return" || name === "enter") this.#enter();
    else if (name === "M-return" || name === "M-enter") this.#insert("\n");
    else if (name === "C-c") this.#listener.onInterrupt();
    else if (name === "C-d" && this.line === "") this.#listener.onEnd();
    else if (name === "C-x C-e") this.#listener.onEdit(this.line);
    else if (direction !== undefined) this.#beginSearch(direction);
    else if (name === "up") this.#moveLine(-1);
    else if (name === "down") this.#moveLine(1);
    else if (name === "C-p") this.#go(this.#recall.at - 1);
    else if (name === "C-n") this.#go(this.#recall.at + 1);
    else if (name === "M-<") this.#go(0);
    else if (name === "M->") this.#go(this.#recall.length);
    else if (name === "tab") this.#complete();
    else if (!this.#desk.press(name, buffer) && text !== undefined) buffer.type(text);
  }

  /** @returns Whether that was all; if not, the key is yet to do what it does elsewhere. */
  #pressInSearch(name: string, text: string | undefined, search: Search): boolean {
    const direction = SEARCHES[name];
    if (direction !== undefined) search.next(direction, this.#lastWanted);
    else if (name === "backspace") search.shorten();
    else if (GIVES_BACK.has(name)) this.#endSearch(search);
    else if (text !== undefined) search.add(text);
    else {
      search.accept();
      this.#endSearch(search);
      return false;
    }
    return true;
  }

  #beginSearch(direction: Direction): void {
    this.#desk.rest();
    if (!this.#isAnswer) this.#search = new Search(this.#recall, direction);
  }

  #endSearch(search: Search): void {
    this.#lastWanted = search.wanted || this.#lastWanted;
    this.#search = undefined;
  }

  #enter(): void {
    this.#desk.rest();
    const entered = withoutTrailingBreaks(this.line);
    const isEntry = !this.#isAnswer && isRemembered(entered);
    this.#recall.enter(isEntry ? entered : undefined);
    if (isEntry) this.#listener.onRemember(entered);
    this.#listener.onLine(entered);
  }

  #insert(text: string): void {
    this.#desk.rest();
    if (!this.#isAnswer) this.#recall.buffer.type(text);
  }

  #moveLine(by: -1 | 1): void {
    if (!this.#desk.moveLine(this.#recall.buffer, by)) this.#go(this.#recall.at + by);
  }

  #go(place: number): void {
    this.#desk.rest();
    if (!this.#isAnswer) this.#recall.go(place);
  }

  #complete(): void {
    this.#desk.rest();
    const { line, cursor } = this;
    const completion = completionOf(line.slice(0, cursor), this.#completer);
    if (completion === undefined) return;
    if ("candidates" in completion) return this.#listener.onCandidates(completion.candidates);
    const { replaced, inserted } = completion;
    this.#recall.buffer.replace(cursor - replaced.length, cursor, inserted);
  }
}

/** As with bash's `HISTCONTROL=ignorespace`: a blank in front keeps a line from being remembered. */
function isRemembered(text: string): boolean {
  return text.trim() !== "" && !/^\s/u.test(text);
}

/** Whether a key stands for text: a key that does nothing inserts nothing. */
function isText(name: string, text: string | undefined): text is string {
  return text !== undefined && text !== "" && !/^(?:C-|M-)/.test(name) && !/\p{Cc}/u.test(text);
}

function withoutTrailingBreaks(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end--;
  return text.slice(0, end);
}
