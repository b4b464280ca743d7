import assert from "node:assert/strict";
import stringWidth from "npm:string-width@9.0.0";
import type { Asked } from "../../../lib/terminal/events/events.ts";
import { createPaint } from "../../../lib/terminal/sentences/paint.ts";
import {
  type Recovery,
  recoverySentence,
} from "../../../lib/terminal/sentences/recovery_sentences.ts";
import type { Style } from "../../../lib/terminal/sentences/style.ts";

const STYLE: Style = { paint: createPaint("none") };
const ID = "00".repeat(16);
const BOB = { nick: "bob", fingerprint: "SHA256:x", verified: false };

function reconnected(missed: number, resent: number, gone?: number): Recovery {
  return { event: "reconnected", missed, resent, ...(gone !== undefined && { gone }) };
}

function undelivered(more: Partial<Asked>, line?: number): Recovery {
  const reason = "the connection was lost for good";
  const asked = { id: ID, command: "say", ...more };
  return { event: "undelivered", ...asked, reason, ...(line !== undefined && { line }) };
}

function pending(...messages: readonly Partial<Asked>[]): Recovery {
  return {
    event: "pending",
    messages: messages.map((asked) => ({ id: ID, command: "say", ...asked })),
  };
}

const CASES: readonly (readonly [event: Recovery, text: string | undefined])[] = [
  [
    { event: "reconnecting", attempt: 1, delayMs: 500, reason: "the server is\ngone\x1b" },
    "Connection lost (the server is\u240agone\u241b); reconnecting …",
  ],
  [{ event: "reconnecting", attempt: 2, delayMs: 900, reason: "connection refused" }, undefined],
  [reconnected(0, 0), "Connected again."],
  [reconnected(1, 0, 0), "Connected again: 1 message meanwhile."],
  [
    reconnected(12, 2, 3),
    "Connected again: 12 messages meanwhile, 3 more gone for good, 2 of yours sent again.",
  ],
  [reconnected(0, 0, 1), "Connected again: 1 message gone for good."],
  [
    undelivered({ text: "hello" }),
    "Not delivered: “hello” — the connection was lost for good",
  ],
  [
    undelivered(
      { text: "one\ntwo\x1b[2J\u202e", command: "msg", to: { ...BOB, nick: "b\x1b" } },
      7,
    ),
    "Not delivered (line 7): “one\u240atwo\u241b[2J<U+202E>” to b\u241b — the connection was lost " +
    "for good",
  ],
  [undelivered({}), "Not delivered: a message — the connection was lost for good"],
  [
    undelivered({ command: "me", text: "waves" }),
    "Not delivered: /me waves — the connection was lost for good",
  ],
  [pending(), "Everything you sent is confirmed."],
  [pending({ text: "hello" }), "1 message not confirmed yet:\n  “hello”"],
  [
    pending(
      { text: "" },
      { command: "msg", text: "psst", to: BOB },
      { command: "topic", text: "" },
      { command: "nick", text: "bo" },
    ),
    "4 messages not confirmed yet:\n  “”\n  “psst” to bob\n  /topic\n  /nick bo",
  ],
];

for (const [event, text] of CASES) {
  Deno.test(`recovery: ${text?.slice(0, 70) ?? "nothing, of a further attempt"}`, () => {
    assert.equal(recoverySentence(event, STYLE), text);
    const painted = recoverySentence(event, { paint: createPaint("true") });
    assert.equal(painted?.replaceAll(/\x1b\[[\d;]*m/g, ""), text, "colours add nothing else");
  });
}

Deno.test("recovery: of a long text 60 characters are shown", () => {
  const shown = (text: string) => recoverySentence(pending({ text }), STYLE)?.split("\n")[1];
  for (const character of ["x", "好", "😀"]) {
    assert.equal(shown(character.repeat(60)), `  “${character.repeat(60)}”`);
    assert.equal(shown(character.repeat(61)), `  “${character.repeat(60)}…”`);
    assert.equal(shown(character.repeat(60_000)), `  “${character.repeat(60)}…”`);
  }
});

Deno.test("recovery: of many texts fifty are shown, and how many others there are", () => {
  const all = Array.from({ length: 53 }, (_, index) => ({ text: `text ${index + 1}` }));
  const rows = recoverySentence(pending(...all), STYLE)?.split("\n") ?? [];
  assert.equal(rows.length, 52);
  assert.deepEqual([rows[0], rows[1], rows[50], rows[51]], [
    "53 messages not confirmed yet:",
    "  “text 1”",
    "  “text 50”",
    "  … and 3 others",
  ]);
  assert.equal(recoverySentence(pending(...all.slice(0, 51)), STYLE)?.endsWith("1 other"), true);
});

Deno.test("recovery: read aloud, the reason stands behind a colon", () => {
  assert.equal(
    recoverySentence(undelivered({ text: "hello" }), { ...STYLE, plain: true }),
    "Not delivered: “hello”: the connection was lost for good",
  );
});

Deno.test("recovery: no row is wider than the terminal", () => {
  const events = [
    ...CASES.map(([event]) => event),
    undelivered({ text: "漢".repeat(100), command: "msg", to: BOB }, 123456),
    pending({ text: "x".repeat(100) }, { text: "a b c ".repeat(20) }),
  ];
  for (const event of events) {
    for (let columns = 10; columns < 100; columns++) {
      for (const row of recoverySentence(event, { ...STYLE, columns })?.split("\n") ?? []) {
        assert.ok(stringWidth(row) <= columns, JSON.stringify(row));
      }
    }
  }
});
