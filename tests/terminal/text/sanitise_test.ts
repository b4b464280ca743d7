import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { sanitiseLine, sanitiseText, showCharacter } from "../../../lib/terminal/text/sanitise.ts";
import { Emulator } from "../../support/emulator.ts";

const KEPT = {
  "plain text": "Hello, world! ~ {}[]\\|",
  "line breaks": "one\ntwo\n\nthree",
  "accents, composed and not": "Grüße, naïve, Å, e\u0301, o\u0302\u0323",
  "several marks": "Việt, a\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308",
  "Greek, Cyrillic, Georgian": "Καλημέρα κόσμε, Привет, გამარჯობა",
  "Chinese, Japanese, Korean": "你好，世界。こんにちは、ｶﾞ 안녕하세요",
  "Hangul from jamo": "한글",
  "Hebrew with points": "שָׁלוֹם עוֹלָם",
  "Arabic with marks and numbers": "مُحَمَّدٌ ١٢٣ \u06dd",
  "Persian with ZWNJ": "می\u200cخواهم خانه\u200cها",
  "Hindi with ZWJ and ZWNJ": "क्\u200dष क्\u200cष नमस्ते",
  "Malayalam chillu by ZWJ": "അവന്\u200d വന്നു",
  "Sinhala with ZWJ": "ශ්\u200dරී ලංකා",
  "Thai, Khmer, Burmese, Tibetan": "สวัสดีครับ ที่นี่ សួស្តី မင်္ဂလာပါ བཀྲ་ཤིས་",
  "simple emoji": "😀 🎉 ☃ ♥",
  "emoji style and text style": "❤️ ☺️ ✌︎",
  "emoji joined by ZWJ": "👨‍👩‍👧‍👦 👩🏽‍💻 🏳️‍🌈 🧑🏿‍❤️‍🧑🏻 🏴‍☠️ ❤️‍🔥",
  "skin tones": "👍🏽 🤝🏿",
  "keycaps": "1️⃣ #️⃣ *️⃣",
  "flags": "🇩🇪🇯🇵",
  "flags of England, Scotland and Wales": [
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
  ].join(""),
  "mathematics and spaces": "∀x∈ℝ: ⌈x⌉ = −⌊−x⌋ 1\u00a0000\u2009km\u3000",
};

for (const [what, text] of Object.entries(KEPT)) {
  Deno.test(`sanitiseText keeps ${what}`, () => assert.equal(sanitiseText(text), text));
}

