import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { freeNick, isNick, MAX_NICK_LENGTH, nickKey } from "../../lib/chat/mod.ts";

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
  ["a\u200bb", "has a space of no width"],
  ["a\u200db", "has a joiner"],
  ["a\u00adb", "has a soft hyphen"],
  ["a\ufeffb", "has a byte order mark"],
  ["a\u{e0041}b", "has a tag"],
  ["a\ufe0f", "has a variation selector"],
  ["\u3164", "is a Hangul filler"],
  ["\u115f", "is a Hangul filler"],
  ["a\ue000", "has a private character"],
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
  assert.equal(isNick("a".repeat(1_000_000)), false);
  assert.equal(isNick("\u0301".repeat(1_000_000)), false);
  assert.equal(isNick("a\u0301".repeat(500_000)), false);
});

Deno.test("nick: those that look alike have one key", () => {
  assert.equal(nickKey("Guest"), nickKey("guest"));
  assert.equal(nickKey("\uff47uest"), nickKey("guest"));
  assert.equal(nickKey("\ufb01n"), nickKey("FIN"));
  assert.notEqual(nickKey("guest"), nickKey("guest-2"));
});

Deno.test("nick: whoever comes second gets a number", () => {
  assert.equal(freeNick("guest", []), "guest");
  assert.equal(freeNick("guest", ["host"]), "guest");
  assert.equal(freeNick("guest", ["guest"]), "guest-2");
  assert.equal(freeNick("guest", ["guest", "guest-2", "guest-3"]), "guest-4");
  assert.equal(freeNick("guest", ["guest", "guest-3"]), "guest-2");
  assert.equal(freeNick("Guest", ["gUEST"]), "Guest-2");
  assert.equal(freeNick("x".repeat(32), ["x".repeat(32)]), "x".repeat(30) + "-2");
  assert.equal(
    freeNick("\u{1f600}".repeat(32), ["\u{1f600}".repeat(32)]),
    "\u{1f600}".repeat(30) + "-2",
  );
});

Deno.test("nick: the free one may be used, and looks like nobody else's", () => {
  const nick = fc.string({ unit: "grapheme", minLength: 1, maxLength: 32 })
    .map((text) => text.normalize("NFC")).filter(isNick);
  fc.assert(fc.property(nick, fc.nat(15), fc.array(nick), (nick, copies, others) => {
    const taken = [...others];
    for (let copy = 0; copy < copies; copy++) taken.push(freeNick(nick, taken));
    const free = freeNick(nick, taken);
    assert.ok(isNick(free), free);
    assert.ok([...free].length <= MAX_NICK_LENGTH);
    assert.ok(!taken.map(nickKey).includes(nickKey(free)));
  }));
});
