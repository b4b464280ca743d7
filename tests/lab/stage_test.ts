import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { Stage, visible, wrap } from "../../lab/stage.ts";

/** What a stage tells, without colours unless they are asked for. */
async function told(
  tell: (stage: Stage) => Promise<void>,
  { columns = 80, colour = false } = {},
): Promise<string> {
  let text = "";
  await tell(new Stage({ colour, columns, write: (piece) => text += piece }));
  return text;
}

const words = fc.string({ unit: fc.constantFrom("a", "bc", " ", "  ", "\n", "longer-word") });

Deno.test("wrap: no line is too long, and nothing but blanks and line feeds is lost", () => {
  fc.assert(fc.property(words, fc.integer({ min: 1, max: 90 }), (text, columns) => {
    const lines = wrap(text, columns);
    for (const line of lines) assert.ok(line.length <= columns);
    assert.equal(lines.join("").replaceAll(" ", ""), text.replace(/[ \n]/g, ""));
  }));
});

Deno.test("wrap: a text that fits stays as it is, with its blanks", () => {
  fc.assert(fc.property(words, (text) => {
    assert.equal(wrap(text, 10_000).join("\n"), text);
  }));
  assert.deepEqual(wrap("     set in, as this is", 14), ["     set in,", "as this is"]);
});

Deno.test("visible: nothing that a terminal obeys is left, and nothing else is changed", () => {
  assert.equal(
    visible("a\x1b[2J\r\x07\x7f\u009b\u202ebc"),
    "a␛[2J␍␇␡<U+009B><U+202E>bc",
  );
  for (let code = 0; code <= 0xffff; code++) {
    const shown = visible(String.fromCharCode(code));
    assert.doesNotMatch(shown, /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\u200b\u2060\ufeff]/u);
  }
  fc.assert(fc.property(fc.string({ unit: "grapheme-ascii" }), (text) => {
    assert.equal(visible(text), text);
  }));
});

Deno.test("stage: bytes stand 16 a row with their offsets, and marks stand under them", async () => {
  const bytes = Uint8Array.from({ length: 33 }, (_, index) => index);
  const marks = [{ start: 1, end: 2 }, { start: 15, end: 17 }];
  assert.equal(
    await told((stage) => stage.bytes("some", bytes, marks)),
    `
  some (33 bytes)
      0  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f
            ^^                                        ^^
     16  10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f
         ^^
     32  20
`,
  );
});

Deno.test("stage: with colours, what is marked is shown reversed as well", async () => {
  const mark = { start: 0, end: 1 };
  const text = await told((stage) => stage.bytes("one", Uint8Array.of(7), [mark]), {
    colour: true,
  });
  assert.match(text, /\x1b\[7m07\x1b\[27m/);
  assert.match(text, /\^\^/, "and the signs are there for those who see no colours");
});

Deno.test("stage: a screen has a frame, and shows what a terminal would obey", async () => {
  assert.equal(
    await told((stage) => stage.screen("Bob", ["them: \x1b[2J", "   set in"])),
    "\n  ┌─ Bob's screen\n  │ them: ␛[2J\n  │    set in\n  └─\n",
  );
  assert.match(await told((stage) => stage.screen("Bob", [])), /│ \(nothing\)/);
});

Deno.test("stage: whatever is told, no line is wider than the terminal", async () => {
  await fc.assert(fc.asyncProperty(
    fc.string({ unit: "grapheme-ascii", maxLength: 400, size: "max" }),
    fc.integer({ min: 60, max: 120 }),
    async (text, columns) => {
      const story = await told(async (stage) => {
        await stage.title(text);
        await stage.say(text);
        await stage.screen("Eve", [text]);
        await stage.verdict(true, text);
        await stage.bytes("text", new TextEncoder().encode(text), [{ start: 0, end: 9 }]);
      }, { columns });
      for (const line of story.split("\n")) assert.ok([...line].length <= columns, line);
    },
  ));
});

Deno.test("stage: each line ends with the colours with which it began; without them, none are there", async () => {
  const tell = async (stage: Stage) => {
    await stage.title("title");
    await stage.part("part");
    await stage.screen("Alice", ["one", "two"]);
    await stage.verdict(false, "a long sentence ".repeat(20));
  };
  const coloured = await told(tell, { colour: true });
  for (const line of coloured.split("\n").filter((line) => line !== "")) {
    assert.match(line, /^(?:[^\x1b]|\x1b\[(?:1m[^\x1b]*\x1b\[22m|3\dm[^\x1b]*\x1b\[39m))*$/);
  }
  const plain = await told(tell);
  assert.equal(plain, coloured.replace(/\x1b\[\d+m/g, ""));
});

Deno.test("stage: the next piece comes when the one before has been read; headings take no time", async () => {
  const events: string[] = [];
  const stage = new Stage({
    colour: false,
    write: (text) => events.push(text.trim().split("\n")[0].slice(0, 5)),
    pause: () => Promise.resolve(void events.push("pause")),
  });
  await stage.part("part");
  await stage.say("first");
  await stage.lines(["again"]);
  assert.deepEqual(events, ["── pa", "first", "pause", "again", "pause"]);
});
