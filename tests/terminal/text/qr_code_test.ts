import assert from "node:assert/strict";
import decodeQR from "npm:qr@0.7.0/decode.js";
import { wordlist } from "npm:@scure/bip39@2.4.0/wordlists/english.js";
import { qrCode } from "../../../lib/terminal/text/qr_code.ts";

/** How large a module is drawn for the scanner, in pixels. */
const SCALE = 4;
const UPPER = new Set(["█", "▀"]);
const LOWER = new Set(["█", "▄"]);

/** The picture that a terminal shows: light where a block is drawn, or the other way round. */
function picture(code: string, isDrawnLight: boolean) {
  const rows = code.split("\n").flatMap((row) => [
    [...row].map((cell) => UPPER.has(cell)),
    [...row].map((cell) => LOWER.has(cell)),
  ]);
  const [width, height] = [rows[0].length * SCALE, rows.length * SCALE];
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const isDrawn = rows[Math.floor(y / SCALE)][Math.floor(x / SCALE)];
      const value = isDrawn === isDrawnLight ? 255 : 0;
      data.fill(value, (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { width, height, data };
}

const TEXTS = [
  "a",
  wordlist.slice(0, 12).join(" "),
  wordlist.toSorted((one, other) => other.length - one.length).slice(0, 12).join(" "),
];

for (const text of TEXTS) {
  Deno.test(`QR code: a scanner reads ${JSON.stringify(text)}`, () => {
    const code = qrCode(text);
    assert.match(code, /^[█▀▄ \n]+$/);
    assert.equal(new Set(code.split("\n").map(({ length }) => length)).size, 1, "a rectangle");
    assert.equal(decodeQR(picture(code, true)), text);
    // It is read as it is drawn: the picture decides, not the scanner's guess.
    const other = code.replaceAll("▀", " ");
    assert.throws(() => assert.equal(decodeQR(picture(other, true)), text));
  });
}

Deno.test("QR code: with words as long as they ever come it fits into the usual terminal", () => {
  // Twelve words of eight letters, which alone need more, come less than once in 10^16 times.
  const [shorter] = wordlist.filter(({ length }) => length === 7);
  const words = wordlist.filter(({ length }) => length === 8).slice(0, 11);
  const rows = qrCode([...words, shorter].join(" ")).split("\n");
  // Two sentences, and the prompt, stand above and below.
  assert.ok(rows.length <= 24 - 3, `${rows.length} rows`);
  assert.ok(rows[0].length <= 80 - 16, `${rows[0].length} columns`);
});
