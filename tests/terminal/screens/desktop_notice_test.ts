import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { noticeSequence, noticeText } from "../../../lib/terminal/screens/desktop_notice.ts";

function message(nick: string, isPrivate: boolean) {
  return {
    event: "message",
    id: "00",
    seq: 1,
    time: "2026-01-01T00:00:00.000Z",
    from: { nick, fingerprint: "SHA256:x", verified: false },
    text: "a secret",
    private: isPrivate,
    action: false,
    history: false,
  } as const;
}

Deno.test("desktop notice: says who wrote, and nothing of what", () => {
  assert.equal(noticeText(message("ada", false), false), "ada wrote");
  assert.equal(noticeText(message("ada", false), true), "ada mentioned you");
  assert.equal(noticeText(message("ada", true), true), "ada wrote to you alone");
});

Deno.test("desktop notice: as the terminal wants it, also through tmux", () => {
  assert.equal(noticeSequence("a", { osc: 9, isInTmux: false }), "\x1b]9;a\x1b\\");
  assert.equal(
    noticeSequence("a", { osc: 777, isInTmux: false }),
    "\x1b]777;notify;X25519 chat;a\x1b\\",
  );
  assert.equal(
    noticeSequence("a", { osc: 9, isInTmux: true }),
    "\x1bPtmux;\x1b\x1b]9;a\x1b\x1b\\\x1b\\",
  );
});

Deno.test("desktop notice: nothing in a name ends it, or asks for something else", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (nick) => {
    const sequence = noticeSequence(noticeText(message(nick, false), false), {
      osc: 9,
      isInTmux: false,
    });
    const [, text = ""] = /^\x1b\]9;(.*)\x1b\\$/su.exec(sequence) ?? [];
    assert.doesNotMatch(text, /[;\p{Cc}]/u);
  }));
});
