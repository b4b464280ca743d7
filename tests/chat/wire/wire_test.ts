import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { encodeCbor } from "../../../lib/chat/wire/cbor.ts";
import {
  CHAT_VERSION,
  decodeBody,
  decodeMemberMessage,
  decodeRoomMessage,
  encodeAction,
  encodeMessage,
  encodeText,
  isNick,
  isShortEnough,
  MAX_BODY_SIZE,
  MAX_MEMBERS_PER_MESSAGE,
  MAX_MODERATION_REASON_SIZE,
  MAX_PAGE_COUNT,
  MAX_SEARCH_SIZE,
  MAX_SLOWNESS,
  MAX_TEXT_SIZE,
  MAX_TOPIC_SIZE,
  type MemberMessage,
  MODERATIONS,
  type Participant,
  type RoomMessage,
} from "../../../lib/chat/mod.ts";
import { ProtocolError } from "../../../lib/errors.ts";
import { fromHex, toHex } from "../../support/vectors.ts";

const isMalformed = (error: unknown) =>
  error instanceof ProtocolError && error.code === "malformed-message";

const ID = new Uint8Array(16).fill(1);
const KEY = new Uint8Array(32).fill(2);
const PERSON = { nick: "ada", key: KEY };

const id = fc.uint8Array({ minLength: 16, maxLength: 16 });
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const body = fc.uint8Array({ maxLength: 500 });
const count = fc.nat(Number.MAX_SAFE_INTEGER);
/** The number of a message: the first is 1. */
const number = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const time = fc.nat(8.64e15);
const nick = fc.string({ unit: "grapheme", minLength: 1, maxLength: 32 })
  .map((text) => text.normalize("NFC")).filter(isNick);
/** Any text of so many bytes at most, lone surrogates left out. */
const text = (size: number) =>
  fc.oneof(
    fc.string({ unit: "binary", maxLength: 60 }),
    fc.nat(size).map((length) => "x".repeat(length)),
    fc.nat(Math.floor(size / 3)).map((length) => "\u6c34".repeat(length)),
  ).filter((value) => isShortEnough(value, size));
const person: fc.Arbitrary<Participant> = fc.record(
  { nick, key, operator: fc.constant(true as const), away: fc.constant(true as const) },
  { requiredKeys: ["nick", "key"], noNullPrototype: true },
);
const position = { log: id, seq: count };
const said = { id, seq: count, time, from: person, body };
const topic = { topic: text(MAX_TOPIC_SIZE), by: person, time };

/** One arbitrary for each type: a type that has none does not compile. */
type ByType<Message extends { readonly type: string }> = {
  readonly [Type in Message["type"]]: fc.Arbitrary<Extract<Message, { type: Type }>>;
};

const memberMessages: ByType<MemberMessage> = {
  hello: fc.record({
    type: fc.constant("hello" as const),
    version: fc.constant(CHAT_VERSION),
    nick,
    visit: id,
    after: fc.record(position),
    past: count,
  }, { requiredKeys: ["type", "version", "nick", "visit", "past"] }),
  send: fc.record(
    { type: fc.constant("send" as const), id, body, to: person },
    { requiredKeys: ["type", "id", "body"] },
  ),
  rename: fc.record({ type: fc.constant("rename" as const), id, nick }),
  topic: fc.record({ type: fc.constant("topic" as const), id, topic: text(MAX_TOPIC_SIZE) }),
  moderate: fc.record({
    type: fc.constant("moderate" as const),
    id,
    action: fc.constantFrom(...MODERATIONS),
    target: key,
    reason: text(MAX_MODERATION_REASON_SIZE),
    seconds: fc.nat(MAX_SLOWNESS),
  }).map((message) => message.action === "slow" ? message : { ...message, seconds: 0 }),
  past: fc.record({
    type: fc.constant("past" as const),
    id,
    before: count,
    count: fc.integer({ min: 1, max: MAX_PAGE_COUNT }),
    words: text(MAX_SEARCH_SIZE).filter((words) => words.trim() !== ""),
  }, { requiredKeys: ["type", "id", "before", "count"] }),
  got: fc.record({ type: fc.constant("got" as const), private: count }),
  pong: fc.record({ type: fc.constant("pong" as const) }),
};

