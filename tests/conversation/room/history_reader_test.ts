import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  encodeText,
  hasWords,
  type PastMessage,
  type PastPage,
  type PastQuery,
  searchWords,
} from "../../../lib/chat/mod.ts";
import { hex } from "../../../lib/crypto/mod.ts";
import { UsageError } from "../../../lib/errors.ts";
import {
  HistoryReader,
  type HistoryReaderQuery,
} from "../../../lib/conversation/room/history_reader.ts";
import { Scrollback } from "../../../lib/conversation/room/scrollback.ts";
import type { ChatEvent } from "../../../lib/terminal/events/events.ts";
import { key, print, RecordingRoom } from "../../support/doubles.ts";

const ADA = { nick: "ada", key: key(1) };

/** Each text has an id of its own. */
function idOf(text: string): Uint8Array {
  const id = new Uint8Array(16);
  new TextEncoder().encodeInto(text, id);
  return id;
}

function logged(seq: number, text = `text ${seq}`): PastMessage {
  return { id: idOf(text), seq, time: seq, from: ADA, body: encodeText(text) };
}

function textOf(event: ChatEvent): string {
  return event.event === "message" || event.event === "notice" ? event.text : event.event;
}

/** A room's log, from which at most so many messages are given at once. */
function answerFrom(log: readonly PastMessage[], atOnce = () => Infinity) {
  return ({ before, count, words }: PastQuery): PastPage => {
    const earlier = log.filter(({ seq }) => before === 0 || seq < before);
    const messages = earlier.slice(-Math.min(count, atOnce()));
    const [{ seq } = { seq: 0 }] = messages;
    const text = ({ body }: PastMessage) => new TextDecoder().decode(body);
    return {
      messages: words === undefined
        ? messages
        : messages.filter((message) => hasWords(text(message), searchWords(words))),
      before: messages.length < earlier.length ? seq : 0,
    };
  };
}

function setUp(log: readonly PastMessage[] = [], hasScrollback = true) {
  const room = new RecordingRoom();
  room.answer = answerFrom(log);
  const scrollback = new Scrollback();
  const ignored = new Set<string>();
  /** Something that was shown or said here, with a number or without. */
  const remember = (text: string, seq = 0, more: { isPrivate?: boolean; log?: string } = {}) =>
    scrollback.add({
      event: "message",
      id: hex(idOf(text)),
      seq,
      time: "2026-01-02T03:04:05.000Z",
      from: { nick: "ada", fingerprint: print(1), verified: false },
      text,
      private: more.isPrivate ?? seq === 0,
      action: false,
      history: false,
    }, more.log ?? hex(room.log));
  const open = (query: HistoryReaderQuery = {}) =>
    new HistoryReader({
      room,
      ...(hasScrollback && { scrollback }),
      isIgnored: (fingerprint) => ignored.has(fingerprint),
      isVerified: (key) => key[0] === 1,
    }, query);
  return { room, scrollback, remember, ignored, open };
}

/** What is read, page by page, until there is no more. */
async function pages(reader: HistoryReader, count: number): Promise<string[][]> {
  const all: string[][] = [];
  while (!reader.isAtBeginning) all.push((await reader.read(count)).map(textOf));
  return all;
}

const FIVE = [1, 2, 3, 4, 5].map((seq) => logged(seq));

Deno.test("history reader: from the last message back to the first, oldest first in each page", async () => {
  const { room, open } = setUp(FIVE);
  const reader = open();
  assert.equal(reader.isFresh, true);
  assert.deepEqual(await pages(reader, 2), [["text 4", "text 5"], ["text 2", "text 3"], [
    "text 1",
  ]]);
  room.queries.length = 0;
  assert.deepEqual(await reader.read(2), []);
  assert.deepEqual([reader.isFresh, reader.before, room.queries], [false, 0, []]);
});

Deno.test("history reader: what the log has is shown as a message, as history", async () => {
  const { open } = setUp([logged(7, "hello")]);
  assert.deepEqual(await open().read(1), [{
    event: "message",
    id: hex(idOf("hello")),
    seq: 7,
    time: "1970-01-01T00:00:00.007Z",
    from: { nick: "ada", fingerprint: print(1), verified: true },
    text: "hello",
    private: false,
    action: false,
    history: true,
  }]);
});

Deno.test("history reader: what this version cannot show is told of, unless something is searched for", async () => {
  const { open } = setUp([{ ...logged(1), body: new Uint8Array() }, logged(2, "hello")]);
  assert.deepEqual((await open().read(9)).map(textOf), [
    "ada sent something that this version cannot show",
    "hello",
  ]);
});

Deno.test("history reader: the room is asked again until there are enough, or there is no more", async () => {
  const { room, open } = setUp();
  room.answer = answerFrom(FIVE, () => 1);
  assert.deepEqual((await open().read(3)).map(textOf), ["text 3", "text 4", "text 5"]);
  assert.deepEqual(room.queries, [
    { before: 0, count: 3 },
    { before: 5, count: 2 },
    { before: 4, count: 1 },
  ]);
  room.queries.length = 0;
  // One that finds nothing for a while is asked for the rest.
  const found = await open({ words: "1" }).read(3);
  assert.deepEqual(found.map(textOf), ["text 1"]);
  assert.deepEqual(room.queries.map(({ before, words }) => [before, words]), [
    [0, "1"],
    [5, "1"],
    [4, "1"],
    [3, "1"],
    [2, "1"],
  ]);
});

