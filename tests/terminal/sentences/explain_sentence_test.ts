import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import fc from "npm:fast-check@4.10.2";
import { protocolName } from "../../../lib/channel/mod.ts";
import { encodeMessage, encodeText } from "../../../lib/chat/mod.ts";
import type { Explanation } from "../../../lib/explain/mod.ts";
import type { ChatEvent } from "../../../lib/terminal/events/events.ts";
import { explainSentence } from "../../../lib/terminal/sentences/explain_sentence.ts";
import { jsonLine } from "../../../lib/terminal/text/json_line.ts";
import { createPaint } from "../../../lib/terminal/sentences/paint.ts";
import { withBars } from "../../../lib/terminal/text/bar.ts";
import type { Style } from "../../../lib/terminal/sentences/style.ts";
import { explainConnection } from "../../explain/support.ts";

const PLAIN: Style = { paint: createPaint("none"), columns: 80, plain: true };
const MONOCHROME: Style = { paint: createPaint("none"), columns: 80 };
const COLOURED: Style = { paint: createPaint("16"), columns: 80 };

const body = encodeText("hello, bob");
const { client: { shown, masked } } = await explainConnection(protocolName(), async (from, to) => {
  await from.send(encodeMessage({ type: "send", id: new Uint8Array(16), body }));
  await to.receive();
  await from.send(new Uint8Array(5_000));
  await to.receive();
});

function of(kind: Explanation["kind"], explanations = masked): Explanation {
  const found = explanations.find((explanation) => explanation.kind === kind);
  assert.ok(found !== undefined);
  return found;
}

function rowsOf(explanation: Explanation, style: Style): string[] {
  return explainSentence(explanation, style).split("\n");
}

/** An explanation with one field. */
function withField(size: number, more: Partial<Explanation> = {}): Explanation {
  return {
    connection: 1,
    kind: "record",
    title: "Record 0",
    text: [],
    steps: [{
      name: "record",
      text: "A record.",
      wire: [{ label: "tag", role: "tag", size, hex: "ab".repeat(size) }],
      inside: [],
      state: [],
    }],
    ...more,
  };
}

Deno.test("explain sentence: every row stands behind the same line, and none is too wide", () => {
  for (const columns of [40, 80, 120]) {
    for (const explanation of masked) {
      const [title, ...rows] = rowsOf(explanation, { ...MONOCHROME, columns });
      assert.match(title, /^\u250c [A-Z]/);
      for (const row of rows) assert.match(row, /^\u2502( |$)/);
      for (const row of [title, ...rows]) assert.ok(row.length <= columns, row);
    }
  }
});

Deno.test("explain sentence: a handshake message is shown whole, with what it is and what is known then", () => {
  const text = explainSentence(of("message"), MONOCHROME);
  assert.match(text, /^\u250c Handshake message 1 of 3, client to server \(sent\)\n/);
  assert.match(text, / {2}wire {3}e1\.public_key, 1,184 bytes\. The ML-KEM-768 public key\.\n/);
  const [, e1] = /e1\.public_key[^\n]*\n((?:\u2502 {5}[\da-f ]+\n)+)/.exec(text) ?? [];
  assert.equal(e1?.replaceAll(/[^\da-f]/g, "").length, 2 * 1184);
  assert.match(text, / {2}state {2}h \(hash\), 32 bytes\. SHA-256\(h \|\| what was sent\)\./);
  for (const who of ["the client", "the server", "Eve"]) {
    assert.ok(text.includes(`What ${who} knows`), who);
  }
});

Deno.test("explain sentence: of a record what is long is cut in the middle", () => {
  const records = masked.filter(({ kind }) => kind === "record");
  const text = explainSentence(records[1], MONOCHROME);
  assert.match(text, /\u2026 [\d,]+ bytes are not shown \u2026/);
  assert.ok(text.split("\n").length < 50);
});

Deno.test("explain sentence: what is masked says so, once at length", () => {
  const rows = rowsOf(of("keys"), MONOCHROME);
  const secrets = rows.filter((row) => row.includes("secret bytes"));
  assert.equal(secrets.length, 6);
  assert.match(secrets[0], / k, 32 secret bytes \(--explain=secrets shows them\)\. /);
  assert.match(secrets[1], / MAC_KEY, 32 secret bytes\. /);
  const open = rowsOf(of("keys", shown), MONOCHROME).join("\n");
  assert.doesNotMatch(open, /secret bytes/);
  assert.match(open, /MAC_KEY \(secret\), 32 bytes\. [^\n]*\n\u2502 {5}[\da-f ]{71}\n/);
});

