/** Where a URL stands in a text: from the first code unit up to, and without, the last. */
export type Link = readonly [start: number, end: number];

/**
 * How long a URL may be that becomes a link, with what ends the sentence: some terminals take no longer
 * ones, and what is longer costs nothing.
 */
const MAX_LENGTH = 2_000;

/** Printable ASCII, without what RFC 3986 (appendix A) has in no URL. */
const CANDIDATE = /\bhttps?:\/\/[!#-;=?-[\]_a-z~]+/gi;

/** What ends a sentence, or closes what was opened in front of a URL, rather than belong to it. */
const SENTENCE_END = /^[.,:;!?'*_~-]$/;

/** The part of a word that would go on behind the link, and so would not be where it leads. */
const GOES_ON = /^(?![!-~])[\p{L}\p{M}\p{N}\p{S}\p{Pc}]/u;

/**
 * Where the URLs of a text stand that may become links: `http` and `https`, of printable ASCII only, so
 * that what is seen is where it leads. Those with a user's name in them (`https://bank@evil.example/`)
 * are left out: they seem to lead elsewhere.
 *
 * @param text One line, sanitised.
 * @returns Ranges of UTF-16 code units, in order, none of which overlap.
 */
export function linksIn(text: string): readonly Link[] {
  const links: Link[] = [];
  for (const { 0: candidate, index } of text.matchAll(CANDIDATE)) {
    if (candidate.length > MAX_LENGTH) continue;
    const end = index + candidate.length;
    // One character, which may be two code units.
    if (GOES_ON.test(text.slice(end, end + 2))) continue;
    const url = withoutEnd(candidate);
    if (isPlain(url)) links.push([index, index + url.length]);
  }
  return links;
}

/**
 * Without the full stop of the sentence, and the bracket that was opened in front of it. The brackets are
 * counted once, however many go.
 */
function withoutEnd(candidate: string): string {
  const surplus = { ")": 0, "]": 0 };
  for (const character of candidate) {
    if (character === "(") surplus[")"]--;
    else if (character === "[") surplus["]"]--;
    else if (character === ")" || character === "]") surplus[character]++;
  }
  let end = candidate.length;
  while (end > 0) {
    const last = candidate.charAt(end - 1);
    if (last === ")" || last === "]") {
      if (surplus[last] <= 0) break;
      surplus[last]--;
    } else if (!SENTENCE_END.test(last)) break;
    end--;
  }
  return candidate.slice(0, end);
}

function isPlain(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, hostname } = new URL(text);
  const [authority = ""] = text.replace(/^https?:\/\//i, "").split(/[/?#]/, 1);
  return username === "" && password === "" && hostname !== "" && !authority.includes("@");
}
