/** From this distance on, two words have nothing to do with each other. */
const MAX_DISTANCE = 3;

/** How much of a word has to be right, at least. */
const MIN_SIMILARITY = 0.4;

/**
 * What somebody may have meant: the candidates that are the nearest to a word, and near enough.
 *
 * @param word What was written.
 * @param candidates What there is.
 */
export function similarWords(word: string, candidates: readonly string[]): string[] {
  let nearest: string[] = [];
  let least = MAX_DISTANCE;
  for (const candidate of new Set(candidates)) {
    const distance = editDistance(word, candidate);
    const length = Math.max(word.length, candidate.length);
    const isSimilar = (length - distance) / length > MIN_SIMILARITY;
    if (candidate.length < 2 || !isSimilar || distance > least) continue;
    if (distance < least) nearest = [];
    least = distance;
    nearest.push(candidate);
  }
  return nearest.sort();
}

/**
 * How many letters have to be inserted, left out, replaced, or swapped with their neighbour, to make one
 * word of the other (the optimal string alignment distance).
 */
function editDistance(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > MAX_DISTANCE) return Math.max(from.length, to.length);
  // Rows for the starts of `from`: the one before the last, the last, and the one that is made.
  let earlier: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const replaced = (last[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1);
      const isSwapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const swapped = i > 1 && j > 1 && isSwapped ? (earlier[j - 2] ?? 0) + 1 : Infinity;
      row.push(Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped));
    }
    [earlier, last] = [last, row];
  }
  return last[to.length] ?? 0;
}
