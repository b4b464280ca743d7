/**
 * Cuts text into the rows of a terminal. A terminal would cut it by itself, but then a message that
 * fills a row could begin the next one as if it were another's.
 *
 * @module
 */

import { type Cluster, clustersOf } from "./clusters.ts";

/** A piece of text, already sanitised, and how it is painted. */
export interface Span {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

/** Where the rows of a text stand. */
export interface Margins {
  /** The terminal's width; `Infinity` where there is none. */
  readonly columns: number;
  /** How many blanks go in front of each further row. */
  readonly indent: number;
  /** How many blanks go in front of the first row. Default 0. */
  readonly first?: number;
  /** How many code units at the beginning are not parted from what follows if they fit. Default 0. */
  readonly glued?: number;
  /**
   * Whether a word of printable ASCII that is longer than a row, such as a URL, stays whole, so that it
   * can be copied: the terminal wraps it, and nothing else stands behind it in its row. It cannot look
   * like a sentence, or like the beginning of a message, because it has no blanks. Default false.
   */
  readonly hasWholeWords?: boolean;
  /** What stands between two rows. Default a line break; {@linkcode SOFT_BREAK} where rows have bars. */
  readonly rowBreak?: string;
}

/**
 * Stands where a line is cut into rows, if it must be told from a line break: VT, which is in no sanitised
 * text.
 */
export const SOFT_BREAK = "\v";

/**
 * How wide a cluster may be that is never parted, in columns: so wide is the widest emoji, a family of
 * four with skin tones, where it is drawn character by character. Others have no end: an Indic
 * conjunct, or a chain of joiners, may be wider than any window, and is parted between characters.
 */
const MAX_CLUSTER_WIDTH = 16;

/**
 * The spans, one after another, in rows. They are cut between words,
 * within a word only if a row has no other; the blanks at a cut go.
 *
 * @param spans Without line breaks.
 */
export function wrapSpans(spans: readonly Span[], margins: Margins): string {
  const text = spans.map((span) => span.text).join("");
  const { indent, first = 0, rowBreak = "\n" } = margins;
  const rows = cutIntoRows(text, margins);
  return paintRows(rows, spans)
    .map((row, index) => " ".repeat(index === 0 ? first : indent) + row)
    .join(rowBreak);
}

/** One text without line breaks in rows, as {@linkcode wrapSpans} makes them. */
export function wrap(text: string, margins: Margins): string {
  return wrapSpans([{ text }], margins);
}

/** A row of a text: from its first code unit up to, and without, its last. */
type Row = readonly [start: number, end: number];

function cutIntoRows(text: string, margins: Margins): Row[] {
  const { columns, indent, first = 0, glued = 0, hasWholeWords = false } = margins;
  // No code unit takes more than two columns.
  if (first + text.length * 2 <= columns) return [[0, text.length]];
  const narrowest = Math.max(1, columns - Math.max(first, indent));
  const clusters = clustersOf(text, Math.min(MAX_CLUSTER_WIDTH, narrowest));
  const startOf = (index: number) => clusters[index]?.start ?? text.length;
  const wordAt = asciiWords(clusters);
  const rows: Row[] = [];
  for (let begin = 0; begin < clusters.length;) {
    const room = columns - (rows.length === 0 ? first : indent);
    const whole = hasWholeWords ? columns - indent : Infinity;
    const { end, next } = fitRow(clusters, begin, { room, glued, whole, wordAt });
    rows.push([startOf(begin), startOf(end)]);
    begin = next;
  }
  return rows;
}

/** Where the row that begins with a cluster ends, and where the next one begins. */
interface Cut {
  readonly end: number;
  readonly next: number;
}

/** Stands before the first cluster of a row. */
const NO_CLUSTER: Cluster = { start: 0, width: 0, isBlank: true };

/** What a row may hold. */
interface RowRules {
  /** How many columns. */
  readonly room: number;
  readonly glued: number;
  /** Words of printable ASCII that are longer stay whole. */
  readonly whole: number;
  readonly wordAt: (index: number) => Word;
}

/** A word of printable ASCII: from its first cluster up to, and without, its last. */
type Word = readonly [start: number, end: number];

function fitRow(
  clusters: readonly Cluster[],
  begin: number,
  { room, glued, whole, wordAt }: RowRules,
): Cut {
  let used = 0;
  let hasText = false;
  let cut: Cut | undefined;
  let before = NO_CLUSTER;
  for (let index = begin; index < clusters.length; index++) {
    const cluster = clusters[index] ?? NO_CLUSTER;
    const { start, width, isBlank } = cluster;
    if (isBlank && hasText) {
      // Blanks between words never begin a row: one may be cut in their place.
      cut = { end: before.isBlank && cut ? cut.end : index, next: index + 1 };
    } else {
      // Scripts with wide characters have no blanks between words.
      const isWide = hasText && !before.isBlank && (width > 1 || before.width > 1);
      if (isWide) cut = { end: index, next: index };
      if (used + width > room && index > begin) {
        return cut ?? wholeWord(clusters, wordAt(index), whole) ?? { end: index, next: index };
      }
      // What is set in stays so: blanks in front of the first word are no place for a cut.
      hasText ||= !isBlank && start >= glued;
    }
    used += width;
    before = cluster;
  }
  const end = used > room && cut ? cut.end : clusters.length;
  return { end, next: clusters.length };
}

/** Where the word ends in which a row is full, if the word is to stay whole. */
function wholeWord(
  clusters: readonly Cluster[],
  [start, end]: Word,
  longest: number,
): Cut | undefined {
  const isBlank = (place: number) => clusters[place]?.isBlank ?? true;
  if (end - start <= longest || !isBlank(start - 1) || !isBlank(end)) return undefined;
  return { end, next: end + 1 };
}

/** Finds the words in which rows are full, each once: one that is parted may fill many of them. */
function asciiWords(clusters: readonly Cluster[]): (index: number) => Word {
  const isInWord = (place: number) => clusters[place]?.isAscii === true && !clusters[place].isBlank;
  let word: Word = [0, 0];
  return (index) => {
    let [start, end] = word;
    if (index < start || index >= end) {
      start = index;
      end = index;
      while (isInWord(start - 1)) start--;
      while (isInWord(end)) end++;
      word = [start, end];
    }
    return word;
  };
}

/** The rows of the text that the spans make, painted. Spans and rows are both in order. */
function paintRows(rows: readonly Row[], spans: readonly Span[]): string[] {
  const painted = rows.map(() => "");
  const startOf = (row: number) => rows[row]?.[0] ?? Infinity;
  const endOf = (row: number) => rows[row]?.[1] ?? Infinity;
  let from = 0;
  let row = 0;
  for (const { text, paint } of spans) {
    const to = from + text.length;
    while (row < rows.length && endOf(row) <= from) row++;
    for (let index = row; index < rows.length && startOf(index) < to; index++) {
      const piece = text.slice(
        Math.max(startOf(index), from) - from,
        Math.min(endOf(index), to) - from,
      );
      painted[index] += paint === undefined ? piece : paint(piece);
    }
    from = to;
  }
  return painted;
}