Deno.test("history reader: a room that does not go back is not asked for ever", async () => {
  const { room, open } = setUp();
  room.answer = () => ({ messages: [], before: 7 });
  const reader = open();
  assert.deepEqual(await reader.read(5), []);
  assert.equal(room.queries.length, 2);
  assert.equal(reader.isAtBeginning, true);
});

Deno.test("history reader: new messages do not change the place", async () => {
  const { room, remember, open } = setUp(FIVE);
  for (const { seq } of FIVE.slice(-3)) remember(`text ${seq}`, seq);
  const reader = open();
  await reader.read(2);
  remember("new", 6);
  remember("psst");
  room.answer = answerFrom([...FIVE, logged(6, "new")]);
  assert.deepEqual((await reader.read(2)).map(textOf), ["text 2", "text 3"]);
});

Deno.test("history reader: private messages stand where they were said, and nothing stands twice", async () => {
  const { remember, open } = setUp(FIVE);
  remember("text 2", 2);
  remember("after 2");
  remember("text 3", 3);
  remember("text 5", 5);
  remember("after 5");
  remember("after 5 as well");
  const all = [
    ["after 5", "after 5 as well"],
    ["text 4", "text 5"],
    ["after 2", "text 3"],
    ["text 1", "text 2"],
  ];
  assert.deepEqual(await pages(open(), 2), all);
  assert.deepEqual(await pages(open(), 99), [all.toReversed().flat()]);
  assert.deepEqual(
    await pages(open(), 1),
    all.flatMap((page) => page.toReversed().map((t) => [t])),
  );
});

Deno.test("history reader: a private message that begins a page hides none before it", async () => {
  const { room, scrollback, remember, open } = setUp(FIVE);
  // Number 2 is known, but not what it is.
  scrollback.confirm("f".repeat(32), 2, hex(room.log));
  remember("after 2");
  assert.deepEqual(await pages(open(), 4), [
    ["after 2", "text 3", "text 4", "text 5"],
    ["text 1", "text 2"],
  ]);
});

Deno.test("history reader: what is only known here is marked as history, and stays as it was", async () => {
  const { scrollback, remember, open } = setUp();
  remember("psst");
  const [event] = await open().read(1);
  assert.ok(event?.event === "message" && event.history && event.private);
  assert.equal(scrollback.entries[0]?.message.history, false);
});

Deno.test("history reader: what was said here is not shown twice, confirmed or not", async () => {
  const log = [...FIVE, logged(6, "mine")];
  const { scrollback, remember, open } = setUp(log);
  remember("text 4", 4);
  remember("mine", 0, { isPrivate: false });
  remember("text 5", 5);
  const all = ["text 1", "text 2", "text 3", "text 4", "text 5", "mine"];
  assert.deepEqual((await pages(open(), 9)).flat(), all);
  assert.deepEqual((await pages(open(), 1)).flat(), all.toReversed());
  scrollback.confirm(hex(idOf("mine")), 6, scrollback.entries[0]?.log ?? "");
  assert.deepEqual((await pages(open(), 1)).flat(), all.toReversed());
});

Deno.test("history reader: what the room does not have any more comes before all that it has", async () => {
  const { remember, open } = setUp(FIVE.slice(3));
  for (const seq of [2, 3, 4]) remember(`text ${seq}`, seq);
  assert.deepEqual((await pages(open(), 2)).flat(), ["text 4", "text 5", "text 2", "text 3"]);
});

Deno.test("history reader: what was said before the room began this log comes before it", async () => {
  const { remember, open } = setUp(FIVE);
  const old = { log: "b".repeat(32) };
  remember("old 8", 8, old);
  remember("old, private", 0, old);
  remember("old 9", 9, old);
  remember("text 4", 4);
  assert.deepEqual(await pages(open(), 5), [
    ["text 1", "text 2", "text 3", "text 4", "text 5"],
    ["old 8", "old, private", "old 9"],
  ]);
  // The same message may have another number there.
  remember("text 2", 70, old);
  assert.deepEqual((await pages(open(), 4)).flat().toSorted(), [
    "old 8",
    "old 9",
    "old, private",
    ...FIVE.map(({ seq }) => `text ${seq}`),
  ]);
});

Deno.test("history reader: of the ignored nothing is shown, and others take their place", async () => {
  const eve = { nick: "eve", key: key(6) };
  const log = [logged(1), { ...logged(2), from: eve }, logged(3), { ...logged(4), from: eve }];
  const { remember, ignored, open } = setUp([...log, {
    ...log[1],
    seq: 5,
    body: new Uint8Array(),
  }]);
  remember("psst");
  ignored.add(print(6));
  assert.deepEqual(await pages(open(), 1), [["text 3"], ["text 1"], ["psst"]]);
  ignored.add(print(1));
  assert.deepEqual(await pages(open(), 1), [[]]);
});

