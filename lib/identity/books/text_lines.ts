import { UsageError } from "../../errors.ts";

/** The lines of a text, each with its end (LF, CR LF or CR): joined, they are the text again. */
export function splitLines(text: string): readonly string[] {
  return text.match(/[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+$/g) ?? [];
}

/**
 * What stands on a line, without its end. A byte order mark is left out: where files were joined, one
 * comes to stand in the middle.
 */
export function contentOf(line: string): string {
  return line.replace(/^\ufeff/, "").replace(/[\r\n]+$/, "");
}

/** A text as the content of a line that is no comment: one that begins with # has a backslash in front. */
export function asContent(text: string): string {
  return text.replace(/^[#\\]/, "\\$&");
}

/** The text that {@linkcode asContent} has made the content of a line. */
export function fromContent(content: string): string {
  return content.replace(/^\\/, "");
}

/** How a line ends; the empty string if it is the last one and does not. */
export function endOf(line: string): string {
  return /[\r\n]*$/.exec(line)?.[0] ?? "";
}

/** A text with a line more, which ends as the first one of the text does. */
export function withLine(text: string, line: string): string {
  const end = /\r\n|\n|\r/.exec(text)?.[0] ?? "\n";
  const gap = text === "" || endOf(text) !== "" ? "" : end;
  return `${text}${gap}${line}${end}`;
}

/**
 * The error for a line that cannot be read.
 *
 * @param name What the text is called.
 * @param line Counted from 1.
 * @param problem What is wrong; it must hold no secret.
 */
export function malformedLine(name: string, line: number, problem: string): UsageError {
  const where = `${name}, line ${line}`;
  return new UsageError("bad-file", `${where}: ${problem}; fix the line or remove it`);
}
