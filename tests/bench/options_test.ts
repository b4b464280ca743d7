import assert from "node:assert/strict";
import { MEASURES } from "../../bench/measures/mod.ts";
import { parseOptions } from "../../bench/options.ts";

const KNOWN = ["bulk", "joins"];
const parse = (...args: string[]) => parseOptions(args, KNOWN);

Deno.test("bench: without arguments everything is measured", () => {
  const options = parse();
  assert.ok("names" in options);
  assert.deepEqual(options.names, []);
  assert.deepEqual([options.quick, options.check, options.growth], [false, false, true]);
});

Deno.test("bench: names and flags", () => {
  const options = parse("bulk", "--rounds", "3", "joins", "--quick", "--against", "../x");
  assert.ok("names" in options);
  assert.deepEqual(options.names, ["bulk", "joins"]);
  assert.deepEqual([options.rounds, options.quick, options.against], [3, true, "../x"]);
});

Deno.test("bench: a mistake is one sentence, and the exit status 2", () => {
  for (const args of [["bulky"], ["--rounds", "0"], ["--rounds", "x"], ["--fast"], ["--against"]]) {
    const answer = parse(...args);
    assert.ok("status" in answer && answer.status === 2, args.join(" "));
    assert.match(answer.text, /^bench: [^\n]+$/);
  }
});

Deno.test("bench: --help names every flag", () => {
  const answer = parse("--help");
  assert.ok("status" in answer && answer.status === 0);
  for (const flag of ["--quick", "--rounds", "--against", "--check", "--list"]) {
    assert.ok(answer.text.includes(flag), flag);
  }
});

Deno.test("bench: every comparison and growth names what its measure has", () => {
  for (const { name, subjects, quantities, comparisons, growth = [] } of MEASURES) {
    const names = subjects.map((subject) => subject.name);
    assert.equal(new Set(names).size, names.length, name);
    for (const { label, of, to, kind } of comparisons) {
      for (const place of [of, ...to === undefined ? [] : [to]]) {
        assert.ok(names.includes(place.subject), `${label}: ${place.subject}`);
        if (kind !== "value") {
          assert.ok(place.quantity in quantities, `${label}: ${place.quantity}`);
        }
      }
      assert.equal(to === undefined, kind === "value", label);
    }
    for (const { quantity, subjects = [] } of growth) {
      assert.ok(quantity in quantities, `${name}: ${quantity}`);
      for (const subject of subjects) assert.ok(names.includes(subject), `${name}: ${subject}`);
    }
  }
  const labels = MEASURES.flatMap(({ comparisons }) => comparisons.map(({ label }) => label));
  assert.equal(new Set(labels).size, labels.length);
});
