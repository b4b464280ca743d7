import assert from "node:assert/strict";
import { readPast } from "../../../lib/chat/log/search.ts";
import type { ReadLimits, RoomLog } from "../../../lib/chat/log/room_log.ts";
import type { PastMessage } from "../../../lib/chat/wire/room_messages.ts";
import { encodeAction, encodeText } from "../../../lib/chat/wire/wire.ts";

const ADA = { nick: "ada", key: new Uint8Array(32).fill(1) };

/** A log that has something to read, and remembers how it was read. */
class ReadableLog implements RoomLog {
  readonly id = new Uint8Array(16);
  readonly isKept = false;
  readonly topic = undefined;
  readonly reads: { readonly end: number; readonly limits: ReadLimits }[] = [];
  #messages: readonly PastMessage[];

  constructor(messages: readonly PastMessage[]) {
    this.#messages = messages;
  }

  get first(): number {
    return this.#messages[0]?.seq ?? this.last + 1;
  }

  get last(): number {
    return this.#messages.at(-1)?.seq ?? 0;
  }

  readBefore(end: number, limits: ReadLimits): Promise<readonly PastMessage[]> {
    this.reads.push({ end, limits });
    const read: PastMessage[] = [];
    let size = 0;
    for (const message of this.#messages.filter(({ seq }) => seq < end).toReversed()) {
      size += message.body.length;
      if (read.length === limits.count || (size > limits.size && read.length > 0)) break;
      read.push(message);
    }
    return Promise.resolve(read.reverse());
  }

  append = () => assert.fail("nobody writes here");
  find = this.append;
  readAfter = this.append;
  setTopic = this.append;
  forget = this.append;
  close = this.append;
}

function said(seq: number, body: string | Uint8Array): PastMessage {
  return {
    id: new Uint8Array(16),
    seq,
    time: seq,
    from: ADA,
    body: typeof body === "string" ? encodeText(body) : body,
  };
}

/** Messages with the numbers 1, 2, …. */
function log(...bodies: readonly (string | Uint8Array)[]): ReadableLog {
  return new ReadableLog(bodies.map((body, index) => said(index + 1, body)));
}

function numbers(length: number, body: (seq: number) => string): string[] {
  return Array.from({ length }, (_, index) => body(index + 1));
}

/** The numbers of what is read from the end to the beginning, page by page. */
async function pages(
  read: (before: number) => Promise<{ messages: readonly PastMessage[]; before: number }>,
): Promise<number[][]> {
  const all: number[][] = [];
  for (let before = 0, isFirst = true; isFirst || before !== 0; isFirst = false) {
    const page = await read(before);
    all.push(page.messages.map(({ seq }) => seq));
    assert.ok(page.before === 0 || before === 0 || page.before < before, "it does not go on");
    before = page.before;
  }
  return all;
}

Deno.test("read page: from the last message back to the first, oldest first in each page", async () => {
  const room = log(..."abcdefg");
  assert.deepEqual(await pages((before) => readPast(room, { before, count: 3 })), [
    [5, 6, 7],
    [2, 3, 4],
    [1],
  ]);
  assert.deepEqual(await readPast(room, { before: 3, count: 200 }), {
    messages: [said(1, "a"), said(2, "b")],
    before: 0,
  });
});

Deno.test("read page: nothing is before the first message, and nothing in an empty log", async () => {
  const nothing = { messages: [], before: 0 };
  assert.deepEqual(await readPast(log("a", "b"), { before: 1, count: 5 }), nothing);
  assert.deepEqual(await readPast(log(), { before: 0, count: 5 }), nothing);
});

Deno.test("read page: numbers may have gaps, and not begin with 1", async () => {
  const room = new ReadableLog([said(10, "a"), said(20, "b"), said(30, "c")]);
  assert.deepEqual(await pages((before) => readPast(room, { before, count: 2 })), [[20, 30], [10]]);
});

Deno.test("read page: it ends at 196,608 bytes of bodies; one message is given in any case", async () => {
  const room = log(...[100_000, 70_000, 70_000, 70_000, 131_072].map((n) => new Uint8Array(n)));
  assert.deepEqual(await pages((before) => readPast(room, { before, count: 200 })), [
    [5],
    [3, 4],
    [1, 2],
  ]);
});

