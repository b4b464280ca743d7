import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { closeError } from "../../../lib/channel/records/close_error.ts";
import { Inbox } from "../../../lib/channel/records/inbox.ts";
import {
  CloseCode,
  decodeRecord,
  encodeMessages,
  MAX_MESSAGE_SIZE,
  RecordType,
} from "../../../lib/channel/mod.ts";
import { encodeClose, encodePart } from "../../../lib/channel/records/record.ts";
import { MAX_FRAME_SIZE } from "../../../lib/channel/frames/framing.ts";
import { Outbox } from "../../../lib/channel/records/outbox.ts";
import { maxPlaintextSize } from "../../../lib/channel/records/record_cipher.ts";
import { ProtocolError } from "../../../lib/errors.ts";
import { AESCBC, AESGCM } from "../../../lib/noise/mod.ts";
import { join } from "../../support/wire.ts";
import { assertSame, described, pattern, same, utf8 } from "../support.ts";

/** The longest plaintext of a record under each cipher: whole blocks less one byte, and all but a tag. */
const MAX_PLAINTEXT = {
  AESCBC: maxPlaintextSize((size) => AESCBC.ciphertextSize(size)),
  AESGCM: maxPlaintextSize((size) => AESGCM.ciphertextSize(size)),
};

/** `Class/code` of what a call throws. */
function thrown(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    return described(error);
  }
  return "nothing";
}

function assertContent(plaintext: Uint8Array, content: unknown): void {
  assert.deepEqual(decodeRecord(plaintext), content);
}

Deno.test("records: the bytes of each type", () => {
  assertSame(encodeClose({ code: 3, reason: "no" }), Uint8Array.of(0, 3, 0x6e, 0x6f));
  assertSame(encodeClose({ code: 0, reason: "" }), Uint8Array.of(0, 0));
  assertSame(
    encodeMessages([utf8("a"), utf8(""), pattern(258)]),
    join([Uint8Array.of(1, 0, 1, 0x61, 0, 0, 1, 2), pattern(258)]),
  );
  assertSame(encodePart(utf8("ab"), false), Uint8Array.of(2, 0x61, 0x62));
  assertSame(encodePart(utf8("ab"), true), Uint8Array.of(3, 0x61, 0x62));
});

Deno.test("records: whole messages round trip", () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 40 });
  fc.assert(fc.property(messages, (messages) => {
    assertContent(encodeMessages(messages), { type: RecordType.messages, messages });
  }));
  const large = [pattern(0), pattern(65_000), pattern(2)];
  assertContent(encodeMessages(large), { type: RecordType.messages, messages: large });
});

Deno.test("records: parts round trip", () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 500 }), (part) => {
    assertContent(encodePart(part, false), { type: RecordType.part, part });
    assertContent(encodePart(part, true), { type: RecordType.lastPart, part });
  }));
});

Deno.test("records: every close code and every short reason round trips", () => {
  // 170 units of UTF-16 are at most 510 bytes of UTF-8.
  const reason = fc.string({ maxLength: 170, unit: "grapheme" })
    .filter((reason) => utf8(reason).length <= 512);
  fc.assert(fc.property(fc.nat(255), reason, (code, reason) => {
    assertContent(encodeClose({ code, reason }), {
      type: RecordType.close,
      info: { code, reason },
    });
  }));
  for (const reason of ["\uFEFFa mark of byte order", "\u0000", "\u202E", "é".repeat(256)]) {
    assertContent(encodeClose({ code: 1, reason }), {
      type: RecordType.close,
      info: { code: 1, reason },
    });
  }
});

Deno.test("records: a reason over 512 bytes is cut between two characters", () => {
  for (const character of ["a", "é", "€", "😀"]) {
    const width = utf8(character).length;
    for (let lead = 0; lead < width; lead++) {
      const reason = "x".repeat(lead) + character.repeat(600);
      const plaintext = encodeClose({ code: 0, reason });
      assert.ok(plaintext.length <= 2 + 512);
      assert.ok(plaintext.length > 2 + 512 - width, "no more is cut than must be");
      const content = decodeRecord(plaintext);
      assert.ok(content.type === RecordType.close);
      assert.ok(reason.startsWith(content.info.reason), "no broken character at the end");
    }
  }
});

