/**
 * Given the line up to the cursor, the possible continuations and the part of the line that they
 * replace. The line may have line breaks in it.
 */
export type Completer = (line: string) => [candidates: string[], replaced: string];

/** What the Tab key does: put a text in the place of another, or show what there could be. */
export type Completion =
  | { readonly replaced: string; readonly inserted: string }
  | { readonly candidates: readonly string[] };

/** Completes a line up to the cursor as far as there is no choice; `undefined` if there is nothing. */
export function completionOf(line: string, completer: Completer): Completion | undefined {
  const [candidates, replaced] = completer(line);
  if (candidates.length === 0) return undefined;
  const inserted = commonPrefix(candidates);
  const isChosen = candidates.length === 1 || inserted.length > replaced.length;
  return isChosen ? { replaced, inserted } : { candidates };
}

function commonPrefix(texts: readonly string[]): string {
  let [prefix = "", ...others] = texts;
  for (const other of others) {
    while (!other.startsWith(prefix)) prefix = prefix.slice(0, -1);
  }
  // Half of a character is none.
  return prefix.replace(/[\uD800-\uDBFF]$/, "");
}
