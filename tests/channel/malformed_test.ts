import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  CloseCode,
  decodeRecord,
  encodeMessages,
  MAX_MESSAGE_SIZE,
  RecordType,
} from "../../lib/channel/mod.ts";
import { encodeClose, encodePart } from "../../lib/channel/records/record.ts";
import { ReportedError } from "../../lib/errors.ts";
import { ClientByHand } from "./by_hand.ts";
import {
  assertSame,
  described,
  failure,
  fromUtf8,
  pattern,
  receiveAll,
  rejection,
  same,
  utf8,
} from "./support.ts";

const MALFORMED = "ProtocolError/malformed-record";

Deno.test("a peer that sends what is no record is told that it is malformed, and no more", async () => {
  const cases: Record<string, [records: Uint8Array[], code: string]> = {
    "an empty plaintext": [[new Uint8Array(0)], MALFORMED],
    "an unknown type": [[Uint8Array.of(4, 1, 2)], MALFORMED],
    "no message": [[Uint8Array.of(1)], MALFORMED],
    "a message cut short": [[Uint8Array.of(1, 0, 9, 1)], MALFORMED],
    "an empty part": [[Uint8Array.of(2)], MALFORMED],
    "a close without a code": [[Uint8Array.of(0)], MALFORMED],
    "a close with too long a reason": [[new Uint8Array(2 + 513)], MALFORMED],
    "a message between parts": [
      [encodePart(pattern(5), false), encodeMessages([pattern(5)])],
      MALFORMED,
    ],
    "parts without an end": [
      Array.from({ length: 5 }, () => encodePart(pattern(65_000), false)),
      "ProtocolError/message-too-long",
    ],
  };
  for (const [what, [records, code]] of Object.entries(cases)) {
    const { peer, channel } = await ClientByHand.meet();
    await peer.sendRecord(encodeMessages([utf8("this is fine")]));
    const sending = (async () => {
      for (const record of records) await peer.sendRecord(record);
    })();
    assert.equal(fromUtf8(await channel.receive()), "this is fine");
    const error = await rejection(channel.receive());
    assert.equal(described(error), code, what);
    const answer = await peer.receiveRecord();
    assert.ok(answer !== undefined, what);
    assert.deepEqual(decodeRecord(answer), {
      type: RecordType.close,
      info: { code: CloseCode.malformed, reason: "" },
    });
    assert.equal(await rejection(channel.receive()), error);
    await sending;
    peer.hangUp();
    await channel.closed;
  }
});

Deno.test("a peer that goes on sending after it was told does not keep the channel", async () => {
  const { peer, channel } = await ClientByHand.meet();
  await peer.sendRecord(Uint8Array.of(9));
  assert.equal(await failure(channel.receive()), MALFORMED);
  assert.ok(await peer.receiveRecord() !== undefined);
  for (let turn = 0; turn < 50; turn++) await peer.sendRecord(encodeMessages([pattern(5_000)]));
  peer.hangUp();
  await channel.closed;
});

Deno.test("a message in parts of any sizes, and the longest there is", async () => {
  const { peer, channel } = await ClientByHand.meet();
  const message = pattern(MAX_MESSAGE_SIZE);
  for (
    const cuts of [[0, 1, 2, 65_000, 130_000, 195_000], [0, 60_000, 120_000, 180_000, 240_000]]
  ) {
    const sending = (async () => {
      for (const [index, start] of cuts.entries()) {
        const end = cuts[index + 1] ?? message.length;
        for (let from = start; from < end; from += 65_000) {
          const to = Math.min(end, from + 65_000);
          await peer.sendRecord(encodePart(message.subarray(from, to), to === message.length));
        }
      }
    })();
    assertSame(await channel.receive(), message);
    await sending;
  }
  await peer.sendRecord(encodePart(pattern(1), true));
  assertSame(await channel.receive(), pattern(1));
  channel.abort();
});

Deno.test("what a peer sends after it was told to go is not looked into", async () => {
  const { peer, channel } = await ClientByHand.meet();
  const closing = channel.close({ code: CloseCode.removed, reason: "" });
  assert.ok(await peer.receiveRecord() !== undefined);
  await peer.sendRecord(Uint8Array.of(9));
  await peer.sendRecord(encodePart(utf8("half"), false));
  await peer.sendRecord(encodeClose({ code: CloseCode.done, reason: "gone" }));
  await closing;
  assert.deepEqual(channel.remoteClose, { code: CloseCode.done, reason: "gone" });
});

