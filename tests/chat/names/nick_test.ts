import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { skeleton } from "../../../lib/chat/names/confusables.ts";
import { isNick, MAX_NICK_LENGTH, nickKey, nickProblem } from "../../../lib/chat/names/nick.ts";
import { nicks } from "./support.ts";

const GOOD = [
  "a",
  "guest",
  "guest-2",
  "Ada_Lovelace",
  "_ada_",
  "~bob^",
  "r.d.laing",
  "R&B",
  "Disney+1",
  "o'neill",
  "Zo\u00eb",
  "\u0410\u043d\u043d\u0430",
  "\u5c71\u7530",
  "\u0639\u0644\u064a",
  "\u0928\u093f\u0936\u093e",
  "\u05d3\u05d5\u05d3",
  "\u05d3\u05d5\u05d3-2",
  "\u05d9\u05d5\u05e1\u05d9",
  "Nguy\u1ec5n",
  "\u0141ukasz",
  "Ye\u015fim\u00b7x",
  "o\u2019neill",
  "\u0395\u03bb\u03ad\u03bd\u03b7",
  "\u30a2\u30ea\u30fc\u30ca",
  "\u4f50\u3005\u6728",
  "\u5c71\u7530Taro",
  "\u674e\u30fb\u738b",
  "\u1019\u1031\u102c\u1004\u103a",
  "\u179f\u17bb\u1781\u17b6",
  "\u0baa\u0bbe\u0ba4\u0bcd\u0bae\u0bbe",
  "\u0639\u0644\u064a\u0662-2",
  "x\u030c",
  "\u0e2d\u0e33\u0e19\u0e32\u0e08",
  "\u0e84\u0eb3\u0ec4\u0e9e",
  "\u053c\u0587\u0578\u0576",
  "\u0181ala",
  "\u018aan",
  "\u0198asim",
  "K\u0254fi",
  "\u0190si",
  "G\u02bbulom",
  "G\u2018ulom",
  "O\u02bbg\u02bbiloy",
  "\u041b\u0443\u043a\u02bc\u044f\u043d",
  "\u1000\u103b\u1031\u102c\u103a",
  "\u1019\u103c\u102d\u102f\u1037",
  "\u5065\u4e00",
  "\u4e00\u90ce",
  "\u0e17\u0e35\u0e48\u0e23\u0e31\u0e01",
  "\uac01\uc124",
  "\u0130lker",
  "\u{1f600}ada",
  "cat\u{1f431}",
  "1",
  "x".repeat(32),
  "\u{1f600}".repeat(31) + "x",
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
  ["alice\u1bab", "has a Balinese mark behind a Latin letter"],
  ["alice\u1161", "has a conjoining vowel"],
  ["alice\u11a8", "has a conjoining final"],
  ["\u1100\u1161\u0301", "is a syllable with an accent"],
  ["alice\u0903", "has a visarga behind a Latin letter"],
  ["\u0928\u092e\u0903", "has a visarga"],
  ["\u1019\u1038", "has a Burmese visarga"],
  ["\u0f56\u0f7f", "has a Tibetan visarga"],
  ["alice\u16ec", "has a runic sign like a colon"],
  ["alice\ufe30", "has a vertical form like a colon"],
  ["alice\u05c3", "has a Hebrew sign like a colon"],
  ["\u2713alice", "wears the mark of the verified"],
  ["alice\u2714", "wears a heavy mark"],
  ["alice\u2705", "wears an emoji of that mark"],
  ["\u2611alice", "wears a box with that mark"],
  ["\u{1f5f8}alice", "wears a light mark"],
  ["\u{10102}alice", "wears an Aegean mark"],
  ["@alice", "wears the mark of operators"],
  ["\uff20alice", "wears a wide mark of operators"],
  ["\u24d0lice", "has a letter in a circle"],
  ["*alice", "begins like an action"],
  ["\u2217alice", "begins almost like an action"],
  ["alice(verified)", "has brackets"],
  ["[alice]", "has square brackets"],
  ["<alice>", "has angle brackets"],
  ["\u3008alice\u3009", "has wide angle brackets"],
  ['"alice"', "is in quotes"],
  ["\u201calice\u201d", "is in curly quotes"],
  ["alice\u2192you", "has an arrow"],
  ["\u2014alice", "has a dash"],
  ["\u30fcalice", "has a long sign behind no Kana"],
  ["\u3005alice", "repeats a letter that is not there"],
  ["alice|", "has a bar"],
  ["\u2502alice", "has a line"],
  ["/alice", "begins like a command"],
  ["alice;", "has a semicolon"],
  ["alice\u037e", "has a Greek question mark"],
  ["\u2026alice", "has an ellipsis"],
  ["#alice", "has a number sign"],
  ["alice.", "ends like a sentence"],
  ["alice-", "ends with a hyphen"],
  ["'alice'", "is in single quotes"],
  ["alice\u02d0", "has a length mark"],
  ["a''b", "has two apostrophes side by side"],
  ["a\u2019\u02bcb", "has two apostrophes of two kinds side by side"],
  ["\u02bbala", "begins with an apostrophe"],
  ["\u4e00", "is nothing but a stroke"],
  ["\u4e00\u4e00", "is nothing but two strokes"],
  ["a\u4e00b", "has a stroke between Latin letters"],
  ["\u4e00alice", "begins with a stroke beside a Latin letter"],
  ["alice\u4e28", "ends with a bar beside a Latin letter"],
  ["\u3127", "is a stroke of Bopomofo"],
  ["\u1000\u103b\u1031\u102c\u103a\u1037\u102d", "piles up Burmese marks"],
  ["\u05f3\u05d0", "begins with a geresh"],
  ["\u0430lice", "mixes Cyrillic with Latin"],
  ["\u03b1lice", "mixes Greek with Latin"],
  ["\u05d3\u05d5\u05d3-abc", "mixes Hebrew with Latin"],
  ["\u13aa\u13ac", "is Cherokee, which few fonts have"],
  ["\u1b05\u1b13", "is Balinese, which few fonts have"],
  ["\ua4d0\ua4d1", "is Lisu, whose letters look Latin"],
  ["\u{10400}", "is Deseret"],
  ["\u{1d4b6}lice", "has a mathematical letter"],
  ["\uff41lice", "has a wide letter"],
  ["\u1d00lice", "has a small capital"],
  ["\u0251lice", "has a letter of phonetics"],
  ["\u{20000}", "has a Han letter that few fonts have"],
  ["\u{1df00}", "has a letter that is new in Unicode"],
  ["alice\u06f1\u0661", "has digits of two kinds of Arabic"],
  ["\u0639\u0661x2", "has digits of two kinds"],
  ["\u0b6a1", "has a digit that looks like another"],
  ["1\u0301", "has an accent on a digit"],
  ["\u0639\u0301", "has an accent on an Arabic letter"],
  ["a\u064e", "has an Arabic mark on a Latin letter"],
  ["a\u3099", "has a voicing mark on a Latin letter"],
  ["l\u0338ice", "has a letter with a stroke through it"],
  ["\u1019\u1039", "ends with a sign that stacks letters"],
  ["\u0640\u0639\u0644\u064a", "has a sign that draws letters out"],
  ["\u2d30", "is Tifinagh"],
  ["___", "has no letter"],
  ["\u{1f600}", "is nothing but an emoji"],
  ["\u{1f44d}\u{1f3fd}x", "has an emoji with a skin tone"],
  ["\u{1f1eb}\u{1f1f7}x", "has a flag"],
  ["\u{1f512}x", "has an emoji that is a sign"],
  ["x\u{1f6ab}", "has an emoji that forbids"],
  ["\u26a0x", "has a sign of danger"],
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
  ["x\u0330\u0331\u0323", "piles up accents"],
  ["\u0915\u093e\u093f\u0940\u0941", "piles up marks"],
  ["e\u0301", "is not composed"],
];

