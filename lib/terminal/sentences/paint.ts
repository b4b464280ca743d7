/**
 * Colours by role. Written by hand because `styleText` of `node:util` reads the environment, and so
 * makes Deno ask for a permission in the middle of a chat.
 *
 * @module
 */

import type { FieldRole } from "../../explain/mod.ts";
import { type ColourDepth, colourDepth } from "./colour_depth.ts";
import { personColour } from "./person_colour.ts";

/** What a piece of text is, which decides its colour. */
export type Role = "self" | "dim" | "notice" | "error" | "fingerprint" | "mention";

/** One function for each role, which puts its colour around a text, or leaves the text alone. */
export interface Paint extends Readonly<Record<Role, (text: string) => string>> {
  /** Puts the colour around a text that belongs to the person with this fingerprint. */
  readonly person: (text: string, fingerprint: string) => string;
  /** Puts the colour around bytes of an explanation that play this role. */
  readonly field: (text: string, role: FieldRole) => string;
}

/** For each role the SGR parameters (ECMA-48, section 8.3.117) that begin and end it. */
const STYLES: Record<Role, readonly [begin: string, end: string]> = {
  self: ["1;32", "22;39"],
  dim: ["2", "22"],
  notice: ["33", "39"],
  error: ["1;31", "22;39"],
  fingerprint: ["35", "39"],
  mention: ["7", "27"],
};

/** For each role of bytes the SGR parameter that begins its colour; 39 ends it. */
const FIELD_COLOURS: Record<FieldRole, string> = {
  "length": "36",
  "name": "36",
  "public key": "32",
  "kem ciphertext": "32",
  "iv": "34",
  "ciphertext": "35",
  "tag": "33",
  "plaintext": "96",
  "padding": "90",
  "number": "36",
  "hash": "94",
  "secret": "31",
};

/**
 * Makes a paint.
 *
 * The text must have gone through `sanitiseText` or `sanitiseLine` already, and roles do not nest: the inner role's
 * end also ends the outer one.
 */
export function createPaint(depth: ColourDepth): Paint {
  const put = (text: string, begin: string, end: string) =>
    depth === "none" || text === "" ? text : `\x1b[${begin}m${text}\x1b[${end}m`;
  const role = (name: Role) => {
    const [begin, end] = STYLES[name];
    return (text: string) => put(text, begin, end);
  };
  return {
    self: role("self"),
    dim: role("dim"),
    notice: role("notice"),
    error: role("error"),
    fingerprint: role("fingerprint"),
    mention: role("mention"),
    person: (text, fingerprint) => put(text, personColour(fingerprint, depth), "39"),
    field: (text, role) => put(text, FIELD_COLOURS[role], "39"),
  };
}

/**
 * The paint for one of the program's outputs: coloured on a terminal, plain elsewhere and wherever
 * `NO_COLOR` is set. Each output decides for itself, so that `2>log` leaves no colours in the file.
 */
export function paintFor(output: "stdout" | "stderr"): Paint {
  return createPaint(Deno[output].isTerminal() ? colourDepth() : "none");
}
