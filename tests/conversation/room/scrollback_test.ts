import assert from "node:assert/strict";
import { type MessageEvent, Scrollback } from "../../../lib/conversation/room/scrollback.ts";
import { print } from "../../support/doubles.ts";

const MIB = 1024 * 1024;

const LOG = "a".repeat(32);
const OTHER_LOG = "b".repeat(32);

function message(seq: number, text = `text ${seq}`, id = "0".repeat(32)): MessageEvent {
  return {
    event: "message",
    id,
    seq,
    time: "2026-01-02T03:04:05.000Z",
    from: { nick: "ada", fingerprint: print(1), verified: true },
    text,
    private: seq === 0,
    action: false,
    history: false,
  };
}

/** Where everything stands: its text, its number, and that of the place where it belongs. */
function places(scrollback: Scrollback): unknown[] {
  return scrollback.entries.map(({ message, seq }) => [message.text, message.seq, seq]);
}

function texts(scrollback: Scrollback): string[] {
  return scrollback.entries.map(({ message }) => message.text);
}

Deno.test("scrollback: what is shown is remembered as it was, in the order in which it came", () => {
  const scrollback = new Scrollback();
  assert.deepEqual(scrollback.entries, []);
  scrollback.add(message(1), LOG);
  scrollback.add(message(2), OTHER_LOG);
  assert.deepEqual(scrollback.entries, [
    { message: message(1), log: LOG, seq: 1, order: 1 },
    { message: message(2), log: OTHER_LOG, seq: 2, order: 2 },
  ]);
});

Deno.test("scrollback: what has no number stands behind the greatest one of its log that was known", () => {
  const scrollback = new Scrollback();
  scrollback.add(message(0, "first of all"), LOG);
  scrollback.add(message(7), LOG);
  scrollback.add(message(0, "psst"), LOG);
  scrollback.confirm("1".repeat(32), 9, LOG);
  scrollback.add(message(8), LOG);
  scrollback.add(message(0, "behind 9"), LOG);
  scrollback.add(message(0, "in a new log"), OTHER_LOG);
  assert.deepEqual(places(scrollback), [
    ["first of all", 0, 0],
    ["text 7", 7, 7],
    ["psst", 0, 7],
    ["text 8", 8, 8],
    ["behind 9", 0, 9],
    ["in a new log", 0, 0],
  ]);
});

Deno.test("scrollback: what was said here gets the number that the room gives it", () => {
  const scrollback = new Scrollback();
  const id = "1".repeat(32);
  scrollback.add(message(0, "mine", id), LOG);
  scrollback.add(message(11), LOG);
  scrollback.confirm(id, 12, LOG);
  // Again, or of another: nothing changes.
  scrollback.confirm(id, 13, LOG);
  scrollback.confirm("2".repeat(32), 14, LOG);
  assert.deepEqual(places(scrollback), [["mine", 12, 12], ["text 11", 11, 11]]);
  assert.deepEqual(scrollback.entries.map(({ order }) => order), [1, 2]);
});

Deno.test("scrollback: that a private message has arrived gives it no number", () => {
  const scrollback = new Scrollback();
  const id = "1".repeat(32);
  scrollback.add(message(0, "psst", id), LOG);
  scrollback.confirm(id, 0, LOG);
  assert.deepEqual(places(scrollback), [["psst", 0, 0]]);
});

Deno.test("scrollback: what the room did not take is forgotten, and nothing else", () => {
  const scrollback = new Scrollback();
  const id = "1".repeat(32);
  scrollback.add(message(0, "taken", "2".repeat(32)), LOG);
  scrollback.add(message(0, "refused", id), LOG);
  scrollback.add(message(3), LOG);
  scrollback.confirm("2".repeat(32), 2, LOG);
  for (const other of [id, id, "2".repeat(32), "3".repeat(32)]) scrollback.remove(other);
  assert.deepEqual(texts(scrollback), ["taken", "text 3"]);
});

Deno.test("scrollback: of more than a thousand messages the oldest go", () => {
  const scrollback = new Scrollback();
  for (let seq = 1; seq <= 1002; seq++) scrollback.add(message(seq), LOG);
  assert.deepEqual(texts(scrollback).length, 1000);
  assert.deepEqual([texts(scrollback)[0], texts(scrollback)[999]], ["text 3", "text 1002"]);
});

Deno.test("scrollback: of more than four million characters the oldest go", () => {
  const scrollback = new Scrollback();
  const text = "x".repeat(MIB);
  const seqs = () => scrollback.entries.map(({ seq }) => seq);
  for (let seq = 1; seq <= 4; seq++) scrollback.add(message(seq, text), LOG);
  assert.deepEqual(seqs(), [1, 2, 3, 4]);
  scrollback.add(message(5, "one more"), LOG);
  assert.deepEqual(seqs(), [2, 3, 4, 5]);
  for (let seq = 6; seq <= 20; seq++) scrollback.add(message(seq, "short"), LOG);
  assert.deepEqual(seqs()[0], 2, "what was let go of counts no more");
  // Nor does what was removed.
  scrollback.add(message(0, text, "1".repeat(32)), LOG);
  assert.deepEqual(seqs()[0], 3);
  scrollback.remove("1".repeat(32));
  scrollback.add(message(21, text), LOG);
  assert.deepEqual(seqs()[0], 3);
});

Deno.test("scrollback: what was let go of can be confirmed and refused, to no effect", () => {
  const scrollback = new Scrollback();
  const id = "1".repeat(32);
  scrollback.add(message(0, "mine", id), LOG);
  for (let seq = 1; seq <= 1000; seq++) scrollback.add(message(seq), LOG);
  scrollback.confirm(id, 1001, LOG);
  scrollback.remove(id);
  assert.deepEqual([texts(scrollback).length, texts(scrollback)[0]], [1000, "text 1"]);
});
