import { foldForSearch, searchWords } from "../../chat/wire/search_words.ts";
import { graphemes } from "./clusters.ts";

/** Where a word occurs: from the first code unit up to, and without, the last. */
export type Occurrence = readonly [start: number, end: number];

/**
 * Where the words of a search occur in a text, also inside of words: the characters that they cover at
 * least in part, as they would be drawn.
 *
 * @param text As it is shown, that is, sanitised.
 * @returns Ranges of UTF-16 code units, in order, none of which touch.
 */
export function occurrences(text: string, words: string): readonly Occurrence[] {
  const wanted = searchWords(words);
  const foldedText = foldForSearch(text);
  if (!wanted.some((word) => foldedText.includes(word))) return [];
  const { folded, pieces } = foldClusters(text);
  const isCovered = new Uint8Array(folded.length);
  for (const word of wanted) {
    let covered = 0;
    for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
      isCovered.fill(1, Math.max(at, covered), at + word.length);
      covered = at + word.length;
    }
  }
  const found: [start: number, end: number][] = [];
  for (const { start, end, from, to } of pieces) {
    if (isCovered.subarray(from, to).indexOf(1) === -1) continue;
    const last = found.at(-1);
    if (last?.[1] === start) last[1] = end;
    else found.push([start, end]);
  }
  return found;
}

/** What a terminal draws as one: where it stands in the text, and where in the folded text. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

function foldClusters(text: string): { folded: string; pieces: readonly Piece[] } {
  let folded = "";
  const pieces = Array.from(graphemes.segment(text), ({ segment, index }) => {
    const from = folded.length;
    folded += foldForSearch(segment);
    return { start: index, end: index + segment.length, from, to: folded.length };
  });
  return { folded, pieces };
}