const roomMessages: ByType<RoomMessage> = {
  members: fc.record({
    type: fc.constant("members" as const),
    members: fc.array(person, { minLength: 1, maxLength: 4 }),
  }),
  welcome: fc.record(
    {
      type: fc.constant("welcome" as const),
      you: person,
      maxBody: fc.integer({ min: 1, max: MAX_BODY_SIZE }),
      topic: fc.record(topic),
      ...position,
      kept: fc.boolean(),
      gone: count,
      grace: count,
    },
    { requiredKeys: ["type", "you", "maxBody", "log", "seq", "kept", "gone", "grace"] },
  ),
  "caught-up": fc.record({ type: fc.constant("caught-up" as const), seq: count }),
  log: fc.record({ type: fc.constant("log" as const), ...position, kept: fc.boolean() }),
  message: fc.record(
    { type: fc.constant("message" as const), ...said, seq: number, private: number },
    { requiredKeys: ["type", "id", "seq", "time", "from", "body"] },
  ).map((message) => message.private === undefined ? message : { ...message, seq: 0 }),
  page: fc.record({
    type: fc.constant("page" as const),
    id,
    messages: fc.array(fc.record({ ...said, seq: number }), { maxLength: 3 }),
    before: count,
  }),
  delivered: fc.record({ type: fc.constant("delivered" as const), id, seq: count }),
  refused: fc.record({ type: fc.constant("refused" as const), id, reason: text(1024) }),
  member: fc.oneof(
    fc.record({
      type: fc.constant("member" as const),
      change: fc.constantFrom("joined" as const, "back" as const),
      member: person,
    }),
    fc.record({
      type: fc.constant("member" as const),
      change: fc.constant("renamed" as const),
      member: person,
      previous: nick,
    }),
    fc.record(
      {
        type: fc.constant("member" as const),
        change: fc.constantFrom("left" as const, "away" as const),
        member: person,
        reason: text(1024),
      },
      { requiredKeys: ["type", "change", "member"] },
    ),
  ),
  topic: fc.record({ type: fc.constant("topic" as const), ...topic }),
  notice: fc.record({ type: fc.constant("notice" as const), text: text(1024) }),
  ping: fc.record({ type: fc.constant("ping" as const) }),
};

const memberMessage: fc.Arbitrary<MemberMessage> = fc.oneof(...Object.values(memberMessages));
const roomMessage: fc.Arbitrary<RoomMessage> = fc.oneof(...Object.values(roomMessages));

function assertSame(actual: unknown, expected: unknown): void {
  const flat = (value: unknown) =>
    JSON.stringify(
      value,
      (_key, inner) =>
        inner instanceof Uint8Array
          ? `bytes ${toHex(inner)}`
          : typeof inner === "object" && !Array.isArray(inner)
          ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => one < other ? -1 : 1))
          : inner,
    );
  assert.equal(flat(actual), flat(expected));
}

for (const [type, arbitrary] of Object.entries(memberMessages)) {
  Deno.test(`wire: a member's ${type} is read as it was written, and only by the room`, () => {
    fc.assert(fc.property<[MemberMessage]>(arbitrary, (message) => {
      assertSame(decodeMemberMessage(encodeMessage(message)), message);
      assert.throws(() => decodeRoomMessage(encodeMessage(message)), isMalformed);
    }));
  });
}

for (const [type, arbitrary] of Object.entries(roomMessages)) {
  Deno.test(`wire: a room's ${type} is read as it was written, and only by a member`, () => {
    fc.assert(fc.property<[RoomMessage]>(arbitrary, (message) => {
      assertSame(decodeRoomMessage(encodeMessage(message)), message);
      assert.throws(() => decodeMemberMessage(encodeMessage(message)), isMalformed);
    }));
  });
}

/** Everything in a message that is not a map itself, by the keys that lead to it. */
function leaves(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return [path];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, [...path, name]));
}