const CHANGED: [what: string, text: string, shown: string][] = [
  ["an escape sequence", "\x1b[31mred\x1b[0m", "␛[31mred␛[0m"],
  ["a title", "\x1b]0;title\x07", "␛]0;title␇"],
  ["a clipboard sequence", "\x1b]52;c;cm0=\x1b\\", "␛]52;c;cm0=␛\\"],
  ["every other C0 control", "\0\x01\x08\x0b\x0c\x0e\x1f\x7f", "␀␁␈␋␌␎␟␡"],
  ["C1 controls", "\x85\x90\x9b2J\x9d", "<U+0085><U+0090><U+009B>2J<U+009D>"],
  ["CR LF", "a\r\nb", "a\nb"],
  ["CR without LF", "safe\rfake", "safe␍fake"],
  ["CR CR LF", "a\r\r\nb", "a␍\nb"],
  ["a tab", "a\tb", "a    b"],
  ["bidirectional overrides", "a\u202eb\u202c", "a<U+202E>b<U+202C>"],
  ["isolates", "\u2066a\u2069", "<U+2066>a<U+2069>"],
  ["bidirectional marks", "\u200e\u200f\u061c", "<U+200E><U+200F><U+061C>"],
  ["separators", "a\u2028b\u2029", "a<U+2028>b<U+2029>"],
  ["zero-width space, word joiner, BOM", "\u200b\u2060\ufeff", "<U+200B><U+2060><U+FEFF>"],
  ["a soft hyphen", "pass\u00adword", "pass<U+00AD>word"],
  ["fillers that look like nothing", "\u3164\uffa0\u115f", "<U+3164><U+FFA0><U+115F>"],
  ["a grapheme joiner", "a\u034f\u0301", "a<U+034F>\u0301"],
  ["tags", "hi\u{e0068}\u{e0069}", "hi<U+E0068><U+E0069>"],
  ["tags behind a flag that is none", "🏴\u{e0075}\u{e007f}", "🏴<U+E0075><U+E007F>"],
  [
    "a joiner behind a flag of tags",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}\u200d😀",
    "\u{1f3f4}\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}<U+200D>😀",
  ],
  ["supplementary variation selectors", "😀\u{e0100}", "😀<U+E0100>"],
  ["private use", "\ue000\u{f0000}", "<U+E000><U+F0000>"],
  ["unassigned and noncharacters", "\u0378\uffff", "<U+0378><U+FFFF>"],
  ["lone surrogates", "a\ud800b\udc00", "a<U+D800>b<U+DC00>"],
  ["a joiner in Latin text", "pay\u200dpal\u200c", "pay<U+200D>pal<U+200C>"],
  ["a joiner in front of a mark", "क\u200dा", "क<U+200D>ा"],
  ["a joiner at the start", "\u200dक", "<U+200D>क"],
  ["joiners in a row", "می\u200c\u200cخ", "می<U+200C><U+200C>خ"],
  ["a joiner at the end of an emoji", "😀\u200d", "😀<U+200D>"],
  ["emoji style on a letter", "a\ufe0f", "a<U+FE0F>"],
  ["emoji style twice", "❤\ufe0f\ufe0f", "❤\ufe0f<U+FE0F>"],
  ["emoji style on a number that is no keycap", "1\ufe0f", "1<U+FE0F>"],
  ["a mark without a base", "\u0301a\n\u0301", "◌\u0301a\n◌\u0301"],
  ["too many marks", "e" + "\u0301".repeat(40) + "f", "e" + "\u0301".repeat(8) + "<+32 marks>f"],
  ["one mark too many", "e" + "\u0301".repeat(9), "e" + "\u0301".repeat(8) + "<+1 mark>"],
  ["too many Hangul vowels", "ᄀ" + "ᅡ".repeat(9), "ᄀ" + "ᅡ".repeat(8) + "<+1 mark>"],
  [
    "marks and joiners in turn",
    "क" + "्\u200d".repeat(9),
    "क" + "्\u200d".repeat(8) + "<+1 mark><U+200D>",
  ],
];

for (const [what, text, shown] of CHANGED) {
  Deno.test(`sanitiseText shows ${what}`, () => assert.equal(sanitiseText(text), shown));
}

Deno.test("sanitiseLine shows line breaks", () => {
  assert.equal(sanitiseLine("a\nb\r\nc"), "a␊b␊c");
  assert.equal(sanitiseLine("plain 漢字"), "plain 漢字");
});

Deno.test("showCharacter: leaves joiners to the text they stand in", () => {
  assert.equal(showCharacter("\u200d"), "\u200d");
  assert.equal(showCharacter("\u0085"), "<U+0085>");
  assert.equal(showCharacter("漢"), "漢");
});

/** Everything that means something to a terminal or hides, between what people write. */
const fragment = fc.oneof(
  fc.constantFrom(...Object.values(KEPT)),
  fc.constantFrom(...CHANGED.map(([, text]) => text)),
  fc.constantFrom(
    "\x1b",
    "\x9b",
    "\x1b[",
    "\x1bP",
    "\x1b]",
    "\x07",
    "\r",
    "\n",
    "\b",
    "\x0e",
    "\x1bc",
  ),
  fc.constantFrom(
    "\u200c",
    "\u200d",
    "\ufe0e",
    "\ufe0f",
    "\u20e3",
    "\u0301",
    "्",
    "ᅡ",
    "◌",
    "ے",
    "क",
  ),
  fc.constantFrom("0", "❤", "👩", "🏽", "🏴", "\u{e0067}", "\u{e007f}", "🇩", "<U+", ">"),
  fc.string({ unit: "binary", maxLength: 5 }),
  fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
);
const hostile = fc.array(fragment, { maxLength: 40, size: "max" }).map((fragments) =>
  fragments.join("")
);

