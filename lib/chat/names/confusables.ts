import { CONFUSABLES } from "./confusables_data.ts";

const DEFAULT_IGNORABLE = /\p{Default_Ignorable_Code_Point}/gu;

/** What each character looks like; read from the table, in some 10 ms, when it is first needed. */
let prototypes: ReadonlyMap<string, string> | undefined;

/**
 * What is left of a text when characters that look alike become one: the internal skeleton of
 * UTS #39, section 4. Two texts are confusable if their skeletons are equal. A skeleton is for
 * comparison only: `m` becomes `rn` in it, and a capital `I` a small `l`.
 *
 * Takes time linear in the length of the text if, as in a nickname, few marks follow each other.
 */
export function skeleton(text: string): string {
  prototypes ??= parse(CONFUSABLES);
  let mapped = "";
  for (const character of text.normalize("NFD").replace(DEFAULT_IGNORABLE, "")) {
    mapped += prototypes.get(character) ?? character;
  }
  return mapped.normalize("NFD");
}

function parse(table: string): Map<string, string> {
  const map = new Map<string, string>();
  for (const entry of table.trim().split(/\s+/)) {
    const [codePoints = "", lookAlikes = ""] = entry.split("=");
    const prototype = codePoints.split("+").map(decode).join("");
    for (const codePoint of lookAlikes.split(",")) map.set(decode(codePoint), prototype);
  }
  return map;
}

function decode(codePoint: string): string {
  return String.fromCodePoint(Number.parseInt(codePoint, 16));
}