/** The same message with something else in one place, or without it. */
function altered(value: unknown, [name, ...rest]: readonly string[], put: unknown): unknown {
  if (name === undefined) return put;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...(value as object) };
  const inner = altered((copy as Record<string, unknown>)[name], rest, put);
  if (inner === undefined) delete (copy as Record<string, unknown>)[name];
  else (copy as Record<string, unknown>)[name] = inner;
  return copy;
}

/** Where there is a map in a message. */
function maps(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return [];
  const inside = Object.entries(value).flatMap(([name, inner]) => maps(inner, [...path, name]));
  return Array.isArray(value) ? inside : [path, ...inside];
}

/** Whether something may be left out of a message. */
function isOptional({ type }: { type: string }, path: readonly string[]): boolean {
  return /^(operator|away|words)$/.test(path.at(-1) ?? "") ||
    type === "message" && path[0] === "private" ||
    type === "member" && /^(previous|reason)$/.test(path[0]);
}

for (
  const [kind, arbitrary, decode] of [
    ["member", memberMessage, decodeMemberMessage],
    ["room", roomMessage, decodeRoomMessage],
  ] as const
) {
  Deno.test(`wire: in a ${kind}'s message there is no key too many, none too few, and none of another type`, () => {
    fc.assert(
      fc.property<[MemberMessage | RoomMessage]>(arbitrary, (message) => {
        const refused = (path: readonly string[], put: unknown) =>
          assert.throws(
            () => decode(encodeCbor(altered(message, path, put))),
            isMalformed,
            `${describe(message)} with ${path.join(".")} = ${String(put)}`,
          );
        for (const path of maps(message)) refused([...path, "more"], 1);
        for (const path of leaves(message)) {
          const others: readonly unknown[] = [null, -1, [], {}];
          for (const other of others) refused(path, other);
          if (path[0] !== "kept") refused(path, false);
          // Elsewhere this is a text like any other.
          if (!/^(topic|reason|text|words)$/.test(path.at(-1) ?? "")) refused(path, "\0 \n");
          if (!isOptional(message, path)) refused(path, undefined);
        }
      }),
      { numRuns: 200 },
    );
  });
}

Deno.test("wire: a hello, written by hand after RFC 8949", () => {
  // {"nick": "ada", "past": 200, "type": "hello", "visit": …, "version": 3}, in an order of its own.
  const bytes = fromHex(
    "a5 646e69636b 63616461 6470617374 18c8 6474797065 6568656c6c6f 657669736974" +
      "50 01010101010101010101010101010101 6776657273696f6e 03",
  );
  assertSame(decodeMemberMessage(bytes), HELLO);
});

Deno.test("wire: a text, written by hand after RFC 8949", () => {
  const bytes = fromHex("a2 6474797065 6474657874 6474657874 626869");
  assert.deepEqual(decodeBody(bytes), { type: "text", text: "hi" });
  assert.equal(encodeText("hi").length, bytes.length);
});

