import assert from "node:assert/strict";
import { Bench, ctrl, KEY } from "./bench.ts";

const OLDER = ctrl("r");
const NEWER = ctrl("s");

function bench(): Bench {
  return new Bench().enter("lunch at noon", "See you", "lunch is over", "bye").type("half");
}

Deno.test("search: finds as one types, further back with Ctrl-R, and forwards with Ctrl-S", () => {
  const person = bench();
  for (
    const [key, draft] of [
      [OLDER, "(search) : half|"],
      ["l", "(search) l: |lunch is over"],
      ["un", "(search) lun: |lunch is over"],
      [OLDER, "(search) lun: |lunch at noon"],
      [OLDER, "(search, not found) lun: |lunch at noon"],
      [NEWER, "(search) lun: |lunch is over"],
      ["ch a", "(search, not found) lunch a: |lunch is over"],
    ] as const
  ) {
    assert.equal(person.type(key).draft, draft, key);
  }
  assert.equal(person.type(KEY.backspace.repeat(7)).draft, "(search) : half|");
  assert.equal(person.type(OLDER + "noon").draft, "(search) noon: lunch at |noon");
});

Deno.test("search: Ctrl-G, Escape and Ctrl-C give back what was typed", () => {
  for (const end of ["G", "Escape", "C"]) {
    const person = bench().type(KEY.left, OLDER + "noon");
    if (end === "Escape") person.escape();
    else person.type(ctrl(end));
    assert.equal(person.draft, "hal|f");
    assert.equal(person.interrupts, 0);
  }
});

Deno.test("search: Enter enters what was found, and other keys edit it", () => {
  const person = bench().type(OLDER + "noon" + KEY.enter);
  assert.equal(person.entered.at(-1), "lunch at noon");
  assert.equal(person.draft, "|");
  assert.equal(person.type(OLDER + "see" + KEY.right).draft, "S|ee you");
  person.type(ctrl("n"));
  assert.equal(person.draft, "lunch is over|");
});

Deno.test("search: capitals find capitals only, and small letters both", () => {
  assert.equal(bench().type(OLDER + "SEE").draft, "(search, not found) SEE: |See you");
  assert.equal(bench().type(OLDER + "See").draft, "(search) See: |See you");
  assert.equal(bench().type(OLDER + "see").draft, "(search) see: |See you");
});

Deno.test("search: an empty one searches again for what was searched for last", () => {
  const person = bench().type(OLDER + "lunch" + ctrl("g") + OLDER + OLDER);
  assert.equal(person.draft, "(search) lunch: |lunch is over");
});

Deno.test("search: a paste is searched for, and what a terminal would obey is only shown", () => {
  const person = new Bench().enter("a\x1b[2Jb").type(OLDER);
  person.editor.paste("\x1b[2J\nmore");
  assert.equal(person.draft, "(search) ␛[2J: a|\x1b[2Jb");
});

Deno.test("search: nothing found enters nothing but what was typed", () => {
  const person = bench().type(OLDER + "xyz" + KEY.enter);
  assert.equal(person.entered.at(-1), "half");
});

Deno.test("search: older entries that arrive meanwhile change nothing of what is shown", () => {
  const person = bench().type(OLDER + "lunch");
  person.editor.addHistory(["first", "lunch at one", "then"]);
  assert.equal(person.draft, "(search) lunch: |lunch is over");
  person.type(OLDER + OLDER);
  assert.equal(person.draft, "(search) lunch: |lunch at one");
  assert.equal(person.type(KEY.backspace.repeat(5)).draft, "(search) : half|");

  const other = bench().type(OLDER + "noon");
  other.editor.addHistory(["lunch at one"]);
  assert.equal(other.type(KEY.enter).entered.at(-1), "lunch at noon");
});
