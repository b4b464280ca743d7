import assert from "node:assert/strict";
import { addEntry, readEntries } from "../../../lib/terminal/editing/history_text.ts";
import { PasteFilter } from "../../../lib/terminal/keyboard/paste_filter.ts";
import { TypedInputFilter } from "../../../lib/terminal/keyboard/typed_input.ts";
import { attempt } from "../material.ts";
import type { Target } from "../target.ts";

/** What begins or ends something between a keyboard and a program, and pieces of it. */
const SEQUENCES = [
  ...["\x1b", "\x1b[", "\x1b[A", "\x1b[1;5C", "\x1bOP", "\x1b\x7f", "\x1b[27;5;9~", "\x1b[97;5u"],
  ...[
    "\x1b[200~",
    "\x1b[201~",
    "\x1b[20",
    "0~",
    "\x1b[24;80R",
    "\x1b[?1;2c",
    "\x1b[I",
    "\x1b[<0;1;1M",
  ],
  ...[
    "\x1b]11;rgb:1e1e/1e1e/1e1e",
    "\x07",
    "\x1b\\",
    "\x1bP1$r",
    "\x1b_",
    "\x1b^",
    "\x1b[M",
    "\x9b",
  ],
  ...["\x03", "\x04", "\r", "\n", "\t", "a", "ab c", "é", "🏳️‍🌈", "\ud83c"],
];

/** How often input may rest before nothing is open any more. */
const MAX_RESTS = 8;

/** What a terminal sends, cut anywhere: no key is invented, and nothing locks the keyboard. */
export const keys: Target = {
  name: "keys",
  run(material) {
    const pastes = new PasteFilter();
    const typed = new TypedInputFilter();
    let got = "";
    const take = (input: ReturnType<PasteFilter["add"]>) => {
      for (const piece of input) {
        if ("paste" in piece) continue;
        for (const part of typed.add(piece.keys)) if ("keys" in part) got += part.keys;
      }
    };
    const rest = () => {
      for (let count = 0; pastes.patience !== undefined; count++) {
        assert.ok(count < MAX_RESTS, "a paste stays open for good");
        take(pastes.decide());
      }
      for (let count = 0; typed.patience !== undefined; count++) {
        assert.ok(count < MAX_RESTS, "a sequence stays open for good");
        for (const part of typed.decide()) if ("keys" in part) got += part.keys;
      }
    };
    for (let count = material.below(12); count > 0; count--) {
      const sequence = material.one(SEQUENCES);
      take(pastes.add(material.chance(0.3) ? material.mutateText(sequence) : sequence));
      if (material.chance(0.2)) rest();
    }
    rest();
    got = "";
    for (const key of "xyz") {
      take(pastes.add(key));
      rest();
    }
    assert.ok(got.endsWith("z"), `typing is lost: ${JSON.stringify(got)}`);
  },
};

/** What was typed, as a text: what is added comes back, whatever stood there. */
export const typedTexts: Target = {
  name: "input-history",
  run(material) {
    const text = material.mutateText("# comment\none\n\\#two\nthree\\nlines\n");
    const entry = material.text(200);
    const before = attempt(() => readEntries("input_history", text));
    const after = attempt(() => addEntry("input_history", text, entry));
    assert.equal(before === undefined, after === undefined);
    if (after === undefined || entry.trim() === "") return;
    assert.equal(readEntries("input_history", after).at(-1), entry);
  },
};
