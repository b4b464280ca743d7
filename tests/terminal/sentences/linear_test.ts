import assert from "node:assert/strict";
import { quoted } from "../../../lib/quoted.ts";
import { messageSentence } from "../../../lib/terminal/sentences/message_sentence.ts";
import { createPaint } from "../../../lib/terminal/sentences/paint.ts";
import type { Style } from "../../../lib/terminal/sentences/style.ts";
import { textSpans } from "../../../lib/terminal/sentences/text_spans.ts";
import { withBars } from "../../../lib/terminal/text/bar.ts";
import { linksIn } from "../../../lib/terminal/text/links.ts";
import { mentionsOfAny } from "../../../lib/terminal/text/mentions.ts";
import { occurrences } from "../../../lib/terminal/text/occurrences.ts";
import { sanitiseLine, sanitiseText } from "../../../lib/terminal/text/sanitise.ts";
import { wrap } from "../../../lib/terminal/text/wrap.ts";
import { workOf } from "../../support/work.ts";

/** How long the longest text is, in UTF-16 code units: as much of a message as is shown. */
const LENGTH = 16_384;

/** What somebody might repeat to make work, each behind a beginning. */
const FAMILIES: readonly (readonly [beginning: string, repeated: string])[] = [
  ["https://a", ")"],
  ["https://a", "]"],
  ["https://a(", ")."],
  ["https://a", ".:"],
  ["", "https://"],
  ["", "https://a.b "],
  ["", "https://a\u{1f600}"],
  ["", "bob "],
  ["", "bob"],
  ["", "\u2588x"],
  ["x", "\u2588"],
  ["", "\u0301"],
  ["", " \u030b"],
  ["", "\u0e01\u0e33"],
  ["", "a\u200d"],
  ["", "\n"],
  ["", "'"],
  ["\u00e9", "x"],
];

const STYLE: Style = { paint: createPaint("16"), hasBars: true, hasLinks: true, columns: 79 };
const WORDS = ["bob", "b", "bo", "a", ...Array.from({ length: 47 }, (_, index) => `word ${index}`)];

const STEPS: Readonly<Record<string, (text: string) => unknown>> = {
  sanitiseText,
  sanitiseLine,
  quoted,
  linksIn,
  withBars: (text) => withBars(text, (bar) => bar),
  mentionsOfAny: (text) => mentionsOfAny(text, WORDS),
  occurrences: (text) => occurrences(text, "bob x a ob"),
  wrap: (text) => wrap(text.replaceAll("\n", " "), { columns: 12, indent: 2, hasWholeWords: true }),
  messageSentence: (text) =>
    messageSentence({
      event: "message",
      id: "00",
      seq: 1,
      time: "2026-01-01T00:00:00.000Z",
      from: { nick: "eve", fingerprint: "SHA256:e", verified: false },
      text,
      private: false,
      action: false,
      history: false,
    }, { ...STYLE, ownNick: "bob", highlights: WORDS }),
};

for (const [name, step] of Object.entries(STEPS)) {
  Deno.test(`linear: ${name}: twice as much of a text makes about twice the work`, () => {
    for (const [beginning, repeated] of FAMILIES) {
      const work = (length: number) => {
        const text = (beginning + repeated.repeat(length / repeated.length)).slice(0, length);
        return workOf(() => step(text));
      };
      const half = work(LENGTH / 2);
      const whole = work(LENGTH);
      const what = `${beginning}${repeated}…: ${half}, ${whole}`;
      assert.ok(whole <= 2.5 * half + LENGTH, what);
      assert.ok(whole <= 400 * LENGTH, what);
    }
  });
}

Deno.test("linear: each place that stands out is looked at a few times, however many there are", () => {
  let looks = 0;
  const range = (start: number, end: number) =>
    new Proxy<readonly [number, number]>([start, end], {
      get(target, key, receiver) {
        if (key === "0" || key === "1") looks++;
        return Reflect.get(target, key, receiver);
      },
    });
  const count = LENGTH / 2;
  const ranges = Array.from({ length: count }, (_, index) => range(2 * index, 2 * index + 1));
  const spans = textSpans("a ".repeat(count), ranges, STYLE);
  assert.equal(spans.length, LENGTH);
  assert.ok(looks <= 20 * count, `${looks}`);
});
