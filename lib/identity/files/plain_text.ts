import { UsageError } from "../../errors.ts";

/** The most bytes that a text file may have: far more than people write by hand. */
export const MAX_FILE_SIZE = 1024 * 1024;

/** How UTF-16 begins: "Unicode", as Windows' Notepad calls it. */
const UTF16_MARKS = [[0xff, 0xfe], [0xfe, 0xff]];

/** The lone surrogates that stand for bytes from 0x80 to 0xff which are no UTF-8. */
const FOREIGN_BYTES = 0xdc00;

/**
 * The text in a file's bytes, as people on every system write it: UTF-8, with a byte order mark or
 * without, and lines that end in any way. Nothing of it gets lost: a byte that is no UTF-8 becomes the
 * lone surrogate from U+DC80 to U+DCFF that ends in it, of which {@linkcode encodeText} makes the byte
 * again. So a comment in another encoding is no hindrance, and stays as it is.
 *
 * @throws {UsageError} `bad-file` if it is UTF-16.
 */
export function decodeText(path: string, bytes: Uint8Array): string {
  if (isUtf16(bytes)) {
    const what = `${path} is UTF-16 ("Unicode" in Notepad)`;
    throw new UsageError("bad-file", `${what}; save it as UTF-8`);
  }
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes);
  } catch {
    return decodeForeign(decoder, bytes);
  }
}

function decodeForeign(decoder: TextDecoder, bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length;) {
    const end = at + lengthAt(bytes, at);
    try {
      text += decoder.decode(bytes.subarray(at, end));
      at = end;
    } catch {
      text += String.fromCharCode(FOREIGN_BYTES + (bytes[at++] ?? 0));
    }
  }
  return text;
}

/** How many bytes the ASCII that begins here has, or the one character that its first byte promises. */
function lengthAt(bytes: Uint8Array, start: number): number {
  const first = bytes[start] ?? 0;
  // RFC 3629 §3.
  if (first >= 0x80) return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  let end = start + 1;
  while ((bytes[end] ?? 0xff) < 0x80) end++;
  return end - start;
}

/** By its mark; or by its zeros, of which text has none, and UTF-16 nearly one for each letter. */
function isUtf16(bytes: Uint8Array): boolean {
  if (UTF16_MARKS.some(([first, second]) => bytes[0] === first && bytes[1] === second)) return true;
  const start = bytes.subarray(0, 256);
  const zeros = start.filter((byte) => byte === 0).length;
  const atOdd = start.filter((byte, at) => byte === 0 && at % 2 === 1).length;
  return zeros > start.length / 3 && zeros < start.length * 2 / 3 &&
    (atOdd === zeros || atOdd === 0);
}

/**
 * The bytes to write: what {@linkcode decodeText} has made a text of, becomes the same bytes.
 *
 * @throws {UsageError} `bad-file` if they could not be read again: then nothing is to be written.
 */
export function encodeText(path: string, text: string): Uint8Array {
  const bytes = text.isWellFormed() ? new TextEncoder().encode(text) : encodeForeign(path, text);
  if (bytes.length > MAX_FILE_SIZE) {
    throw new UsageError("bad-file", `${path} would be larger than 1 MiB; nothing was written`);
  }
  decodeText(path, bytes);
  return bytes;
}

function encodeForeign(path: string, text: string): Uint8Array {
  const encoder = new TextEncoder();
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (const character of text) {
    if (character.isWellFormed()) {
      length += encoder.encodeInto(character, bytes.subarray(length)).written;
      continue;
    }
    const byte = character.charCodeAt(0) - FOREIGN_BYTES;
    if (byte < 0x80 || byte > 0xff) {
      throw new UsageError("bad-file", `${path} would not be text; nothing was written`);
    }
    bytes[length++] = byte;
  }
  return bytes.subarray(0, length);
}

/** The error for a file that is too large. */
export function tooLarge(path: string): UsageError {
  return new UsageError("bad-file", `${path} is larger than 1 MiB`);
}

/** A path as a word for a POSIX shell, and one that no command takes for an option. */
export function shellWord(path: string): string {
  const word = path.startsWith("-") ? `./${path}` : path;
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A flag that names a file, behind a command in a sentence; nothing where the file was not named. */
export function pathFlag(flag: string, path: string | undefined): string {
  return path === undefined ? "" : ` ${flag} ${shellWord(path)}`;
}