const HELLO = { type: "hello", version: 3, nick: "ada", visit: ID, past: 200 };
const PAST = { type: "past", id: ID, before: 0, count: 10 };
const SEND = { type: "send", id: ID, body: new Uint8Array() };
const TOPIC = { type: "topic", id: ID, topic: "engines" };
const MODERATE = {
  type: "moderate",
  id: ID,
  action: "kick",
  target: KEY,
  reason: "spam",
  seconds: 0,
};
const BAD_MEMBER_MESSAGES: readonly (readonly [what: string, value: unknown])[] = [
  ["no map", []],
  ["no map", "hello"],
  ["no map", null],
  ["no type", { ...HELLO, type: undefined }],
  ["an unknown type", { ...HELLO, type: "goodbye" }],
  ["a type that is no text", { ...HELLO, type: 1 }],
  ["another version", { ...HELLO, version: 1 }],
  ["another version", { ...HELLO, version: 4 }],
  ["no version", { ...HELLO, version: undefined }],
  ["a version that is text", { ...HELLO, version: "3" }],
  ["no nickname", { ...HELLO, nick: undefined }],
  ["a visit of 15 bytes", { ...HELLO, visit: new Uint8Array(15) }],
  ["a position without a log", { ...HELLO, after: { seq: 1 } }],
  ["a position that is a number", { ...HELLO, after: 1 }],
  ["a log of 17 bytes", { ...HELLO, after: { log: new Uint8Array(17), seq: 1 } }],
  ["less than none of the past", { ...HELLO, past: -1 }],
  ["none of the past", { ...PAST, count: 0 }],
  ["too much of the past", { ...PAST, count: MAX_PAGE_COUNT + 1 }],
  ["no words", { ...PAST, words: "" }],
  ["only blanks", { ...PAST, words: " \u3000\t" }],
  ["too many words", { ...PAST, words: "x".repeat(MAX_SEARCH_SIZE + 1) }],
  ["what it has got, by a fraction", { type: "got", private: 0.5 }],
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
  ["somebody that is a name only", { ...SEND, to: "ada" }],
  ["somebody without a key", { ...SEND, to: { nick: "ada" } }],
  ["somebody in vain", { ...SEND, to: null }],
  ["a new nickname that is none", { type: "rename", id: ID, nick: "a:b" }],
  ["a topic that is too long", { ...TOPIC, topic: "x".repeat(MAX_TOPIC_SIZE + 1) }],
  ["a topic that is too long in bytes", { ...TOPIC, topic: "\u00fc".repeat(257) }],
  ["an unknown action", { ...MODERATE, action: "promote" }],
  ["a target of 31 bytes", { ...MODERATE, target: new Uint8Array(31) }],
  ["a target of 33 bytes", { ...MODERATE, target: new Uint8Array(33) }],
  ["a reason that is too long", { ...MODERATE, reason: "x".repeat(257) }],
  ["a reason that is too long in bytes", { ...MODERATE, reason: "\u00fc".repeat(129) }],
  ["too many seconds", { ...MODERATE, seconds: MAX_SLOWNESS + 1 }],
  ["a fraction of a second", { ...MODERATE, seconds: 0.5 }],
  ["seconds for something else than slow", { ...MODERATE, seconds: 1 }],
  ["more than a pong", { type: "pong", id: ID }],
];

for (const [what, value] of BAD_MEMBER_MESSAGES) {
  Deno.test(`wire: a member's message with ${what} is refused: ${describe(value)}`, () => {
    assert.throws(() => decodeMemberMessage(encodeCbor(withoutUndefined(value))), isMalformed);
  });
}

/** A key whose value is `undefined` is not there. */
function withoutUndefined(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== undefined));
}

