import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { readLines } from "../../../lib/terminal/text/read_lines.ts";

/** The longest line that comes in one piece, in UTF-16 code units. */
const MAX_LINE_LENGTH = 262_144;

async function linesOf(...chunks: (string | Uint8Array)[]): Promise<string[]> {
  const encoder = new TextEncoder();
  const stream = ReadableStream.from(
    chunks.map((chunk) => typeof chunk === "string" ? encoder.encode(chunk) : chunk),
  );
  return await Array.fromAsync(readLines(stream));
}

const CASES: readonly (readonly [input: string, lines: readonly string[]])[] = [
  ["", []],
  ["\n", [""]],
  ["a", ["a"]],
  ["a\n", ["a"]],
  ["a\nb", ["a", "b"]],
  ["a\r\nb\r\n", ["a", "b"]],
  ["a\r\nb\r", ["a", "b"]],
  ["\r\n\r\n", ["", ""]],
  ["a\n\n\nb\n", ["a", "", "", "b"]],
  ["a\rb\n", ["a\rb"]],
  ["a\r\r\n", ["a\r"]],
  [" a \n\t\n", [" a ", "\t"]],
  ["\ufeffa\n\ufeffb", ["a", "\ufeffb"]],
  ["a\u2028b\u0085c\vd\fe\n", ["a\u2028b\u0085c\vd\fe"]],
  ["gr\u00fc\u00df\n\u{1f600}", ["gr\u00fc\u00df", "\u{1f600}"]],
];

for (const [input, lines] of CASES) {
  Deno.test(`lines: ${JSON.stringify(input)}`, async () => {
    assert.deepEqual(await linesOf(input), lines);
    const bytes = new TextEncoder().encode(input);
    assert.deepEqual(await linesOf(...Array.from(bytes, (byte) => Uint8Array.of(byte))), lines);
  });
}

Deno.test("lines: however the stream is cut, the lines are the same", async () => {
  const line = fc.string({ unit: "grapheme" }).filter((text) => !/[\r\n\ufeff]/.test(text));
  const input = fc.record({
    lines: fc.array(fc.tuple(line, fc.constantFrom("\n", "\r\n"))),
    cuts: fc.array(fc.nat()),
  });
  await fc.assert(fc.asyncProperty(input, async ({ lines, cuts }) => {
    const bytes = new TextEncoder().encode(lines.map(([text, end]) => text + end).join(""));
    const places = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
    const chunks = [0, ...places].map((start, index) =>
      bytes.subarray(start, places[index] ?? bytes.length)
    );
    assert.deepEqual(await linesOf(...chunks), lines.map(([text]) => text));
  }));
});

Deno.test("lines: what is not UTF-8 is shown as such and harms nothing else", async () => {
  const broken = Uint8Array.of(0x61, 0xff, 0x62, 0x0a, 0xe2, 0x82);
  assert.deepEqual(await linesOf(broken), ["a\ufffdb", "\ufffd"]);
});

Deno.test("lines: an endless line comes in pieces, each as long as may be", async () => {
  for (const character of ["x", "\u6c34", "\u{1f600}"]) {
    // An odd start, so that a piece would end in the middle of a surrogate pair.
    const text = "." + character.repeat(700_000 / character.length);
    const chunk = 60_000;
    const bytes = new TextEncoder().encode(`${text}\nnext`);
    const chunks = Array.from(
      { length: Math.ceil(bytes.length / chunk) },
      (_, index) => bytes.subarray(index * chunk, (index + 1) * chunk),
    );
    const lines = await linesOf(...chunks);
    assert.equal(lines.pop(), "next");
    assert.ok(lines.join("") === text);
    assert.equal(lines.length, 3);
    for (const line of lines.slice(0, -1)) {
      assert.ok(line.length >= MAX_LINE_LENGTH - 1 && line.length <= MAX_LINE_LENGTH);
      assert.doesNotMatch(line, /[\ud800-\udbff]$/);
    }
  }
});

Deno.test("lines: a line break that falls on the end of a piece makes no line of its own", async () => {
  const text = "x".repeat(MAX_LINE_LENGTH);
  assert.deepEqual((await linesOf(text, "\n", "next")).map((line) => line.length), [
    MAX_LINE_LENGTH,
    4,
  ]);
  assert.deepEqual((await linesOf(text, "\r\nnext")).map((line) => line.length), [
    MAX_LINE_LENGTH,
    4,
  ]);
});

Deno.test("lines: no more is read than is taken", async () => {
  let pulled = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new TextEncoder().encode(`line ${pulled}\n`));
    },
  }, { highWaterMark: 0 });
  const lines = readLines(stream);
  await lines.next();
  await lines.next();
  assert.equal(pulled, 2);
  await lines.return(undefined);
  assert.equal(stream.locked, false);
});
