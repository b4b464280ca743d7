import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { skeleton } from "../../../lib/chat/names/confusables.ts";
import { CONFUSABLES } from "../../../lib/chat/names/confusables_data.ts";
import { MORE_CONFUSABLES } from "../../../lib/chat/names/more_confusables_data.ts";
import {
  looksLike,
  nickClasses,
  nickKeys,
  nickReadings,
} from "../../../lib/chat/names/confusable_nicks.ts";
import { MAX_NICK_LENGTH, nickKey } from "../../../lib/chat/names/nick.ts";
import { nicks } from "./support.ts";

Deno.test("skeleton: the table is UTS #39's, without what a skeleton never meets", () => {
  const characters = CONFUSABLES.trim().split(/\s+/).flatMap((entry) =>
    entry.split("=")[1].split(",").map((digits) => String.fromCodePoint(parseInt(digits, 16)))
  );
  assert.equal(characters.length, 5_499);
  assert.equal(new Set(characters).size, characters.length);
  for (const character of characters) {
    assert.equal(character.normalize("NFD"), character);
    assert.doesNotMatch(character, /\p{Default_Ignorable_Code_Point}/u);
    assert.notEqual(skeleton(character), character);
  }
});

/** In ASCII, since what looks alike is better told apart in a test's name. */
function ascii(text: string): string {
  return text.replace(
    /[^ -~]/gu,
    (character) => `<${Number(character.codePointAt(0)).toString(16)}>`,
  );
}

const SKELETONS: readonly (readonly [text: string, skeleton: string])[] = [
  ["", ""],
  ["alice", "alice"],
  ["\u0430lice", "alice"],
  ["I1|l", "llll"],
  ["O0o", "OOo"],
  ["m", "rn"],
  ["\u{1d52d}\u{1d4b6}\u1eff\u{1d561}\u{1d552}\u2113", "paypal"],
  ["\u211c\u{1d602}\u15af\u028f", "Ruby"],
  ["\u00c6on", "AEon"],
  ["\u00e9", "e\u0301"],
  ["e\u0301", "e\u0301"],
  ["\u010d", "c\u0306"],
  ["a\u200b\u00ad\ufe0fb", "ab"],
  ["\u0131", "i"],
  ["\u320e", "(\u1100\u1161)"],
  ["\u{1f600}", "\u{1f600}"],
  ["a\ud800b", "a\ud800b"],
];

for (const [text, expected] of SKELETONS) {
  Deno.test(`skeleton: of "${ascii(text)}"`, () => assert.equal(skeleton(text), expected));
}

