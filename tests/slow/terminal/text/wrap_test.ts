import assert from "node:assert/strict";
import { sanitiseText } from "../../../../lib/terminal/text/sanitise.ts";
import { Emulator } from "../../../support/emulator.ts";
import { fitsBesideOne } from "../../../terminal/text/fits_beside_one.ts";

Deno.test("wrap: no terminal that is tried takes a character for wider than it is counted", () => {
  // The emulator goes by another version of Unicode than the library that measures.
  using emulator = new Emulator(80, 5);
  const wider: string[] = [];
  for (let codePoint = 0x21; codePoint < 0x110000; codePoint++) {
    if (codePoint >= 0xd800 && codePoint < 0xe000) continue;
    const text = sanitiseText(`a${String.fromCodePoint(codePoint).repeat(3)}`);
    if (fitsBesideOne(text, emulator.widthOf(text))) wider.push(codePoint.toString(16));
  }
  assert.deepEqual(wider, []);
});
