/** The most characters (code points) that a nickname has. */
export const MAX_NICK_LENGTH = 32;

/**
 * Whether a nickname may be used: 1 to 32 letters, digits, marks, punctuation or symbols, in
 * Unicode's composed form (NFC), that does not begin with a mark or pile marks up. No white space, so
 * that a command can name somebody; no colon, which parts a name from what was said; nothing that
 * cannot be seen.
 */
export function isNick(text: string): boolean {
  return /^(?!\p{M})(?!.*\p{M}{4})[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u.test(text) &&
    // U+2800, the empty Braille pattern, counts as a symbol and looks like a space.
    !/[:\u2800\p{Default_Ignorable_Code_Point}]/u.test(text) &&
    [...text].length <= MAX_NICK_LENGTH &&
    text.normalize("NFC") === text;
}

/** What two nicknames have in common when a person would take one for the other. */
export function nickKey(nick: string): string {
  return nick.normalize("NFKC").toLowerCase();
}

/** The nickname, or one with the first free number behind it: `guest`, `guest-2`, `guest-3`. */
export function freeNick(nick: string, taken: Iterable<string>): string {
  const keys = new Set([...taken].map(nickKey));
  for (let number = 1;; number++) {
    const suffix = number === 1 ? "" : `-${number}`;
    const candidate = [...nick].slice(0, MAX_NICK_LENGTH - suffix.length).join("") + suffix;
    if (!keys.has(nickKey(candidate))) return candidate;
  }
}
