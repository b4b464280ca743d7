import { withoutInvitations } from "../events/error_event.ts";
import { sanitiseLine, sanitiseText } from "../text/sanitise.ts";
import { wrap } from "../text/wrap.ts";

/** How far the lines of a stack are set in, and further rows of a long one. */
const INDENT = 4;

/**
 * Where an error comes from: its message, which may hold another's words, in one line, and below it
 * the calls that led there.
 *
 * @param columns The terminal's width; `Infinity` where there is none.
 */
export function stackSentence(error: Error, columns: number): string {
  const { name, message, stack = "" } = error;
  // The message stands in the stack as well, line breaks and all.
  const calls = stack.slice(Math.max(0, stack.indexOf(message)) + message.length);
  const lines = sanitiseText(withoutInvitations(calls)).split("\n").map((line) => line.trim())
    .filter((line) => line !== "");
  return [
    wrap(sanitiseLine(withoutInvitations(`${name}: ${message}`)), { columns, indent: INDENT }),
    ...lines.map((line) => wrap(line, { columns, first: INDENT, indent: INDENT })),
  ].join("\n");
}
