import assert from "node:assert/strict";
import type { Experiment } from "../../lab/experiment.ts";
import { isAsExpected, locate } from "../../lab/finding.ts";
import { EXPERIMENTS } from "../../lab/experiments.ts";

const LESSONS = 10;

/** Whatever the files in lab/attacks/ export that is an experiment. */
async function exportedExperiments(): Promise<Experiment[]> {
  const folder = new URL("../../lab/attacks/", import.meta.url);
  const found: Experiment[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const module: Record<string, unknown> = await import(new URL(name, folder).href);
    found.push(...Object.values(module).filter(isExperiment));
  }
  return found;
}

function isExperiment(value: unknown): value is Experiment {
  return typeof value === "object" && value !== null && "lesson" in value && "run" in value;
}

Deno.test("experiments: everything in lab/attacks/ is there, once", async () => {
  const names = EXPERIMENTS.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  const exported = await exportedExperiments();
  assert.deepEqual(exported.map(({ name }) => name).toSorted(), names.toSorted());
});

Deno.test("experiments: they come in the order of the lessons, and each lesson has one", () => {
  const lessons = EXPERIMENTS.map(({ lesson }) => lesson);
  assert.deepEqual(lessons, lessons.toSorted((one, other) => one - other));
  assert.deepEqual([...new Set(lessons)], Array.from({ length: LESSONS }, (_, index) => index + 1));
});

Deno.test("experiments: their names fit into the list and the table", () => {
  for (const { name, title } of EXPERIMENTS) {
    assert.match(name, /^[a-z][a-z-]{1,13}$/);
    assert.notEqual(name, "all");
    assert.match(title, /[^.\s]$/);
  }
});

Deno.test("experiments: an outcome is right only if both were attacked and nothing is a surprise", () => {
  const broken = { attack: "a", result: "r", expected: true, succeeded: true };
  const stopped = { attack: "a", result: "r", expected: false, succeeded: false };
  assert.ok(isAsExpected({ naive: [broken], here: [stopped] }));
  assert.ok(!isAsExpected({ naive: [], here: [stopped] }));
  assert.ok(!isAsExpected({ naive: [broken], here: [] }));
  assert.ok(!isAsExpected({ naive: [{ ...broken, succeeded: false }], here: [stopped] }));
  assert.ok(!isAsExpected({ naive: [broken], here: [stopped, { ...stopped, succeeded: true }] }));
});

Deno.test("experiments: a check is found by its line, if that is there once", async () => {
  const file = "lab/finding.ts";
  const code = "export interface Check {";
  const source = await Deno.readTextFile(new URL(`../../${file}`, import.meta.url));
  const line = source.split("\n").indexOf(code) + 1;
  assert.equal(await locate({ file, code }), `${file}:${line}`);
  assert.equal(await locate({ file, code: "}" }), undefined, "this one is there several times");
  assert.equal(await locate({ file, code: "export interface" }), undefined, "half a line is none");
});
