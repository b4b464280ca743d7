/** How many columns the terminal has; `Infinity` if it does not tell. */
export function terminalWidth(): number {
  try {
    return Deno.consoleSize().columns || Infinity;
  } catch {
    return Infinity;
  }
}
