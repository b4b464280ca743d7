import { permittedVariable, type ReadVariable } from "../../environment.ts";

/** How many colours may be written: none, the 16 of the theme, the palette of 256, or any. */
export type ColourDepth = "none" | "16" | "256" | "true";

/** The variables that are looked at here, for `--allow-env`. */
export const COLOUR_VARIABLES: readonly string[] = ["COLORTERM", "TERM"];

/**
 * How many colours the terminal shows.
 *
 * Every terminal of today has the 16; a terminal says by itself, in its environment, that it has
 * more. `NO_COLOR` (https://no-color.org) wins over everything.
 *
 * @param noColour Whether `NO_COLOR` is set.
 */
export function colourDepth(
  read: ReadVariable = permittedVariable,
  noColour: boolean = Deno.noColor,
): ColourDepth {
  if (noColour || isDumbTerminal(read)) return "none";
  if (/^(truecolor|24bit)$/i.test(read("COLORTERM") ?? "")) return "true";
  return (read("TERM") ?? "").endsWith("-256color") ? "256" : "16";
}

/** Whether the terminal says that it obeys nothing: neither colours nor movements of the cursor. */
export function isDumbTerminal(read: ReadVariable = permittedVariable): boolean {
  return read("TERM") === "dumb";
}
