/** The longest text of one message, in bytes of UTF-8. */
export const MAX_TEXT_SIZE = 65_536;

/** How many bytes `…` has in UTF-8. */
const ELLIPSIS_SIZE = 3;

/** A UTF-16 code unit has at most three bytes in UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

/** Whether a text has at most so many bytes of UTF-8; by default, whether it fits into one message. */
export function isShortEnough(text: string, size: number = MAX_TEXT_SIZE): boolean {
  return text.length * MAX_BYTES_PER_UNIT <= size ||
    new TextEncoder().encode(text).length <= size;
}

/**
 * A text, or its beginning and `…` if it is longer: between characters, as a reader counts them.
 *
 * @param size How many bytes of UTF-8 it may have: at least 3.
 */
export function cutText(text: string, size: number): string {
  if (isShortEnough(text, size)) return text;
  const space = new Uint8Array(size - ELLIPSIS_SIZE);
  const { read } = new TextEncoder().encodeInto(text, space);
  const around = new Intl.Segmenter().segment(text).containing(read);
  return `${text.slice(0, around?.index ?? read)}…`;
}

/**
 * A text in pieces that each fit into one message, cut between characters; most often one piece.
 *
 * @param size How many bytes of UTF-8 a piece may have: at least 4.
 */
export function splitText(text: string, size: number = MAX_TEXT_SIZE): string[] {
  if (isShortEnough(text, size)) return [text];
  const pieces: string[] = [];
  const buffer = new Uint8Array(size);
  for (let rest = text; rest.length > 0;) {
    const { read } = new TextEncoder().encodeInto(rest, buffer);
    pieces.push(rest.slice(0, read));
    rest = rest.slice(read);
  }
  return pieces;
}
