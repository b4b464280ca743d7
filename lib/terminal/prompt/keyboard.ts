import process from "node:process";
import { Buffer } from "node:buffer";
import { emitKeypressEvents, type Interface, type Key } from "node:readline";
import { Readable } from "node:stream";
import { type Input, PasteFilter } from "./paste_filter.ts";

/** Receives what is typed and pasted. */
export interface KeyboardListener {
  /** One key: the text that it stands for, if any, and its name. */
  onKey(text: string | undefined, key: Key): void;
  /** One paste, with LF as its line breaks, and whether its end is missing because it is too long. */
  onPaste(text: string, isCut: boolean): void;
  /** Nothing more will come. */
  onEnd(): void;
}

/** How long the rest of a sequence may take, in milliseconds, before its beginning is a key. */
const SEQUENCE_TIMEOUT = 100;

/**
 * Standard input in raw mode. `node:readline` tells the keys; pastes go past it, because Deno's takes
 * the marks around them for keys, and obeys what is pasted.
 */
export class Keyboard {
  readonly #listener: KeyboardListener;
  readonly #filter = new PasteFilter();
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  readonly #keys = new Readable({ read() {} });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  /** @param readline learns whether a Tab was typed by hand, and may be completed. */
  constructor(readline: Interface, listener: KeyboardListener) {
    this.#listener = listener;
    emitKeypressEvents(this.#keys, readline);
    this.#keys.on("keypress", (text: string | undefined, key: Key) => {
      if (!this.#isClosed) listener.onKey(text, key);
    });
    // This one stays: a standard input that fails must not end a program that has closed its prompt.
    process.stdin.on("error", this.#end);
    process.stdin.on("end", this.#end);
    process.stdin.on("data", this.#read);
    process.stdin.setRawMode(true);
    process.stdin.resume();
  }

  /** Lets input wait. */
  pause(): void {
    process.stdin.pause();
  }

  /** Reads on. */
  resume(): void {
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
    clearTimeout(this.#timer);
    this.#handOn(this.#filter.add(this.#decoder.decode(chunk, { stream: true })));
    if (this.#filter.isUndecided && !this.#isClosed) {
      this.#timer = setTimeout(() => this.#handOn(this.#filter.decide()), SEQUENCE_TIMEOUT);
    }
  };

  #handOn(input: readonly Input[]): void {
    for (const piece of input) {
      if (this.#isClosed) return;
      // Not pushed into the stream, which may wait: each key must be done before the paste behind it.
      if ("keys" in piece) this.#keys.emit("data", Buffer.from(piece.keys));
      else this.#listener.onPaste(piece.paste, piece.isCut);
    }
  }
}