/** Written apart from the code under test: what may be in no output, in whatever place. */
const FORBIDDEN = [
  // deno-lint-ignore no-control-regex -- they are what is forbidden
  /[\0-\x09\x0b-\x1f\x7f-\x9f]/,
  /[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u00ad\ufff9-\ufffb]/,
  /[\p{Cs}\p{Co}\p{Cn}]/u,
  /[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0d\uffa0]/,
  /[\u{e0100}-\u{e01ef}]/u,
  /(?<!\u{1f3f4}[\u{e0061}-\u{e007a}]{0,5})[\u{e0000}-\u{e0fff}]/u,
  /^\p{M}/mu,
  /[\u0300-\u036f]{9}/,
  /[\u200c\u200d\ufe0e\ufe0f]{2}(?<!\ufe0f\u200d)/,
  /(?<![\p{L}\p{M}])\u200c/u,
  /(?<![\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d/u,
  /[\p{Script=Latin}][\u200c\u200d\ufe0e\ufe0f]/u,
];

Deno.test("sanitiseText: whatever goes in, nothing hidden or obeyed comes out", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const shown = sanitiseText(text);
      for (const pattern of FORBIDDEN) assert.doesNotMatch(shown, pattern);
      assert.doesNotMatch(sanitiseLine(text), /\n/);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("sanitiseText, sanitiseLine: a second time changes nothing", () => {
  fc.assert(
    fc.property(hostile, (text) => {
      const shown = sanitiseText(text);
      assert.equal(sanitiseText(shown), shown);
      const line = sanitiseLine(text);
      assert.equal(sanitiseLine(line), line);
    }),
    { numRuns: 3000 },
  );
});

Deno.test("sanitiseText: every character by itself is kept or shown", () => {
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    const shown = sanitiseText(String.fromCodePoint(codePoint));
    if (/[^\p{L}\p{N}\p{P}\p{S}\p{Zs}\p{M}\p{Cf}\n]/u.test(shown)) {
      assert.fail(`U+${codePoint.toString(16)} gives ${JSON.stringify(shown)}`);
    }
  }
});

Deno.test("sanitiseText: a terminal shows it as plain text and does nothing else", async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (text) => {
      using emulator = new Emulator(4000, 30);
      const { terminal } = emulator;
      const obeyed: string[] = [];
      terminal.onBell(() => obeyed.push("bell"));
      terminal.onTitleChange(() => obeyed.push("title"));
      terminal.onData((answer) => obeyed.push(`answer ${answer}`));
      for (const final of "@ABCDEFGHIJKLMPSTXZ`abcdefghlmnpqrstuwxyz{|}~") {
        terminal.parser.registerCsiHandler({ final }, () => obeyed.push(`CSI ${final}`) > 0);
      }
      await emulator.write("before\r\n");
      const shown = sanitiseText(text);
      await emulator.write(shown.replaceAll("\n", "\r\n"));
      assert.deepEqual(obeyed, []);

      const expected = ["before", ...shown.split("\n").map((row) => row.trimEnd())];
      assert.deepEqual(emulator.transcript().slice(0, expected.length), expected);
      const { row } = emulator.cursor();
      assert.equal(terminal.buffer.active.baseY + row, expected.length - 1);
      assert.equal(terminal.buffer.active.type, "normal");
    }),
    // Each run fills a large screen.
    { numRuns: 100 },
  );
});

Deno.test("sanitiseText: hostile texts of 64 KiB stay within eleven times their size", () => {
  for (
    const unit of [
      "\u0301",
      "\u200d",
      "👩\u200d",
      "\ufe0f",
      "\u{e0067}",
      "🏴",
      "\ud83c",
      "\r",
      "a\n",
    ]
  ) {
    const text = unit.repeat(65_536 / unit.length);
    assert.ok(sanitiseText(text).length <= 11 * text.length);
  }
});
