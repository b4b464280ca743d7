import assert from "node:assert/strict";
import { LETTERS_MARKS_DIGITS } from "../../lib/chat/names/repertoire.ts";
import { HOUSE, OWN_WORDS } from "../../lib/chat/names/reserved_nicks.ts";

Deno.test("PROTOCOL.md: the repertoire of nicks is the one that is used", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/PROTOCOL.md", import.meta.url));
  const ranges = /<!-- the repertoire -->\s*```text\n([^`]+)```/.exec(page)?.[1] ?? "";
  const inside = ranges.trim().split(/\s+/)
    .map((range) => range.split("-").map((digits) => `\\u{${digits}}`).join("-")).join("");
  assert.equal(inside, LETTERS_MARKS_DIGITS);
});

Deno.test("PROTOCOL.md: the words that are nobody's name, and the names of the house, are those", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/PROTOCOL.md", import.meta.url));
  const listed = (from: string, to: string) => {
    const text = page.slice(page.indexOf(from), page.indexOf(to, page.indexOf(from)));
    return text.slice(text.indexOf(": `")).match(/`[a-z0-9]+`/g)?.map((word) => word.slice(1, -1));
  };
  assert.deepEqual(listed("are names): ", "A nick that breaks"), OWN_WORDS);
  assert.deepEqual(listed("like in the same way, one of these", "(with accents"), HOUSE);
});