const ALIKE: readonly (readonly [one: string, other: string, why: string])[] = [
  ["alice", "ALICE", "case"],
  ["alice", "\u0430lice", "a Cyrillic a"],
  ["alice", "\u03b1lice", "a Greek alpha"],
  ["alice", "aIice", "a capital I for l"],
  ["ALICE", "aIice", "a capital I for l, and case"],
  ["alice", "a1ice", "the digit one"],
  ["alice", "a|ice", "a bar"],
  ["alice", "\uff41lice", "a wide letter"],
  ["alice", "\u{1d4b6}\u{1d4c1}\u{1d4be}\u{1d4b8}\u212f", "mathematical letters"],
  ["alice", "\u{1d400}\u{1d40b}\u{1d408}\u{1d402}\u{1d404}", "mathematical capitals"],
  ["Ivan", "lvan", "l for a capital I"],
  ["nikita", "NI\u041aITA", "capitals with a Cyrillic K"],
  ["alice-b", "ALICE-\u0412", "capitals with a Cyrillic V"],
  ["bob", "\uff42\u043eb", "a wide letter beside a Cyrillic one"],
  ["bob0", "bobo", "a zero"],
  ["carol1", "caroll", "a one at the end"],
  ["guest-1", "guest-l", "a letter for a number"],
  ["guest-2", "guest\u20132", "a dash"],
  ["bob2", "bob\u00b2", "a superscript"],
  ["o'neill", "o\u2019neill", "another apostrophe"],
  ["tom", "torn", "rn for m"],
  ["walter", "vvalter", "vv for w"],
  ["WALTER", "VVALTER", "VV for W"],
  ["walter", "uualter", "uu for w"],
  ["david", "clavid", "cl for d"],
  ["david", "davicl", "cl for d at the end"],
  ["David", "cIavid", "c and a capital I for d"],
  ["david", "c1avid", "c and a one for d"],
  ["dawn", "clavvn", "several at once"],
  ["vvv", "wv", "in either place, once"],
  ["vvv", "vw", "in either place, twice"],
  ["bobs", "bob5", "five for s"],
  ["bobs", "8o6S", "digits for some of the letters"],
  ["5am8", "Sam8", "a digit for a letter, beside a digit"],
  ["Gill", "6ill", "six for G"],
  ["bill", "6ill", "six for b"],
  ["queen", "9ueen", "nine for q"],
  ["Zoe", "2oe", "two for Z"],
  ["Bob", "8ob", "eight for B"],
  ["Greg", "6reg", "six for G"],
  ["bobb", "bob6", "six for b"],
  ["greg", "9reg", "nine for g"],
  ["alice", "alice_", "a sign at the end"],
  ["alice", "_alice", "a sign at the beginning"],
  ["alice", "~alice~", "signs at both ends"],
  ["alice", "alice'", "an apostrophe at the end"],
  ["alice", "alice.", "a full stop at the end"],
  ["alice", "alice\u{1f600}", "an emoji"],
  ["alice", "a\u{1f600}lice", "an emoji in between"],
  ["alice\u{1f600}", "alice\u{1f603}", "another emoji"],
  ["alice", "alic\u1eb9", "a dot below"],
  ["alice", "\u0105lice", "an ogonek"],
  ["alice", "ali\u00e7e", "a cedilla"],
  ["alice", "ali\u010be", "a dot above"],
  ["alice", "al\u00edce", "an acute in the place of a dot"],
  ["alice", "al\u00efce", "two dots in the place of one"],
  ["\u0639\u0644\u064a", "\u0639\u064e\u0644\u0650\u064a", "Arabic vowel signs"],
  ["\u0915\u0932", "\u0915\u093c\u0932", "a nukta"],
  ["fin", "\ufb01n", "a ligature"],
  ["stra\u00dfe", "STRASSE", "SS for a sharp s"],
  ["stra\u1e9ee", "strasse", "a capital sharp s"],
  ["\u039d\u0399\u039a\u039f\u03a3", "\u03bd\u03b9\u03ba\u03bf\u03c2", "Greek capitals"],
  ["\u03bd\u03b9\u03ba\u03bf\u03c3", "\u03bd\u03b9\u03ba\u03bf\u03c2", "a final sigma"],
  ["\u039d\u0399\u039a\u039f\u03a31", "\u03bd\u03b9\u03ba\u03bf\u03c2l", "a sigma before 1 or l"],
  ["\u041d\u1e9e", "\u043d\u00df", "a capital sharp s behind a Cyrillic letter"],
  ["\u0418\u0432\u0430\u043d", "\u0438\u0432\u0430\u043d", "Cyrillic case"],
  ["\u0131lker", "ilker", "a dotless i"],
  ["\u0130lker", "ilker", "a capital I with a dot"],
  ["i\u0307lker", "ilker", "a second dot"],
  ["i\u0323\u0307lker", "\u1ecblker", "a second dot behind another mark"],
  ["\u00e1\u0301nna", "\u00e1nna", "a mark that stands twice"],
  ["a\u0323\u0302", "a\u0302\u0323", "marks in another order"],
  ["a\u0303\u0304", "a\u0304\u0303", "accents in another order"],
  ["\u0e84\u0eb4\u0ec8\u0e87", "\u0e84\u0ec8\u0eb4\u0e87", "Lao marks in another order"],
  ["\u0e01\u0e34\u0e48\u0e07", "\u0e01\u0e48\u0e34\u0e07", "Thai marks in another order"],
  ["\u1000\u102d\u102f", "\u1000\u102f\u102d", "Burmese marks in another order"],
  ["\u179f\u17ca\u17b8", "\u179f\u17b8\u17ca", "Khmer marks in another order"],
  ["\u0915\u0947\u0902", "\u0915\u0947\u0902\u0947", "a mark that comes again"],
  [
    "\u0939\u093f\u0902\u0926\u0940",
    "\u0939\u0902\u093f\u0926\u0940",
    "Hindi marks in another order",
  ],
  ["\u0e2d\u0e33", "\u0e2d\u0e4d\u0e32", "Thai am, of two"],
  ["\u0e84\u0eb3", "\u0e84\u0ecd\u0eb2", "Lao am, of two"],
  ["\u0587", "\u0565\u0582", "an Armenian ligature"],
  ["G\u02bbulom", "G'ulom", "a turned comma for an apostrophe"],
  ["G\u2018ulom", "G\u02bculom", "two kinds of apostrophe"],
  ["\u010dapek", "c\u0306apek", "a breve for a caron"],
  ["\u05d3\u05d5\u05d31", "1\u05d3\u05d5\u05d3", "a number on the same side in Hebrew"],
  ["\u05d3\u05d5\u05d3-2", "2-\u05d3\u05d5\u05d3", "a sign and a number on the same side"],
  ["\u05d0-_1", "1_-\u05d0", "two signs and a number on the same side"],
  ["\u05d31a", "1\u05d3a", "a number on the same side, between directions"],
  ["\u0627\u0628\u0662", "\u0662\u0627\u0628", "a number on the same side in Arabic"],
];

