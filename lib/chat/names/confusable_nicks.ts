import { builtOfParts, skeleton } from "./confusables.ts";

/** Letters whose capital looks like `l` and whose small one like `i`: Latin, Greek, Cyrillic, Coptic. */
const CAPITAL_I = /[I\u0196\u0399\u0406\u2c92]/g;

/** The digit that a letter looks like in the fonts of terminals. */
const DIGITS: Readonly<Record<string, string>> = {
  ...{ B: "8", G: "6", S: "5", Z: "2" },
  ...{ b: "6", g: "9", q: "9", s: "5", z: "2" },
};
const LIKE_A_DIGIT = /[BGSZbgqsz]/g;
const DIGIT_LIKE_A_LETTER = /[25689]/;

/** The letters that digits look like: `B0B5` is read as `BOBS`. A six or a nine is read in two ways. */
const LETTERS: readonly Readonly<Record<string, string>>[] = [..."gb"].flatMap((six) =>
  [..."gq"].map((nine) => ({ "2": "z", "5": "s", "6": six, "8": "b", "9": nine }))
);

/**
 * Marks that are hardly seen in the size of a terminal's letters: those below a letter (the dot, the
 * cedilla, the ogonek, …), the dot above, nuktas, the Burmese and Thai dot, and the vowel signs that
 * Arabic can be written with or without. (Accents above are seen, and count.)
 */
const HARDLY_SEEN =
  /[\u0307\u0316-\u0319\u031b-\u0333\u0339-\u033c\u0347-\u0349\u034d\u034e\u0353-\u0356\u0359\u035a\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u064b-\u0655\u0670\u093c\u09bc\u0a3c\u0abc\u0b3c\u0cbc\u0e3a\u1037]/gu;

/** The dot of an `i` or `j` is not told from another mark in its place. */
const MARKED_DOT = /([ij])[\u0300-\u036f]+/g;

/** Terminals draw most marks in one place, whatever their order, and one that stands twice once. */
const MARKS = /\p{M}{2,}/gu;

/**
 * Letters as the two that look like them when they stand side by side (`cl` and `d`). The table of
 * UTS #39 has `rn` for `m` alone. The letter is replaced, not the two, so that it does not matter where
 * one reading ends and the next begins. Pairs that only a bad font draws alike (`nn` and `m`, `lo` and
 * `b`, `ci` and `a`, `cj` and `g`, `lc` and `k`) would part honest names, such as Annie and Amie.
 */
const AS_TWO: Readonly<Record<string, string>> = { d: "cl", w: "vv" };
const LIKE_TWO = /[dw]/g;

/** Signs at the ends, and emoji, are decoration: `~alice~` is taken for `alice`. */
const EMOJI = /\p{Extended_Pictographic}|\p{Emoji_Modifier}/gu;
const SIGNS_AT_THE_ENDS = /^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu;

/** The blocks of letters that run from right to left (UAX #9, table 4: R and AL by default). */
const RIGHT_TO_LEFT = String
  .raw`\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}`;
const HAS_RIGHT_TO_LEFT = new RegExp(`[${RIGHT_TO_LEFT}]`, "u");
const ONE_DIRECTION = new RegExp(`[${RIGHT_TO_LEFT}]+|[^${RIGHT_TO_LEFT}]+`, "gu");

/** What may be shown on the other side of letters that run from right to left. */
const NUMBER_OR_SIGN = /(\p{Nd}+|[\p{P}\p{S}])/u;

/**
 * What a nickname has in common with those that a person could take for it: two look alike if they
 * share a key, or if one's digits can be read as the other's letters ({@linkcode nickReadings}).
 *
 * There are one to five keys, because a name is read in more than one way: `aIice` looks like
 * `alice`, and is `aiice` in small letters. A key is a skeleton (UTS #39, section 4) without case,
 * without what decorates a name and what is hardly seen, for comparison only. Accents above a letter
 * count: `álice` is not `alice`.
 *
 * @example
 * ```ts
 * import { looksLike } from "./confusable_nicks.ts";
 * import assert from "node:assert/strict";
 *
 * assert.ok(looksLike("aIice", "alice"));
 * assert.ok(looksLike("vvalter", "walter"));
 * assert.ok(looksLike("B0B5", "bobs"));
 * assert.ok(!looksLike("alicia", "alice"));
 * assert.ok(!looksLike("bill", "Gill"));
 * ```
 */
