import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { mentions } from "../../../lib/terminal/text/mentions.ts";

const MENTIONED: readonly (readonly [nick: string, text: string, marked: string])[] = [
  ["ada", "ada", "[ada]"],
  ["ada", "hello ada, and Ada!", "hello [ada], and [Ada]!"],
  ["Ada", "ADA's", "[ADA]'s"],
  ["ada", "@ada: look", "[@ada]: look"],
  ["ada", "(ada)", "([ada])"],
  ["ada", "ada ada", "[ada] [ada]"],
  ["ada", "ada@ada", "[ada][@ada]"],
  ["ada", "ada - or ada-- or -", "[ada] - or [ada]-- or -"],
  ["Zoë", "zoe\u0308 and ZOË", "[zoe\u0308] and [ZOË]"],
  ["ada", "\uff41\uff44\uff41", "[\uff41\uff44\uff41]"],
  ["ﬁnn", "finn", "[finn]"],
  ["finn", "ﬁnn", "[ﬁnn]"],
  ["Οδυσσεύς", "ΟΔΥΣΣΕΎΣ!", "[ΟΔΥΣΣΕΎΣ]!"],
  ["guest-2", "guest-2, look", "[guest-2], look"],
  ["c++", "is c++ here?", "is [c++] here?"],
  ["山田", "山田さん、こんにちは", "[山田]さん、こんにちは"],
  ["ada", "adaさんへ", "[ada]さんへ"],
  ["สมชาย", "สมชายครับ", "[สมชาย]ครับ"],
  ["😀", "hi 😀!", "hi [😀]!"],
  ["!!", "really !!!", "really [!!]!"],
];

for (const [nick, text, marked] of MENTIONED) {
  Deno.test(`mentions: ${nick} in ${JSON.stringify(text)}`, () => {
    let shown = "";
    let done = 0;
    for (const [start, end] of mentions(text, nick)) {
      shown += `${text.slice(done, start)}[${text.slice(start, end)}]`;
      done = end;
    }
    assert.equal(shown + text.slice(done), marked);
  });
}

const NOT_MENTIONED: readonly (readonly [nick: string, text: string])[] = [
  ["ada", "adam and canada"],
  ["ada", "ada_2 ada2 áda"],
  ["ada", "ada\u0301"],
  ["guest", "guest-2, look"],
  ["ada", "pro-ada"],
  ["ada", "𝒶𝒹𝒶𝓂"],
  ["王", "国王"],
  ["👩", "👩\u200d👧"],
  ["", "anything"],
  ["ada", ""],
];

for (const [nick, text] of NOT_MENTIONED) {
  Deno.test(`mentions: not ${JSON.stringify(nick)} in ${JSON.stringify(text)}`, () => {
    assert.deepEqual(mentions(text, nick), []);
  });
}

Deno.test("mentions: ranges are in order, apart, and hold the name", () => {
  const words = fc.constantFrom("ada", "ADA", "@ada", "ａｄａ", "-", " ", "x", "\u0301", "漢", ".");
  fc.assert(fc.property(fc.array(words).map((pieces) => pieces.join("")), (text) => {
    let done = 0;
    for (const [start, end] of mentions(text, "ada")) {
      assert.ok(start >= done && end <= text.length);
      assert.match(text.slice(start, end).normalize("NFKC"), /^@?ada$/i);
      done = end;
    }
  }));
});

Deno.test("mentions: a text of 64 KiB that is full of the name, where a dictionary is needed", () => {
  assert.equal(mentions("漢bob".repeat(16_384), "bob").length, 16_384);
});
