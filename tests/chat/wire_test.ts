import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { encodeCbor } from "../../lib/chat/cbor.ts";
import {
  decodeBody,
  decodeMemberMessage,
  decodeRoomMessage,
  encodeMessage,
  encodeText,
  isNick,
  MAX_BODY_SIZE,
  MAX_TEXT_SIZE,
  type MemberMessage,
  type RoomMessage,
} from "../../lib/chat/mod.ts";
import { ProtocolError } from "../../lib/errors.ts";
import { fromHex, toHex } from "../support/vectors.ts";

const isMalformed = (error: unknown) =>
  error instanceof ProtocolError && error.code === "malformed-message";

const ID = new Uint8Array(16).fill(1);
const KEY = new Uint8Array(32).fill(2);
const PERSON = { nick: "ada", key: KEY };

const id = fc.uint8Array({ minLength: 16, maxLength: 16 });
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const body = fc.uint8Array({ maxLength: 500 });
const count = fc.nat(Number.MAX_SAFE_INTEGER);
const time = fc.nat(8.64e15);
const nick = fc.string({ unit: "grapheme", minLength: 1, maxLength: 32 })
  .map((text) => text.normalize("NFC")).filter(isNick);
const person = fc.record({ nick, key }, { noNullPrototype: true });

const memberMessage: fc.Arbitrary<MemberMessage> = fc.oneof(
  fc.record({ type: fc.constant("hello" as const), version: fc.constant(1 as const), nick }),
  fc.record({ type: fc.constant("send" as const), id, body }),
);
const roomMessage: fc.Arbitrary<RoomMessage> = fc.oneof(
  fc.record({
    type: fc.constant("welcome" as const),
    nick,
    members: fc.array(person, { maxLength: 4 }),
  }),
  fc.record({ type: fc.constant("message" as const), id, seq: count, time, from: person, body }),
  fc.record({ type: fc.constant("delivered" as const), id, seq: count }),
  fc.record({
    type: fc.constant("member" as const),
    change: fc.constantFrom("joined" as const, "left" as const),
    member: person,
  }),
);

function assertSame(actual: unknown, expected: unknown): void {
  const flat = (value: unknown) =>
    JSON.stringify(
      value,
      (_key, inner) =>
        inner instanceof Uint8Array
          ? `bytes ${toHex(inner)}`
          : typeof inner === "object" && !Array.isArray(inner)
          ? Object.fromEntries(Object.entries(inner).sort())
          : inner,
    );
  assert.equal(flat(actual), flat(expected));
}

Deno.test("wire: messages are read as they were written", () => {
  fc.assert(fc.property(memberMessage, (message) => {
    assertSame(decodeMemberMessage(encodeMessage(message)), message);
    assert.throws(() => decodeRoomMessage(encodeMessage(message)), isMalformed);
  }));
  fc.assert(fc.property(roomMessage, (message) => {
    assertSame(decodeRoomMessage(encodeMessage(message)), message);
    assert.throws(() => decodeMemberMessage(encodeMessage(message)), isMalformed);
  }));
});

Deno.test("wire: a hello, written by hand after RFC 8949", () => {
  // {"nick": "ada", "type": "hello", "version": 1}, in an order of its own.
  const bytes = fromHex("a3 646e69636b 63616461 6474797065 6568656c6c6f 6776657273696f6e 01");
  assertSame(decodeMemberMessage(bytes), { type: "hello", version: 1, nick: "ada" });
});

Deno.test("wire: a text, written by hand after RFC 8949", () => {
  const bytes = fromHex("a2 6474797065 6474657874 6474657874 626869");
  assert.deepEqual(decodeBody(bytes), { type: "text", text: "hi" });
  assert.equal(encodeText("hi").length, bytes.length);
});

const HELLO = { type: "hello", version: 1, nick: "ada" };
const SEND = { type: "send", id: ID, body: new Uint8Array() };
const BAD_MEMBER_MESSAGES: readonly (readonly [what: string, value: unknown])[] = [
  ["no map", []],
  ["no map", "hello"],
  ["no map", null],
  ["no type", { version: 1, nick: "ada" }],
  ["an unknown type", { ...HELLO, type: "goodbye" }],
  ["a type that is no text", { ...HELLO, type: 1 }],
  ["another version", { ...HELLO, version: 2 }],
  ["no version", { type: "hello", nick: "ada" }],
  ["a version that is text", { ...HELLO, version: "1" }],
  ["no nickname", { type: "hello", version: 1 }],
  ["a nickname that is none", { ...HELLO, nick: "a b" }],
  ["a nickname that is no text", { ...HELLO, nick: 5 }],
  ["an unknown key", { ...HELLO, extra: 1 }],
  ["a key named __proto__", { ...HELLO, ["__proto__"]: {} }],
  ["an id of 15 bytes", { ...SEND, id: new Uint8Array(15) }],
  ["an id of 17 bytes", { ...SEND, id: new Uint8Array(17) }],
  ["an id that is text", { ...SEND, id: "0123456789abcdef" }],
  ["no body", { type: "send", id: ID }],
  ["a body that is text", { ...SEND, body: "hello" }],
  ["a body that is too long", { ...SEND, body: new Uint8Array(MAX_BODY_SIZE + 1) }],
];

for (const [what, value] of BAD_MEMBER_MESSAGES) {
  Deno.test(`wire: a member's message with ${what} is refused: ${describe(value)}`, () => {
    assert.throws(() => decodeMemberMessage(encodeCbor(value)), isMalformed);
  });
}

