/** Where an experiment tells its story, so that its reader learns what happened. */
import { hex } from "../lib/crypto/mod.ts";

/** A range of bytes that is to stand out. */
export interface Mark {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** How the story is shown. */
export interface StageOptions {
  /** Whether to use colours. Without them, the same is said in words and signs. */
  readonly colour: boolean;
  /** How wide a line may be. Default 80. */
  readonly columns?: number;
  /** Takes finished lines. */
  write(text: string): void;
  /** Called after each piece of the story; the next one comes when it resolves. */
  pause?(): Promise<void>;
}

const BYTES_PER_ROW = 16;

const ESCAPE = {
  bold: ["\x1b[1m", "\x1b[22m"],
  dim: ["\x1b[2m", "\x1b[22m"],
  alice: ["\x1b[36m", "\x1b[39m"],
  bob: ["\x1b[32m", "\x1b[39m"],
  eve: ["\x1b[31m", "\x1b[39m"],
  mark: ["\x1b[7m", "\x1b[27m"],
} as const;

type Look = keyof typeof ESCAPE;

/** Tells a story in lines. */
export class Stage {
  readonly #options: StageOptions;
  readonly #columns: number;

  /** A stage that writes where `options` say. */
  constructor(options: StageOptions) {
    this.#options = options;
    this.#columns = Math.max(40, Math.min(options.columns ?? 80, 100));
  }

  /** The name of an experiment. */
  async title(text: string): Promise<void> {
    const rule = "═".repeat(Math.min(this.#columns, 78));
    await this.#head(`${rule}\n${wrap(text, this.#columns).join("\n")}\n${rule}`);
  }

  /** The beginning of a part: which protocol is attacked now. */
  async part(text: string): Promise<void> {
    const rule = "─".repeat(Math.max(0, Math.min(this.#columns, 78) - text.length - 4));
    await this.#head(`── ${text} ${rule}`);
  }

  /** What happens, in plain sentences. */
  async say(text: string): Promise<void> {
    await this.#show(`\n${wrap(text, this.#columns).join("\n")}`);
  }

  /** What a person sees in front of them, line by line. Whatever a terminal would obey is shown. */
  async screen(owner: string, lines: readonly string[]): Promise<void> {
    const look = owner === "Eve" ? "eve" : owner === "Alice" ? "alice" : "bob";
    const width = this.#columns - 6;
    const rows = lines.flatMap((line) => wrap(visible(line), width));
    if (rows.length === 0) rows.push("(nothing)");
    const text = [
      `  ┌─ ${owner}'s screen`,
      ...rows.map((row) => `  │ ${row}`),
      "  └─",
    ].join("\n");
    await this.#show(`\n${this.#in(look, text)}`);
  }

  /** Bytes in hex, 16 a row, with their offset. Marked ones stand out; a `^` under each says so. */
  async bytes(label: string, bytes: Uint8Array, marks: readonly Mark[] = []): Promise<void> {
    const rows = [`\n  ${label} (${bytes.length} bytes)`];
    const isMarked = (index: number) =>
      marks.some(({ start, end }) => index >= start && index < end);
    for (let start = 0; start < bytes.length; start += BYTES_PER_ROW) {
      const row = [...bytes.subarray(start, start + BYTES_PER_ROW)];
      const columns = row.map((byte, column) => {
        const text = hex(Uint8Array.of(byte));
        return isMarked(start + column) ? this.#in("mark", text) : text;
      });
      rows.push(`  ${String(start).padStart(5)}  ${columns.join(" ")}`);
      const signs = row.map((_, column) => isMarked(start + column) ? "^^" : "  ").join(" ");
      if (signs.trim() !== "") rows.push(`         ${signs.trimEnd()}`);
    }
    await this.#show(rows.join("\n"));
  }

  /** Lines as they are, set in: a table, a calculation. */
  async lines(lines: readonly string[]): Promise<void> {
    await this.#show(`\n${lines.map((line) => `  ${visible(line)}`).join("\n")}`);
  }

  /** How an attack came out. */
  async verdict(succeeded: boolean, text: string): Promise<void> {
    const sign = succeeded ? "✗ Eve succeeds" : "✓ Eve is stopped";
    const lines = wrap(`${sign}: ${text}`, this.#columns);
    await this.#show(`\n${this.#in(succeeded ? "eve" : "bob", lines.join("\n"))}`);
  }

  /** Nobody needs time for a heading: it is read with what follows. */
  #head(text: string): Promise<void> {
    this.#options.write(`\n${this.#in("bold", text)}\n`);
    return Promise.resolve();
  }

  async #show(text: string): Promise<void> {
    this.#options.write(`${text}\n`);
    await this.#options.pause?.();
  }

  #in(look: Look, text: string): string {
    if (!this.#options.colour) return text;
    const [begin, end] = ESCAPE[look];
    return text.split("\n").map((line) => `${begin}${line}${end}`).join("\n");
  }
}

/**
 * A text whose control characters are shown as the pictures that Unicode has for them, and characters
 * that are invisible or turn others round as `<U+202E>`. Not by the library's own way: the lab stays
 * readable when what it attacks is taken out.
 */
export function visible(text: string): string {
  return text.replace(
    /[\x00-\x1f\x7f]/g,
    (character) =>
      character === "\x7f" ? "␡" : String.fromCharCode(0x2400 + character.charCodeAt(0)),
  ).replace(
    /[\x80-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
    (character) => `<U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}>`,
  );
}

/**
 * Lines of at most so many characters, broken at blanks where there are any. Blanks at the beginning
 * stay.
 */
export function wrap(text: string, columns: number): string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line: string | undefined;
    for (const word of paragraph.split(" ")) {
      if (line !== undefined && line.length + 1 + word.length > columns) {
        lines.push(line);
        line = undefined;
      }
      line = line === undefined ? word : `${line} ${word}`;
      for (; line.length > columns; line = line.slice(columns)) lines.push(line.slice(0, columns));
    }
    return [...lines, line ?? ""];
  });
}
