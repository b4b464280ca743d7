import { MAX_PASTE_LENGTH } from "../keyboard/paste_filter.ts";

/** What a prompt says where a paste is too long. */
export const CUT_NOTICE = "The paste was too long: only its first " +
  `${MAX_PASTE_LENGTH.toLocaleString("en")} characters were kept.`;

/** What a prompt says in the place of lines that could not be held while its terminal was lent. */
export function leftOutNotice(lines: number): string {
  const count = lines === 1 ? "1 line" : `${lines.toLocaleString("en")} lines`;
  return `${count} left out here: too many came meanwhile. /history shows them.`;
}