Deno.test("records: a reason that is not UTF-8 is still a close", () => {
  const content = decodeRecord(Uint8Array.of(0, 2, 0x61, 0xff, 0xc3));
  assert.deepEqual(content, { type: RecordType.close, info: { code: 2, reason: "a\uFFFD\uFFFD" } });
});

Deno.test("records: what does not add up is refused", () => {
  const refused: Record<string, number[]> = {
    "empty": [],
    "no code": [0],
    "a reason that is too long": [0, 0, ...new Array(513).fill(0x61)],
    "no message": [1],
    "half a message header": [1, 0],
    "half a second header": [1, 0, 1, 0x61, 0],
    "a message cut short": [1, 0, 2, 0x61],
    "a message of no bytes out of none": [1, 0, 1],
    "a second message cut short": [1, 0, 1, 0x61, 0, 9, 0x61],
    "a byte too many": [1, 0, 1, 0x61, 0x62],
    "an empty part": [2],
    "an empty last part": [3],
    "an unknown type": [4, 1, 2, 3],
    "the last of the unknown types": [255],
  };
  for (const [what, bytes] of Object.entries(refused)) {
    const code = thrown(() => decodeRecord(Uint8Array.from(bytes)));
    assert.equal(code, "ProtocolError/malformed-record", what);
  }
});

Deno.test("records: random, mutated and truncated plaintext is decoded or refused", () => {
  const valid = fc.oneof(
    fc.array(fc.uint8Array({ maxLength: 60 }), { minLength: 1, maxLength: 8 }).map(encodeMessages),
    fc.uint8Array({ minLength: 1, maxLength: 60 }).map((part) => encodePart(part, false)),
    fc.string({ maxLength: 40 }).map((reason) => encodeClose({ code: 0, reason })),
  );
  const mutated = fc.tuple(valid, fc.nat(), fc.nat(255)).map(([bytes, at, value]) => {
    const copy = bytes.slice();
    copy[at % copy.length] = value;
    return copy;
  });
  const truncated = fc.tuple(valid, fc.nat()).map(([bytes, end]) =>
    bytes.slice(0, end % bytes.length)
  );
  const typed = fc.tuple(fc.nat(4), fc.uint8Array({ maxLength: 80 }))
    .map(([type, body]) => join([Uint8Array.of(type), body]));
  const any = fc.oneof(fc.uint8Array({ maxLength: 80 }), mutated, truncated, typed);
  fc.assert(
    fc.property(any, (plaintext) => {
      let content;
      try {
        content = decodeRecord(plaintext);
      } catch (error) {
        assert.ok(error instanceof ProtocolError, String(error));
        return;
      }
      // Strict: there is one way only to write what was read.
      if (content.type === RecordType.messages) {
        assert.deepEqual(encodeMessages(content.messages), plaintext);
      } else if (content.type !== RecordType.close) {
        assert.deepEqual(encodePart(content.part, content.type === RecordType.lastPart), plaintext);
      }
    }),
    { numRuns: 3000 },
  );
});

Deno.test("records: which close is which error", () => {
  const cases: [code: number, expected: string | undefined][] = [
    [CloseCode.done, undefined],
    [CloseCode.full, "NetworkError/room-full"],
    [CloseCode.tampered, "AuthenticationError/tampered"],
    [CloseCode.malformed, "ProtocolError/malformed-message"],
    [CloseCode.notAllowed, "AuthenticationError/key-refused"],
    [CloseCode.shutdown, undefined],
    [CloseCode.timeout, "NetworkError/timed-out"],
    [CloseCode.removed, "NetworkError/removed"],
    [CloseCode.tooSlow, "NetworkError/too-slow"],
    [9, undefined],
    [255, undefined],
  ];
  for (const [code, expected] of cases) {
    for (const reason of ["", "some reason"]) {
      const error = closeError({ code, reason });
      assert.equal(error && described(error), expected, `code ${code}`);
      assert.ok(error === undefined || error.message.length > 5, "there is always a sentence");
    }
  }
});