Deno.test("explain sentence: colours change nothing but colours", () => {
  for (const explanation of masked) {
    const coloured = rowsOf(explanation, COLOURED).join("\n");
    assert.notEqual(coloured, stripVTControlCharacters(coloured));
    assert.equal(
      stripVTControlCharacters(coloured),
      rowsOf(explanation, MONOCHROME).join("\n"),
    );
  }
  const tag = createPaint("16").field("tag", "tag");
  assert.ok(rowsOf(withField(32), COLOURED).join("\n").includes(tag));
});

Deno.test("explain sentence: in plain words there is no drawing, and one line for each thing", () => {
  const style = { ...PLAIN, columns: Infinity };
  const rows = rowsOf(of("message"), style);
  assert.match(rows[0], /^Explanation: Handshake message 1/);
  for (const row of rows) assert.match(row, /^[\x20-\x7e]+$/);
  const [e1] = rows.filter((row) => row.includes("e1.public_key"));
  assert.match(e1, /^ {2}wire {3}e1\.public_key, 1,184 bytes: [\da-f ]{2663}\. The ML-KEM/);
});

Deno.test("explain sentence: a short field stands beside its name, an empty one has no bytes", () => {
  const [, , , short] = rowsOf(withField(16), MONOCHROME);
  assert.equal(short, "\u2502   wire   tag, 16 bytes: abababab abababab abababab abababab");
  const [, , , long, hex] = rowsOf(withField(17), MONOCHROME);
  assert.equal(long, "\u2502   wire   tag, 17 bytes.");
  assert.equal(hex, "\u2502     abababab abababab abababab abababab ab");
  const [, , , empty, ...rest] = rowsOf(withField(0), MONOCHROME);
  assert.deepEqual([empty, rest], ["\u2502   wire   tag, 0 bytes.", []]);
});

Deno.test("explain sentence: one more ping takes one row", () => {
  const ping = withField(32, { title: "Record 8: ping", direction: "in", routine: true });
  assert.deepEqual(rowsOf(ping, MONOCHROME), ["\u250c Record 8: ping (received)"]);
  assert.deepEqual(rowsOf({ ...ping, connection: 4 }, PLAIN), [
    "Explanation: Connection 4: Record 8: ping (received)",
  ]);
});

Deno.test("explain sentence: nothing that others write is obeyed, or begins a row of its own", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 80 }), (theirs) => {
    const explanation = { ...withField(4, { title: theirs, text: [theirs] }) };
    for (const style of [MONOCHROME, { ...MONOCHROME, columns: 40 }]) {
      const [title, ...rows] = rowsOf(explanation, style);
      assert.ok(title.startsWith("\u250c "));
      for (const row of rows) assert.match(row, /^\u2502( |$)/);
      assert.doesNotMatch([title, ...rows].join(""), /[\x00-\x1f\x7f-\x9f\u202e]/);
    }
  }));
});

function explainEvent(kind: Explanation["kind"]): ChatEvent {
  return { event: "explain", ...of(kind) };
}

Deno.test("explain event: as JSON it has every field, its bytes in hexadecimal, and null for secrets", () => {
  const event = JSON.parse(jsonLine(explainEvent("message")));
  assert.deepEqual(Object.keys(event), [
    "event",
    "connection",
    "kind",
    "title",
    "direction",
    "text",
    "steps",
    "knows",
  ]);
  assert.deepEqual([event.event, event.connection, event.direction], ["explain", 1, "out"]);
  const [length, e] = event.steps;
  assert.deepEqual(Object.keys(e), ["name", "text", "wire", "inside", "state"]);
  assert.deepEqual(length.wire, [{
    label: "length",
    role: "length",
    size: 4,
    hex: "000004c0",
    note: "1,216 bytes follow.",
  }]);
  const keys = JSON.parse(jsonLine(explainEvent("keys")));
  assert.deepEqual([keys.steps[0].state[0].hex, keys.steps[0].state[0].size], [null, 32]);
  assert.equal(keys.direction, undefined);
});

Deno.test("explain: behind bars, a row that is cut has none, and the gutter stays straight", () => {
  const text = explainSentence(of("keys"), { ...MONOCHROME, columns: 49, hasBars: true });
  const lines = withBars(text, (bar) => bar).split("\n");
  assert.ok(lines.some((line) => line.startsWith(" \u2502 ")), "some rows are cut");
  for (const line of lines) {
    assert.match(line, /^(?:\u258c[\u2502\u250c]| \u2502 )/);
    assert.ok(line.length <= 50, line);
  }
});
