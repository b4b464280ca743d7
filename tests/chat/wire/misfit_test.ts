import assert from "node:assert/strict";
import { CHAT_VERSION } from "../../../lib/chat/mod.ts";
import { encodeCbor } from "../../../lib/chat/wire/cbor.ts";
import { decodeBody, decodeMemberMessage, decodeRoomMessage } from "../../../lib/chat/wire/wire.ts";
import { idOf, keyOf } from "../support.ts";

/** What must not stand in any reason: it comes from the other side. */
const SECRET = "do not repeat this";

const HELLO = { type: "hello", version: CHAT_VERSION, nick: "ada", visit: idOf(1), past: 0 };
const ADA = { nick: "ada", key: keyOf(1) };
const MODERATE = {
  type: "moderate",
  id: idOf(1),
  action: "mute",
  target: keyOf(2),
  reason: "",
  seconds: 0,
};
const MESSAGE = {
  type: "message",
  id: idOf(1),
  seq: 1,
  time: 0,
  from: ADA,
  body: new Uint8Array(),
};
const CHANGE = { type: "member", change: "joined", member: ADA };

const FROM_MEMBERS: readonly (readonly [value: unknown, reason: string])[] = [
  [[], "received a message of an unknown type"],
  [SECRET, "received a message of an unknown type"],
  [{}, "received a message of an unknown type"],
  [{ type: SECRET }, "received a message of an unknown type"],
  [{ type: 5 }, "received a message of an unknown type"],
  [{ type: "welcome" }, "received a message of an unknown type"],
  [
    { ...HELLO, nick: `${SECRET}\n` },
    'received a message of type "hello" whose "nick" does not fit',
  ],
  [
    { ...HELLO, version: SECRET },
    'received a message of type "hello" whose "version" does not fit',
  ],
  [{ ...HELLO, [SECRET]: 1 }, 'received a message of type "hello" with an unknown field'],
  [
    { ...HELLO, after: { log: idOf(1), seq: SECRET } },
    'received a message of type "hello" whose "after.seq" does not fit',
  ],
  [
    { ...HELLO, after: { log: idOf(1) } },
    'received a message of type "hello" without "after.seq"',
  ],
  [
    { ...HELLO, after: { log: idOf(1), seq: 1, [SECRET]: 1 } },
    'received a message of type "hello" with an unknown field in "after"',
  ],
  [{ type: "rename", id: idOf(1) }, 'received a message of type "rename" without "nick"'],
  [
    { ...MODERATE, seconds: 5 },
    'received a message of type "moderate" whose "seconds" does not fit',
  ],
];

const FROM_ROOMS: readonly (readonly [value: unknown, reason: string])[] = [
  [
    { type: "members", members: [ADA, { ...ADA, key: SECRET }] },
    'received a message of type "members" whose "members.key" does not fit',
  ],
  // What contradicts itself.
  [{ ...MESSAGE, seq: 0 }, 'received a message of type "message" whose "seq" does not fit'],
  [{ ...MESSAGE, private: 1 }, 'received a message of type "message" whose "seq" does not fit'],
  [
    { ...MESSAGE, seq: 0, private: 0 },
    'received a message of type "message" whose "private" does not fit',
  ],
  [
    { type: "page", id: idOf(1), messages: [{ ...MESSAGE, type: undefined, seq: 0 }], before: 0 },
    'received a message of type "page" whose "messages.seq" does not fit',
  ],
  [
    { ...CHANGE, change: "renamed" },
    'received a message of type "member" whose "previous" does not fit',
  ],
  [
    { ...CHANGE, previous: "bob" },
    'received a message of type "member" whose "previous" does not fit',
  ],
  [
    { ...CHANGE, reason: SECRET },
    'received a message of type "member" whose "reason" does not fit',
  ],
];

/** Without the keys that have no value. */
const encoded = (value: unknown) => encodeCbor(withoutUndefined(value));

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, withoutUndefined(inner)]),
  );
}

for (
  const [who, cases, decode] of [
    ["member", FROM_MEMBERS, decodeMemberMessage],
    ["room", FROM_ROOMS, decodeRoomMessage],
  ] as const
) {
  Deno.test(`misfit: the reason names what does not fit in a ${who}'s message, and repeats nothing`, () => {
    for (const [value, message] of cases) {
      assert.throws(() => decode(encoded(value)), { code: "malformed-message", message });
      assert.ok(!message.includes(SECRET));
    }
  });
}

Deno.test("misfit: in a body as well", () => {
  assert.throws(() => decodeBody(encodeCbor({ type: "text", text: 5 })), {
    message: 'received a message of type "text" whose "text" does not fit',
  });
});
