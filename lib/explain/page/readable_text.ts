import { showHidden } from "../../hidden_characters.ts";

/**
 * A text in one line, with the characters that cannot be seen, or that change how others are shown, in
 * a visible form: a control character as its picture (`␛`), any other as `<U+202E>`. Of more than eight
 * combining marks on one character the rest are counted: `<+4 marks>`.
 */
export function visibleText(text: string): string {
  return showHidden(text, { lineBreak: "\u240a" });
}

/** What a byte that is no character of a text is drawn as. */
const NO_TEXT = "·";

/**
 * Bytes read as UTF-8, with a dot for every character that cannot be seen and for what is no UTF-8:
 * so the words among other bytes can be read.
 */
export function readableText(bytes: Uint8Array): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return showHidden(text, {
    lineBreak: NO_TEXT,
    hidden: () => NO_TEXT,
    surplusMarks: () => NO_TEXT,
  }).replaceAll("\ufffd", NO_TEXT);
}

/** A number with a comma between thousands: `65,520`. */
export function withCommas(value: number | bigint): string {
  return value.toLocaleString("en-GB");
}
