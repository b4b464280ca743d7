/** How many columns the terminal has; `Infinity` if it does not tell. */
export function terminalWidth(): number {
  try {
    return Deno.consoleSize().columns || Infinity;
  } catch {
    return Infinity;
  }
}

/** How long the lines of a stream may be: as its terminal's, if it leads to one. */
export function widthOf(stream: { isTerminal(): boolean }): number {
  return stream.isTerminal() ? terminalWidth() : Infinity;
}
