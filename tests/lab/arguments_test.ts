import assert from "node:assert/strict";
import { parseArguments } from "../../lab/arguments.ts";

const NAMES = ["wiretap", "bitflip", "padding-oracle", "flood"];
const EXPERIMENTS = NAMES.map((name, index) => ({ name, lesson: Math.floor(index / 2) + 1 }));
const PLAIN = { step: false, fast: false, quiet: false };

Deno.test("arguments: none list the experiments, names run some, all runs all in their order", () => {
  assert.deepEqual(parseArguments([], EXPERIMENTS), { kind: "list" });
  assert.deepEqual(parseArguments(["flood", "bitflip", "flood"], EXPERIMENTS), {
    kind: "run",
    names: ["bitflip", "flood"],
    manner: PLAIN,
  });
  for (const args of [["all"], ["bitflip", "all"]]) {
    assert.deepEqual(parseArguments(args, EXPERIMENTS), {
      kind: "run",
      names: NAMES,
      manner: PLAIN,
    });
  }
});

Deno.test("arguments: a number runs the experiments of a lesson", () => {
  assert.deepEqual(parseArguments(["2"], EXPERIMENTS), {
    kind: "run",
    names: ["padding-oracle", "flood"],
    manner: PLAIN,
  });
  assert.throws(() => parseArguments(["3"], EXPERIMENTS), { name: "UsageError" });
});

Deno.test("arguments: flags may stand anywhere, and --help asks for help", () => {
  for (const flag of ["step", "fast", "quiet"]) {
    const expected = { kind: "run", names: ["flood"], manner: { ...PLAIN, [flag]: true } };
    assert.deepEqual(parseArguments([`--${flag}`, "flood"], EXPERIMENTS), expected);
    assert.deepEqual(parseArguments(["flood", `--${flag}`], EXPERIMENTS), expected);
  }
  for (const help of ["--help", "-h"]) {
    const request = parseArguments(["flood", help], EXPERIMENTS);
    assert.ok(request.kind === "help");
    for (const word of ["--step", "--fast", "--quiet", ...NAMES]) {
      assert.ok(request.text.includes(word), word);
    }
  }
});

Deno.test("arguments: what is wrong is said in a sentence", () => {
  const cases: [string[], RegExp][] = [
    [["bitflop"], /^there is no experiment "bitflop"$/],
    [["flood", "wire"], /^there is no experiment "wire"$/],
    [["--fist", "flood"], /^there is no flag "--fist"$/],
    [["a\x1b[2J"], /^there is no experiment "a\\u001b\[2J"$/],
    [["--fast"], /^--fast needs the name of an experiment, or all$/],
    [["flood", "--step", "--fast"], /^--step waits for a key, so it does not go with/],
    [["flood", "--step", "--quiet"], /^--step waits for a key, so it does not go with/],
  ];
  for (const [args, message] of cases) {
    assert.throws(() => parseArguments(args, EXPERIMENTS), { name: "UsageError", message });
  }
});