const MEMBERS = { type: "members", members: [PERSON] };
const ABOUT = { topic: "engines", by: PERSON, time: 0 };
const WELCOME = {
  type: "welcome",
  you: PERSON,
  maxBody: 1000,
  log: ID,
  seq: 5,
  kept: false,
  gone: 0,
  grace: 0,
};
const MESSAGE = { type: "message", id: ID, seq: 1, time: 0, from: PERSON, body: new Uint8Array() };
const { type: _, ...SAID } = MESSAGE;
const DELIVERED = { type: "delivered", id: ID, seq: 1 };
const MEMBER = { type: "member", change: "joined", member: PERSON };
const BAD_ROOM_MESSAGES: readonly (readonly [what: string, value: unknown])[] = [
  ["an unknown type", { ...WELCOME, type: "hello" }],
  ["members that are no list", { ...MEMBERS, members: {} }],
  ["no members", { ...MEMBERS, members: [] }],
  ["a member that is none", { ...MEMBERS, members: [5] }],
  ["501 members", { ...MEMBERS, members: new Array(501).fill(PERSON) }],
  ["a key of 31 bytes", { ...MEMBERS, members: [{ ...PERSON, key: new Uint8Array(31) }] }],
  ["a member without a nickname", { ...MEMBERS, members: [{ key: KEY }] }],
  ["a member with more keys", { ...MEMBERS, members: [{ ...PERSON, role: "owner" }] }],
  ["a member that is no operator", { ...MEMBERS, members: [{ ...PERSON, operator: false }] }],
  ["an empty nickname", { ...WELCOME, you: { ...PERSON, nick: "" } }],
  ["a nickname of 65", { ...WELCOME, you: { ...PERSON, nick: "x".repeat(65) } }],
  ["a name instead of somebody", { ...WELCOME, you: "ada" }],
  ["no room for a body", { ...WELCOME, maxBody: 0 }],
  ["room for too long a body", { ...WELCOME, maxBody: MAX_BODY_SIZE + 1 }],
  ["a topic that is only a text", { ...WELCOME, topic: "engines" }],
  ["a topic that is too long", {
    ...WELCOME,
    topic: { ...ABOUT, topic: "x".repeat(MAX_TOPIC_SIZE + 1) },
  }],
  ["a topic of nobody", { type: "topic", topic: "engines", time: 0 }],
  ["a topic of some time", { type: "topic", topic: "engines", by: PERSON }],
  ["a topic that is too long", { type: "topic", ...ABOUT, topic: "x".repeat(513) }],
  ["a log of 15 bytes", { ...WELCOME, log: new Uint8Array(15) }],
  ["what is kept, by a number", { ...WELCOME, kept: 1 }],
  ["a page of 201", { type: "page", id: ID, messages: new Array(201).fill(SAID), before: 0 }],
  ["a page of whole messages", { type: "page", id: ID, messages: [MESSAGE], before: 0 }],
  ["a member that is not away", { ...MEMBERS, members: [{ ...PERSON, away: false }] }],
  ["a number below 0", { ...MESSAGE, seq: -1 }],
  ["a number with a fraction", { ...MESSAGE, seq: 1.5 }],
  ["a number above 2^53", { ...MESSAGE, seq: 2 ** 53 }],
  ["a time that no date can hold", { ...MESSAGE, time: 8.64e15 + 1 }],
  ["a body that is too long", { ...MESSAGE, body: new Uint8Array(MAX_BODY_SIZE + 1) }],
  ["a sender without a key", { ...MESSAGE, from: { nick: "ada" } }],
  ["no number", { type: "delivered", id: ID }],
  ["an unknown key", { ...DELIVERED, time: 0 }],
  ["no reason", { type: "refused", id: ID }],
  ["a reason that is too long", { type: "refused", id: ID, reason: "x".repeat(1025) }],
  ["an unknown change", { ...MEMBER, change: "exploded" }],
  ["a former name that is none", { ...MEMBER, change: "renamed", previous: "" }],
  ["a reason that is too long", { ...MEMBER, change: "left", reason: "x".repeat(1025) }],
  ["a text that is too long", { type: "notice", text: "x".repeat(1025) }],
  ["more than a ping", { type: "ping", time: 0 }],
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

Deno.test("wire: what is as long as it may be is read", () => {
  const members = Array.from({ length: MAX_MEMBERS_PER_MESSAGE }, () => PERSON);
  const fine: readonly RoomMessage[] = [
    { type: "members", members },
    { type: "topic", ...ABOUT, topic: "\u00fc".repeat(256) },
    { type: "notice", text: "\u00fc".repeat(512) },
  ];
  for (const message of fine) assertSame(decodeRoomMessage(encodeMessage(message)), message);
  const asked: readonly MemberMessage[] = [
    { type: "topic", id: ID, topic: "x".repeat(512) },
    {
      type: "moderate",
      id: ID,
      action: "slow",
      target: KEY,
      reason: "\u00fc".repeat(128),
      seconds: 3600,
    },
  ];
  for (const message of asked) assertSame(decodeMemberMessage(encodeMessage(message)), message);
});

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
    { type: "action" },
    { type: "action", text: "waves", at: "ada" },
    { type: "action", text: "x".repeat(MAX_TEXT_SIZE + 1) },
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

Deno.test("wire: what somebody does is told apart from what they say", () => {
  fc.assert(fc.property(text(MAX_TEXT_SIZE), (text) => {
    assert.deepEqual(decodeBody(encodeAction(text)), { type: "action", text });
    assert.deepEqual(decodeBody(encodeText(text)), { type: "text", text });
  }));
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
  for (const version of [1, 2, 4]) {
    const hello = encodeCbor({ type: "hello", version, nick: "ada", more: "unknown here" });
    assert.throws(() => decodeMemberMessage(hello), {
      code: "malformed-message",
      message: `the other side speaks version ${version} of the chat, this side 3`,
    });
  }
});
