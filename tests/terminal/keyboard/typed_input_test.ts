import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  PATIENCE,
  type TypedInput,
  TypedInputFilter,
} from "../../../lib/terminal/keyboard/typed_input.ts";

const UP = "\x1b[A";

/** What a filter makes of chunks: the keys, joined, and each position. */
function filter(...chunks: string[]): TypedInput[] {
  const answers = new TypedInputFilter();
  const joined: TypedInput[] = [];
  for (const input of [...chunks.flatMap((chunk) => answers.add(chunk)), ...answers.decide()]) {
    const last = joined.at(-1);
    if (last && "keys" in last && "keys" in input) {
      joined.splice(-1, 1, { keys: last.keys + input.keys });
    } else joined.push(input);
  }
  return joined;
}

const ANSWERS = [
  "\x1b]11;rgb:1e1e/1e1e/1e1e\x07",
  "\x1b]10;rgb:ffff/ffff/ffff\x1b\\",
  "\x1b]52;c;aGVsbG8=\x07",
  "\x1bP>|XTerm(390)\x1b\\",
  "\x1bP1$r0m\x1b\\",
  "\x1b_Gi=31;OK\x1b\\",
  "\x1b^private\x1b\\",
  "\x1bXstring\x1b\\",
  "\x1b[?62;22c",
  "\x1b[>0;276;0c",
  "\x1b[0n",
  "\x1b[?2004;1$y",
  "\x1b[4;2$y",
  "\x1b[8;24;80t",
  "\x1b[I",
  "\x1b[O",
  "\x1b[M !!",
  "\x1b[M#\u00e9",
  "\x1b[<0;10;20M",
  "\x1b[<0;10;20m",
  "\x1b[32;10;20M",
  "\x1b[?1u",
  "\x1b[97;1:3u",
  "\x1b[57441u",
  "\x1b[57376;5u",
  "\x1b[97;9u",
  "\x1b[1;1:3A",
  "\x1b[201~",
];

const KEYS: readonly [sent: string, meant: string][] = [
  ...[
    "a",
    "漢",
    "\r",
    "\x03",
    "\x7f",
    UP,
    "\x1b[1;5C",
    "\x1b[3~",
    "\x1b[3;2~",
    "\x1bOP",
    "\x1bOc",
    "\x1b[[A",
  ]
    .map((key): [string, string] => [key, key]),
  ...[
    "\x1b[2$",
    "\x1b[2^",
    "\x1b[a",
    "\x1b[Z",
    "\x1bb",
    "\x1b\r",
    "\x1b\x7f",
    "\x1b\x1b[D",
    "\x1b[15~",
  ]
    .map((key): [string, string] => [key, key]),
  ["\x1b[97u", "a"],
  ["\x1b[97;2u", "A"],
  ["\x1b[49:33;2u", "!"],
  ["\x1b[97;65u", "A"],
  ["\x1b[97;5u", "\x01"],
  ["\x1b[27;5;97~", "\x01"],
  ["\x1b[97;3u", "\x1ba"],
  ["\x1b[97;;228u", "ä"],
  ["\x1b[13u", "\r"],
  ["\x1b[13;2u", "\x1b\r"],
  ["\x1b[27;3;13~", "\x1b\r"],
  ["\x1b[9;2u", "\x1b[Z"],
  ["\x1b[127;3u", "\x1b\x7f"],
  ["\x1b[99;133u", "\x03"],
  ["\x1b[47;5u", "\x1f"],
  ["\x1b[57400u", "1"],
  ["\x1b[57419u", UP],
  ["\x1b[1;129A", UP],
  ["\x1b[1;133C", "\x1b[1;5C"],
  ["\x1b[1;1:1A", UP],
];

Deno.test("typed input: what a terminal says by itself is no text", () => {
  for (const answer of ANSWERS) {
    assert.deepEqual(filter(`a${answer}b`), [{ keys: "ab" }], JSON.stringify(answer));
  }
});

Deno.test("typed input: a key is told as terminals have always sent it", () => {
  for (const [sent, meant] of KEYS) {
    assert.deepEqual(filter(`a${sent}b`), [{ keys: `a${meant}b` }], JSON.stringify(sent));
  }
});

Deno.test("typed input: where the cursor stands", () => {
  assert.deepEqual(filter("a\x1b[12;40Rb"), [
    { keys: "a" },
    { position: { row: 12, column: 40 } },
    { keys: "b" },
  ]);
});

