import { UsageError } from "../../errors.ts";

/** The lines of a text, each with its end: joined, they are the text again. */
export function splitLines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
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
