import { Buffer } from "node:buffer";
import { emitKeypressEvents, type Key } from "node:readline";
import { Readable } from "node:stream";
import type { Completer } from "../../../lib/terminal/editing/completion.ts";
import { type EditorOptions, LineEditor } from "../../../lib/terminal/editing/line_editor.ts";

/** What terminals send for keys. */
export const KEY = {
  left: "\x1b[D",
  right: "\x1b[C",
  up: "\x1b[A",
  down: "\x1b[B",
  home: "\x1b[H",
  end: "\x1b[F",
  delete: "\x1b[3~",
  backspace: "\x7f",
  enter: "\r",
  escape: "\x1b",
  ctrlLeft: "\x1b[1;5D",
  ctrlRight: "\x1b[1;5C",
  altLeft: "\x1b[1;3D",
  altRight: "\x1b[1;3C",
  altBackspace: "\x1b\x7f",
  altEnter: "\x1b\r",
  undo: "\x1f",
} as const;

/** Ctrl and a letter. */
export function ctrl(letter: string): string {
  return String.fromCharCode(letter.charCodeAt(0) & 0x1f);
}

/** Alt and a letter. */
export function alt(letter: string): string {
  return `\x1b${letter}`;
}

/** An editor without a terminal. */
export class Bench {
  readonly entered: string[] = [];
  readonly remembered: string[] = [];
  readonly edited: string[] = [];
  readonly candidates: string[] = [];
  ends = 0;
  interrupts = 0;
  readonly editor: LineEditor;
  readonly #keys = new Readable({ read() {} });

  constructor(options: EditorOptions & { completer?: Completer } = {}) {
    this.editor = new LineEditor({
      onLine: (text) => this.entered.push(text),
      onInterrupt: () => this.interrupts++,
      onEnd: () => this.ends++,
      onCandidates: (candidates) => this.candidates.push(...candidates),
      onRemember: (entry) => this.remembered.push(entry),
      onEdit: (draft) => this.edited.push(draft),
    }, options);
    emitKeypressEvents(this.#keys);
    this.#keys.on("keypress", (text: string | undefined, key: Key) => this.editor.press(text, key));
  }

  /** Presses keys, as a terminal sends them. */
  type(...keys: readonly string[]): this {
    for (const key of keys) this.#keys.emit("data", Buffer.from(key));
    return this;
  }

  /** Enters lines, one after the other. */
  enter(...lines: readonly string[]): this {
    for (const line of lines) {
      this.editor.paste(line);
      this.type(KEY.enter);
    }
    return this;
  }

  /** Presses Escape alone, which readline tells from the beginning of a sequence by waiting. */
  escape(): this {
    this.editor.press(undefined, { sequence: "\x1b", name: "escape", meta: true });
    return this;
  }

  /** The draft, with a bar where the cursor stands, behind what stands in the prompt's place. */
  get draft(): string {
    const { label = "", line, cursor } = this.editor;
    return `${label}${line.slice(0, cursor)}|${line.slice(cursor)}`;
  }
}
