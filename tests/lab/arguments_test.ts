import assert from "node:assert/strict";
import { nearest, parseArguments } from "../../lab/arguments.ts";

const EXPERIMENTS = ["wiretap", "bitflip", "padding-oracle", "flood"];
const PLAIN = { step: false, fast: false, quiet: false };

Deno.test("arguments: none list the experiments, names run some, all runs all in their order", () => {
  assert.deepEqual(parseArguments([], EXPERIMENTS), { kind: "list" });
  assert.deepEqual(parseArguments(["flood", "bitflip", "flood"], EXPERIMENTS), {
    kind: "run",
    names: ["flood", "bitflip"],
    manner: PLAIN,
  });
  for (const args of [["all"], ["bitflip", "all"]]) {
    assert.deepEqual(parseArguments(args, EXPERIMENTS), {
      kind: "run",
      names: EXPERIMENTS,
      manner: PLAIN,
    });
  }
});

Deno.test("arguments: flags may stand anywhere, and --help goes before everything", () => {
  for (const flag of ["step", "fast", "quiet"]) {
    const expected = { kind: "run", names: ["flood"], manner: { ...PLAIN, [flag]: true } };
    assert.deepEqual(parseArguments([`--${flag}`, "flood"], EXPERIMENTS), expected);
    assert.deepEqual(parseArguments(["flood", `--${flag}`], EXPERIMENTS), expected);
  }
  for (const help of ["--help", "-h"]) {
    assert.deepEqual(parseArguments(["nothing", help], EXPERIMENTS), { kind: "help" });
  }
});

Deno.test("arguments: what is wrong is said in a sentence, with the nearest word", () => {
  const cases: [string[], RegExp][] = [
    [["bitflop"], /^there is no experiment "bitflop"; the nearest is bitflip$/],
    [["flood", "wire"], /^there is no experiment "wire"; the nearest is wiretap$/],
    [["--fist", "flood"], /^there is no flag "--fist"; the nearest is --fast$/],
    [["a\x1b[2J"], /^there is no experiment "a\\u001b\[2J"; the nearest is \S+$/],
    [["--fast"], /^--fast needs the name of an experiment, or all$/],
    [["flood", "--step", "--fast"], /^--step waits for a key, so it does not go with/],
    [["flood", "--step", "--quiet"], /^--step waits for a key, so it does not go with/],
  ];
  for (const [args, message] of cases) {
    assert.throws(() => parseArguments(args, EXPERIMENTS), { name: "UsageError", message });
  }
});

Deno.test("nearest: a part of a word is near, then what takes the fewest changes", () => {
  const words = ["all", ...EXPERIMENTS];
  const meant = {
    oracle: "padding-oracle",
    flod: "flood",
    al: "all",
    biflip: "bitflip",
    "": "all",
  };
  for (const [word, expected] of Object.entries(meant)) {
    assert.equal(nearest(word, words), expected, word);
  }
});