const WELCOME = { type: "welcome", nick: "bob", members: [PERSON] };
const MESSAGE = { type: "message", id: ID, seq: 1, time: 0, from: PERSON, body: new Uint8Array() };
const DELIVERED = { type: "delivered", id: ID, seq: 1 };
const MEMBER = { type: "member", change: "joined", member: PERSON };
const BAD_ROOM_MESSAGES: readonly (readonly [what: string, value: unknown])[] = [
  ["an unknown type", { ...WELCOME, type: "hello" }],
  ["members that are no list", { ...WELCOME, members: {} }],
  ["a member that is none", { ...WELCOME, members: [5] }],
  ["a key of 31 bytes", { ...WELCOME, members: [{ ...PERSON, key: new Uint8Array(31) }] }],
  ["a member without a nickname", { ...WELCOME, members: [{ key: KEY }] }],
  ["a member with more keys", { ...WELCOME, members: [{ ...PERSON, role: "owner" }] }],
  ["an empty nickname", { ...WELCOME, nick: "" }],
  ["a nickname of 65", { ...WELCOME, nick: "x".repeat(65) }],
  ["a number below 0", { ...MESSAGE, seq: -1 }],
  ["a number with a fraction", { ...MESSAGE, seq: 1.5 }],
  ["a number above 2^53", { ...MESSAGE, seq: 2 ** 53 }],
  ["a time that no date can hold", { ...MESSAGE, time: 8.64e15 + 1 }],
  ["a body that is too long", { ...MESSAGE, body: new Uint8Array(MAX_BODY_SIZE + 1) }],
  ["a sender without a key", { ...MESSAGE, from: { nick: "ada" } }],
  ["no number", { type: "delivered", id: ID }],
  ["an unknown key", { ...DELIVERED, time: 0 }],
  ["an unknown change", { ...MEMBER, change: "exploded" }],
];

for (const [what, value] of BAD_ROOM_MESSAGES) {
  Deno.test(`wire: a room's message with ${what} is refused: ${describe(value)}`, () => {
    assert.throws(() => decodeRoomMessage(encodeCbor(value)), isMalformed);
  });
}

function describe(value: unknown): string {
  const text = JSON.stringify(
    value,
    (_key, inner) => inner instanceof Uint8Array ? inner.length : inner,
  );
  return text.slice(0, 80);
}

Deno.test("wire: a time that a date can hold can be shown", () => {
  const message = decodeRoomMessage(encodeCbor({ ...MESSAGE, time: 8.64e15 }));
  assert.ok(message.type === "message");
  assert.equal(new Date(message.time).toISOString(), "+275760-09-13T00:00:00.000Z");
});

Deno.test("wire: a body may be as long as the limit, and the room does not look into it", () => {
  const message: MemberMessage = {
    type: "send",
    id: ID,
    body: new Uint8Array(MAX_BODY_SIZE).fill(0xff),
  };
  const decoded = decodeMemberMessage(encodeMessage(message));
  assert.ok(decoded.type === "send" && decoded.body.length === MAX_BODY_SIZE);
});

Deno.test("wire: a body of a kind that is not known here is no error", () => {
  assert.deepEqual(decodeBody(encodeCbor({ type: "picture", of: "a cat" })), { type: "unknown" });
  assert.deepEqual(decodeBody(encodeCbor({ type: "" })), { type: "unknown" });
});

Deno.test("wire: a body that is none, or a text that breaks the rules, is refused", () => {
  const bad = [
    {},
    [],
    "text",
    null,
    { text: "no type" },
    { type: 5 },
    { type: "text" },
    { type: "text", text: 5 },
    { type: "text", text: "a", bold: true },
    { type: "text", text: "x".repeat(MAX_TEXT_SIZE + 1) },
    { type: "text", text: "\u00fc".repeat(MAX_TEXT_SIZE / 2 + 1) },
  ];
  for (const value of bad) {
    assert.throws(() => decodeBody(encodeCbor(value)), isMalformed, describe(value));
  }
  assert.throws(() => decodeBody(new Uint8Array()), isMalformed);
});

Deno.test("wire: a text may be as long as the limit, counted in bytes", () => {
  for (const text of ["x".repeat(MAX_TEXT_SIZE), "\u00fc".repeat(MAX_TEXT_SIZE / 2), ""]) {
    const decoded = decodeBody(encodeText(text));
    assert.ok(decoded.type === "text" && decoded.text === text);
    assert.ok(encodeText(text).length <= MAX_BODY_SIZE);
  }
});

function tryAll(bytes: Uint8Array): void {
  for (const decode of [decodeMemberMessage, decodeRoomMessage, decodeBody]) {
    try {
      decode(bytes);
    } catch (error) {
      assert.ok(isMalformed(error), String(error));
    }
  }
}

Deno.test("wire: random, altered and truncated messages give a message or a protocol error", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), tryAll), { numRuns: 500 });
  const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
  fc.assert(fc.property(fc.oneof(memberMessage, roomMessage), changes, (message, changes) => {
    const bytes = encodeMessage(message).slice();
    for (const [place, byte] of changes) bytes[place % bytes.length] = byte;
    tryAll(bytes);
  }));
  fc.assert(fc.property(fc.oneof(memberMessage, roomMessage), fc.nat(), (message, place) => {
    const bytes = encodeMessage(message);
    const cut = bytes.subarray(0, place % bytes.length);
    assert.throws(() => decodeMemberMessage(cut), isMalformed);
    assert.throws(() => decodeRoomMessage(cut), isMalformed);
  }));
});

Deno.test("wire: a hello of another version is told apart, with both versions", () => {
  const hello = encodeCbor({ type: "hello", version: 2, nick: "ada", more: "unknown here" });
  assert.throws(() => decodeMemberMessage(hello), {
    code: "malformed-message",
    message: "the other side speaks version 2 of the chat, this one 1",
  });
});
