import assert from "node:assert/strict";
import { encodeText, type NewRequest, type Visit } from "../../lib/chat/mod.ts";
import { Outbox, type OutboxStore } from "../../lib/client/outbox.ts";
import type { KeptRequest } from "../../lib/client/outbox_file.ts";
import { UsageError } from "../../lib/errors.ts";
import { CLIENT_KEYS, Clock } from "../channel/support.ts";
import { idOf } from "../chat/support.ts";
import { key, recordingScreen } from "../support/doubles.ts";

const SERVER = key(9);
const say = (text: string): NewRequest => ({ type: "send", body: encodeText(text) });

/** A file in memory, which fails if the test says so. */
class MemoryFile implements OutboxStore {
  /** What was written, a line for each. */
  readonly written: string[] = [];
  kept: readonly KeptRequest[] = [];
  failure: Error | undefined;
  isClosed = false;

  begin() {
    return { visit: idOf(70), kept: this.kept };
  }

  change({ added, isSent, removed }: Parameters<OutboxStore["change"]>[0]): void {
    if (this.failure !== undefined) throw this.failure;
    const names = (ids: readonly Uint8Array[]) => ids.map((id) => id[0]).join(" ");
    const parts = [
      ...(added.length > 0
        ? [`+ ${names(added.map(({ id }) => id))}${isSent ? "" : " unsent"}`]
        : []),
      ...(removed.length > 0 ? [`- ${names(removed)}`] : []),
    ];
    this.written.push(parts.join(", "));
  }

  markSent(): void {
    if (this.failure !== undefined) throw this.failure;
    this.written.push("sent");
  }

  close(): void {
    this.isClosed = true;
  }
}

/** An outbox over a file in memory, for a visit that has begun. */
async function setUp(kept: readonly KeptRequest[] = []) {
  const file = new MemoryFile();
  file.kept = kept;
  const screen = recordingScreen();
  const outbox = new Outbox("box", file, screen);
  const visit = await outbox.begin(SERVER);
  return { file, screen, outbox, visit };
}

/** The first bytes of the ids of all that goes out. */
function taken(visit: Visit): (number | undefined)[] {
  const ids: (number | undefined)[] = [];
  for (let next = visit.take(); next !== undefined; next = visit.take()) ids.push(next.id[0]);
  return ids;
}

Deno.test("outbox: what is asked for is kept before it goes out, and not kept any more once it is answered", async () => {
  using clock = new Clock();
  const { file, outbox, visit } = await setUp();
  outbox.beginSending();
  assert.deepEqual(file.written, ["sent"]);
  outbox.request(say("one"), idOf(1), 7);
  outbox.request(say("two"), idOf(2));
  assert.deepEqual([taken(visit), visit.unanswered.count], [[], 2]);
  await clock.pass(0);
  assert.deepEqual([file.written.slice(1), taken(visit)], [["+ 1 2"], [1, 2]]);
  visit.hear({ type: "delivered", id: idOf(2), seq: 1 });
  outbox.request(say("three"), idOf(3));
  await clock.pass(9);
  assert.deepEqual(file.written.length, 2, "changes are gathered for a moment");
  await clock.pass(1);
  assert.deepEqual([file.written.slice(2), taken(visit)], [["+ 3, - 2"], [3]]);
  outbox[Symbol.dispose]();
  assert.equal(file.isClosed, true);
  assert.equal(clock.timers, 0);
});

Deno.test("outbox: without a connection it is kept as something that was not sent", async () => {
  using clock = new Clock();
  const { file, outbox, visit } = await setUp();
  outbox.beginSending();
  outbox.request(say("one"), idOf(1));
  outbox.stopSending();
  outbox.request(say("two"), idOf(2));
  await clock.pass(10);
  outbox.request(say("three"), idOf(3));
  outbox.beginSending();
  assert.deepEqual(file.written, ["sent", "+ 1", "+ 2 unsent", "+ 3", "sent"]);
  assert.deepEqual(taken(visit), [1, 2, 3]);
  outbox[Symbol.dispose]();
});

Deno.test("outbox: what an earlier run has kept is sent first, under the same visit, and told", async () => {
  const time = Date.now();
  const kept = [1, 2].map((id) => ({
    id: idOf(id),
    request: say(`${id}`),
    time,
    wasSent: id === 1,
  }));
  const { file, screen, outbox, visit } = await setUp(kept);
  using _ = outbox;
  assert.deepEqual(visit.id, idOf(70));
  assert.deepEqual(screen.events, [
    { event: "notice", text: "Sending 2 messages that box has kept." },
  ]);
  assert.deepEqual(visit.unanswered.all.map(({ wasSent }) => wasSent), [true, false]);
  assert.deepEqual(taken(visit), [1, 2]);
  visit.hear({ type: "refused", id: idOf(1), reason: "no" });
  outbox.beginSending();
  assert.deepEqual(file.written, ["- 1", "sent"]);
});

Deno.test("outbox: a file that cannot be written is told once, and what is said goes out all the same", async () => {
  using clock = new Clock();
  const { file, screen, outbox, visit } = await setUp();
  outbox.beginSending();
  assert.equal(outbox.keptIn, "box");
  file.failure = new UsageError("storage", "cannot write box: no space is left on the disk");
  outbox.request(say("one"), idOf(1));
  await clock.pass(0);
  outbox.request(say("two"), idOf(2));
  assert.deepEqual(taken(visit), [1, 2]);
  await clock.pass(10);
  visit.hear({ type: "delivered", id: idOf(1), seq: 1 });
  await clock.pass(10);
  assert.equal(outbox.keptIn, undefined);
  assert.deepEqual(screen.events, [{
    event: "error",
    code: "storage",
    message: "cannot write box: no space is left on the disk; " +
      "messages are sent, but not kept in box any more",
  }]);
  outbox[Symbol.dispose]();
});

Deno.test("outbox: a defect is no full disk", async () => {
  const { file, outbox } = await setUp();
  outbox.request(say("one"), idOf(1));
  file.failure = new TypeError("a defect");
  assert.throws(() => outbox.stopSending(), TypeError);
  file.failure = undefined;
  outbox[Symbol.dispose]();
});

Deno.test("outbox: an id that is in use is refused, and nothing is kept", async () => {
  const { file, outbox } = await setUp();
  outbox.request(say("one"), idOf(1));
  assert.throws(() => outbox.request(say("two"), idOf(1)), { code: "refused" });
  outbox[Symbol.dispose]();
  assert.deepEqual(file.written, ["+ 1 unsent"]);
});

Deno.test("outbox: none without a path, nor for an identity of this run alone", async () => {
  const screen = recordingScreen();
  const temporary = { keyPair: CLIENT_KEYS, file: undefined };
  assert.equal(await Outbox.open(undefined, temporary, screen), undefined);
  await assert.rejects(Outbox.open("box", temporary, screen), {
    code: "permission",
    message: /^--outbox needs a saved identity, but saving is off; run with --allow-read .* FILE$/,
  });
});
