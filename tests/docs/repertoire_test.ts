import assert from "node:assert/strict";
import { LETTERS_MARKS_DIGITS } from "../../lib/chat/names/repertoire.ts";

Deno.test("PROTOCOL.md: the repertoire of nicks is the one that is used", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/PROTOCOL.md", import.meta.url));
  const ranges = /<!-- the repertoire -->\s*```text\n([^`]+)```/.exec(page)?.[1] ?? "";
  const inside = ranges.trim().split(/\s+/)
    .map((range) => range.split("-").map((digits) => `\\u{${digits}}`).join("-")).join("");
  assert.equal(inside, LETTERS_MARKS_DIGITS);
});
