import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { hexRows } from "../../../lib/terminal/text/hex_rows.ts";

const WHOLE = { isWhole: true, isOneRow: false };

Deno.test("hexRows: a key fits into one row of a terminal with 80 columns", () => {
  const rows = hexRows("ab".repeat(32), { columns: 74, ...WHOLE });
  assert.deepEqual(rows, [Array(8).fill("abababab").join(" ")]);
});

Deno.test("hexRows: rows are never wider than the terminal, if it can show four bytes at all", () => {
  fc.assert(
    fc.property(fc.nat({ max: 600 }), fc.integer({ min: 8, max: 200 }), (size, columns) => {
      const hex = "0123456789abcdef".repeat(size).slice(0, 2 * size);
      const rows = hexRows(hex, { columns, ...WHOLE });
      assert.equal(rows.join("").replaceAll(" ", ""), hex);
      for (const row of rows) assert.ok(row.length <= columns, `${row.length} of ${columns}`);
    }),
  );
});

Deno.test("hexRows: of more than 512 bytes the middle is left out, and it says how much", () => {
  const hex = (size: number) => "00".repeat(300) + "ff".repeat(size - 300);
  const layout = { columns: 80, isWhole: false, isOneRow: false };
  assert.equal(hexRows(hex(512), layout).length, 16);
  const rows = hexRows(hex(1512), layout);
  assert.equal(rows.length, 8 + 1 + 2);
  assert.equal(rows[8], "\u2026 1,192 bytes are not shown \u2026");
  assert.match(rows[7], /^0/);
  assert.match(rows[9], /^f/);
  assert.equal(hexRows(hex(1512), { ...layout, isWhole: true }).length, 48);
});

Deno.test("hexRows: where one row is asked for, there is one", () => {
  const layout = { columns: 20, isWhole: false, isOneRow: true };
  for (const size of [1, 40, 1000]) assert.equal(hexRows("00".repeat(size), layout).length, 1);
});
