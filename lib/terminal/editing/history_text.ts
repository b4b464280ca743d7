/**
 * What was typed, as a text that a person can read and edit: an entry a line, oldest first.
 *
 * In an entry `\n` stands for a line break, `\\` for a backslash, and `\u{1b}` for a character that a
 * terminal would obey. Lines that begin with `#` are comments; an entry that does begins with `\#`.
 *
 * @module
 */
import { contentOf, malformedLine, splitLines, withLine } from "../../identity/books/text_lines.ts";
import { MAX_ENTRIES } from "./recall.ts";

/** How large the text may get, in bytes of UTF-8: half of what can be read. */
const MAX_SIZE = 524_288;

/** What stands at the beginning of a new text. */
const HEADER =
  "# What you typed at the prompt, oldest first. \\n is a line break, \\\\ a backslash.\n";

const ESCAPES: ReadonlyMap<string, string> = new Map([["n", "\n"], ["r", "\r"], ["t", "\t"]]);
const ESCAPED: ReadonlyMap<string, string> = new Map(
  [
    ["\\", "\\\\"],
    ...[...ESCAPES].map(([letter, character]) => [character, `\\${letter}`] as const),
  ],
);

/** What a terminal would obey, what is no character, and a mark that is dropped where a line begins. */
const UNSAFE = /[\p{Cc}\p{Cs}\ufeff\\]/gu;

/** What stands in no line that was written here: the text is something else, or damaged. */
const DAMAGE = /[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]/u;

/**
 * The last entries of a text, oldest first.
 *
 * @throws {UsageError} With code `bad-file`, and the line, if the text is damaged.
 */
export function readEntries(name: string, text: string): readonly string[] {
  return entryLines(name, text).slice(-MAX_ENTRIES).map(({ content }) => decode(content));
}

/**
 * The text with an entry more, unless it is the same as the last one. The oldest entries go where there
 * are too many; comments stay.
 *
 * @throws {UsageError} With code `bad-file`, and the line, if the text is damaged.
 */
export function addEntry(name: string, text: string, entry: string): string {
  const content = encode(entry);
  if (entryLines(name, text).at(-1)?.content === content) return text;
  return withoutOldest(name, withLine(text || HEADER, content));
}

function withoutOldest(name: string, text: string): string {
  const lines = [...splitLines(text)];
  const entries = entryLines(name, text);
  let excess = sizeOf(text) - MAX_SIZE;
  const dropped = new Set<number>();
  for (const [count, { index }] of entries.entries()) {
    const isTooMany = entries.length - count > MAX_ENTRIES;
    if (!isTooMany && excess <= 0 || count === entries.length - 1) break;
    excess -= sizeOf(lines[index] ?? "");
    dropped.add(index);
  }
  return lines.filter((_, index) => !dropped.has(index)).join("");
}

function entryLines(name: string, text: string): { content: string; index: number }[] {
  return splitLines(text).flatMap((line, index) => {
    const content = contentOf(line);
    if (content.trim() === "" || content.startsWith("#")) return [];
    if (DAMAGE.test(content)) throw malformedLine(name, index + 1, "it is not plain text");
    return [{ content, index }];
  });
}

function encode(entry: string): string {
  return entry
    .replaceAll(
      UNSAFE,
      (character) =>
        ESCAPED.get(character) ?? `\\u{${character.codePointAt(0)?.toString(16) ?? ""}}`,
    )
    .replace(/^#/, "\\#");
}

function decode(content: string): string {
  return content.replaceAll(
    /\\(?:u\{([0-9a-f]{1,6})\}|([nrt\\#]))/gi,
    (escape, code: string | undefined, letter: string | undefined) => {
      if (letter !== undefined) return ESCAPES.get(letter) ?? letter;
      const point = parseInt(code ?? "", 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : escape;
    },
  );
}

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