Deno.test("a goodbye in the middle of a message is a cut, not an end", async () => {
  const { peer, channel } = await ClientByHand.meet();
  await peer.sendRecord(encodeMessages([utf8("whole")]));
  await peer.sendRecord(encodePart(utf8("half"), false));
  await peer.sendRecord(encodeClose({ code: CloseCode.done, reason: "" }));
  assert.equal(fromUtf8(await channel.receive()), "whole");
  assert.equal(await failure(channel.receive()), "NetworkError/cut");
  assert.equal(await failure(channel.receive()), "NetworkError/cut");
  await channel.close();
});

Deno.test("nothing behind a goodbye is ever read", async () => {
  const { peer, channel } = await ClientByHand.meet();
  await peer.sendRecord(encodeClose({ code: CloseCode.done, reason: "bye" }));
  await peer.sendRecord(encodeMessages([utf8("one more thing")]));
  assert.equal(await channel.receive(), undefined);
  assert.equal(await channel.receive(), undefined);
  assert.deepEqual(channel.remoteClose, { code: CloseCode.done, reason: "bye" });
  await channel.close();
  assert.equal(await channel.receive(), undefined);
});

Deno.test("every close code, from one who holds the keys, is the error that it stands for", async () => {
  const expected: Record<number, string> = {
    [CloseCode.full]: "NetworkError/room-full",
    [CloseCode.tampered]: "AuthenticationError/tampered",
    [CloseCode.malformed]: "ProtocolError/malformed-message",
    [CloseCode.notAllowed]: "AuthenticationError/key-refused",
    [CloseCode.timeout]: "NetworkError/timed-out",
    [CloseCode.removed]: "NetworkError/removed",
    [CloseCode.tooSlow]: "NetworkError/too-slow",
  };
  for (const code of [...Object.values(CloseCode), 100, 255]) {
    const { peer, channel } = await ClientByHand.meet();
    await peer.sendRecord(encodeMessages([utf8("before")]));
    await peer.sendRecord(encodeClose({ code, reason: "why" }));
    assert.equal(fromUtf8(await channel.receive()), "before");
    const result = channel.receive().then((end) => end ?? "end", described);
    assert.equal(await result, expected[code] ?? "end", `code ${code}`);
    assert.deepEqual(channel.remoteClose, { code, reason: "why" });
    if (expected[code] === undefined) {
      await channel.close();
      assertSame(await peer.receiveRecord(), encodeClose({ code: CloseCode.done, reason: "" }));
    }
    await channel.closed;
  }
});

Deno.test("random plaintext from one who holds the keys: messages or one reported error", async () => {
  const valid = fc.array(fc.uint8Array({ maxLength: 50 }), { minLength: 1, maxLength: 5 })
    .map(encodeMessages);
  const record = fc.oneof(
    valid,
    fc.uint8Array({ maxLength: 60 }),
    fc.uint8Array({ minLength: 1, maxLength: 60 }).map((part) => encodePart(part, false)),
    fc.uint8Array({ minLength: 1, maxLength: 60 }).map((part) => encodePart(part, true)),
    fc.tuple(valid, fc.nat(), fc.nat(255)).map(([bytes, at, value]) => {
      const changed = bytes.slice();
      changed[at % changed.length] = value;
      return changed;
    }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 8 }), async (records) => {
      const { peer, channel } = await ClientByHand.meet();
      for (const plaintext of records) await peer.sendRecord(plaintext);
      peer.transport.outgoing.finish();
      const messages: Uint8Array[] = [];
      let end: unknown;
      try {
        for (let got = await channel.receive(); got; got = await channel.receive()) {
          messages.push(got);
        }
      } catch (error) {
        end = error;
      }
      // Without an error there was a close among the records: some of them are one by chance.
      if (end === undefined) assert.ok(channel.remoteClose !== undefined);
      else assert.ok(end instanceof ReportedError, String(end));
      assert.ok(messages.every((message) => message.length <= 60 * records.length));
      await channel.close(undefined, 0).catch(described);
      await channel.closed;
    }),
    { numRuns: 100 },
  );
});

Deno.test("a record that holds many messages gives each of them, in order", async () => {
  const { peer, channel } = await ClientByHand.meet();
  const messages = Array.from({ length: 5_000 }, (_, index) => utf8(String(index)));
  await peer.sendRecord(encodeMessages(messages));
  await peer.sendRecord(encodeClose({ code: CloseCode.done, reason: "" }));
  const received = await receiveAll(channel);
  assert.equal(received.length, messages.length);
  assert.ok(received.every((message, index) => same(message, messages[index])));
  await channel.close();
});