Deno.test("history reader: a search looks at what only this side knows, too, and marks what it finds", async () => {
  const { remember, open } = setUp([logged(1, "Lunch at noon"), logged(2, "dinner")]);
  remember("dinner", 2);
  remember("NOON, lunch?");
  remember("noon");
  const found = await open({ words: "lunch noon" }).read(9);
  const marks = found.map((event) => event.event === "message" && [event.text, event.found]);
  assert.deepEqual(marks, [["Lunch at noon", "lunch noon"], ["NOON, lunch?", "lunch noon"]]);
});

Deno.test("history reader: without a connection there is what this side knows", async () => {
  const { room, remember, open } = setUp(FIVE);
  for (const seq of [3, 4, 5]) remember(`text ${seq}`, seq);
  remember("psst");
  room.isConnected = false;
  const reader = open();
  assert.deepEqual((await reader.read(2)).map(textOf), ["text 5", "psst"]);
  assert.deepEqual((await reader.read(2)).map(textOf), ["text 3", "text 4"]);
  assert.deepEqual(await reader.read(2), []);
  assert.deepEqual([room.queries, reader.isAtBeginning], [[], false]);
  room.isConnected = true;
  assert.deepEqual(await pages(reader, 9), [["text 1", "text 2"]]);
});

Deno.test("history reader: one that has nothing of its own waits for a connection", async () => {
  const { room, open } = setUp(FIVE, false);
  room.isConnected = false;
  const reader = open({ before: 3 });
  assert.equal(reader.before, 3);
  assert.deepEqual((await reader.read(1)).map(textOf), ["text 2"]);
  assert.deepEqual([reader.before, reader.isAtBeginning], [2, false]);
  assert.deepEqual((await reader.read(1)).map(textOf), ["text 1"]);
  assert.deepEqual([reader.before, reader.isAtBeginning], [0, true]);
});

Deno.test("history reader: numbers of another log mean nothing here", async () => {
  const { room, open } = setUp(FIVE);
  const reader = open();
  await reader.read(1);
  assert.equal(reader.isOutdated, false);
  room.answer = () => {
    room.log = new Uint8Array(16).fill(7);
    return { messages: [logged(1, "of another log")], before: 0 };
  };
  await assert.rejects(reader.read(1), {
    code: "refused",
    message: "the server has begun a new log meanwhile; ask again",
  });
  assert.equal(reader.isOutdated, true);
});

Deno.test("history reader: what is given up, or fails, leaves the place as it was", async () => {
  const { room, open } = setUp(FIVE);
  const reader = open();
  const answer = room.answer;
  room.answer = () => Promise.reject(new UsageError("refused", "not now"));
  await assert.rejects(reader.read(2), { message: "not now" });
  const giveUp = new AbortController();
  room.answer = (query) => {
    giveUp.abort(new Error("given up"));
    return answer(query);
  };
  await assert.rejects(reader.read(2, giveUp.signal), { message: "given up" });
  room.answer = answer;
  assert.deepEqual((await reader.read(2)).map(textOf), ["text 4", "text 5"]);
});

/** How a message came about. */
const KINDS = fc.constantFrom("unseen", "seen", "private", "mine", "unconfirmed", "forgotten");

Deno.test("history reader: whatever was said, in pages of any size it comes once, in its order", async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(KINDS, { maxLength: 40 }),
      sizes,
      sizes,
      async (kinds, sizes, atOnce) => {
        const log: PastMessage[] = [];
        const { room, scrollback, remember, open } = setUp();
        const expected: string[] = [];
        let seq = 0;
        kinds.forEach((kind, index) => {
          const text = `${kind} ${index}`;
          // A log forgets from its beginning on: later on, all are there.
          const isForgotten = kind === "forgotten" && log.length === 0;
          if (kind === "private") remember(text);
          else {
            seq += 1 + index % 3;
            if (!isForgotten) log.push(logged(seq, text));
            if (kind === "mine" || kind === "unconfirmed") remember(text, 0, { isPrivate: false });
            if (kind === "mine") scrollback.confirm(hex(idOf(text)), seq, hex(room.log));
            if (kind === "seen" || isForgotten) remember(text, seq);
          }
          expected.push(text);
        });
        let asked = 0;
        room.answer = answerFrom(log, () => atOnce[asked++ % atOnce.length] ?? 1);
        const reader = open();
        let read: string[] = [];
        for (let index = 0; !reader.isAtBeginning; index++) {
          read = [...(await reader.read(sizes[index % sizes.length] ?? 1)).map(textOf), ...read];
        }
        // A private one that came when a greater number was not known yet stands before that.
        const isPlaced = (text: string) => !text.startsWith("private");
        assert.deepEqual(read.filter(isPlaced), expected.filter(isPlaced));
        assert.deepEqual(read.toSorted(), expected.toSorted());
      },
    ),
  );
});
