import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  type Input,
  MAX_PASTE_LENGTH,
  PASTE_PATIENCE,
  PasteFilter,
} from "../../../lib/terminal/keyboard/paste_filter.ts";

const START = "\x1b[200~";
const END = "\x1b[201~";

/** What a filter makes of chunks, neighbouring keys joined. */
function filter(...chunks: string[]): Input[] {
  const pasteFilter = new PasteFilter();
  const joined: Input[] = [];
  for (
    const input of [...chunks.flatMap((chunk) => pasteFilter.add(chunk)), ...pasteFilter.decide()]
  ) {
    const last = joined.at(-1);
    if (last && "keys" in last && "keys" in input) {
      joined.splice(-1, 1, { keys: last.keys + input.keys });
    } else {
      joined.push(input);
    }
  }
  return joined;
}

Deno.test("PasteFilter: tells keys from pastes, in order", () => {
  assert.deepEqual(filter(`ab${START}one\ttwo${END}c${START}${END}\r`), [
    { keys: "ab" },
    { paste: "one\ttwo", isCut: false },
    { keys: "c" },
    { paste: "", isCut: false },
    { keys: "\r" },
  ]);
});

Deno.test("PasteFilter: CR and CR LF in a paste become LF", () => {
  assert.deepEqual(filter(`${START}a\rb\r\nc\nd\r\r\n${END}`), [
    { paste: "a\nb\nc\nd\n\n", isCut: false },
  ]);
});

Deno.test("PasteFilter: other control characters and sequences in a paste stay as they are", () => {
  const text = `\x1b[A\x1b${START}\x03\x7f\u009b2J\x1b[20`;
  assert.deepEqual(filter(START + text + END), [{ paste: text, isCut: false }]);
});

Deno.test("PasteFilter: what follows the first end is typed, whatever the paste was meant to be", () => {
  assert.deepEqual(filter(`${START}a${END}\rb${END}`), [
    { paste: "a", isCut: false },
    { keys: `\rb${END}` },
  ]);
});

const piece = fc.oneof(
  fc.constantFrom(START, END, "\x1b", "\x1b[", "\x1b[20", "\x1b[A", "0~", "1~", "\r", "\n", "\x03"),
  fc.string({ maxLength: 5 }),
);

Deno.test("PasteFilter: how the input is cut into chunks makes no difference", () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }),
      fc.array(fc.nat(200), { maxLength: 10 }),
      (pieces, places) => {
        const text = pieces.join("");
        const cuts = [...new Set([0, ...places, text.length])]
          .filter((cut) => cut <= text.length).sort((a, b) => a - b);
        const chunks = cuts.map((cut, index) => text.slice(cut, cuts[index + 1]));
        // Ctrl-C by itself is the exception, and has a test of its own.
        fc.pre(!chunks.includes("\x03"));
        assert.deepEqual(filter(...chunks), filter(text));
      },
    ),
    { numRuns: 2_000 },
  );
});

Deno.test("PasteFilter: nothing is lost outside of pastes, and only the marks around them", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const text = pieces.join("");
      fc.pre(text !== "\x03");
      // A paste that is still going on is ended for the comparison.
      const input = filter(text, END);
      const back = input.map((part) => "keys" in part ? part.keys : START + part.paste + END);
      const expected = text.replaceAll(/\r\n?/g, "\n") + END;
      assert.equal(back.join("").replaceAll(/\r\n?/g, "\n"), expected);
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("PasteFilter: what could begin a paste is held back until it is decided", () => {
  const pasteFilter = new PasteFilter();
  assert.deepEqual(pasteFilter.add("a\x1b"), [{ keys: "a" }]);
  assert.ok(pasteFilter.patience !== undefined);
  assert.deepEqual(pasteFilter.decide(), [{ keys: "\x1b" }]);
  assert.equal(pasteFilter.patience, undefined);
  assert.deepEqual(pasteFilter.decide(), []);
  assert.deepEqual(pasteFilter.add("[200~b"), [{ keys: "[200~b" }]);
});

Deno.test("PasteFilter: a paste is kept up to its greatest length", () => {
  const longest = "x".repeat(MAX_PASTE_LENGTH);
  assert.deepEqual(filter(START, longest, END), [{ paste: longest, isCut: false }]);
  assert.deepEqual(filter(START, longest, "yz", "z", END + "k", START + "next" + END), [
    { paste: longest, isCut: true },
    { keys: "k" },
    { paste: "next", isCut: false },
  ]);
  const [cut] = filter(START + longest.slice(1) + "😀" + END);
  assert.deepEqual(cut, { paste: longest.slice(1), isCut: true });
});

Deno.test("PasteFilter: Ctrl-C by itself is a key even in a paste whose end never comes", () => {
  assert.deepEqual(filter(`${START}half\x1b[2`, "\x03", "k"), [
    { paste: "half", isCut: false },
    { keys: "\x03k" },
  ]);
});

Deno.test("PasteFilter: a paste that rests is given, and then single keys are typed", () => {
  const pasteFilter = new PasteFilter();
  assert.deepEqual(pasteFilter.add(`${START}one\rtw`), []);
  assert.equal(pasteFilter.patience, PASTE_PATIENCE);
  assert.deepEqual(pasteFilter.decide(), [{ paste: "one\ntw", isCut: false }]);
  assert.equal(pasteFilter.patience, undefined, "nothing is held back");
  for (const key of ["k", "\x1b[D", "\x1bb", "漢", "\x7f\x7f", "\x1b[D\x1b[D"]) {
    assert.deepEqual(pasteFilter.add(key), [{ keys: key }]);
  }
  assert.deepEqual(pasteFilter.add("\r"), [{ keys: "\r" }]);
  assert.deepEqual(pasteFilter.add("typed\r"), [{ keys: "typed\r" }], "Enter has ended the paste");
});

Deno.test("PasteFilter: the rest of a paste that was held up is pasted, and never typed", () => {
  const pasteFilter = new PasteFilter();
  pasteFilter.add(`${START}one`);
  pasteFilter.decide();
  assert.deepEqual(pasteFilter.add("two\rthree\r\x1b[20"), []);
  assert.deepEqual(pasteFilter.add(`1~\r`), [
    { paste: "two\nthree\n", isCut: false },
    { keys: "\r" },
  ]);
  // When only its end was held up, there is nothing more to give.
  pasteFilter.add(`${START}four`);
  pasteFilter.decide();
  assert.deepEqual(pasteFilter.add(END), []);
  assert.deepEqual(pasteFilter.add("five\r"), [{ keys: "five\r" }]);
});

Deno.test("PasteFilter: a paste that comes with rests is kept up to its greatest length", () => {
  const pasteFilter = new PasteFilter();
  pasteFilter.add(START + "x".repeat(MAX_PASTE_LENGTH - 1));
  pasteFilter.decide();
  pasteFilter.add("yz");
  assert.deepEqual(pasteFilter.decide(), [{ paste: "y", isCut: true }]);
  pasteFilter.add("more");
  assert.deepEqual(pasteFilter.decide().map((input) => "paste" in input && input.paste), [""]);
});

Deno.test("paste filter: the mark in front of a paste may rest as a paste may", () => {
  const pastes = new PasteFilter();
  assert.deepEqual(pastes.add("\x1b[20"), []);
  assert.equal(pastes.patience, PASTE_PATIENCE);
  assert.deepEqual(pastes.add("0~one\rtwo\x1b[201~"), [{ paste: "one\ntwo", isCut: false }]);
});
