import { createInterface, type Interface, type Key } from "node:readline";
import { Readable, Writable } from "node:stream";

/**
 * Given the line up to the cursor, the possible continuations and the part of the line that they
 * replace, as `node:readline` defines it. The line may have line breaks in it.
 */
export type Completer = (
  line: string,
) => [candidates: string[], replaced: string] | Promise<[candidates: string[], replaced: string]>;

/** Receives what becomes of the draft. */
export interface EditorListener {
  /** Enter was pressed. The text may have line breaks in it, but none at its end. */
  onLine(text: string): void;
  /** Ctrl-C was pressed. */
  onInterrupt(): void;
  /** Ctrl-D was pressed on an empty line. */
  onEnd(): void;
  /** Several continuations are possible. */
  onCandidates(candidates: readonly string[]): Promise<void>;
  /** A completion has changed the draft. */
  onChange(): void;
  /** While a completion is looked for, input must wait. */
  onPause(): void;
  /** Input may go on. */
  onResume(): void;
}

/** Sent to readline when a key is dealt with here, as a key of which it knows nothing. */
const OTHER_KEY: Key = { name: "other" };

const clusters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * The half-typed text and its cursor, edited by keys. It may have line breaks in it.
 *
 * `node:readline` does the history, the completion, and what the control keys do. Typing, deleting
 * and moving by one character are done here, for two reasons: a character is what people take for
 * one, a whole emoji for example; and readline of Deno measures the whole text for each of these
 * keys, a tenth of a second in the longest paste.
 */
export class LineEditor {
  /** Edits and draws nothing. Its input is empty: keys are handed to it one by one. */
  readonly readline: Interface;
  /** Whether there may be no line break: of a paste, the first line counts. */
  isSingleLine = false;
  readonly #listener: EditorListener;
  #isClosed = false;

  /** Begins with an empty draft and an empty history. */
  constructor(listener: EditorListener, completer?: Completer) {
    this.#listener = listener;
    this.readline = createInterface({
      input: new Readable({ read() {} }),
      output: new Writable({ write: (_chunk, _encoding, done) => done() }),
      terminal: true,
      // However slowly a CR LF arrives, it is one line break.
      crlfDelay: Infinity,
      ...(completer === undefined ? {} : { completer: this.#completion(completer) }),
    });
    // Readline would measure the whole text. Nothing here needs the answer.
    this.readline.getCursorPos = () => ({ rows: 0, cols: 1 });
    this.readline.on("line", (line) => listener.onLine(line));
    this.readline.on("close", () => {
      if (!this.#isClosed) listener.onEnd();
    });
    this.readline.on("SIGINT", () => listener.onInterrupt());
    // Without a listener readline would stop the program with SIGTSTP, for which older versions of
    // Deno ask for --allow-run, and a stopped program would hold up everybody in its room.
    this.readline.on("SIGTSTP", () => {});
    this.readline.on("pause", () => listener.onPause());
    this.readline.on("resume", () => listener.onResume());
  }

  /** The draft. */
  get line(): string {
    return this.readline.line;
  }

  /** The cursor's place in it, in UTF-16 code units. */
  get cursor(): number {
    return this.readline.cursor;
  }

  /** Takes a key, as `node:readline` tells it. */
  press(text: string | undefined, key: Key): void {
    const { line, cursor } = this;
    const isPlain = !key.ctrl && !key.meta;
    if (key.name === "return" && key.meta) {
      if (!this.isSingleLine) this.#insert("\n");
    } else if (isPlain && (key.name === "return" || key.name === "enter")) {
      const draft = withoutTrailingBreaks(line);
      this.#set(draft, Math.min(cursor, draft.length));
      this.readline.write(null, key);
    } else if (isPlain && key.name === "left" || key.ctrl && key.name === "b") {
      this.#change(line, this.#before());
    } else if (isPlain && key.name === "right" || key.ctrl && key.name === "f") {
      this.#change(line, this.#behind());
    } else if (isPlain && key.name === "backspace") {
      const start = this.#before();
      this.#change(line.slice(0, start) + line.slice(cursor), start);
    } else if (isPlain && key.name === "delete" || key.ctrl && key.name === "d" && line !== "") {
      this.#change(line.slice(0, cursor) + line.slice(this.#behind()), cursor);
    } else if (isPlain && text !== undefined && !/\p{Cc}/u.test(text)) {
      this.#insert(text);
    } else {
      this.readline.write(text ?? "", key);
    }
  }

  /** Puts pasted text at the cursor, in one piece. */
  paste(text: string): void {
    this.#insert(this.isSingleLine ? text.split("\n", 1)[0] ?? "" : text);
  }

  /** Empties the draft. */
  clear(): void {
    if (this.line === "") return;
    this.readline.write(null, { ctrl: true, name: "e" });
    this.readline.write(null, { ctrl: true, name: "u" });
  }

  /** Takes no more keys. The draft stays. */
  close(): void {
    this.#isClosed = true;
    this.readline.close();
  }

  #insert(text: string): void {
    const { line, cursor } = this;
    this.#change(line.slice(0, cursor) + text + line.slice(cursor), cursor + text.length);
  }

  /** Makes readline see a key as well, which ends its search in the history. */
  #change(line: string, cursor: number): void {
    this.readline.write(null, OTHER_KEY);
    this.#set(line, cursor);
  }

  #set(line: string, cursor: number): void {
    Object.assign(this.readline, { line, cursor });
  }

  /** Where the character in front of the cursor begins. */
  #before(): number {
    return clusters.segment(this.line).containing(this.cursor - 1)?.index ?? 0;
  }

  /** Where the character behind the cursor ends. */
  #behind(): number {
    const cluster = clusters.segment(this.line).containing(this.cursor);
    return cluster === undefined ? this.line.length : cluster.index + cluster.segment.length;
  }

  /** Readline's own list of candidates would be lost with the rest of its drawing. */
  #completion(completer: Completer) {
    return (
      line: string,
      done: (error: Error | null, result: [string[], string]) => void,
    ): void => {
      const complete = async (): Promise<[string[], string]> => {
        try {
          const [candidates, replaced] = await completer(line);
          if (candidates.length > 1 && commonPrefix(candidates) === replaced) {
            await this.#listener.onCandidates(candidates);
          }
          return [candidates, replaced];
        } catch {
          return [[], line];
        }
      };
      complete().then((result) => {
        if (this.#isClosed) return;
        done(null, result);
        this.#listener.onChange();
      });
    };
  }
}

function commonPrefix(texts: readonly string[]): string {
  let [prefix = "", ...others] = texts;
  for (const other of others) {
    while (!other.startsWith(prefix)) prefix = prefix.slice(0, -1);
  }
  return prefix;
}

function withoutTrailingBreaks(text: string): string {
  let end = text.length;
  while (text[end - 1] === "\n") end--;
  return text.slice(0, end);
}