for (const [one, other, why] of ALIKE) {
  Deno.test(`nick keys: ${ascii(one)} and ${ascii(other)} look alike: ${why}`, () => {
    assert.equal(looksLike(one, other), true);
    assert.equal(looksLike(other, one), true);
  });
}

const UNLIKE: readonly (readonly [one: string, other: string])[] = [
  ["alice", "\u00e1lice"],
  ["alice", "alicia"],
  ["alice", "malice"],
  ["bill", "Gill"],
  ["bert", "Gert"],
  ["Gus", "bus"],
  ["Annie", "Amie"],
  ["Anna", "Ama"],
  ["Lola", "Bla"],
  ["Lois", "Bis"],
  ["Marcia", "Mara"],
  ["Nne", "me"],
  ["guest-6", "guest-9"],
  ["guest-6", "guest-8"],
  ["6ill", "9ill"],
  ["\u0448\u0430", "\u0449\u0430"],
  ["mia", "mla"],
  ["vera", "nera"],
  ["bob", "bob2"],
  ["bob", "boo"],
  ["Marion", "Manon"],
  ["david", "davis"],
  ["al.ice", "alice"],
  ["alice-2", "alice"],
  ["alice-2", "alice2"],
  ["\u05d0\u05d1\u05d9", "\u05d0\u05d1"],
  ["guest-2", "guest-3"],
  ["guest-12", "guest-21"],
  ["\u05d3\u05d5\u05d3", "\u05d2\u05d5\u05d3"],
  ["\u05d0\u05d1", "\u05d1\u05d0"],
  ["\u05d012", "\u05d021"],
  ["1a", "a1"],
  ["\u5c71\u7530", "\u7530\u5c71"],
  ["\uac01", "\uac11"],
  ["\u{1f600}", "\u{1f601}"],
  ["\u{1f1eb}\u{1f1f7}", "\u{1f1e9}\u{1f1ea}"],
  ["\u{1f44d}", "\u{1f44d}\u{1f3fd}"],
];

for (const [one, other] of UNLIKE) {
  Deno.test(`nick keys: ${ascii(one)} and ${ascii(other)} do not look alike`, () => {
    assert.equal(looksLike(one, other), false);
    assert.equal(looksLike(other, one), false);
  });
}

Deno.test("builtOfParts: each pair of the second table looks alike, and is not in the first", () => {
  const entries = MORE_CONFUSABLES.trim().split(/\s+/);
  assert.ok(entries.length <= 90);
  const characters = (side: string) =>
    side.split("+").map((digits) => String.fromCodePoint(parseInt(digits, 16))).join("");
  for (const entry of entries) {
    const [from, to] = entry.split("=").map(characters);
    // Behind a letter, because some are vowels and marks.
    assert.ok(looksLike(`\u0e01${from}`, `\u0e01${to}`), entry);
    assert.equal(from.normalize("NFKD").toLowerCase(), from, entry);
    assert.notEqual(skeleton(from), skeleton(to), entry);
  }
});

