/**
 * Makes two texts comparable that differ in what a search does not look at: NFKC, then lower case, and
 * one small sigma for both, because which of them ends a word depends on what follows.
 *
 * So `ＡＢＣ` is `abc`, but accents count, `STRASSE` is not `straße`, and because the rules know no language,
 * a Turkish `İ` is no `i`, and `I` no `ı`.
 */
export function foldForSearch(text: string): string {
  return text.normalize("NFKC").toLowerCase().replaceAll("\u03c2", "\u03c3");
}

/** The words of a search, folded, each once. None if there are only blanks. */
export function searchWords(words: string): readonly string[] {
  return [...new Set(foldForSearch(words).split(/\s+/u).filter((word) => word !== ""))];
}

/**
 * Whether each of the words occurs in a text, also inside of words.
 *
 * @param words As {@linkcode searchWords} gives them. Nothing is found without any.
 */
export function hasWords(text: string, words: readonly string[]): boolean {
  const folded = foldForSearch(text);
  return words.length > 0 && words.every((word) => folded.includes(word));
}
