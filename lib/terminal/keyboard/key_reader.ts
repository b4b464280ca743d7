import process from "node:process";
import { type Input, PasteFilter } from "./paste_filter.ts";
import { type CursorPosition, PATIENCE, type TypedInput, TypedInputFilter } from "./typed_input.ts";

/** Receives what comes from the terminal. */
export interface KeyReaderListener {
  /** Keys, as terminals have always sent them. */
  onKeys(keys: string): void;
  /** One paste, with LF as its line breaks, and whether its end is missing because it is too long. */
  onPaste(text: string, isCut: boolean): void;
  /** The terminal has answered where its cursor stands. */
  onPosition?(position: CursorPosition): void;
  /** Nothing more will come. */
  onEnd(): void;
}

/** Standard input in raw mode: keys and pastes, without what a terminal says by itself. */
export class KeyReader {
  readonly #listener: KeyReaderListener;
  readonly #pastes = new PasteFilter();
  readonly #typed = new TypedInputFilter();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /**
   * Begins raw mode, and reads.
   *
   * @throws What Deno throws if standard input is no terminal.
   */
  constructor(listener: KeyReaderListener) {
    this.#listener = listener;
    // This one stays: a standard input that fails must not end a program that has closed its prompt.
    process.stdin.on("error", this.#end);
    process.stdin.on("end", this.#end);
    process.stdin.on("data", this.#read);
    process.stdin.setRawMode(true);
    process.stdin.resume();
  }

  /** Ends raw mode and stops reading, so that another program may have the terminal. */
  suspend(): void {
    process.stdin.pause();
    this.#setRaw(false);
  }

  /** Puts the terminal into raw mode again, whatever others have made of it, and reads on. */
  restore(): void {
    // What is raw already, as far as this program knows, would be left as it is.
    this.#setRaw(false);
    this.#setRaw(true);
    process.stdin.resume();
  }

  /** Ends raw mode, and stops reading. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    process.stdin.off("end", this.#end);
    process.stdin.off("data", this.#read);
    this.suspend();
  }

  #setRaw(isRaw: boolean): void {
    try {
      process.stdin.setRawMode(isRaw);
    } catch {
      // Standard input has failed, so there is no mode left to change.
    }
  }

  #end = (): void => {
    if (!this.#isClosed) this.#listener.onEnd();
  };

  #read = (chunk: Uint8Array): void => {
    const inString = this.#typed.patience === PATIENCE.string;
    this.#handOn(this.#pastes.add(this.#decoder.decode(chunk, { stream: true })));
    // What never ends must not be kept alive by what is typed.
    if (!inString || this.#typed.patience !== PATIENCE.string) this.#waitForMore();
  };

  /** What is held back is decided on when nothing more comes. */
  #waitForMore(): void {
    clearTimeout(this.#timer);
    const { patience } = this.#pastes;
    if (this.#isClosed || (patience ?? this.#typed.patience) === undefined) return;
    this.#timer = setTimeout(() => {
      this.#handOn(this.#pastes.decide());
      if (patience === undefined) this.#press(this.#typed.decide());
      this.#waitForMore();
    }, patience ?? this.#typed.patience);
  }

  #handOn(input: readonly Input[]): void {
    for (const piece of input) {
      if (this.#isClosed) return;
      if ("keys" in piece) this.#press(this.#typed.add(piece.keys));
      else this.#listener.onPaste(piece.paste, piece.isCut);
    }
  }

  #press(input: readonly TypedInput[]): void {
    for (const piece of input) {
      if (this.#isClosed) return;
      if ("keys" in piece) this.#listener.onKeys(piece.keys);
      else this.#listener.onPosition?.(piece.position);
    }
  }
}