Deno.test("nick readings: of digits that look like letters, and not of other names", () => {
  assert.deepEqual(nickReadings("alice"), []);
  assert.deepEqual(nickReadings("alice-3047"), []);
  assert.ok(nickReadings("guest-6").length >= 2);
  assert.ok(nickReadings("6".repeat(MAX_NICK_LENGTH)).length <= 12);
});

Deno.test("nick keys: every letter looks like itself in other case, width and composition", () => {
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    const letter = String.fromCodePoint(codePoint);
    if (!/\p{L}/u.test(letter) || /\p{Lo}/u.test(letter) && letter === nickKey(letter)) continue;
    const keys = nickKeys(letter);
    for (const other of [letter.toLowerCase(), letter.toUpperCase(), nickKey(letter)]) {
      assert.ok(nickKeys(other).some((key) => keys.includes(key)), `${letter} and ${other}`);
    }
  }
});

Deno.test("nick keys: every capital that looks like l is read as i as well", () => {
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    const letter = String.fromCodePoint(codePoint);
    if (!/\p{Lu}/u.test(letter) || skeleton(letter) !== "l") continue;
    if (skeleton(letter.toLowerCase()) !== "i") continue;
    // Beside a Cyrillic K, whose small letter looks like no k.
    assert.ok(looksLike(`${letter}\u041a`, "ik"), letter);
  }
});

const anything = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

Deno.test("nick keys: any text has one to five, the same in every canonical form", () => {
  fc.assert(fc.property(anything, (text) => {
    const keys = nickKeys(text);
    assert.ok(keys.length >= 1 && keys.length <= 5);
    assert.equal(new Set(keys).size, keys.length);
    assert.deepEqual(nickKeys(text.normalize("NFC")), keys);
    assert.deepEqual(nickKeys(text.normalize("NFD")), keys);
  }));
});

Deno.test("nick keys: any text looks like itself, and two look alike both ways or not at all", () => {
  const alike = fc.string({ unit: fc.constantFrom(..."Il1iOo0\u0406\u05d0\u05d5-") });
  const text = fc.oneof(anything, alike);
  fc.assert(fc.property(text, text, (one, other) => {
    assert.ok(looksLike(one, one));
    assert.equal(looksLike(one, other), looksLike(other, one));
  }));
});

Deno.test("nick keys: what one types for another has a key in common with it", () => {
  fc.assert(fc.property(nicks, (nick) => {
    assert.ok(looksLike(nick, nickKey(nick)));
    assert.ok(looksLike(nick, nick.toUpperCase()));
  }));
});

const AMBIGUOUS = fc.string({ unit: fc.constantFrom(..."Il1i|sS5zZ2bB86gGq9cjlovuwnrmdak0OQ_-") });

Deno.test("nick classes: names that look alike share one", () => {
  const check = (one: string, other: string) => {
    if (!looksLike(one, other)) return;
    const classes = nickClasses(one);
    assert.ok(nickClasses(other).some((part) => classes.includes(part)), `${one} and ${other}`);
  };
  for (const [one, other] of ALIKE) check(one, other);
  fc.assert(fc.property(AMBIGUOUS, fc.constantFrom(...ALIKE), (name, [one, other]) => {
    check(name + one, name + other);
    check(one + name, other + name);
  }));
  fc.assert(fc.property(AMBIGUOUS, AMBIGUOUS, check));
  fc.assert(fc.property(nicks, (nick) => check(nick, nick.toUpperCase())));
});

const LONG = [
  "m",
  "\ufdfa",
  "\u0390",
  "\u1e9e",
  "\u0130",
  "\uac01",
  "\u{1f600}",
  "\u05d0",
  "\u0f40\u0f77",
];

for (const unit of LONG) {
  Deno.test(`nick keys: a name of 32 times ${ascii(unit)} has keys`, () => {
    const nick = unit.repeat(MAX_NICK_LENGTH);
    assert.ok(nickKeys(nick).every((key) => key !== ""));
    assert.ok(looksLike(nick, nick.toLowerCase()));
    assert.ok(!looksLike(nick, unit.repeat(MAX_NICK_LENGTH - 1)));
  });
}
