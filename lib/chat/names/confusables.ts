import { CONFUSABLES } from "./confusables_data.ts";
import { MORE_CONFUSABLES } from "./more_confusables_data.ts";

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

/** What the table of UTS #39 lacks, and where that stands in a text. */
let more: { readonly like: ReadonlyMap<string, string>; readonly from: RegExp } | undefined;

/**
 * A text in which characters that look like others, or like several that stand side by side, and that
 * the table of UTS #39 lacks, are these others: a vowel is the parts that it is built of.
 *
 * @param text In NFKD, and in small letters.
 */
export function builtOfParts(text: string): string {
  if (PLAIN.test(text)) return text;
  more ??= parseMore(MORE_CONFUSABLES);
  const { like, from } = more;
  return text.replace(from, (part) => like.get(part) ?? part);
}

const PLAIN = /^[\x20-\x7e]*$/;

function parseMore(table: string) {
  const like = new Map(
    table.trim().split(/\s+/).map((entry) => {
      const [from = "", to = ""] = entry.split("=").map((side) =>
        side.split("+").map(decode).join("")
      );
      return [from, to];
    }),
  );
  return { like, from: new RegExp([...like.keys()].join("|"), "gu") };
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
