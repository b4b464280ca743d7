import assert from "node:assert/strict";
import { type MessageEvent, Scrollback } from "../../../lib/conversation/commands/scrollback.ts";
import { print } from "../../support/doubles.ts";

const MIB = 1024 * 1024;

function message(seq: number, text = `text ${seq}`): MessageEvent {
  return {
    event: "message",
    id: "0".repeat(32),
    seq,
    time: "2026-01-02T03:04:05.000Z",
    from: { nick: "ada", fingerprint: print(1), verified: true },
    text,
    private: seq === 0,
    action: false,
    history: false,
  };
}

function seqs(messages: readonly MessageEvent[]): number[] {
  return messages.map(({ seq }) => seq);
}

Deno.test("scrollback: an empty one has nothing", () => {
  assert.deepEqual(new Scrollback().last(20), []);
});

Deno.test("scrollback: the last messages, oldest first, marked as history", () => {
  const scrollback = new Scrollback();
  const original = message(1);
  scrollback.add(original);
  scrollback.add(message(2));
  scrollback.add(message(0, "in private"));
  assert.deepEqual(scrollback.last(2), [
    { ...message(2), history: true },
    { ...message(0, "in private"), history: true },
  ]);
  assert.deepEqual(seqs(scrollback.last(99)), [1, 2, 0]);
  assert.equal(original.history, false, "what was shown stays as it was");
  assert.deepEqual(seqs(scrollback.last(99)), [1, 2, 0], "looking takes nothing away");
});

Deno.test("scrollback: of more than a thousand messages the oldest go", () => {
  const scrollback = new Scrollback();
  for (let seq = 1; seq <= 1002; seq++) scrollback.add(message(seq));
  const all = seqs(scrollback.last(9999));
  assert.deepEqual([all.length, all[0], all[999]], [1000, 3, 1002]);
});

Deno.test("scrollback: of more than four million characters the oldest go", () => {
  const scrollback = new Scrollback();
  const text = "x".repeat(MIB);
  for (let seq = 1; seq <= 4; seq++) scrollback.add(message(seq, text));
  assert.deepEqual(seqs(scrollback.last(99)), [1, 2, 3, 4]);
  scrollback.add(message(5, "one more"));
  assert.deepEqual(seqs(scrollback.last(99)), [2, 3, 4, 5]);
  for (let seq = 6; seq <= 20; seq++) scrollback.add(message(seq, "short"));
  assert.deepEqual(seqs(scrollback.last(99))[0], 2, "what was let go of counts no more");
});
