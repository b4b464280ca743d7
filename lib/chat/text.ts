/** The longest text of one message, in bytes of UTF-8. */
export const MAX_TEXT_SIZE = 65_536;

/** A UTF-16 code unit has at most three bytes in UTF-8. */
const MAX_BYTES_PER_UNIT = 3;

/** Whether a text fits into one message. */
export function isShortEnough(text: string): boolean {
  return text.length * MAX_BYTES_PER_UNIT <= MAX_TEXT_SIZE ||
    new TextEncoder().encode(text).length <= MAX_TEXT_SIZE;
}

/** A text in pieces that each fit into one message, cut between characters; most often one piece. */
export function splitText(text: string): string[] {
  if (isShortEnough(text)) return [text];
  const pieces: string[] = [];
  const buffer = new Uint8Array(MAX_TEXT_SIZE);
  for (let rest = text; rest.length > 0;) {
    const { read } = new TextEncoder().encodeInto(rest, buffer);
    pieces.push(rest.slice(0, read));
    rest = rest.slice(read);
  }
  return pieces;
}
