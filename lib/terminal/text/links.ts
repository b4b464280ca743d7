/** Where a URL stands in a text: from the first code unit up to, and without, the last. */
export type Link = readonly [start: number, end: number];

/** How long a URL may be that becomes a link: some terminals take no longer ones. */
const MAX_LENGTH = 2_000;

/** Printable ASCII, without what RFC 3986 (appendix A) has in no URL. */
const CANDIDATE = /\bhttps?:\/\/[!#-;=?-[\]_a-z~]+/gi;

/** What ends a sentence, or closes what was opened in front of a URL, rather than belong to it. */
const SENTENCE_END = /[.,:;!?'*_~-]$/;

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
    if (GOES_ON.test(text.slice(index + candidate.length))) continue;
    const url = withoutEnd(candidate);
    if (url.length <= MAX_LENGTH && isPlain(url)) links.push([index, index + url.length]);
  }
  return links;
}

/** Without the full stop of the sentence, and the bracket that was opened in front of it. */
function withoutEnd(candidate: string): string {
  let url = candidate;
  while (true) {
    const [, open, close] = /(?:(\))|(\]))$/.exec(url) ?? [];
    const isClosing = open !== undefined && count(url, "(") < count(url, ")") ||
      close !== undefined && count(url, "[") < count(url, "]");
    if (!isClosing && !SENTENCE_END.test(url)) return url;
    url = url.slice(0, -1);
  }
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}

function isPlain(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, hostname } = new URL(text);
  const [authority = ""] = text.replace(/^https?:\/\//i, "").split(/[/?#]/, 1);
  return username === "" && password === "" && hostname !== "" && !authority.includes("@");
}
