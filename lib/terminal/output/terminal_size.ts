/** How many columns the terminal has; `Infinity` if it does not tell. */
export function terminalWidth(): number {
  try {
    return Deno.consoleSize().columns || Infinity;
  } catch {
    return Infinity;
  }
}

/** How long the lines of a stream may be: as its terminal's, if it leads to one. */
export function streamWidth(stream: { isTerminal(): boolean }): number {
  return stream.isTerminal() ? terminalWidth() : Infinity;
}

/** How large a terminal is, in columns and rows. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** What a terminal is taken to be that does not tell its size. */
const USUAL_SIZE: TerminalSize = { columns: 80, rows: 24 };

/** The terminal's size; 80 columns of 24 rows, if it does not tell. */
export function terminalSize(): TerminalSize {
  try {
    const size = Deno.consoleSize();
    return size.columns > 0 && size.rows > 0 ? size : USUAL_SIZE;
  } catch {
    return USUAL_SIZE;
  }
}
