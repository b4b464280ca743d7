/** The most characters (code points) that a nickname has. */
export const MAX_NICK_LENGTH = 32;

/** Letters, marks and symbols that a font draws as nothing. */
const BLANK = /[\u2800\u{13441}\u{13442}\u{16fe4}\u{1d159}\p{Default_Ignorable_Code_Point}]/u;

/** What parts a name from what was said, and names from each other, and whatever looks like it. */
const SEPARATOR =
  /[:\u02d0\u0589\u05c3\u1803\u2236\ua789\ufe13\ufe55\uff1a,\u3001\ufe10\ufe50\uff0c\uff64]/u;

/** What this program says itself in front of a colon. */
const RESERVED = /^(?:error|beware)$/iu;

/**
 * Whether a nickname may be used: 1 to 32 letters, digits, marks, punctuation or symbols, in
 * Unicode's composed form (NFC), that does not begin with a mark or pile marks up. No white space, so
 * that a command can name a member; no colon, which parts a name from what was said, and no comma,
 * nor what looks like one; nothing that cannot be seen. `error` and `beware` are nobody's name.
 */
export function isNick(text: string): boolean {
  return /^(?!\p{M})(?!.*\p{M}{4})[\p{L}\p{M}\p{N}\p{P}\p{S}]+$/u.test(text) &&
    !SEPARATOR.test(text) && !BLANK.test(text) && !RESERVED.test(text) &&
    [...text].length <= MAX_NICK_LENGTH &&
    text.normalize("NFC") === text;
}

/**
 * What is the same in a nickname however it is typed: capitals or small letters, wide or
 * narrow. Nicknames that have it in common also look alike (`nickKeys`), not the other way round.
 */
export function nickKey(nick: string): string {
  return nick.normalize("NFKC").toLowerCase();
}