Deno.test("records: the longest plaintext fills a frame as far as the cipher can", () => {
  // CBC: 65,535 less 48, in whole blocks, less one byte of padding. GCM: all but the tag.
  assert.deepEqual(MAX_PLAINTEXT, { AESCBC: 65_471, AESGCM: 65_519 });
  for (const cipher of [AESCBC, AESGCM]) {
    const size = MAX_PLAINTEXT[cipher.name as "AESCBC"];
    assert.ok(cipher.ciphertextSize(size) <= MAX_FRAME_SIZE);
    assert.ok(cipher.ciphertextSize(size + 1) > MAX_FRAME_SIZE);
  }
});

/** Packs messages into records and unpacks them again. */
function throughBoxes(messages: readonly Uint8Array[], maxSize: number): Uint8Array[] {
  const outbox = new Outbox(maxSize);
  for (const message of messages) outbox.push(message);
  const arrived = unpack(outbox, maxSize);
  assert.equal(outbox.size, 0);
  assert.equal(outbox.next(), undefined);
  return arrived;
}

function unpack(outbox: Outbox, maxSize: number): Uint8Array[] {
  const inbox = new Inbox();
  const arrived: Uint8Array[] = [];
  for (let plaintext = outbox.next(); plaintext !== undefined; plaintext = outbox.next()) {
    assert.ok(plaintext.length <= maxSize, `a record of ${plaintext.length} bytes`);
    const content = decodeRecord(plaintext);
    assert.ok(content.type !== RecordType.close);
    inbox.add(content);
    for (let message = inbox.shift(); message !== undefined; message = inbox.shift()) {
      arrived.push(message);
    }
  }
  assert.equal(inbox.isGathering, false);
  return arrived;
}

function assertAll(arrived: readonly Uint8Array[], expected: readonly Uint8Array[]): void {
  assert.equal(arrived.length, expected.length);
  arrived.forEach((message, index) => assert.ok(same(message, expected[index]), `no. ${index}`));
}

for (const [cipher, maxSize] of Object.entries(MAX_PLAINTEXT)) {
  Deno.test(`outbox and inbox, ${cipher}: any mix of sizes arrives whole and in order`, () => {
    const size = fc.oneof(
      { weight: 6, arbitrary: fc.nat(300) },
      { weight: 2, arbitrary: fc.nat(70_000) },
      { weight: 1, arbitrary: fc.nat(MAX_MESSAGE_SIZE) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          0,
          1,
          maxSize - 4,
          maxSize - 3,
          maxSize - 2,
          maxSize - 1,
          maxSize,
          2 * (maxSize - 1),
          2 * (maxSize - 1) + 1,
          65_535,
          65_536,
          MAX_MESSAGE_SIZE,
        ),
      },
    );
    fc.assert(
      fc.property(fc.array(size, { maxLength: 12 }), (sizes) => {
        const messages = sizes.map((size, index) => pattern(size, index));
        assertAll(throughBoxes(messages, maxSize), messages);
      }),
      { numRuns: 40 },
    );
  });

  Deno.test(`outbox, ${cipher}: a message goes whole if it fits into a record, else in parts`, () => {
    for (
      const [size, types] of [
        [maxSize - 3, [RecordType.messages]],
        [maxSize - 2, [RecordType.lastPart]],
        [maxSize - 1, [RecordType.lastPart]],
        [maxSize, [RecordType.part, RecordType.lastPart]],
        [2 * (maxSize - 1), [RecordType.part, RecordType.lastPart]],
      ] as const
    ) {
      const outbox = new Outbox(maxSize);
      outbox.push(pattern(size));
      const seen: number[] = [];
      for (let plaintext = outbox.next(); plaintext; plaintext = outbox.next()) {
        seen.push(plaintext[0]);
      }
      assert.deepEqual(seen, types, `${size} bytes`);
    }
  });
}

Deno.test("outbox and inbox: tiny records, so that everything goes in parts or together", () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 40 });
  fc.assert(
    fc.property(messages, fc.integer({ min: 4, max: 30 }), (messages, maxSize) => {
      assertAll(throughBoxes(messages, maxSize), messages);
    }),
    { numRuns: 500 },
  );
});

