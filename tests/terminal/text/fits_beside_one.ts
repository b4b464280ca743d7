import { wrap } from "../../../lib/terminal/text/wrap.ts";

/** Whether a text and one more character fit into so many columns, as wrapping counts them. */
export function fitsBesideOne(text: string, columns: number): boolean {
  return !wrap(`${text}x`, { columns, indent: 0 }).includes("\n");
}
