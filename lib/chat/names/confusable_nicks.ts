import { skeleton } from "./confusables.ts";

/** Letters whose capital looks like `l` and whose small one like `i`: Latin, Greek, Cyrillic, Coptic. */
const CAPITAL_I = /[I\u0196\u0399\u0406\u2c92]/g;

/** A second dot on a letter that has one, as in `i` and a combining dot, is not seen. */
const SECOND_DOT = /(\p{Soft_Dotted}\p{M}*?)\u0307/gu;

/** Most terminals draw a mark that stands twice in one place. */
const REPEATED_MARK = /(\p{M})\1+/gu;

/** The blocks of letters that run from right to left (UAX #9, table 4: R and AL by default). */
const RIGHT_TO_LEFT = String
  .raw`\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}`;
const HAS_RIGHT_TO_LEFT = new RegExp(`[${RIGHT_TO_LEFT}]`, "u");
const ONE_DIRECTION = new RegExp(`[${RIGHT_TO_LEFT}]+|[^${RIGHT_TO_LEFT}]+`, "gu");

/** What may be shown on the other side of letters that run from right to left. */
const NUMBER_OR_SIGN = /(\p{Nd}+|[\p{P}\p{S}])/u;

/**
 * What a nickname has in common with those that a person could take for it: two look alike if they
 * share a key.
 *
 * There are one to four keys, because a name is read in more than one way: `aIice` looks like
 * `alice`, and is `aiice` in small letters. A key is a skeleton (UTS #39, section 4) without case,
 * for comparison only. Accents count: `álice` is not `alice`.
 *
 * @example
 * ```ts
 * import { nickKeys } from "./confusable_nicks.ts";
 * import assert from "node:assert/strict";
 *
 * assert.deepEqual(nickKeys("aIice"), ["aiice", "alice"]);
 * assert.deepEqual(nickKeys("a1ice"), ["alice"]);
 * ```
 */
export function nickKeys(nick: string): readonly string[] {
  const plain = nick.normalize("NFKD");
  const keys = [
    keyOf(nick),
    keyOf(skeleton(nick)),
    // NIKITA with a Cyrillic K: it looks like NIKITA, of which nikita are the small letters.
    keyOf(skeleton(plain.replace(CAPITAL_I, "i"))),
  ];
  if (HAS_RIGHT_TO_LEFT.test(plain)) keys.push(runs(plain).map(keyOf).sort().join(" "));
  return [...new Set(keys)];
}

function keyOf(text: string): string {
  return skeleton(foldCase(text)).replace(REPEATED_MARK, "$1").replace(SECOND_DOT, "$1");
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