Deno.test("search: newest first in pages, oldest first in each", async () => {
  const room = log(...numbers(10, (seq) => seq % 2 === 0 ? `Even ${seq}` : "odd"));
  const search = (before: number) => readPast(room, { words: "EVEN", before, count: 2 });
  assert.deepEqual(await pages(search), [[8, 10], [4, 6], [2]]);
});

Deno.test("search: all words, in any order, texts and actions alike", async () => {
  const room = log("noon, lunch", encodeAction("has lunch at noon"), "lunch", "noon");
  const { messages, before } = await readPast(room, { words: "noon lunch", before: 0, count: 9 });
  assert.deepEqual(messages, [said(1, "noon, lunch"), said(2, encodeAction("has lunch at noon"))]);
  assert.equal(before, 0);
});

Deno.test("search: what is no text is passed over", async () => {
  // Not CBOR at all, a map without a type, a type of a later version, and nothing.
  const unread = [
    Uint8Array.of(0xff),
    Uint8Array.of(0xa0),
    Uint8Array.of(0xa1, 0x64, 0x74, 0x79, 0x70, 0x65, 0x61, 0x78),
    new Uint8Array(),
  ];
  const room = log("x", ...unread, "x");
  const { messages } = await readPast(room, { words: "x", before: 0, count: 9 });
  assert.deepEqual(messages.map(({ seq }) => seq), [1, 6]);
});

Deno.test("search: one request looks through 4,096 messages, and says where to go on", async () => {
  const room = log("needle", ...numbers(5000, () => "hay"));
  const search = (before: number) => readPast(room, { words: "needle", before, count: 5 });
  const first = await search(0);
  assert.deepEqual(first, { messages: [], before: 5001 - 4096 + 1 });
  assert.deepEqual(await search(first.before), { messages: [said(1, "needle")], before: 0 });
  assert.ok(room.reads.every(({ limits }) => limits.count <= 256 && limits.size <= 262_144));
});

Deno.test("search: one request looks through 16 MiB", async () => {
  const room = log("needle", ...Array<Uint8Array>(300).fill(new Uint8Array(131_072)));
  assert.deepEqual(
    await pages((before) => readPast(room, { words: "needle", before, count: 5 })),
    [
      [],
      [],
      [1],
    ],
  );
});

Deno.test("search: a page ends at 196,608 bytes of bodies, and the next begins there", async () => {
  const long = (size: number) => "x".repeat(size);
  const room = log(long(65_536), long(65_536), "hay", long(65_536), "hay", long(65_536), "x");
  assert.deepEqual(await pages((before) => readPast(room, { words: "x", before, count: 99 })), [
    [4, 6, 7],
    [1, 2],
  ]);
});

Deno.test("search: others go on while it looks through much", async () => {
  const room = log(...numbers(1000, () => "hay"));
  let turns = 0;
  const searching = readPast(room, { words: "needle", before: 0, count: 1 });
  let isSearching = true;
  void searching.then(() => isSearching = false);
  const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
  for (await turn(); isSearching; await turn()) turns++;
  assert.ok(turns >= 2, `${turns} turns`);
});

Deno.test("search: without words nothing is found", async () => {
  const { messages } = await readPast(log("a"), { words: " \u3000", before: 0, count: 5 });
  assert.deepEqual(messages, []);
});

Deno.test("past: of many who search at once, one looks through a slice in each turn", async () => {
  const many = log(...numbers(2000, (seq) => `message ${seq}`));
  const query = { before: 0, count: 1, words: "nothing" };
  const searching = Promise.all(Array.from({ length: 20 }, () => readPast(many, query)));
  let most = 0;
  let isOver = false;
  void searching.then(() => isOver = true);
  while (!isOver) {
    const before = many.reads.length;
    await new Promise((resolve) => setTimeout(resolve, 0));
    most = Math.max(most, many.reads.length - before);
  }
  assert.ok(many.reads.length >= 20 * 8);
  assert.ok(most <= 2, `${most} slices in one turn`);
});
