import { UsageError } from "../../errors.ts";

/** The most bytes that a text file may have: far more than people write by hand. */
export const MAX_FILE_SIZE = 1024 * 1024;

/**
 * The text in a file's bytes. It goes line by line, so that the first bad one can be named.
 *
 * @throws {UsageError} `bad-file`, with the line, if it is no text as {@linkcode readTextFile} wants it.
 */
export function decodeText(path: string, bytes: Uint8Array): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const lines: string[] = [];
  for (let start = 0; start <= bytes.length;) {
    // In UTF-8 this byte is a line feed and never a part of another character.
    const feed = bytes.indexOf(0x0a, start);
    const end = feed === -1 ? bytes.length : feed;
    const number = lines.length + 1;
    let line: string;
    try {
      line = decoder.decode(bytes.subarray(start, end));
    } catch {
      throw badLine(path, number, "not text");
    }
    const problem = problemWith(path, line, number);
    if (problem !== undefined) throw badLine(path, number, problem);
    lines.push(line);
    start = end + 1;
  }
  return lines.join("\n");
}

function problemWith(path: string, line: string, number: number): string | undefined {
  if (number === 1 && line.startsWith("\ufeff")) {
    return "begins with a byte order mark; save it as UTF-8 without one";
  }
  if (line.endsWith("\r")) return `ends in CR LF; run: sed -i 's/\\r$//' ${shellWord(path)}`;
  if (line.includes("\r")) {
    return `has a CR in the middle; run: sed -i 's/\\r/\\n/g' ${shellWord(path)}`;
  }
  return /[^\P{Cc}\t]/u.test(line) ? "not text" : undefined;
}

/**
 * The bytes to write.
 *
 * @throws {UsageError} `bad-file` if they could not be read again: then nothing is to be written.
 */
export function encodeText(path: string, text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > MAX_FILE_SIZE) {
    throw new UsageError("bad-file", `${path} would be larger than 1 MiB; nothing was written`);
  }
  decodeText(path, bytes);
  return bytes;
}

function badLine(path: string, line: number, problem: string): UsageError {
  return new UsageError("bad-file", `${path}, line ${line}: ${problem}`);
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
