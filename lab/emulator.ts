/** A terminal without a window: what a person would see of the bytes that a program writes. */
import xterm from "npm:@xterm/headless@6.0.0";

/** A terminal that obeys what it is told, as all of them do. */
export class Emulator implements Disposable {
  /** What the window is called, if a program has named it. */
  title: string | undefined;
  readonly #terminal: InstanceType<typeof xterm.Terminal>;

  /** An empty screen. */
  constructor(columns = 80, rows = 24) {
    this.#terminal = new xterm.Terminal({ allowProposedApi: true, cols: columns, rows });
    this.#terminal.onTitleChange((title) => this.title = title);
  }

  /** Writes lines as a program does, and returns when the screen has changed. */
  write(lines: readonly string[]): Promise<void> {
    // A terminal's driver puts a carriage return in front of each line feed.
    const output = lines.map((line) => `${line}\r\n`).join("");
    return new Promise((resolve) => this.#terminal.write(output, resolve));
  }

  /** What can be seen: the rows of the screen up to the last one that is not empty. */
  screen(): string[] {
    const { active } = this.#terminal.buffer;
    const rows = Array.from(
      { length: this.#terminal.rows },
      (_, row) => this.#row(active.baseY + row),
    );
    return rows.slice(0, rows.findLastIndex((row) => row !== "") + 1);
  }

  #row(index: number): string {
    const line = this.#terminal.buffer.active.getLine(index);
    let text = "";
    for (let column = 0; column < this.#terminal.cols; column++) {
      const cell = line?.getCell(column);
      // The second half of a wide character is a cell without a character.
      if (cell === undefined || cell.getWidth() === 0) continue;
      text += cell.isInvisible() ? " ".repeat(cell.getWidth()) : cell.getChars() || " ";
    }
    return text.trimEnd();
  }

  /** Frees the screen. */
  [Symbol.dispose](): void {
    this.#terminal.dispose();
  }
}
