import { HEADINGS, type Row } from "./rows.ts";

/** A table for a terminal: a blank line between two measures, whose name stands in its first row. */
export function textTable(rows: readonly Row[]): string {
  const all = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, column) =>
    Math.max(...all.map((row) => (row[column] ?? "").length))
  );
  const line = (cells: readonly string[]) =>
    cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 2 || column === 3 ? cell.padStart(width) : cell.padEnd(width);
    }).join("  ").trimEnd();
  const lines = [line(HEADINGS), widths.map((width) => "─".repeat(width)).join("──")];
  let before: string | undefined;
  for (const [measure, ...rest] of rows) {
    if (before !== undefined && measure !== before) lines.push("");
    lines.push(line([measure === before ? "" : measure, ...rest]));
    before = measure;
  }
  return lines.join("\n");
}