export function nickKeys(nick: string): readonly string[] {
  const plain = nick.normalize("NFKD");
  const core = withoutDecoration(plain);
  const keys = keysOf(core);
  if (DIGIT_LIKE_A_LETTER.test(core)) {
    // Of two names with digits, each may have letters where the other has digits.
    const digits = core.replace(LIKE_A_DIGIT, (letter) => DIGITS[letter] ?? letter);
    keys.push(keyOf(skeleton(digits)));
  }
  if (HAS_RIGHT_TO_LEFT.test(plain)) keys.push(runs(plain).map(keyOf).sort().join(" "));
  return [...new Set(keys)];
}

/**
 * The keys of the names that a nickname with digits can be read as: `6ill` as `bill` and as `Gill`,
 * which do not look like each other. None for a name without such digits.
 */
export function nickReadings(nick: string): readonly string[] {
  const core = withoutDecoration(nick.normalize("NFKD"));
  if (!DIGIT_LIKE_A_LETTER.test(core)) return [];
  const readings = new Set(
    LETTERS.map((letters) => core.replace(/[25689]/g, (digit) => letters[digit] ?? digit)),
  );
  return [...new Set([...readings].flatMap(keysOf))];
}

/** Whether a person could take one nickname for the other, or they differ only in case. */
export function looksLike(one: string, other: string): boolean {
  const [keys, others] = [new Set(nickKeys(one)), new Set(nickKeys(other))];
  return !keys.isDisjointFrom(others) || nickReadings(one).some((key) => others.has(key)) ||
    nickReadings(other).some((key) => keys.has(key));
}

/**
 * What a nickname has in common with all that may look like it: two that look alike share one of
 * these. (Others do as well: they are coarser than keys.) There are one or two.
 */
export function nickClasses(nick: string): readonly string[] {
  const core = withoutDecoration(nick.normalize("NFKD"));
  const readings = [core, skeleton(core)].map((reading) => {
    const parts = HAS_RIGHT_TO_LEFT.test(core) ? runs(reading) : [reading];
    return parts.map(merged).sort().join(" ");
  });
  return [...new Set(readings)];
}

/** What a key may take for `i` or `l` is `l`, and a digit stands for all that it may be read as. */
function merged(text: string): string {
  return keyOf(text).replace(/[5s]/g, "5").replace(/[2z]/g, "2").replace(/[689bgq]/g, "6")
    .replaceAll("i", "l");
}

function keysOf(core: string): string[] {
  return [
    keyOf(core),
    keyOf(skeleton(core)),
    // NIKITA with a Cyrillic K: it looks like NIKITA, of which nikita are the small letters.
    keyOf(skeleton(core.replace(CAPITAL_I, "i"))),
  ];
}

/** A name that is nothing but decoration is left alone. */
function withoutDecoration(plain: string): string {
  return plain.replace(EMOJI, "").replace(SIGNS_AT_THE_ENDS, "").replace(HARDLY_SEEN, "") || plain;
}

function keyOf(text: string): string {
  // Marks are brought into order while they are marks, and again as what they look like.
  const seen = inOrder(skeleton(inOrder(builtOfParts(foldCase(text)))).replace(HARDLY_SEEN, ""))
    .replace(MARKED_DOT, "$1") || text;
  return seen.replaceAll("uu", "vv").replace(LIKE_TWO, (letter) => AS_TWO[letter] ?? letter);
}

function inOrder(text: string): string {
  return text.replace(MARKS, (marks) => [...new Set(marks)].sort().join(""));
}

/**
 * Makes letters small, and styled ones plain. They go there and back again because `ß` is `SS` in
 * capitals, and `ẞ` only by way of `ß`; a final sigma is a sigma.
 */
function foldCase(text: string): string {
  return text.normalize("NFKD").toLowerCase().toUpperCase().toLowerCase().replaceAll("ς", "σ");
}

/**
 * The numbers, signs and words of a name. Sorted, they are the same for `א1` and `1א`, which a
 * terminal that lets Hebrew run from right to left shows in the same way (UAX #9).
 */
function runs(text: string): string[] {
  return text.split(NUMBER_OR_SIGN).flatMap((part) => part.match(ONE_DIRECTION) ?? []);
}