Deno.test("typed input: how it is cut into chunks makes no difference", () => {
  const piece = fc.constantFrom(...ANSWERS, ...KEYS.map(([sent]) => sent), "\x1b[5;9R");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(150)), (pieces, places) => {
      const text = pieces.join("") + ".";
      const cuts = [...new Set([0, ...places.filter((place) => place < text.length)])]
        .sort((a, b) => a - b);
      const chunks = cuts.map((cut, index) => text.slice(cut, cuts[index + 1]));
      assert.deepEqual(filter(...chunks), filter(text));
      assert.deepEqual(filter(text), filter(...pieces, "."));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("typed input: a string that never ends is over with a control key, or in time", () => {
  const answers = new TypedInputFilter();
  assert.deepEqual(answers.add("a\x1b]11;rgb"), [{ keys: "a" }]);
  assert.equal(answers.patience, PATIENCE.string);
  assert.deepEqual(answers.add("x".repeat(100_000)), []);
  assert.deepEqual(answers.decide(), []);
  assert.deepEqual(answers.add("b"), [{ keys: "b" }]);
  assert.deepEqual(answers.add("\x1b]11;rgb\x03c"), [{ keys: "\x03c" }]);
  assert.deepEqual(answers.add("\x1b]11;rgb"), []);
  assert.deepEqual(answers.add("\r"), [{ keys: "\r" }]);
  assert.deepEqual(answers.add(`\x1bPq${UP}d`), [{ keys: `${UP}d` }]);
});

Deno.test("typed input: Escape, and Alt with what could begin a string, are keys when nothing follows", () => {
  for (const key of ["\x1b", "\x1b\x1b", "\x1b]", "\x1bP", "\x1bO", "\x1b_"]) {
    const answers = new TypedInputFilter();
    assert.deepEqual(answers.add(key), []);
    assert.equal(answers.patience, PATIENCE.key);
    assert.deepEqual(answers.decide(), [{ keys: key }]);
  }
});

Deno.test("typed input: half of a sequence is no text, nor is one that does not end", () => {
  assert.deepEqual(filter("a\x1b[1;5"), [{ keys: "a" }]);
  assert.deepEqual(filter("a\x1b[1;5\rb"), [{ keys: "a\rb" }]);
  assert.deepEqual(filter("a\x1b[" + "1;".repeat(1_000) + "漢"), [{ keys: "a漢" }]);
  assert.deepEqual(filter("\x1b".repeat(100_000) + "a"), [{ keys: "\x1b\x1ba" }]);
});

/** What answers a terminal may give, so that what is cut off has an end. */
const TORN = ANSWERS.filter((answer) => !answer.startsWith("\x1b[M"));

Deno.test("typed input: an answer that rests for long wherever it is cut is no text, and no typing is lost", () => {
  for (const answer of [...TORN, "\x1b[12;34R"]) {
    // Of what has but one character to come, a person may have typed it; Escape is a key by itself.
    for (let cut = 1; cut < answer.length - 1; cut++) {
      for (const rests of [1, 2, 3]) {
        const input = new TypedInputFilter();
        const given = [
          ...input.add(answer.slice(0, cut)),
          ...Array.from({ length: rests }, () => input.decide()).flat(),
          ...input.add(answer.slice(cut)),
          ...input.add("hello"),
          ...input.decide(),
        ];
        const keys = given.flatMap((piece) => "keys" in piece ? [piece.keys] : []).join("");
        const what = JSON.stringify([answer, cut, rests, keys]);
        assert.equal(keys.replace(/^\x1b[\]P_^X]?/, ""), "hello", what);
      }
    }
  }
});

Deno.test("typed input: what is typed after half of an answer comes, at the latest with a key's patience", () => {
  for (const half of ["\x1b[12", "\x1b[1;5", "\x1b]11;rgb:1e1e/", "\x1bP", "\x1b"]) {
    for (
      const typed of ["hello", "3", "12 euros", "\r", "\x03", "\u00e4", "/", UP, "x".repeat(10_000)]
    ) {
      const input = new TypedInputFilter();
      input.add(half);
      input.decide();
      const given = input.add(typed);
      if (given.length === 0) assert.equal(input.patience, PATIENCE.key);
      assert.deepEqual(
        [...given, ...input.decide()],
        [{ keys: typed }],
        JSON.stringify([half, typed]),
      );
      assert.deepEqual(input.add("a"), [{ keys: "a" }]);
      assert.equal(input.patience, undefined);
    }
  }
});

Deno.test("typed input: the last character of a sequence is waited for longer, and not for ever", () => {
  const input = new TypedInputFilter();
  const begin = () => {
    assert.deepEqual([...input.add("\x1b[12;34"), ...input.decide()], []);
    assert.equal(input.patience, PATIENCE.string);
  };
  begin();
  assert.deepEqual(input.add("R"), [{ position: { row: 12, column: 34 } }]);
  begin();
  assert.deepEqual(input.decide(), []);
  assert.equal(input.patience, undefined);
  assert.deepEqual(input.add("R"), [{ keys: "R" }]);
});
