import assert from "node:assert/strict";
import { encodeText } from "../../lib/chat/mod.ts";
import { connectedEvent, memberEvent, person } from "../../lib/terminal/chat_events.ts";
import { establish, SERVER_KEYS } from "../channel/support.ts";
import { fingerprint } from "../../lib/identity/mod.ts";

const KEY = new Uint8Array(32);
const FINGERPRINT = "SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU";
const ADA = { nick: "ada", key: KEY };
const ID = Uint8Array.from({ length: 16 }, (_, index) => index * 17);
const HEX = "00112233445566778899aabbccddeeff";

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

Deno.test("events: a message, a receipt, somebody who comes or goes", () => {
  const body = encodeText("hello\n\x1b");
  const time = Date.UTC(2026, 1, 3, 4, 5, 6, 789);
  const said = { type: "message", id: ID, seq: 7, time, from: ADA, body } as const;
  assert.deepEqual(memberEvent(said, everybody), {
    event: "message",
    id: HEX,
    seq: 7,
    time: "2026-02-03T04:05:06.789Z",
    from: { nick: "ada", fingerprint: FINGERPRINT, verified: true },
    text: "hello\n\x1b",
    private: false,
    action: false,
  });
  assert.deepEqual(memberEvent({ type: "delivered", id: ID, seq: 7 }, everybody), {
    event: "delivered",
    id: HEX,
    seq: 7,
  });
  assert.deepEqual(memberEvent({ type: "member", change: "left", member: ADA }, nobody), {
    event: "member",
    change: "left",
    nick: "ada",
    fingerprint: FINGERPRINT,
    verified: false,
  });
});

Deno.test("events: a body that cannot be shown is told of, whatever it is", () => {
  const unknown = Uint8Array.of(0xa1, 0x64, 0x74, 0x79, 0x70, 0x65, 0x61, 0x78);
  for (const body of [unknown, Uint8Array.of(0xff), new Uint8Array()]) {
    const from = { ...ADA, nick: "a\nb\x1b" };
    const event = { type: "message", id: ID, seq: 1, time: 0, from, body } as const;
    assert.deepEqual(memberEvent(event, nobody), {
      event: "notice",
      text: "a\u240ab\u241b sent something that this version cannot show",
    });
  }
});

Deno.test("events: every time that the wire allows can be shown", () => {
  for (const time of [0, 8.64e15]) {
    const event = memberEvent({
      type: "message",
      id: ID,
      seq: 1,
      time,
      from: ADA,
      body: encodeText(""),
    }, nobody);
    assert.ok(event.event === "message");
    assert.equal(Date.parse(event.time), time);
  }
});

Deno.test("events: a connection, with the protocol and the key of the other side", async () => {
  const { client, server } = await establish({ cipher: "gcm" });
  const peer = person({ nick: "ada", key: SERVER_KEYS.publicKey }, nobody);
  const meeting = { peer, safetyWords: "twelve words", trust: "known", listedAs: "Ada" } as const;
  assert.deepEqual(connectedEvent(client, meeting), {
    event: "connected",
    peer: { nick: "ada", fingerprint: fingerprint(SERVER_KEYS.publicKey), verified: false },
    safetyWords: "twelve words",
    trust: "known",
    listedAs: "Ada",
    cipher: "AESGCM",
    protocol: "Noise_XX_25519_AESGCM_SHA256",
    address: "server",
  });
  client.abort();
  server.abort();
});
