import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  decodeRecord,
  MAX_BATCH_SIZE,
  MessageBatch,
  RecordType,
} from "../../../lib/channel/mod.ts";
import { Broadcast } from "../../../lib/chat/mod.ts";
import { Bundle } from "../../../lib/chat/delivery/bundle.ts";
import { Crowd, type HandOn } from "../../../lib/chat/delivery/crowd.ts";
import { same } from "../../channel/support.ts";
import { idOf, keyOf, Notebook } from "../support.ts";

/** A notebook that takes several at once. */
class Folder extends Notebook {
  readonly bundles: Bundle[] = [];

  deliverAll(bundle: Bundle): boolean {
    this.bundles.push(bundle);
    return bundle.broadcasts.map((broadcast) => this.deliver(broadcast)).every(Boolean);
  }
}

function notice(size: number): Broadcast {
  return new Broadcast({ type: "notice", text: "x".repeat(size) });
}

function message(seq: number): Broadcast {
  const from = { nick: "ada", key: keyOf(1) };
  const said = { id: idOf(1), seq, time: 0, from, body: new Uint8Array() };
  return new Broadcast({ type: "message", ...said });
}

Deno.test("bundle: its parts are its messages, in batches as large as they may be", () => {
  const sizes = fc.array(fc.oneof(fc.nat(300), fc.integer({ min: 9_000, max: 40_000 })));
  fc.assert(fc.property(sizes, (sizes) => {
    const broadcasts = sizes.map(notice);
    const { parts } = new Bundle(broadcasts);
    const messages = parts.flatMap((part) => {
      if (part instanceof Uint8Array) return [part];
      const content = decodeRecord(part.plaintext);
      return content.type === RecordType.messages ? content.messages : [];
    });
    assert.equal(messages.length, broadcasts.length);
    assert.ok(messages.every((bytes, index) => same(bytes, broadcasts[index].bytes)));
    for (const part of parts) {
      if (part instanceof Uint8Array) assert.ok(part.length + 2 > MAX_BATCH_SIZE);
    }
    // Two that stand side by side would not have fitted into one.
    for (const [index, part] of parts.entries()) {
      const next = parts[index + 1];
      if (!(part instanceof MessageBatch && next instanceof MessageBatch)) continue;
      const [first] = decodeMessages(next);
      assert.ok(part.size + 2 + first.length > MAX_BATCH_SIZE);
    }
  }));
});

function decodeMessages({ plaintext }: MessageBatch): readonly Uint8Array[] {
  const content = decodeRecord(plaintext);
  assert.equal(content.type, RecordType.messages);
  return content.type === RecordType.messages ? content.messages : [];
}

Deno.test("crowd: those who are given all of it share one bundle, and a speaker has its own", () => {
  const crowd = new Crowd();
  const [speaker, one, two, reader] = Array.from({ length: 4 }, () => new Folder());
  for (const seat of [speaker, one, two, reader]) crowd.add(seat);
  for (const seat of [speaker, one, two]) crowd.follow(seat);
  crowd.gather({ broadcast: message(1), except: speaker });
  crowd.gather({ broadcast: notice(1) });
  assert.equal(crowd.handOn(), true);
  assert.equal(one.bundles.length, 1);
  assert.equal(one.bundles[0], two.bundles[0]);
  assert.equal(one.bundles[0].parts, two.bundles[0].parts, "packed once");
  assert.deepEqual(one.heard.length, 2);
  assert.deepEqual([speaker.heard.length, reader.heard.length], [1, 1]);
  assert.notEqual(speaker.bundles[0], one.bundles[0]);
});

Deno.test("crowd: bundled or not, each seat is given what is for it, in its order", () => {
  const COUNT = 4;
  const seat = fc.nat(COUNT - 1);
  const item = fc.record({
    isMessage: fc.boolean(),
    only: fc.option(seat, { nil: undefined, freq: 4 }),
    except: fc.option(seat, { nil: undefined }),
    upTo: fc.option(fc.nat(COUNT), { nil: undefined, freq: 4 }),
  });
  const following = fc.array(fc.boolean(), { minLength: COUNT, maxLength: COUNT });
  fc.assert(fc.property(fc.array(item, { maxLength: 12 }), following, (items, following) => {
    const crowd = new Crowd();
    const seats = following.map((_, index) => index % 2 === 0 ? new Folder() : new Notebook());
    for (const [index, seat] of seats.entries()) {
      crowd.add(seat);
      if (following[index]) crowd.follow(seat);
    }
    const gathered = items.map(({ isMessage, only, except, upTo }, seq): HandOn => ({
      broadcast: isMessage ? message(seq + 1) : notice(seq),
      ...(only !== undefined && { only: seats[only] }),
      except: except === undefined ? undefined : seats[except],
      ...(upTo !== undefined && { upTo }),
    }));
    for (const item of gathered) crowd.gather(item);
    const said = crowd.handOn();
    assert.equal(said, items.some(({ isMessage, only }) => isMessage && only === undefined));
    for (const [index, seat] of seats.entries()) {
      const wanted = gathered.filter((_, at) => {
        const { isMessage, only, except, upTo = Infinity } = items[at];
        if (only !== undefined) return only === index;
        return except !== index && index < upTo && (following[index] || !isMessage);
      });
      assert.deepEqual(seat.broadcasts, wanted.map(({ broadcast }) => broadcast));
    }
  }));
});
