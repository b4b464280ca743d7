import assert from "node:assert/strict";
import { BEGIN, END, markdown, withGenerated } from "../../bench/report/markdown.ts";
import { number } from "../../bench/report/numbers.ts";
import { plotSvg } from "../../bench/report/plot.ts";
import { allRows } from "../../bench/report/rows.ts";
import { textTable } from "../../bench/report/table.ts";
import { measured, RATIO } from "./measured.ts";

const growth = {
  name: "sample-growth",
  title: "Time <by> size",
  axis: "bytes",
  quantity: "time",
  sizes: [],
  quickSizes: [],
  steepest: 1.1,
};
const points = [1, 10, 100, 1000].map((size) => ({ size, value: size <= 10 ? 5 : size ** 2 / 9 }));
const curves = [{ subject: "ours", points }];
const result = measured([3, 4, 5], [2, 2, 2], [RATIO], { growth, curves });

Deno.test("bench: numbers have three digits that say something", () => {
  assert.deepEqual([0.012345, 1.2345, 123.45, 12_345, 0].map(number), [
    "0.0123",
    "1.23",
    "123",
    "12,300",
    "0",
  ]);
  assert.equal(number(NaN), "—");
});

Deno.test("bench: the table has figures, comparisons and slopes, each once", () => {
  assert.deepEqual(allRows([result]), [
    ["sample", "ours: time", "4 ms", "3 to 5", ""],
    ["sample", "theirs: time", "2 ms", "2 to 2", ""],
    ["sample", "ours : theirs", "2 times", "1.5 to 2.5", "at most 1.5: not met"],
    // The flat beginning is what everything costs; the slope is that of the upper half.
    ["sample", "growth: Time <by> size, ours", "slope 2.00", "", "at most 1.1: not met"],
  ]);
});

Deno.test("bench: a terminal gets columns, and the name of a measure once", () => {
  const lines = textTable(allRows([result])).split("\n");
  assert.equal(lines.filter((line) => line.startsWith("sample")).length, 1);
  const end = lines[0].indexOf("median") + "median".length;
  assert.equal(lines[2].slice(0, end).trimEnd().slice(-4), "4 ms");
  assert.equal(lines[3].slice(0, end).trimEnd().slice(-4), "2 ms");
});

Deno.test("bench: a run writes between the marks, and what people wrote stays", () => {
  const document = `# Title\n\nBefore.\n\n${BEGIN}\nold\n${END}\n\n## Notes\n\nAfter.\n`;
  const once = withGenerated(document, "new");
  assert.equal(once, `# Title\n\nBefore.\n\n${BEGIN}\n\nnew\n\n${END}\n\n## Notes\n\nAfter.\n`);
  assert.equal(withGenerated(once, "new"), once);
  assert.ok(withGenerated("# Title\n", "new").endsWith(`${BEGIN}\n\nnew\n\n${END}\n`));
});

Deno.test("bench: the document has machine, install command, pictures, and what was skipped", () => {
  const facts = [["CPU", "a | b"]] as const;
  const text = markdown(
    [result],
    { facts, install: "apt-get x", minutes: 2 },
    (name) => `p/${name}`,
  );
  for (
    const part of [
      "| CPU | a \\| b |",
      "```sh\napt-get x\n```",
      "| ours : theirs | 2 times | 1.5 to 2.5 | at most 1.5: not met |",
      "![Time <by> size](p/sample-growth)",
      "- sample, another: it is not installed",
      "`deno task bench sample`. By hand.",
    ]
  ) assert.ok(text.includes(part), `${part}\n\n${text}`);
});

Deno.test("bench: a plot is drawn in light and dark, with a line that is linear", () => {
  const svg = plotSvg({ title: growth.title, axis: "bytes", value: "time, ms", curves });
  assert.ok(svg.includes("<title>Time &lt;by> size</title>"));
  assert.match(svg, /@media \(prefers-color-scheme: dark\)/);
  const path = /class="line l0" d="([^"]*)"/.exec(svg)?.[1] ?? "";
  const places = [...path.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map(([, x, y]) => [+x, +y]);
  assert.equal(places.length, 4);
  const [, second, third, last] = places;
  // One decade is as wide everywhere; twice as steep as linear is two decades up for one to the right.
  assert.ok(Math.abs((last[0] - third[0]) - (third[0] - second[0])) < 0.2, path);
  const slope = /class="slope"[^>]* d="M([\d.]+) ([\d.-]+)L([\d.]+) ([\d.-]+)"/.exec(svg) ?? [];
  const [x0, y0, x1, y1] = slope.slice(1).map(Number);
  const steepness = (third[1] - last[1]) / (last[0] - third[0]);
  assert.ok(Math.abs(steepness / ((y0 - y1) / (x1 - x0)) - 2) < 0.05, svg);
});

Deno.test("bench: a plot without points is a picture still", () => {
  const svg = plotSvg({ title: "Nothing", axis: "bytes", value: "time", curves: [] });
  assert.doesNotMatch(svg, /NaN|Infinity/);
});
