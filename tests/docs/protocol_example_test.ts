import assert from "node:assert/strict";
import { BLOCK_END, BLOCK_START, renderValues, workedExample } from "./worked_example.ts";

Deno.test("the worked example in docs/PROTOCOL.md is what this code computes", async () => {
  const text = await Deno.readTextFile(new URL("../../docs/PROTOCOL.md", import.meta.url));
  const start = text.indexOf(BLOCK_START);
  const end = text.indexOf(BLOCK_END);
  assert.ok(start >= 0 && end > start, "the document has the example's block");
  const block = text.slice(start + BLOCK_START.length, end);
  assert.deepEqual(block.split("\n"), renderValues(await workedExample()).split("\n"));
});
