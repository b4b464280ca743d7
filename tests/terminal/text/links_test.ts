import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { linksIn } from "../../../lib/terminal/text/links.ts";

/** What of a text becomes a link, in braces. */
function marked(text: string): string {
  return linksIn(text).reduceRight(
    (shown, [start, end]) =>
      `${shown.slice(0, start)}{${shown.slice(start, end)}}${shown.slice(end)}`,
    text,
  );
}

const TEXTS = [
  "see {https://example.org}",
  "{http://example.org/a?b=c&d=%20#e}, and {HTTPS://EXAMPLE.ORG:8080/}.",
  "({https://example.org/a_(b)}) [{https://example.org/a}] “{https://example.org}”",
  "<{https://example.org/a}> {https://en.wikipedia.org/wiki/A_(b)}!",
  "{https://[2001:db8::17]:8080/a}",
  "{https://example.org/a@b} {https://xn--mller-kva.test/}",
  // Somebody else's than it seems, or not all of it.
  "https://bank.example@evil.example/",
  "https://user:secret@example.org",
  "https://example.org@",
  "https://exämple.org https://example.org/ä https://example.org/漢",
  "ftp://example.org javascript:alert(1) xhttps://example.org https:// https://?",
  `https://example.org/${"a".repeat(2_000)}`,
];

for (const text of TEXTS) {
  Deno.test(`links: ${text.slice(0, 60)}`, () => {
    assert.equal(marked(text.replaceAll(/[{}]/g, "")), text);
  });
}

Deno.test("links: are printable ASCII, in order, and nothing but what is seen", () => {
  const parts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("https://", "http://a.b/", "@", ";", " ", ")", "\x1b\\", "\x07", "c", "."),
  );
  fc.assert(fc.property(fc.array(parts).map((parts) => parts.join("")), (text) => {
    let before = 0;
    for (const [start, end] of linksIn(text)) {
      assert.ok(before <= start && start < end);
      assert.match(text.slice(start, end), /^https?:\/\/[\x21-\x7e]+$/i);
      before = end;
    }
  }));
});
