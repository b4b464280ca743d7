/**
 * Where a joiner or an emoji style selector does its work, rather than hide: in an emoji, and between
 * letters of scripts that need it.
 */
const JOINED =
  /(?<=\p{Extended_Pictographic}[\ufe0f\p{Emoji_Modifier}]?)(?:\ufe0f|\u200d(?=\p{Extended_Pictographic}))|(?<=[\p{scx=Arab}\p{scx=Syrc}\p{scx=Mong}\p{scx=Deva}\p{scx=Beng}\p{scx=Guru}\p{scx=Gujr}\p{scx=Orya}\p{scx=Taml}\p{scx=Telu}\p{scx=Knda}\p{scx=Mlym}\p{scx=Sinh}\p{scx=Mymr}\p{scx=Khmr}])[\u200c\u200d](?=\p{L})/u;

/**
 * Controls, format characters (bidirectional ones among them), surrogates, private use, unassigned,
 * line and paragraph separators, and everything that a font draws as nothing.
 */
const HIDDEN = new RegExp(
  `(?!${JOINED.source})[\\p{C}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800]`,
  "gu",
);

/** More marks on one character than any script needs; they would cover the lines around it. */
const SURPLUS_MARKS = /(?<=\p{M}{8})\p{M}+/gu;

/**
 * Shows the characters of a text that cannot be seen, or that change how others are shown: a control
 * character as its picture (`␛`), any other, lone surrogates among them, as `<U+202E>`. Of more than
 * eight combining marks in a row the rest are counted: `<+4 marks>`.
 */
export function showHidden(text: string): string {
  return text.replace(HIDDEN, nameOf).replace(
    SURPLUS_MARKS,
    (marks) => `<+${[...marks].length} marks>`,
  );
}

function nameOf(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < 0x20) return String.fromCodePoint(0x2400 + codePoint);
  if (codePoint === 0x7f) return "\u2421";
  return `<U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/** What a byte that is no character of a text is drawn as. */
const NO_TEXT = "·";

/**
 * Bytes read as UTF-8, with a dot for every character that cannot be seen and for what is no UTF-8:
 * so the words among other bytes can be read.
 */
export function readableText(bytes: Uint8Array): string {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  return text.replace(HIDDEN, NO_TEXT).replaceAll("\ufffd", NO_TEXT).replace(
    SURPLUS_MARKS,
    NO_TEXT,
  );
}

/** A number with a comma between thousands: `65,520`. */
export function withCommas(value: number | bigint): string {
  return value.toLocaleString("en-GB");
}
