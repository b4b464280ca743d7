import { graphemes } from "./clusters.ts";

/** Where a name is mentioned: from the first code unit up to, and without, the last. */
export type Mention = readonly [start: number, end: number];

/**
 * Where a text mentions a name: as a whole word, in capitals or not, in any of Unicode's forms of
 * compatibility (NFKC), with an `@` in front or not. `guest` is mentioned in "guest's turn", but not
 * in "guests", nor in the name "guest-2".
 *
 * @param text As it is shown, that is, sanitised.
 * @returns Ranges of UTF-16 code units, in order, none of which overlap.
 */
export function mentions(text: string, nick: string): Mention[] {
  return mentionsOfAny(text, [nick]);
}

/**
 * Where a text mentions any of these names or phrases, as {@linkcode mentions} finds each. The text is
 * taken apart once, however many there are.
 *
 * @returns Ranges of UTF-16 code units, in order; those that overlap are one.
 */
export function mentionsOfAny(text: string, words: readonly string[]): Mention[] {
  const foldedText = fold(text);
  const names = new Set(words.map(fold).filter((name) => name !== "" && foldedText.includes(name)));
  if (names.size === 0) return [];
  const { folded, starts } = foldClusters(text);
  const isWordBreak = wordBreaks(text);
  const all = Array.from(names, (name) => {
    const found: Mention[] = [];
    for (let from = folded.indexOf(name); from >= 0; from = folded.indexOf(name, from + 1)) {
      const start = starts.get(from);
      const end = starts.get(from + name.length);
      if (start === undefined || end === undefined || start < (found.at(-1)?.[1] ?? 0)) continue;
      if (!isWordBreak(start) || !isWordBreak(end)) continue;
      found.push([text[start - 1] === "@" ? start - 1 : start, end]);
    }
    return found;
  }).flat().sort(([a], [b]) => a - b);
  const joined: [start: number, end: number][] = [];
  for (const [start, end] of all) {
    const last = joined.at(-1);
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
    else joined.push([start, end]);
  }
  return joined;
}

/** The text folded cluster by cluster, and where each cluster begins: there, and in the text. */
function foldClusters(text: string): { folded: string; starts: Map<number, number> } {
  const starts = new Map<number, number>();
  let folded = "";
  for (const { segment, index } of graphemes.segment(text)) {
    starts.set(folded.length, index);
    folded += fold(segment);
  }
  return { folded, starts: starts.set(folded.length, text.length) };
}

/** A sigma has another small form at the end of a word, which is the same letter. */
function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase().replaceAll("\u03c2", "\u03c3");
}

/** The part of a word that ends or begins here; a hyphen between letters does not part a word. */
const WORD_END = /[\p{L}\p{M}\p{N}\p{Pc}][-\u2010\u2011]?$/u;
const WORD_BEGIN = /^[-\u2010\u2011]?[\p{L}\p{N}\p{Pc}]/u;

/** Letters of the scripts that are written without blanks between words. */
const UNSPACED =
  /[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]/u;

/** Made when it is needed: it takes 15 ms, and few texts need it. */
let words: Intl.Segmenter | undefined;

/** Tells whether a word begins or ends at a place in the text. */
function wordBreaks(text: string): (place: number) => boolean {
  // Found out at most once for a text: it takes a dictionary.
  let found: Set<number> | undefined;
  const isDictionaryBreak = (place: number) => {
    words ??= new Intl.Segmenter(undefined, { granularity: "word" });
    found ??= new Set(Array.from(words.segment(text), ({ index }) => index));
    return found.has(place);
  };
  return (place) => {
    const before = text.slice(Math.max(0, place - 3), place);
    const after = text.slice(place, place + 3);
    if (!WORD_END.test(before) || !WORD_BEGIN.test(after)) return true;
    return UNSPACED.test(before + after) && isDictionaryBreak(place);
  };
}
