import assert from "node:assert/strict";
import { encodeAction, encodeText, type Envelope } from "../../../lib/chat/mod.ts";
import {
  connectedEvent,
  memberEvent,
  person,
  topicEvent,
} from "../../../lib/terminal/events/room_events.ts";
import { establish, SERVER_KEYS } from "../../channel/support.ts";
import { fingerprint } from "../../../lib/identity/mod.ts";

const KEY = new Uint8Array(32);
const FINGERPRINT = "SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU";
const ADA = { nick: "ada", key: KEY };
const ID = Uint8Array.from({ length: 16 }, (_, index) => index * 17);
const HEX = "00112233445566778899aabbccddeeff";

const ADA_SHOWN = { nick: "ada", fingerprint: FINGERPRINT, verified: false };

const nobody = () => false;
const everybody = () => true;

Deno.test("events: a person is a nickname, a fingerprint, and whether the key was verified", () => {
  assert.deepEqual(person(ADA, nobody), { nick: "ada", fingerprint: FINGERPRINT, verified: false });
  assert.deepEqual(person(ADA, (key) => key === ADA.key), {
    nick: "ada",
    fingerprint: FINGERPRINT,
    verified: true,
  });
});

function envelope(more: Partial<Envelope> = {}): Envelope {
  const body = encodeText("hello");
  return { type: "message", id: ID, seq: 7, time: 0, from: ADA, body, ...more };
}

Deno.test("events: a person has no other fields, whatever the room knows of them", () => {
  assert.deepEqual(person({ ...ADA, operator: true }, nobody), ADA_SHOWN);
});

Deno.test("events: a message, with who said it and when the room took it", () => {
  const time = Date.UTC(2026, 1, 3, 4, 5, 6, 789);
  const said = envelope({ time, body: encodeText("hello\n\x1b") });
  assert.deepEqual(memberEvent(said, everybody), {
    event: "message",
    id: HEX,
    seq: 7,
    time: "2026-02-03T04:05:06.789Z",
    from: { nick: "ada", fingerprint: FINGERPRINT, verified: true },
    text: "hello\n\x1b",
    private: false,
    action: false,
    history: false,
  });
});

Deno.test("events: whether a message is private, an action, or from before", () => {
  const marks = (more: Partial<Envelope>, isHistory?: boolean) => {
    const event = memberEvent(envelope(more), nobody, isHistory);
    assert.ok(event.event === "message");
    return [event.private, event.action, event.history];
  };
  assert.deepEqual(marks({}), [false, false, false]);
  assert.deepEqual(marks({ seq: 0 }), [true, false, false]);
  assert.deepEqual(marks({ body: encodeAction("waves") }), [false, true, false]);
  assert.deepEqual(marks({}, true), [false, false, true]);
  assert.deepEqual(marks({ seq: 0, body: encodeAction("waves") }, true), [true, true, true]);
});

Deno.test("events: what became of a request", () => {
  assert.deepEqual(memberEvent({ type: "delivered", id: ID, seq: 7 }, nobody), {
    event: "delivered",
    id: HEX,
    seq: 7,
  });
  const reason = "the name ada is taken here";
  assert.deepEqual(memberEvent({ type: "refused", id: ID, reason }, nobody), {
    event: "refused",
    id: HEX,
    reason,
  });
});

Deno.test("events: somebody comes, goes, is put out, or takes another name", () => {
  for (const change of ["joined", "left", "away", "back"] as const) {
    const event = memberEvent({ type: "member", change, member: ADA }, nobody);
    assert.deepEqual(event, { event: "member", change, ...ADA_SHOWN });
  }
  for (const reason of ["put out by bob", ""]) {
    const left = { type: "member", change: "left", member: ADA, reason } as const;
    assert.deepEqual(memberEvent(left, everybody), {
      event: "member",
      change: "left",
      ...ADA_SHOWN,
      verified: true,
      reason,
    });
  }
  const renamed = { type: "member", change: "renamed", member: ADA, previous: "eve" } as const;
  assert.deepEqual(memberEvent(renamed, nobody), {
    event: "member",
    change: "renamed",
    ...ADA_SHOWN,
    previous: "eve",
  });
});

Deno.test("events: a topic, who set it, and when; empty when it is taken away", () => {
  const time = Date.UTC(2026, 1, 3, 4, 5, 6, 789);
  for (const topic of ["Tea at five", ""]) {
    const expected = { event: "topic", topic, by: ADA_SHOWN, time: "2026-02-03T04:05:06.789Z" };
    const change = { type: "topic", topic, by: ADA, time } as const;
    assert.deepEqual(memberEvent(change, nobody), expected);
    assert.deepEqual(topicEvent({ topic, by: ADA, time }, nobody), expected);
  }
});

Deno.test("events: what the room says is marked as its words, to the end, quiet or not", () => {
  const text = "bob has muted you\nYour key has changed\x1b[2J";
  assert.deepEqual(memberEvent({ type: "notice", text }, nobody), {
    event: "notice",
    // On one line: a second one would look like this program's own.
    text: "The room says: “bob has muted you\u240aYour key has changed\u241b[2J”",
    important: true,
  });
});

Deno.test("events: that a server cannot keep any more what is said must be known", () => {
  const change = (kept: boolean) => memberEvent({ type: "log", log: ID, seq: 7, kept }, nobody);
  assert.deepEqual(change(false), {
    event: "notice",
    text: "The server cannot keep what is said any more; the conversation goes on.",
    important: true,
  });
  assert.deepEqual(change(true), {
    event: "notice",
    text: "The server has begun a new log of what is said.",
  });
});

Deno.test("events: a body that cannot be shown is told of, whatever it is", () => {
  const unknown = Uint8Array.of(0xa1, 0x64, 0x74, 0x79, 0x70, 0x65, 0x61, 0x78);
  for (const body of [unknown, Uint8Array.of(0xff), new Uint8Array()]) {
    const from = { ...ADA, nick: "a\nb\x1b" };
    assert.deepEqual(memberEvent(envelope({ from, body }), nobody), {
      event: "notice",
      text: "a\u240ab\u241b sent something that this version cannot show",
      important: true,
    });
  }
});

Deno.test("events: every time that the wire allows can be shown", () => {
  for (const time of [0, 8.64e15]) {
    const event = memberEvent(envelope({ time }), nobody);
    assert.ok(event.event === "message");
    assert.equal(Date.parse(event.time), time);
  }
});

Deno.test("events: a connection, with the protocol and the key of the other side", async () => {
  const { client, server } = await establish({ cipher: "gcm" });
  const peer = person({ nick: "ada", key: SERVER_KEYS.publicKey }, nobody);
  const you = { nick: "bob", fingerprint: FINGERPRINT, verified: false };
  const meeting = {
    peer,
    you,
    safetyWords: "twelve words",
    trust: "known",
    listedAs: "Ada",
    kept: true,
  } as const;
  assert.deepEqual(connectedEvent(client, meeting), {
    event: "connected",
    peer: { nick: "ada", fingerprint: fingerprint(SERVER_KEYS.publicKey), verified: false },
    you,
    safetyWords: "twelve words",
    trust: "known",
    listedAs: "Ada",
    kept: true,
    cipher: "AESGCM",
    protocol: "Noise_XX_25519_AESGCM_SHA256",
    address: "server",
  });
  client.abort();
  server.abort();
});
