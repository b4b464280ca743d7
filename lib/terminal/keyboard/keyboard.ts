import { Buffer } from "node:buffer";
import { emitKeypressEvents, type Key } from "node:readline";
import { Readable } from "node:stream";
import { KeyReader, type KeyReaderListener } from "./key_reader.ts";

/** Receives what is typed and pasted. */
export interface KeyboardListener extends Omit<KeyReaderListener, "onKeys"> {
  /** One key: the text that it stands for, if any, and its name. */
  onKey(text: string | undefined, key: Key): void;
}

/**
 * The keyboard of the terminal. `node:readline` tells the keys; pastes go past it, because Deno's takes
 * the marks around them for keys, and obeys what is pasted. So does what a terminal says by itself, which
 * readline would take for text.
 */
export class Keyboard extends KeyReader {
  #isOpen = true;

  /** Begins raw mode, and reads. */
  constructor(listener: KeyboardListener) {
    const keys = new Readable({ read() {} });
    emitKeypressEvents(keys);
    super({
      // Not pushed into the stream, which may wait: each key must be done before the paste behind it.
      onKeys: (text) => void keys.emit("data", Buffer.from(text)),
      onPaste: (text, isCut) => listener.onPaste(text, isCut),
      onPosition: (position) => listener.onPosition?.(position),
      onEnd: () => listener.onEnd(),
    });
    keys.on("keypress", (text: string | undefined, key: Key) => {
      if (this.#isOpen) listener.onKey(text, key);
    });
  }

  /** Ends raw mode, and stops reading. */
  override close(): void {
    this.#isOpen = false;
    super.close();
  }
}
