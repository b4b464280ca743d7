/** Two digits for each byte, and a blank after four bytes. */
const GROUP_DIGITS = 8;

/** How many groups a row has at most: 32 bytes, as long as a key. */
const MAX_GROUPS = 8;

/** Longer ones are cut short in the middle, where that is allowed: this many bytes stay of them. */
const MAX_BYTES = 512;
const FIRST_BYTES = 256;
const LAST_BYTES = 64;

/** How bytes are laid out. */
export interface HexLayout {
  /** How many columns there are. */
  readonly columns: number;
  /** Whether all of them are shown, however many there are. */
  readonly isWhole: boolean;
  /** Whether they stand in one row, however long that is. */
  readonly isOneRow: boolean;
}

/** Hexadecimal digits in groups and rows; of more than 512 bytes the middle may be left out. */
export function hexRows(hex: string, { columns, isWhole, isOneRow }: HexLayout): readonly string[] {
  const size = hex.length / 2;
  if (isWhole || size <= MAX_BYTES) return rowsOf(hex, columns, isOneRow);
  const left = size - FIRST_BYTES - LAST_BYTES;
  const rows = [
    ...rowsOf(hex.slice(0, 2 * FIRST_BYTES), columns, isOneRow),
    `\u2026 ${left.toLocaleString("en-GB")} bytes are not shown \u2026`,
    ...rowsOf(hex.slice(-2 * LAST_BYTES), columns, isOneRow),
  ];
  return isOneRow ? [rows.join(" ")] : rows;
}

function rowsOf(hex: string, columns: number, isOneRow: boolean): string[] {
  const groups = hex.match(new RegExp(`.{1,${GROUP_DIGITS}}`, "g")) ?? [];
  const fitting = Math.max(1, Math.floor((columns + 1) / (GROUP_DIGITS + 1)));
  // A power of two, so that rows begin at a round number of bytes.
  const perRow = isOneRow
    ? groups.length
    : Math.min(MAX_GROUPS, 2 ** Math.floor(Math.log2(fitting)));
  const rows: string[] = [];
  for (let start = 0; start < groups.length; start += perRow) {
    rows.push(groups.slice(start, start + perRow).join(" "));
  }
  return rows;
}
