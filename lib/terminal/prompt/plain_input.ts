/**
 * Lines that a person types where nothing can be drawn, or nothing should be: for screen readers, and for
 * terminals that know no control sequences.
 *
 * @module
 */
import { type LeaveKey, LeaveQuestion } from "./leave_question.ts";
import { PlainLine } from "./plain_line.ts";

/** Takes the line that is waited for. */
type Waiter = (line: string | undefined) => void;

/** What has been typed of a secret, and who waits for it. */
interface Secret {
  text: string;
  readonly take: Waiter;
}

/** Receives what becomes of keys. */
export interface PlainInputListener {
  /** What is typed, to be seen. */
  write(text: string): void;
  /** Ctrl-C was pressed, and nothing was typed that it could have cleared. */
  onInterrupt(): void;
  /** Ctrl-Z was pressed. */
  onSuspend(): void;
  /** Nothing more is taken. */
  onEnd(): void;
}

/** Keys that send more than one character, such as the arrows (ECMA-48, section 5.4). */
const KEY_SEQUENCE = /^\x1b(?:\[[0-?]*[ -/]*[@-~]|O[@-~]|[^\x1b])?/s;

/** A line from a program that edits and shows it by itself, such as a shell of Emacs. */
const WHOLE_LINE = /^([^\r\n]*)\n/;

/** What is typed as it is; a tab as well. */
const TEXT = /^(?:\P{Cc}|\t)+/u;

const CTRL = {
  C: "\x03",
  D: "\x04",
  H: "\b",
  L: "\x0c",
  R: "\x12",
  U: "\x15",
  W: "\x17",
  Z: "\x1a",
} as const;
const DELETE = "\x7f";

/** What is typed on a terminal in raw mode, echoed with CR, LF and BS alone. */
export class PlainInput {
  readonly #listener: PlainInputListener;
  readonly #line: PlainLine;
  readonly #leaving = new LeaveQuestion();
  #isLeaving = false;
  /** What was entered, and not used yet. */
  readonly #entered: string[] = [];
  /** Questions that wait for an answer are served before readers of lines. */
  readonly #askers: Waiter[] = [];
  readonly #readers: Waiter[] = [];
  #secret: Secret | undefined;
  /** Whether what is typed is neither shown nor used. */
  #isHidden = false;
  #isOver = false;

  /** @param columns The terminal's width. */
  constructor(listener: PlainInputListener, columns: () => number) {
    this.#listener = listener;
    this.#line = new PlainLine((text) => listener.write(text), columns);
  }

  /** What is entered, line by line, until Ctrl-D where nothing is typed, or the end. */
  async *lines(): AsyncGenerator<string, void, void> {
    while (true) {
      const line = await this.#next(this.#readers);
      if (line === undefined) return;
      yield line;
    }
  }

  /**
   * The next line, even if a reader waits for lines; `undefined` for Ctrl-D, and at the end. What
   * was typed before does not count as an answer.
   */
  ask(): Promise<string | undefined> {
    this.#forget();
    return this.#next(this.#askers);
  }

  /**
   * The next line, which is not shown while it is typed; `undefined` for Ctrl-D in front of the first
   * character, and at the end.
   *
   * What is typed behind it stays unseen, and is dropped, until something else is read: people who
   * have to wait press Enter, or type it again, and that must not be sent to anybody.
   */
  askSecret(): Promise<string | undefined> {
    if (this.#isOver) return Promise.resolve(undefined);
    this.#forget();
    this.#isHidden = true;
    return new Promise((take) => this.#secret = { text: "", take });
  }

  /** Has something asked before Ctrl-C or Ctrl-D leaves, as {@linkcode LeaveQuestion} does. */
  confirmLeaving(question: () => string | undefined): void {
    this.#leaving.question = question;
  }

  /** Ends the row with the half-typed line, which is shown again when a key is pressed. */
  leaveRow(): void {
    this.#line.leave();
  }

  /** Takes keys. */
  press(keys: string): void {
    let rest = keys.replaceAll(`\x1b${DELETE}`, CTRL.W);
    while (rest !== "" && !this.#isOver) {
      if (!/^[\x03\x04]/.test(rest)) this.#leaving.takeBack();
      const [unknownKey = ""] = KEY_SEQUENCE.exec(rest) ?? [];
      rest = rest.slice(unknownKey.length);
      if (unknownKey !== "") continue;
      // In raw mode Enter sends CR.
      const [whole, line = ""] = (this.#line.text === "" ? WHOLE_LINE.exec(rest) : null) ?? [];
      const [text = ""] = TEXT.exec(rest) ?? [];
      if (whole !== undefined && !this.#isHidden && !/\p{Cc}/u.test(line)) {
        this.#enter(line);
        rest = rest.slice(whole.length);
      } else if (text !== "" && !this.#isHidden) {
        this.#line.insert(text);
        rest = rest.slice(text.length);
      } else {
        const [key = ""] = rest;
        if (this.#isHidden) this.#pressUnseen(key);
        else this.#control(key);
        rest = rest.slice(key.length);
      }
    }
  }

  /** Ends the lines and whatever is asked. What is half-typed is dropped. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#line.leave();
    this.#endSecret(undefined);
    for (const take of [...this.#askers.splice(0), ...this.#readers.splice(0)]) take(undefined);
    this.#listener.onEnd();
  }

  #next(queue: Waiter[]): Promise<string | undefined> {
    return new Promise((take) => {
      if (this.#secret === undefined) this.#isHidden = false;
      queue.push(take);
      this.#deliver();
    });
  }

  #forget(): void {
    this.#entered.length = 0;
    this.#line.cancel();
  }

  #enter(line: string): void {
    this.#entered.push(line);
    this.#deliver();
  }

  /** Hands lines to those who wait. */
  #deliver(): void {
    while (this.#askers.length + this.#readers.length > 0) {
      const line = this.#entered.shift();
      if (line === undefined && !this.#isOver) return;
      const take = this.#askers.shift() ?? this.#readers.shift();
      take?.(line);
    }
  }

  #control(key: string): void {
    switch (key) {
      case "\r":
      case "\n":
        return this.#enter(this.#line.enter());
      case DELETE:
      case CTRL.H:
        return this.#line.eraseCharacter();
      case CTRL.W:
        return this.#line.eraseWord();
      case CTRL.U:
        return this.#line.eraseAll();
      case CTRL.L:
      case CTRL.R:
        return this.#line.showAgain();
      case CTRL.C:
        // A question is given up as a whole.
        if (this.#askers.length > 0) this.#listener.onInterrupt();
        else if (this.#line.text !== "") this.#line.cancel("^C");
        else if (this.#mayLeave("Ctrl-C")) this.#listener.onInterrupt();
        return;
      case CTRL.D:
        if (this.#line.text !== "") return;
        if (this.#askers.length > 0 || this.#mayLeave("Ctrl-D")) this.end();
        return;
      case CTRL.Z:
        return this.#listener.onSuspend();
    }
  }

  #mayLeave(key: LeaveKey): boolean {
    const question = this.#isLeaving ? undefined : this.#leaving.press(key);
    if (question !== undefined) this.#listener.write(`${question}\n`);
    this.#isLeaving ||= question === undefined;
    return question === undefined;
  }

  #pressUnseen(key: string): void {
    if (key === CTRL.C) return this.#listener.onInterrupt();
    if (key === CTRL.Z) return this.#listener.onSuspend();
    const secret = this.#secret;
    if (secret === undefined) return;
    if (key === "\r" || key === "\n") this.#endSecret(secret.text);
    else if (key === CTRL.D && secret.text === "") this.#endSecret(undefined);
    else if (key === CTRL.U) secret.text = "";
    else if (key === DELETE || key === CTRL.H) secret.text = [...secret.text].slice(0, -1).join("");
    else if (!/\p{Cc}/u.test(key)) secret.text += key;
  }

  #endSecret(answer: string | undefined): void {
    const secret = this.#secret;
    this.#secret = undefined;
    secret?.take(answer);
    if (this.#askers.length + this.#readers.length > 0) this.#isHidden = false;
  }
}