for (const [nick, why] of BAD) {
  Deno.test(`nick: one that ${why} may not be used`, () => assert.equal(isNick(nick), false));
}

Deno.test("nick: two accents that do not compose are a matter of spelling", () => {
  assert.equal(isNick("x\u0330\u0301"), true);
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

const OWN_WORDS = [
  ...["error", "Error", "BEWARE", "Warning", "you", "y0u", "YOU-2", "everybody", "Refused"],
  ...[
    "errors",
    "\u00e9rror",
    "y\u00f3u",
    "\u0169nknown",
    "the",
    "others",
    "12.others",
    "Not.delivered",
  ],
  ...["Explanation", "Note", "Info", "warn", "FATAL", "usage", "Connection", "Connection.lost"],
  ...["e-r-r-o-r", "_error_", "err0r", "errοr".normalize("NFKC").replace("ο", "o"), "\u0443ou"],
];

Deno.test("isNick: nobody is called what this program says itself", () => {
  for (const nick of OWN_WORDS) assert.equal(isNick(nick), false, nick);
  for (
    const nick of [
      "terror",
      "beware-of-me",
      "youssef",
      "Guest",
      "Nne",
      "Th\u1ebf",
      "M\u00ea",
      "Theo",
    ]
  ) {
    assert.equal(isNick(nick), true, nick);
  }
});

const NAMES_OF_THE_HOUSE = [
  ...[
    "host",
    "Server",
    "SERVER",
    "serv3r",
    "5erver",
    "5erv3r",
    "53rv3r",
    "server-2",
    "server7",
    "_server_",
  ],
  ...[
    "the-server",
    "TheServer",
    "server\u{1f600}",
    "s.e.r.v.e.r",
    "s\u00e9rver".replace("\u00e9", "e"),
  ],
  ...["adm1n", "4dmin", "admin", "AdmIn", "operator", "0perator", "r00t", "room", "rnoderator"],
  ...[
    "serv\u00e9r",
    "s\u00e9rver",
    "h\u00f3st",
    "\u00e1dmin",
    "h\u00f8st",
    "Hosts",
    "Admins",
    "servers",
  ],
  ...["mod", "mods", "moderators", "sys", "op", "ops", "Administration", "Moderation", "client"],
  ...["\u1e63erver", "syste\u1e43", "hos\u0163", "system", "sys-tem", "h0st", "aclmin"],
];

Deno.test("nick: the names of the house, and what looks like them, are the host's alone", () => {
  for (const nick of NAMES_OF_THE_HOUSE) {
    assert.match(nickProblem(nick, "guest") ?? "", /^the name .* is for the person who runs/, nick);
    assert.equal(nickProblem(nick, "host"), undefined, nick);
    assert.equal(isNick(nick), true);
  }
  for (
    const nick of [
      "hostile",
      "serverless",
      "Adam",
      "ghost",
      "roomy",
      "Ruth",
      "guest",
      "Opal",
      "Modou",
    ]
  ) {
    assert.equal(nickProblem(nick, "guest"), undefined, nick);
  }
});

const HONEST = [
  ...["Ada", "Al", "Ali", "ALI", "Alice", "Anna", "Bob", "Clara", "David", "Dieter", "Emma", "Ian"],
  ...[
    "Jos\u00e9",
    "Li",
    "Liam",
    "Manon",
    "Marion",
    "Mia",
    "Noah",
    "Olivia",
    "Omar",
    "Otto",
    "Priya",
  ],
  ...[
    "Rick",
    "S\u00f8ren",
    "Tom",
    "Uma",
    "Vera",
    "Walter",
    "Xu",
    "Yu",
    "Zo\u00eb",
    "You-Jin",
    "Me\u0142",
  ],
  ...["\u674e\u96f7", "\u0418\u0432\u0430\u043d", "\u05d0\u05d1\u05d9", "\uae40\ucca0\uc218"],
];

Deno.test("nick: people's own names may be used", () => {
  for (const nick of HONEST) assert.equal(nickProblem(nick, "guest"), undefined, nick);
});

Deno.test("nick: each problem is told in a sentence of its own", () => {
  for (
    const [nick, sentence] of [
      ["", /has 1 to 32 characters/],
      ["x".repeat(100), /has 1 to 32 characters/],
      ["a b", /cannot have \u201c \u201d \(U\+0020\): .*no spaces and no colon/],
      ["a\x1b[", /cannot have \u201c\u241b\u201d \(U\+001B\)/],
      ["a\u202e", /cannot have \u201c<U\+202E>\u201d \(U\+202E\)/],
      ["a\u4e00", /dashes or bars/],
      ["a''b", /two apostrophes/],
      ["-a", /begins and ends/],
      ["~~", /a letter or a digit/],
      ["\u0430lice", /one script/],
      ["\u0661\u06f1", /digits of one kind/],
      ["1\u0301", /marks only where/],
      ["error", /this program says error itself/],
      ["admin", /for the person who runs the server/],
    ] as const
  ) assert.match(nickProblem(nick, "guest") ?? "", sentence, nick);
});

/** What this program, or its terminal, writes around names and in front of lines. */
const MARKS = /[\s:,;*@#\u2713()\[\]<>"\u201c\u201d\u2026\u2014\u2192\u2502\u250c\u2514\u258c/\\]/u;

Deno.test("nick: no character of any name, alone or normalised, looks like a mark of the program", () => {
  let count = 0;
  for (let codePoint = 0x21; codePoint <= 0x1ffff; codePoint++) {
    const character = String.fromCodePoint(codePoint);
    if (/no spaces and no colon/.test(nickProblem(character, "host") ?? "")) continue;
    count++;
    // A Kana that is drawn like a slash is a letter of many names.
    if (codePoint === 0x30ce) continue;
    for (const form of [character, character.normalize("NFKC"), character.normalize("NFKD")]) {
      assert.doesNotMatch(form, MARKS);
      assert.doesNotMatch(skeleton(form), MARKS, codePoint.toString(16));
    }
  }
  assert.ok(count > 20_000);
});

Deno.test("nick: whatever is put behind an honest name, it is still told from what follows", () => {
  fc.assert(
    fc.property(nicks, fc.string({ unit: "binary", minLength: 1, maxLength: 1 }), (nick, end) => {
      const name = (nick + end).normalize("NFC");
      if (!isNick(name)) return;
      assert.match(name, /[\p{L}\p{M}\p{Nd}\p{Emoji_Presentation}_~^]$/u);
      assert.doesNotMatch(name, /\p{Default_Ignorable_Code_Point}|[\p{Z}\p{C}]/u);
      assert.ok([...name].length <= MAX_NICK_LENGTH);
    }),
  );
});

Deno.test("nick: an answer is the same when it is asked for again", () => {
  for (let count = 0; count < 2; count++) {
    assert.equal(isNick("a:b"), false);
    assert.equal(isNick("ab"), true);
  }
});
