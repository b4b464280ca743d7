/**
 * Lines that a person types on a terminal which edits and echoes them by itself: for screen readers,
 * and for terminals on which nothing can be drawn.
 *
 * @module
 */

/** The terminal: `Deno.stdin`, or what a test puts in its place. */
export interface TerminalInput {
  /** Reads some bytes, and says how many; `null` at the end, which Ctrl-D makes. */
  read(buffer: Uint8Array): Promise<number | null>;
  /** Raw: every key comes at once, nothing is echoed, and Ctrl-C sends no signal. */
  setRaw(isRaw: boolean): void;
}

/** Takes the line that is waited for. */
type Waiter = (line: string | undefined) => void;

/** What has been typed of a secret, and who waits for it. */
interface Secret {
  text: string;
  readonly take: Waiter;
}

/** Keys that send more than one character, such as the arrows (ECMA-48, section 5.4). */
const KEY_SEQUENCE = /\x1b(?:\[[0-?]*[ -/]*[@-~]|O[@-~]|[^\x1b])?/g;

const CTRL_C = "\x03";
const CTRL_D = "\x04";
const CTRL_U = "\x15";

/** What is typed on a terminal in its own line mode. */
export class PlainInput {
  readonly #terminal: TerminalInput;
  readonly #onInterrupt: () => void;
  readonly #decoder = new TextDecoder();
  /** What was typed, and not used yet. */
  #typed = "";
  /** Questions that wait for an answer are served before readers of lines. */
  readonly #askers: Waiter[] = [];
  readonly #readers: Waiter[] = [];
  #secret: Secret | undefined;
  #isRaw = false;
  #isReading = false;
  #isOver = false;

  /** @param onInterrupt Called for Ctrl-C where it sends no signal. */
  constructor(terminal: TerminalInput, onInterrupt: () => void) {
    this.#terminal = terminal;
    this.#onInterrupt = onInterrupt;
  }

  /** The lines that are typed, without their ends, until Ctrl-D at the start of one, or the end. */
  async *lines(): AsyncGenerator<string, void, void> {
    while (true) {
      const line = await this.#next(this.#readers);
      if (line === undefined) return;
      yield line;
    }
  }

  /**
   * The next line, even if a reader waits for lines; `undefined` for Ctrl-D, and at the end. What
   * was read before does not count as an answer.
   */
  ask(): Promise<string | undefined> {
    this.#typed = "";
    return this.#next(this.#askers);
  }

  /**
   * The next line, which is not shown while it is typed; `undefined` for Ctrl-D in front of the first
   * character, and at the end.
   *
   * What is typed behind it stays unseen, and is dropped, until something else is read: people who
   * have to wait press Enter, or type it again, and that must not be sent to anybody.
   *
   * @throws What the terminal throws if it has no raw mode.
   */
  askSecret(): Promise<string | undefined> {
    if (this.#isOver) return Promise.resolve(undefined);
    return new Promise((take) => {
      this.#setRaw(true);
      this.#secret = { text: "", take };
      void this.#read();
    });
  }

  /** Ends the lines and whatever is asked, and leaves the terminal as it was. */
  close(): void {
    this.#typed = "";
    this.#end();
  }

  get #hasWaiters(): boolean {
    return this.#askers.length + this.#readers.length > 0;
  }

  #next(queue: Waiter[]): Promise<string | undefined> {
    return new Promise((take) => {
      this.#setRaw(false);
      queue.push(take);
      this.#deliver();
      void this.#read();
    });
  }

  #setRaw(isRaw: boolean): void {
    if (this.#isRaw === isRaw) return;
    this.#terminal.setRaw(isRaw);
    this.#isRaw = isRaw;
  }

  /** Reads as long as a line is waited for, or Ctrl-C has to be heard: in raw mode it is a key. */
  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    const buffer = new Uint8Array(4096);
    while (!this.#isOver && (this.#isRaw || this.#hasWaiters)) {
      // A terminal that is gone has come to its end.
      const count = await this.#terminal.read(buffer).catch(() => null);
      if (count === null) this.#end();
      else this.#take(this.#decoder.decode(buffer.subarray(0, count), { stream: true }));
      buffer.fill(0);
    }
    this.#isReading = false;
  }

  #take(text: string): void {
    if (this.#isRaw) {
      for (const key of text.replaceAll(KEY_SEQUENCE, "")) this.#press(key);
    } else {
      this.#typed += text;
      this.#deliver();
    }
  }

  /** Hands lines to those who wait. */
  #deliver(): void {
    while (this.#hasWaiters) {
      const length = this.#typed.indexOf("\n") + 1 || (this.#isOver ? this.#typed.length : 0);
      if (length === 0 && !this.#isOver) return;
      const line = length === 0 ? undefined : this.#typed.slice(0, length).replace(/\r?\n$/, "");
      this.#typed = this.#typed.slice(length);
      const take = this.#askers.shift() ?? this.#readers.shift();
      take?.(line);
    }
  }

  /** A key in raw mode. */
  #press(key: string): void {
    const secret = this.#secret;
    if (key === CTRL_C) return this.#onInterrupt();
    if (secret === undefined) return;
    if (key === "\r" || key === "\n") this.#endSecret(secret.text);
    else if (key === CTRL_D && secret.text === "") this.#endSecret(undefined);
    else if (key === CTRL_U) secret.text = "";
    else if (key === "\x7f" || key === "\b") secret.text = [...secret.text].slice(0, -1).join("");
    else if (!/\p{Cc}/u.test(key)) secret.text += key;
  }

  #endSecret(answer: string | undefined): void {
    const secret = this.#secret;
    this.#secret = undefined;
    secret?.take(answer);
    if (this.#hasWaiters) this.#setRaw(false);
  }

  #end(): void {
    this.#isOver = true;
    try {
      this.#setRaw(false);
    } catch {
      // The terminal is gone, and with it its mode.
    }
    this.#endSecret(undefined);
    this.#deliver();
  }
}
