import assert from "node:assert/strict";
import { memoryStore } from "../../../lib/identity/mod.ts";
import { HighlightList } from "../../../lib/terminal/text/highlight_list.ts";

async function open(text = "") {
  const store = memoryStore("highlights", text);
  return { store, list: await HighlightList.open(store) };
}

Deno.test("highlights: one a line; comments and what cannot count are passed over", async () => {
  const text = `\ufeff# mine\r\nlunch\r\n\n  lunch   break \n\\#deno\n${
    "x".repeat(65)
  }\na\u202eb\n`;
  const { list } = await open(text);
  assert.deepEqual(list.words, ["lunch", "lunch break", "#deno"]);
  const { list: many } = await open(Array.from({ length: 60 }, (_, n) => `w${n}\n`).join(""));
  assert.equal(many.words.length, 50);
});

Deno.test("highlights: added once, in capitals or not, and found again", async () => {
  const { store, list } = await open("# mine\nlunch");
  assert.equal(await list.add("  noon \n today"), "noon today");
  await list.add("LUNCH");
  await list.add("#deno");
  assert.equal(await store.read(), "# mine\nlunch\nnoon today\n\\#deno\n");
  assert.deepEqual((await HighlightList.open(store)).words, list.words);
});

Deno.test("highlights: removed, and the other lines stay as they are", async () => {
  const { store, list } = await open("# mine\r\nlunch\r\n noon\n");
  assert.equal(await list.remove("Lunch"), true);
  assert.equal(await list.remove("# mine"), false);
  assert.equal(await store.read(), "# mine\r\n noon\n");
  assert.deepEqual(list.words, ["noon"]);
});

Deno.test("highlights: bounded in length and number, and visible", async () => {
  const { store, list } = await open(Array.from({ length: 50 }, (_, n) => `w${n}\n`).join(""));
  const before = await store.read();
  await assert.rejects(list.add("one more"), /^UsageError: there are 50 highlights already/);
  await assert.rejects(list.add("x".repeat(65)), /^UsageError: a highlight has at most 64 char/);
  for (const word of ["", " ", "a\x1bb", "\u202e"]) {
    await assert.rejects(list.add(word), /^UsageError: a highlight must be visible/);
  }
  assert.equal(await store.read(), before);
});

Deno.test("highlights: lines may end in CR alone, and what is added ends as they do", async () => {
  const { store, list } = await open("lunch\rnoon\r");
  await list.add("tea");
  assert.equal(await store.read(), "lunch\rnoon\rtea\r");
  assert.equal(await list.remove("noon"), true);
  assert.equal(await store.read(), "lunch\rtea\r");
  assert.deepEqual(list.words, ["lunch", "tea"]);
});

Deno.test("highlights: whether one was there is said of the text as it is now", async () => {
  const { store, list } = await open("lunch\n");
  await store.update((text) => `${text}noon\ntea\n`);
  assert.equal(await list.remove("noon"), true);
  await store.update(() => "");
  assert.equal(await list.remove("tea"), false);
});
