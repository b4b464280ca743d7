import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  decodeBody,
  decodeMemberMessage,
  decodeRoomMessage,
  encodeAction,
  encodeMessage,
  encodeText,
  isShortEnough,
  type MemberMessage,
  type RoomMessage,
  splitText,
} from "../../../lib/chat/mod.ts";
import { decodeCbor, encodeCbor } from "../../../lib/chat/wire/cbor.ts";
import { chatSentence } from "../../../lib/explain/chat_sentences.ts";
import { attempt, type Material } from "../material.ts";
import type { Target } from "../target.ts";

/** A value of the kinds that CBOR has; not of those alone that are allowed here. */
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 5, depthSize: "medium" },
    fc.integer(),
    fc.nat(),
    fc.double(),
    fc.maxSafeInteger(),
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n - 1n }),
    fc.string({ unit: "binary" }),
    fc.uint8Array({ maxLength: 64 }),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.array(tie("any")),
    fc.dictionary(fc.string(), tie("any")),
  ),
})).any;

/** CBOR: strict, so that what is decoded has exactly one form. */
export const cbor: Target = {
  name: "cbor",
  run(material) {
    const bytes = material.chance(0.2)
      ? material.bytes(material.size(2_000))
      : material.mutate(attemptEncoding(material.sample(value)));
    const decoded = attempt(() => decodeCbor(bytes));
    if (decoded === undefined) return;
    const again = encodeCbor(decoded);
    assert.equal(again.length, bytes.length);
    assert.deepEqual(decodeCbor(again), decoded);
  },
};

function attemptEncoding(value: unknown): Uint8Array {
  try {
    return encodeCbor(value);
  } catch {
    return new Uint8Array(1);
  }
}

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const id = fc.uint8Array({ minLength: 16, maxLength: 16 });
const count = fc.oneof(fc.nat(300), fc.maxSafeNat());
const nick = fc.oneof(
  fc.constantFrom("ada", "bob"),
  fc.string({ unit: "grapheme", maxLength: 40 }),
);
const text = fc.string({ unit: "binary", maxLength: 300 });
const yes = fc.constant(true as const);
const body = fc.oneof(
  text.map((text) => attempt(() => encodeText(text)) ?? new Uint8Array(1)),
  fc.uint8Array({ maxLength: 64 }),
);
const participant = fc.record({ nick, key, operator: yes, away: yes }, {
  requiredKeys: ["nick", "key"],
});
const position = fc.record({ log: id, seq: count });
const topic = fc.record({ topic: text, by: participant, time: count });
const past = fc.record({ id, seq: count, time: count, from: participant, body });

/** Messages of the right shape, whose values may still be wrong. */
export const memberMessage: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({
    type: fc.constant("hello"),
    version: fc.constantFrom(3, 3, 3, 2, 4),
    nick,
    visit: id,
    after: position,
    past: count,
  }, { requiredKeys: ["type", "version", "nick", "visit", "past"] }),
  fc.record({ type: fc.constant("send"), id, body, to: participant }, {
    requiredKeys: ["type", "id", "body"],
  }),
  fc.record({ type: fc.constant("rename"), id, nick }),
  fc.record({ type: fc.constant("topic"), id, topic: text }),
  fc.record({
    type: fc.constant("moderate"),
    id,
    action: fc.constantFrom("kick", "ban", "unban", "mute", "unmute", "slow", "burn"),
    target: key,
    reason: text,
    seconds: count,
  }),
  fc.record({ type: fc.constant("past"), id, before: count, count, words: text }, {
    requiredKeys: ["type", "id", "before", "count"],
  }),
  fc.record({ type: fc.constant("got"), private: count }),
  fc.record({ type: fc.constantFrom("pong", "ping", "?") }),
);

const roomMessage: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({ type: fc.constant("members"), members: fc.array(participant) }),
  fc.record({
    type: fc.constant("welcome"),
    you: participant,
    maxBody: count,
    topic,
    log: id,
    seq: count,
    kept: fc.boolean(),
    gone: count,
    grace: count,
  }, { requiredKeys: ["type", "you", "maxBody", "log", "seq", "kept", "gone", "grace"] }),
  fc.record({
    type: fc.constant("message"),
    id,
    seq: count,
    time: count,
    from: participant,
    body,
    private: count,
  }, { requiredKeys: ["type", "id", "seq", "time", "from", "body"] }),
  fc.record({ type: fc.constant("page"), id, messages: fc.array(past), before: count }),
  fc.record({ type: fc.constant("log"), log: id, seq: count, kept: fc.boolean() }),
  fc.record({ type: fc.constant("delivered"), id, seq: count }),
  fc.record({ type: fc.constant("refused"), id, reason: text }),
  fc.record({
    type: fc.constant("member"),
    change: fc.constantFrom("joined", "left", "renamed", "away", "back"),
    member: participant,
    previous: nick,
    reason: text,
  }, { requiredKeys: ["type", "change", "member"] }),
  fc.record({ type: fc.constant("topic"), topic: text, by: participant, time: count }),
  fc.record({ type: fc.constant("notice"), text }),
  fc.record({ type: fc.constant("caught-up"), seq: count }),
  fc.record({ type: fc.constantFrom("ping", "pong") }),
);

function messages<Message extends MemberMessage | RoomMessage>(
  name: string,
  shapes: fc.Arbitrary<unknown>,
  sender: "client" | "server",
  decode: (bytes: Uint8Array) => Message,
): Target {
  return {
    name,
    run(material: Material) {
      const valid = encodeCbor(material.sample(shapes));
      const bytes = material.chance(0.5) ? valid : material.mutate(valid);
      chatSentence(bytes, sender);
      const decoded = attempt(() => decode(bytes));
      if (decoded === undefined) return;
      assert.deepEqual(decode(encodeMessage(decoded)), decoded);
    },
  };
}

/** What a guest says to the server. */
export const fromMembers = messages(
  "member-messages",
  memberMessage,
  "client",
  decodeMemberMessage,
);

/** What a server says to a guest. */
export const fromRooms = messages("room-messages", roomMessage, "server", decodeRoomMessage);

/** What people say. */
export const bodies: Target = {
  name: "bodies",
  run(material) {
    const text = material.text(material.chance(0.01) ? 70_000 : 300);
    for (const part of splitText(text, 16 + material.below(100))) {
      assert.ok(isShortEnough(part, 116));
    }
    if (!text.isWellFormed()) return;
    assert.equal(splitText(text, 4 + material.below(100)).join(""), text);
    if (!isShortEnough(text)) return;
    const encoded = material.chance(0.5) ? encodeText(text) : encodeAction(text);
    const decoded = decodeBody(encoded);
    assert.ok(decoded.type !== "unknown" && decoded.text === text);
    attempt(() => decodeBody(material.mutate(encoded)));
  },
};
