import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  freeNick,
  isNick,
  looksLike,
  MAX_NICK_LENGTH,
  nickKey,
  NickRegistry,
} from "../../../lib/chat/names/nick.ts";

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

Deno.test("nick: whoever comes second gets a number", () => {
  assert.equal(freeNick("guest", []), "guest");
  assert.equal(freeNick("guest", ["host"]), "guest");
  assert.equal(freeNick("guest", ["guest"]), "guest-2");
  assert.equal(freeNick("guest", ["guest", "guest-2", "guest-3"]), "guest-4");
  assert.equal(freeNick("guest", ["guest", "guest-3"]), "guest-2");
  assert.equal(freeNick("Guest", ["gUEST"]), "Guest-2");
  assert.equal(freeNick("alice", ["\u0430lice"]), "alice-2");
  assert.equal(freeNick("guest", ["guest", "gue\u0455t-2"]), "guest-3");
  assert.equal(freeNick("guest", ["guest", "guest-l", "guest-2"]), "guest-3");
  assert.equal(freeNick("m", ["rn", "RN-2"]), "m-3");
  assert.equal(freeNick("x".repeat(32), ["x".repeat(32)]), "x".repeat(30) + "-2");
  assert.equal(
    freeNick("\u{1f600}".repeat(32), ["\u{1f600}".repeat(32)]),
    "\u{1f600}".repeat(30) + "-2",
  );
});

const nick = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 32 }),
  // Names that come into each other's way.
  fc.string({ unit: fc.constantFrom(..."Il1Oo0mrni\u05d0\u05d1-2"), minLength: 1, maxLength: 3 }),
).map((text) => text.normalize("NFC")).filter(isNick);

Deno.test("nick: the free one may be used, and looks like nobody else's", () => {
  fc.assert(fc.property(nick, fc.nat(15), fc.array(nick), (nick, copies, others) => {
    const taken = [...others];
    for (let copy = 0; copy < copies; copy++) taken.push(freeNick(nick, taken));
    const free = freeNick(nick, taken);
    assert.ok(isNick(free), free);
    assert.ok([...free].length <= MAX_NICK_LENGTH);
    assert.ok(!taken.some((other) => looksLike(other, free)));
  }));
});

Deno.test("nick registry: whoever comes second gets a number", () => {
  const registry = new NickRegistry();
  assert.equal(registry.claim("guest"), "guest");
  assert.equal(registry.claim("guest"), "guest-2");
  assert.equal(registry.claim("GUEST"), "GUEST-3");
  assert.equal(registry.claim("gue\u0455t"), "gue\u0455t-4");
  assert.equal(registry.claim("guest"), "guest-5");
  assert.equal(registry.claim("host"), "host");
});

Deno.test("nick registry: a name that was released can be had again, the lowest number first", () => {
  const registry = new NickRegistry();
  for (let count = 0; count < 5; count++) registry.claim("guest");
  registry.release("guest-4");
  registry.release("guest-2");
  registry.release("guest");
  assert.equal(registry.claim("guest"), "guest");
  assert.equal(registry.claim("guest"), "guest-2");
  assert.equal(registry.claim("guest"), "guest-4");
  assert.equal(registry.claim("guest"), "guest-6");
});

Deno.test("nick registry: only whoever has a name releases it", () => {
  const registry = new NickRegistry();
  registry.claim("alice");
  registry.release("ALICE");
  registry.release("bob");
  assert.equal(registry.isFree("alice"), false);
  registry.release("alice");
  assert.equal(registry.isFree("alice"), true);
  registry.claim("Alice");
  registry.release("alice");
  assert.equal(registry.isFree("alice"), false);
});

Deno.test("nick registry: one's own name is not in one's way", () => {
  const registry = new NickRegistry();
  registry.claim("alice");
  registry.claim("bob");
  assert.equal(registry.isFree("ALICE"), false);
  assert.equal(registry.isFree("ALICE", "alice"), true);
  assert.equal(registry.isFree("ALICE", "bob"), false);
  assert.equal(registry.rename("alice", "ALICE"), true);
  assert.equal(registry.rename("ALICE", "ALICE"), true);
  assert.equal(registry.isFree("alice"), false);
});

Deno.test("nick registry: a new name must be free, and the old one somebody's", () => {
  const registry = new NickRegistry();
  registry.claim("alice");
  registry.claim("bob");
  assert.equal(registry.rename("alice", "B0B"), false);
  assert.equal(registry.isFree("alice"), false);
  assert.equal(registry.rename("carol", "dave"), false);
  assert.equal(registry.isFree("dave"), true);
  assert.equal(registry.rename("alice", "dave"), true);
  assert.equal(registry.isFree("alice"), true);
  assert.equal(registry.isFree("d\u0430ve"), false);
});

Deno.test("nick registry: 2,000 who ask for one name get 2,000", () => {
  const registry = new NickRegistry();
  const names = Array.from({ length: 2_000 }, () => registry.claim("guest"));
  assert.equal(new Set(names).size, 2_000);
  assert.equal(names.at(-1), "guest-2000");
});

Deno.test("nick registry: it takes up numbers that somebody chose", () => {
  const registry = new NickRegistry();
  assert.equal(registry.claim("guest-2"), "guest-2");
  assert.equal(registry.claim("guest"), "guest");
  assert.equal(registry.claim("guest"), "guest-3");
  assert.equal(registry.claim("guest-2"), "guest-2-2");
});

type Step = readonly ["claim" | "release" | "rename", string, number];

Deno.test("nick registry: whatever happens, no two names look alike, and none is lost", () => {
  const step: fc.Arbitrary<Step> = fc.tuple(
    fc.constantFrom("claim", "claim", "release", "rename"),
    nick,
    fc.nat(),
  );
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const registry = new NickRegistry();
    const names: string[] = [];
    for (const [what, wanted, which] of steps) {
      const index = which % Math.max(names.length, 1);
      if (what === "claim") {
        const name = registry.claim(wanted);
        assert.ok(!names.some((other) => looksLike(other, name)), name);
        assert.equal(name === wanted, !names.some((other) => looksLike(other, wanted)), name);
        names.push(name);
      } else if (names.length > 0 && what === "release") {
        registry.release(names.splice(index, 1)[0]);
      } else if (names.length > 0) {
        const others = names.toSpliced(index, 1);
        const isFree = !others.some((other) => looksLike(other, wanted));
        assert.equal(registry.isFree(wanted, names[index]), isFree);
        assert.equal(registry.rename(names[index], wanted), isFree);
        if (isFree) names[index] = wanted;
      }
      assert.ok(names.every((name) => isNick(name) && !registry.isFree(name)));
      assert.ok(names.every((name) => registry.isFree(name, name)));
    }
  }));
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
