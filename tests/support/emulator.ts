/**
 * A terminal without a program: what a person would see of some bytes.
 *
 * @module
 */

import unicode11 from "npm:@xterm/addon-unicode11@0.9.0";
import xterm from "npm:@xterm/headless@6.0.0";

/** A screen to write to. */
export class Emulator implements Disposable {
  /** The terminal itself, for what this class does not offer. */
  readonly terminal: InstanceType<typeof xterm.Terminal>;

  /** Makes an empty screen, with characters as wide as Unicode 11 says. */
  constructor(columns: number, rows: number) {
    this.terminal = new xterm.Terminal({
      allowProposedApi: true,
      cols: columns,
      rows,
      scrollback: 10_000,
    });
    this.terminal.loadAddon(new unicode11.Unicode11Addon());
    this.terminal.unicode.activeVersion = "11";
  }

  /** Writes, and returns when the screen has changed. */
  write(output: string | Uint8Array): Promise<void> {
    return new Promise((resolve) => this.terminal.write(output, resolve));
  }

  /** The rows of the screen, without the spaces at their ends. */
  screen(): string[] {
    return this.#rows(this.terminal.buffer.active.baseY, this.terminal.rows);
  }

  /** The rows that have left the screen at the top, and then those of the screen. */
  transcript(): string[] {
    return this.#rows(0, this.terminal.buffer.active.length);
  }

  /** Where the cursor stands on the screen, counted from 0. */
  cursor(): { row: number; column: number } {
    const { cursorX, cursorY } = this.terminal.buffer.active;
    return { row: cursorY, column: cursorX };
  }

  /** How many columns it takes a text for, as it counts when it wraps. */
  widthOf(text: string): number {
    // What the addon was made for; the types do not name it.
    const core = Reflect.get(this.terminal, "_core") as {
      unicodeService: { getStringCellWidth(text: string): number };
    };
    return core.unicodeService.getStringCellWidth(text);
  }

  #rows(first: number, count: number): string[] {
    const buffer = this.terminal.buffer.active;
    return Array.from(
      { length: count },
      (_, row) => buffer.getLine(first + row)?.translateToString().trimEnd() ?? "",
    );
  }

  /** Frees the screen. */
  [Symbol.dispose](): void {
    this.terminal.dispose();
  }
}
