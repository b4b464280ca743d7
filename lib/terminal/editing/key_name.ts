import type { Key } from "node:readline";

/** Keys that `node:readline` tells without a name, by what the terminal sends for them. */
const NAMELESS: Readonly<Record<string, string>> = {
  "\x1f": "C-_",
  "\x1b<": "M-<",
  "\x1b>": "M->",
};

/** Alt with a key that sends a sequence of its own, in terminals that put Escape in front of it. */
const ESCAPED_SEQUENCE = /^\x1b\x1b[[O]/;

/**
 * What readline's manual would call a key, in short: `C-a` for Ctrl-A, `M-b` for Alt-B, `C-left`.
 * Shift makes no difference.
 */
export function keyName({ sequence = "", name, ctrl, meta }: Key): string {
  // That is how Deno calls a sequence that it does not know.
  if (name === "undefined") return "";
  const isMeta = meta || ESCAPED_SEQUENCE.test(sequence);
  return NAMELESS[sequence] ?? `${ctrl ? "C-" : ""}${isMeta ? "M-" : ""}${name ?? ""}`;
}
