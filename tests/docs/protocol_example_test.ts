import assert from "node:assert/strict";
import { findBlock, renderValues, workedExample } from "./worked_example.ts";

Deno.test("the worked example in docs/PROTOCOL.md is what this code computes", async () => {
  const document = await Deno.readTextFile(new URL("../../docs/PROTOCOL.md", import.meta.url));
  const expected = renderValues(await workedExample());
  assert.deepEqual(findBlock(document).split("\n"), expected.split("\n"));
});
