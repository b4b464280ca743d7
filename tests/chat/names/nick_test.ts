import assert from "node:assert/strict";
import { isNick, nickKey } from "../../../lib/chat/names/nick.ts";

const GOOD = [
  "a",
  "guest",
  "guest-2",
  "Ada_Lovelace",
  "<x>",
  "o'neill",
  "Zo\u00eb",
  "\u0410\u043d\u043d\u0430",
  "\u5c71\u7530",
  "\u0639\u0644\u064a",
  "\u0928\u093f\u0936\u093e",
  "\u05d3\u05d5\u05d3",
  "\u05d3\u05d5\u05d3-abc",
  "\u0e17\u0e35\u0e48\u0e23\u0e31\u0e01",
  "\uac01\uc124",
  "\u0130lker",
  "\u{1f1eb}\u{1f1f7}",
  "\u{1f44d}\u{1f3fd}",
  "\u{1f600}",
  "1",
  "x".repeat(32),
  "\u{1f600}".repeat(32),
];

for (const nick of GOOD) {
  Deno.test(`nick: ${nick} may be used`, () => assert.equal(isNick(nick), true));
}

const BAD: readonly (readonly [nick: string, why: string])[] = [
  ["", "is empty"],
  ["x".repeat(33), "is too long"],
  ["\u{1f600}".repeat(33), "is too long in characters"],
  ["a b", "has a space"],
  ["a\u00a0b", "has a no-break space"],
  ["a\u3000b", "has a wide space"],
  ["\u2800", "is an empty Braille pattern"],
  ["\u{1d159}", "is a musical symbol without a head"],
  ["\u{13441}", "is an empty hieroglyph"],
  ["\u{13442}", "is half an empty hieroglyph"],
  ["a\u{16fe4}", "has a Khitan filler"],
  ["a\tb", "has a tab"],
  ["a\nb", "has a line feed"],
  ["a\rb", "has a carriage return"],
  ["a\u2028b", "has a line separator"],
  ["a\0b", "has a nul"],
  ["\x1b[2J", "has an escape sequence"],
  ["\x9b2J", "has a C1 control"],
  ["\x7f", "has a delete"],
  ["host:", "has a colon"],
  ["a\u202eb", "has a bidirectional override"],
  ["a\u2066b", "has a bidirectional isolate"],
  ["\u05d3\u200f-a", "has a right-to-left mark"],
  ["a\u061cb", "has an Arabic letter mark"],
  ["a\u200bb", "has a space of no width"],
  ["a\u200db", "has a joiner"],
  ["a\u00adb", "has a soft hyphen"],
  ["a\ufeffb", "has a byte order mark"],
  ["a\u{e0041}b", "has a tag"],
  ["a\ufe0f", "has a variation selector"],
  ["\u3164", "is a Hangul filler"],
  ["\u115f", "is a Hangul filler for a first letter"],
  ["\u1160", "is a Hangul filler for a vowel"],
  ["\uffa0", "is a narrow Hangul filler"],
  ["a\u034fb", "has a grapheme joiner"],
  ["\u{1f468}\u200d\u{1f469}", "is a family of emoji"],
  ["\u2764\ufe0f", "is an emoji with a variation selector"],
  ["\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}", "is a flag made of tags"],
  ["a\ufff9b", "has an annotation"],
  ["a\ue000", "has a private character"],
  ["a\u{f0000}", "has a private character of plane 15"],
  ["a\uffff", "has a noncharacter"],
  ["a\u0378", "has an unassigned character"],
  ["a\ud800", "has half of a surrogate pair"],
  ["\u0301a", "begins with a mark"],
  ["x\u0330\u0331\u0332\u0333", "piles up marks"],
  ["e\u0301", "is not composed"],
];

for (const [nick, why] of BAD) {
  Deno.test(`nick: one that ${why} may not be used`, () => assert.equal(isNick(nick), false));
}

Deno.test("nick: three marks on a letter are a matter of spelling", () => {
  assert.equal(isNick("x\u0330\u0331\u0332"), true);
});

Deno.test("nick: a very long text is refused soon", () => {
  assert.equal(isNick("a" + "\u0301\u0323".repeat(5_000)), false);
  assert.equal(isNick("a".repeat(1_000_000)), false);
  assert.equal(isNick("\u0301".repeat(1_000_000)), false);
  assert.equal(isNick("a\u0301".repeat(500_000)), false);
});

Deno.test("nick: one key, however somebody types it", () => {
  assert.equal(nickKey("Guest"), nickKey("guest"));
  assert.equal(nickKey("\uff47uest"), nickKey("guest"));
  assert.equal(nickKey("\ufb01n"), nickKey("FIN"));
  assert.notEqual(nickKey("guest"), nickKey("guest-2"));
  assert.notEqual(nickKey("alice"), nickKey("a1ice"));
});

Deno.test("isNick: nothing that parts a name from a text, or names from each other, or looks like it", () => {
  for (
    const separator
      of ":\u02d0\u0589\u05c3\u1803\u2236\ua789\ufe13\ufe55\uff1a,\u3001\ufe10\ufe50\uff0c\uff64"
  ) {
    assert.equal(isNick(`alice${separator}I-agree`), false, separator);
  }
});

Deno.test("isNick: nobody is called what this program says itself in front of a colon", () => {
  for (const nick of ["error", "Error", "BEWARE"]) assert.equal(isNick(nick), false);
  for (const nick of ["errors", "terror", "beware-of-me"]) assert.equal(isNick(nick), true);
});
