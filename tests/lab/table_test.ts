import assert from "node:assert/strict";
import type { Finding } from "../../lab/finding.ts";
import { readingTime } from "../../lab/reading_time.ts";
import { type Result, table } from "../../lab/table.ts";

const SENTENCE = "Alice wrote one thing, Bob reads another, and neither of them notices.";

function finding(attack: string, succeeded: boolean, expected = succeeded): Finding {
  return { attack, succeeded, expected, result: SENTENCE };
}

const RESULTS: readonly Result[] = [
  {
    experiment: { name: "bitflip" },
    outcome: {
      naive: [finding("change a message", true)],
      here: [finding("change a record", false), finding("change a name", false)],
    },
  },
  { experiment: { name: "padding-oracle" }, failure: "Bob's program ended without a word" },
  {
    experiment: { name: "flood" },
    outcome: { naive: [finding("be silent", false, true)], here: [finding("be silent", false)] },
  },
];

Deno.test("table: it fits the terminal, between 60 and 120 columns", () => {
  for (const [columns, width] of [[40, 60], [60, 60], [80, 80], [120, 120], [200, 120]]) {
    const lines = table(RESULTS, columns);
    for (const line of lines) assert.ok(line.length <= width, line);
    assert.ok(lines.some((line) => line.length >= width - 1), `all of ${width} columns are used`);
  }
});

Deno.test("table: each finding stands in its column, with its sign, whole", () => {
  const lines = table(RESULTS, 80);
  const starts = ["the naive protocol", "this project"].map((text) => lines[0].indexOf(text));
  const column = (from: number, to?: number) =>
    lines.map((line) => line.slice(from, to).trim()).join(" ").replaceAll(/[ ─]+/g, " ");
  const naive = column(starts[0], starts[1]);
  const here = column(starts[1]);
  assert.ok(naive.includes(`✗ change a message: ${SENTENCE}`));
  assert.ok(here.includes(`✓ change a record: ${SENTENCE} ✓ change a name: ${SENTENCE}`));
  assert.ok(naive.includes(`✓ be silent: ${SENTENCE} (This is not the expected outcome.)`));
  assert.equal(lines.filter((line) => line.startsWith("bitflip")).length, 1);
  assert.equal(lines.at(-1), "✗ Eve succeeds   ✓ Eve is stopped");
});

Deno.test("table: where an attack is known to work here as well, that is said below", () => {
  const experiment = { name: "eavesdrop" };
  const open: Result = {
    experiment,
    outcome: { naive: [finding("a", true)], here: [finding("a", true)] },
  };
  const surprise: Result = {
    experiment,
    outcome: { naive: [finding("a", true)], here: [finding("a", true, false)] },
  };
  const note = "Where she succeeds here as well, the story says why.";
  assert.equal(table([...RESULTS, open], 80).at(-1), note);
  assert.ok(!table([...RESULTS, surprise], 80).includes(note));
});

Deno.test("table: an experiment that came to no end has its line, and the reason", () => {
  assert.ok(
    table(RESULTS, 80).some((line) =>
      /^padding-oracle {2}did not finish: Bob's program ended without a word$/.test(line)
    ),
  );
});

Deno.test("reading time: it fits the length, within bounds, and colours and frames take none", () => {
  assert.equal(readingTime("abcd.".repeat(60)), 10_000);
  assert.equal(readingTime("short"), 600);
  assert.equal(readingTime("abcd.".repeat(1_000)), 20_000);
  assert.equal(readingTime(`\x1b[1m${"a".repeat(60)}\x1b[22m${"═".repeat(60)}`), 2_000);
});