Deno.test("outbox: what waits is counted, and pushing and taking may take turns", () => {
  const step = fc.oneof(fc.nat(60).map((push) => ({ push })), fc.constant({ push: undefined }));
  fc.assert(fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
    const outbox = new Outbox(32);
    const inbox = new Inbox();
    const sent: Uint8Array[] = [];
    const arrived: Uint8Array[] = [];
    const take = () => {
      const plaintext = outbox.next();
      if (plaintext === undefined) {
        assert.equal(outbox.size, 0);
        return false;
      }
      const content = decodeRecord(plaintext);
      assert.ok(content.type !== RecordType.close);
      inbox.add(content);
      for (let got = inbox.shift(); got; got = inbox.shift()) arrived.push(got);
      return true;
    };
    for (const { push } of steps) {
      if (push === undefined) {
        take();
      } else {
        sent.push(pattern(push, sent.length));
        outbox.push(sent[sent.length - 1]);
      }
      const whole = sent.slice(arrived.length).reduce((size, { length }) => size + 2 + length, 0);
      assert.ok(outbox.size <= whole, "never more than what has not arrived");
      assert.ok(outbox.size > 0 || arrived.length === sent.length);
    }
    while (take());
    assertAll(arrived, sent);
  }));
});

Deno.test("outbox: 10,000 small messages share records, in order", () => {
  const messages = Array.from({ length: 10_000 }, (_, index) => utf8(`message ${index}`));
  const outbox = new Outbox(1000);
  messages.forEach((message) => outbox.push(message));
  assertAll(unpack(outbox, 1000), messages);
});

Deno.test("outbox: clear leaves nothing, not even the rest of a message in parts", () => {
  const outbox = new Outbox(10);
  outbox.push(pattern(50));
  outbox.push(pattern(5));
  outbox.next();
  outbox.clear();
  assert.equal(outbox.size, 0);
  assert.equal(outbox.next(), undefined);
  outbox.push(pattern(3));
  assertSame(outbox.next(), encodeMessages([pattern(3)]));
});

Deno.test("inbox: a message is in memory of its own", () => {
  const inbox = new Inbox();
  const plaintext = encodeMessages([utf8("one"), utf8("two")]);
  const content = decodeRecord(plaintext);
  assert.ok(content.type === RecordType.messages);
  inbox.add(content);
  const one = inbox.shift();
  plaintext.fill(0);
  assertSame(one, utf8("one"));
  assert.equal(one?.buffer.byteLength, 3, "three bytes do not keep a record alive");
});

Deno.test("inbox: parts up to exactly 262,144 bytes, and not one more", () => {
  const fill = (inbox: Inbox, size: number) => {
    for (let left = size; left > 0; left -= 65_000) {
      inbox.add({ type: RecordType.part, part: pattern(Math.min(left, 65_000)) });
    }
  };
  const inbox = new Inbox();
  fill(inbox, MAX_MESSAGE_SIZE - 1);
  assert.equal(inbox.shift(), undefined);
  assert.equal(inbox.isGathering, true);
  inbox.add({ type: RecordType.lastPart, part: pattern(1) });
  assert.equal(inbox.shift()?.length, MAX_MESSAGE_SIZE);
  assert.equal(inbox.isGathering, false);

  for (const type of [RecordType.part, RecordType.lastPart]) {
    const full = new Inbox();
    fill(full, MAX_MESSAGE_SIZE);
    const code = thrown(() => full.add({ type, part: pattern(1) }));
    assert.equal(code, "ProtocolError/message-too-long");
    assert.equal(full.shift(), undefined);
  }
});

Deno.test("inbox: refuses whole messages between the parts of another", () => {
  const inbox = new Inbox();
  inbox.add({ type: RecordType.part, part: pattern(5) });
  const code = thrown(() => inbox.add({ type: RecordType.messages, messages: [pattern(2)] }));
  assert.equal(code, "ProtocolError/malformed-record");
  assert.equal(inbox.shift(), undefined);
});
