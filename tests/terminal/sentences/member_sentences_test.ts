import assert from "node:assert/strict";
import {
  joinsAndLeavesSentence,
  type MemberChange,
  memberSentence,
} from "../../../lib/terminal/sentences/member_sentences.ts";
import { createPaint } from "../../../lib/terminal/sentences/paint.ts";

const STYLE = { paint: createPaint("none") };

function change(nick: string, change: MemberChange["change"], more = {}): MemberChange {
  return { event: "member", change, nick, fingerprint: `SHA256:${nick}`, verified: false, ...more };
}

const joined = (nick: string) => change(nick, "joined");
const left = (nick: string) => change(nick, "left");

function many(count: number): MemberChange[] {
  return Array.from({ length: count }, (_, index) => joined(`guest-${index + 1}`));
}

const SINGLE: readonly (readonly [event: MemberChange, text: string])[] = [
  [joined("ada"), "ada joined."],
  [left("ada"), "ada left."],
  [joined("a\x1b\nb"), "a\u241b\u240ab joined."],
  [change("bob", "renamed", { previous: "ada" }), "ada is now bob."],
  [change("bob", "renamed", { previous: "\x1b" }), "\u241b is now bob."],
  [change("bob", "renamed"), "a member is now bob."],
  [change("ada", "left", { reason: "spam" }), "ada left; the room says: “spam”"],
  [
    change("ada", "left", { farewell: "bye”. bob joined\n\x1b" }),
    "ada left: “bye'. bob joined\u240a\u241b”",
  ],
  [change("ada", "left", { farewell: "" }), "ada left."],
  [change("ada", "left", { farewell: "kicked by bob" }), "ada left: “kicked by bob”"],
  [change("ada", "left", { reason: "a\nb\x1b" }), "ada left; the room says: “a\u240ab\u241b”"],
];

for (const [event, text] of SINGLE) {
  Deno.test(`member: ${text}`, () => assert.equal(memberSentence(event, STYLE), text));
}

const GATHERED: readonly (readonly [events: readonly MemberChange[], text: string])[] = [
  [[joined("ada"), joined("bob")], "ada and bob joined."],
  [[joined("ada"), joined("bob"), joined("eve")], "ada, bob and eve joined."],
  [[left("eve"), joined("ada")], "ada joined; eve left."],
  [many(5), "guest-1, guest-2, guest-3, guest-4 and guest-5 joined."],
  [many(6), "guest-1, guest-2, guest-3, guest-4, guest-5 and 1 other joined."],
  [
    [...many(15), left("eve"), left("mallory")],
    "guest-1, guest-2, guest-3, guest-4 and 11 others joined; eve and 1 other left.",
  ],
  [[joined("ada"), left("ada")], "ada joined and left."],
  [[joined("ada"), left("ada"), joined("ada")], "ada joined."],
  [[left("ada"), joined("ada")], "ada left and rejoined."],
  [[left("ada"), joined("ada"), left("ada")], "ada left."],
  [
    [joined("ada"), { ...left("ada"), fingerprint: "SHA256:another" }],
    "ada joined; ada left.",
  ],
  [
    [
      ...many(7),
      left("eve"),
      joined("dave"),
      left("carol"),
      left("dave"),
      joined("carol"),
    ],
    "guest-1, guest-2 and 5 others joined; eve left; dave joined and left; carol left and rejoined.",
  ],
];

for (const [events, text] of GATHERED) {
  Deno.test(`joins and leaves: ${text}`, () => {
    assert.equal(joinsAndLeavesSentence(events, STYLE), text);
    const coloured = joinsAndLeavesSentence(events, { paint: createPaint("true") });
    assert.equal(coloured.replaceAll(/\x1b\[[\d;]*m/g, ""), text, "colours add nothing else");
  });
}

Deno.test("joins and leaves: a line that is too long goes on set in", () => {
  assert.equal(
    joinsAndLeavesSentence(many(3), { ...STYLE, columns: 20 }),
    "guest-1, guest-2 and\n  guest-3 joined.",
  );
});
