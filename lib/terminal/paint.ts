/**
 * Colours by role. Written by hand because `styleText` of `node:util` reads the environment, and so
 * makes Deno ask for a permission in the middle of a chat.
 *
 * @module
 */

/** What a piece of text is, which decides its colour. */
export type Role = "name" | "self" | "dim" | "notice" | "error" | "fingerprint";

/** One function for each role, which puts its colour around a text, or leaves the text alone. */
export type Paint = Readonly<Record<Role, (text: string) => string>>;

/** For each role the SGR parameters (ECMA-48, section 8.3.117) that begin and end it. */
const STYLES: Record<Role, readonly [begin: string, end: string]> = {
  name: ["1;36", "22;39"],
  self: ["1;32", "22;39"],
  dim: ["2", "22"],
  notice: ["33", "39"],
  error: ["1;31", "22;39"],
  fingerprint: ["35", "39"],
};

/**
 * Makes a paint.
 *
 * The text must have gone through `sanitiseText` or `sanitiseLine` already, and roles do not nest: the inner role's
 * end also ends the outer one.
 *
 * @param coloured whether to write colours, or to return every text as it is.
 */
export function createPaint(coloured: boolean): Paint {
  const role = (name: Role) => {
    const [begin, end] = STYLES[name];
    return (text: string) => coloured && text !== "" ? `\x1b[${begin}m${text}\x1b[${end}m` : text;
  };
  return {
    name: role("name"),
    self: role("self"),
    dim: role("dim"),
    notice: role("notice"),
    error: role("error"),
    fingerprint: role("fingerprint"),
  };
}

/**
 * The paint for one of the program's outputs: coloured on a terminal, plain elsewhere and wherever
 * `NO_COLOR` is set. Each output decides for itself, so that `2>log` leaves no colours in the file.
 */
export function paintFor(output: "stdout" | "stderr"): Paint {
  return createPaint(!Deno.noColor && Deno[output].isTerminal());
}
