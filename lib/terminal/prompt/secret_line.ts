import type { Key } from "node:readline";

/** Receives what becomes of a secret. */
export interface SecretListener {
  /** Enter was pressed. */
  onLine(secret: string): void;
  /** Ctrl-C was pressed. */
  onInterrupt(): void;
  /** Ctrl-D was pressed before anything was typed. */
  onEnd(): void;
}

/**
 * A line that is typed unseen. `node:readline` hears nothing of it: it keeps what is typed in more
 * places than its history (what Ctrl-U has cut, Ctrl-Y brings back).
 */
export class SecretLine {
  /** What is shown of it: nothing. */
  readonly line = "";
  /** Where the cursor stands in what is shown. */
  readonly cursor = 0;
  readonly #listener: SecretListener;
  #typed = "";

  /** Begins with nothing typed. */
  constructor(listener: SecretListener) {
    this.#listener = listener;
  }

  /** Takes a key, as `node:readline` tells it. */
  press(text: string | undefined, { name, ctrl = false, meta = false }: Key): void {
    if (ctrl && name === "c") {
      this.#listener.onInterrupt();
    } else if (ctrl && name === "d") {
      if (this.#typed === "") this.#listener.onEnd();
    } else if (name === "return" || name === "enter") {
      const secret = this.#typed;
      this.#typed = "";
      this.#listener.onLine(secret);
    } else if (name === "backspace") {
      this.#typed = [...this.#typed].slice(0, -1).join("");
    } else if (ctrl && name === "u") {
      this.#typed = "";
    } else if (text !== undefined && !ctrl && !meta) {
      this.#typed += withoutControls(text);
    }
  }

  /** Takes pasted text as if its first line had been typed. */
  paste(text: string): void {
    const [first = ""] = text.split("\n", 1);
    this.#typed += withoutControls(first);
  }
}

function withoutControls(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "");
}
