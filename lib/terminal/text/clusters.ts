/**
 * What a terminal draws as one character, and how many columns that takes.
 *
 * @module
 */

import { eastAsianWidth } from "npm:get-east-asian-width@1.7.0";

/** What a terminal draws as one, and how much room it may take. */
export interface Cluster {
  /** Where it begins, in UTF-16 code units. */
  readonly start: number;
  readonly width: number;
  readonly isBlank: boolean;
  /** Whether it is one printable character of ASCII. */
  readonly isAscii?: boolean;
}

const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/**
 * Characters of the scripts and signs that are seen most, none of which ever joins another one of them: each
 * is a cluster. The platform's segmenter takes 15 ms before its first answer, which most starts save.
 */
const APART =
  /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u23ff\u2500-\u27bf\u3001-\u3029\u3041-\u3096\u30a1-\u30fa\u30fc\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]*$/;

let segmenter: Intl.Segmenter | undefined;

/** Parts a text into what people take for one character (UAX #29, extended grapheme clusters). */
export const graphemes: Pick<Intl.Segmenter, "segment"> = {
  segment(text) {
    segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
    return segmenter.segment(text);
  },
};

/** The clusters of a text. One that is wider than `maxWidth` is parted between its characters. */
export function clustersOf(text: string, maxWidth: number): Cluster[] {
  if (PRINTABLE_ASCII.test(text)) {
    return Array.from(text, (character, start) => (
      { start, width: 1, isBlank: character === " ", isAscii: true }
    ));
  }
  if (APART.test(text) && maxWidth > 1) {
    return Array.from(text, (character, start) => (
      {
        start,
        width: cautiousWidth(character),
        isBlank: character === " ",
        isAscii: PRINTABLE_ASCII.test(character),
      }
    ));
  }
  // Measuring takes long, and texts repeat their characters.
  const widths = new Map<string, number>();
  const clusters: Cluster[] = [];
  for (const { segment, index } of graphemes.segment(text)) {
    const width = widths.get(segment) ?? clusterWidth(segment);
    widths.set(segment, width);
    if (width > maxWidth) clusters.push(...partsOf(segment, index, maxWidth));
    else {
      const isAscii = segment.length === 1 && PRINTABLE_ASCII.test(segment);
      clusters.push({ start: index, width, isBlank: segment === " ", isAscii });
    }
  }
  return clusters;
}

/** A cluster in parts that fit: each begins with a character that takes room. */
function partsOf(cluster: string, start: number, maxWidth: number): Cluster[] {
  const parts: Cluster[] = [];
  let begin = 0;
  let used = 0;
  let partLength = 0;
  for (const [character] of cluster.matchAll(STYLED_OR_CHARACTER)) {
    const width = clusterWidth(character);
    if (used > 0 && width > 0 && used + width > maxWidth) {
      parts.push({ start: start + begin, width: used, isBlank: false });
      begin += partLength;
      partLength = 0;
      used = 0;
    }
    used += width;
    partLength += character.length;
  }
  return [...parts, { start: start + begin, width: used, isBlank: false }];
}

/**
 * Some terminals draw a cluster as one, some draw its characters one by one. The wider of them counts:
 * a terminal that takes a text for wider would wrap it where it likes.
 */
function clusterWidth(cluster: string): number {
  const apart = [...cluster].reduce((sum, character) => sum + cautiousWidth(character), 0);
  return Math.max(apart, WIDENED.test(cluster) ? 2 : 0);
}

function cautiousWidth(character: string): number {
  if (NARROW_LATELY.test(character)) return 2;
  return widthAlone(character) + (MARK_LATELY.test(character) ? 1 : 0);
}

/** The width of one character that stands alone. */
function widthAlone(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (FLAG_LETTER.test(character)) return 2;
  if (!SEEN.test(character)) return 0;
  return LONE_SURROGATE.test(character) ? 1 : eastAsianWidth(code);
}

/** How many columns a text takes, as most terminals draw it: the sum of its characters. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

/** How many characters' widths are remembered. */
const MAX_KNOWN_WIDTHS = 4_096;

/** A long draft is measured anew for each key, and finding out what is not ASCII takes time. */
const knownWidths = new Map<string, number>();

/** By itself each has a width, but it joins the syllable in front of it. */
const HANGUL_VOWEL_OR_FINAL = /[\u1160-\u11ff\ud7b0-\ud7ff]/;

/**
 * The width of one character, in columns, as most terminals draw it: clusters are the sum of theirs.
 * Those that join a cluster take less room, never more.
 */
export function characterWidth(character: string): number {
  if (character >= " " && character <= "~") return 1;
  const known = knownWidths.get(character);
  if (known !== undefined) return known;
  const width = HANGUL_VOWEL_OR_FINAL.test(character) ? 0 : widthAlone(character);
  if (knownWidths.size >= MAX_KNOWN_WIDTHS) knownWidths.clear();
  knownWidths.set(character, width);
  return width;
}

/** Half of a flag is a wide letter. */
const FLAG_LETTER = /\p{Regional_Indicator}/u;

const LONE_SURROGATE = /\p{Surrogate}/u;

/** Characters of which something is seen, be it marks beside others. */
const SEEN = new RegExp(
  String
    .raw`[^\p{Default_Ignorable_Code_Point}\p{Control}\p{Enclosing_Mark}\p{Nonspacing_Mark}[\p{Format}--[\u0600-\u0605\u06dd\u0890\u0891\u08e2\u{110bd}\u{110cd}]]]`,
  "v",
);

/** A narrow symbol that is to be drawn as a picture, or a syllable without its first letter. */
const WIDENED = /\p{Emoji}\ufe0f|\u115f./u;

/** An emoji style selector belongs to the symbol in front of it, which it may widen. */
const STYLED_OR_CHARACTER = /[^]\ufe0f?/gu;

/** Marks since Unicode 12: a terminal that knows none of them takes each for a character. */
const MARK_LATELY =
  /[\u0897-\u089f\u08ca-\u08d2\u0b55\u0c3c\u0d81\u0ece\u1abf-\u1ace\u1dfa\ua82c\u{10d69}-\u{10d6d}\u{10eab}-\u{10eac}\u{10efc}-\u{10eff}\u{10f82}-\u{10f85}\u{11070}\u{11073}-\u{11074}\u{110c2}\u{111cf}\u{11241}\u{113bb}-\u{113c0}\u{113ce}\u{113d0}\u{113d2}\u{113e1}-\u{113e2}\u{1193b}-\u{1193c}\u{1193e}\u{11943}\u{11f00}-\u{11f01}\u{11f36}-\u{11f3a}\u{11f40}\u{11f42}\u{11f5a}\u{13440}\u{13447}-\u{13455}\u{1611e}-\u{16129}\u{1612d}-\u{1612f}\u{16fe4}\u{1cf00}-\u{1cf2d}\u{1cf30}-\u{1cf46}\u{1e08f}\u{1e2ae}\u{1e4ec}-\u{1e4ef}\u{1e5ee}-\u{1e5ef}]/u;

/** Symbols that were wide before they became narrow. */
const NARROW_LATELY = /[\u{1f93b}\u{1f946}]/u;
