import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "npm:fast-check@4.10.2";
import {
  acceptAnyone,
  encodeMessages,
  protocolName,
  SecureChannel,
  type TraceEvent,
} from "../../lib/channel/mod.ts";
import { encodeClose } from "../../lib/channel/records/record.ts";
import { encodeMessage, encodeText } from "../../lib/chat/mod.ts";
import { AuthenticationError, NetworkError, ProtocolError } from "../../lib/errors.ts";
import { Explainer, type Explanation } from "../../lib/explain/mod.ts";
import { attacks, memoryPair, Wire } from "../support/wire.ts";
import {
  CLIENT_KEYS,
  explainConnection,
  fieldsOf,
  SERVER_KEYS,
  twoExplainers,
  wireOf,
} from "./support.ts";

const CLASSICAL = protocolName({ classical: true });

/** The trace of a client's connection, to be played again. */
async function traceOf(protocol: string): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  const { client, server } = memoryPair();
  const [here, there] = await Promise.all([
    SecureChannel.establish("initiator", client, {
      staticKeyPair: CLIENT_KEYS,
      acceptPeer: acceptAnyone,
      protocols: [protocol],
      trace: { secrets: true, event: (event) => events.push(event) },
    }),
    SecureChannel.establish("responder", server, {
      staticKeyPair: SERVER_KEYS,
      acceptPeer: acceptAnyone,
    }),
  ]);
  await Promise.all([here.close(), there.close()]);
  return events.filter(({ type }) => type !== "record" && type !== "close");
}

const HANDSHAKE = await traceOf(CLASSICAL);

/** What an explainer says of these events, after a handshake. */
function explain(events: readonly TraceEvent[], maxRecords?: number): Explanation[] {
  const explanations: Explanation[] = [];
  const explainer = new Explainer({
    connection: 3,
    secrets: false,
    emit: (explanation) => explanations.push(explanation),
    ...(maxRecords && { maxRecords }),
  });
  for (const event of [...HANDSHAKE, ...events]) explainer.event(event);
  const before = explanations.length;
  explainer.end();
  explainer.end();
  assert.ok(explanations.length - before <= 1);
  return explanations;
}

/** A record whose ciphertext is made up: explaining one does not decrypt it. */
function record(plaintext: Uint8Array, number = 0n, direction: "in" | "out" = "out"): TraceEvent {
  const ciphertext = new Uint8Array(48 + 16 * (Math.floor(plaintext.length / 16) + 1));
  const recordType = plaintext[0] as 0;
  return { type: "record", direction, number, recordType, plaintext, ciphertext };
}

const PING = encodeMessages([encodeMessage({ type: "ping" })]);
const PONG = encodeMessages([encodeMessage({ type: "pong" })]);

function lastOf(explanations: readonly Explanation[]): Explanation {
  const last = explanations.at(-1);
  assert.ok(last !== undefined);
  return last;
}

Deno.test("explainer: the protocol comes first on both sides, and every connection has its number", () => {
  const explanations = explain([]);
  assert.deepEqual(explanations.map(({ kind }) => kind), [
    "protocol",
    "start",
    "message",
    "message",
    "message",
    "keys",
  ]);
  for (const { connection } of explanations) assert.equal(connection, 3);
  for (const { knows, kind } of explanations) {
    assert.equal(knows === undefined, kind === "start");
    for (const text of Object.values(knows ?? {})) assert.match(text, /^[A-Z].*\.$/);
  }
});

Deno.test("explainer: every sentence is whole, and every note as well", async () => {
  for (const preSharedKey of [false, true]) {
    for (const classical of [false, true]) {
      const protocol = protocolName({ preSharedKey, classical });
      const { client } = await explainConnection(protocol, async () => {});
      for (const explanation of client.shown) {
        const { title, text, steps } = explanation;
        assert.match(title, /^[A-Z].*[^.]$/);
        const notes = fieldsOf(explanation).flatMap(({ note }) => note ?? []);
        for (const sentence of [...text, ...steps.map(({ text }) => text), ...notes]) {
          assert.match(sentence, /^[A-Z\d].*[.)]$/s, sentence);
          assert.doesNotMatch(sentence, /undefined|\[object/);
        }
      }
    }
  }
});

Deno.test("explainer: with a pre-shared key, what is made of public bytes is shown, for it is no secret", async () => {
  const protocol = protocolName({ preSharedKey: true });
  const { client: { masked } } = await explainConnection(protocol, async () => {});
  const [first, second] = masked.filter(({ kind }) => kind === "message");
  const keys = fieldsOf(first).filter(({ label }) => label === "k");
  assert.deepEqual(keys.map(({ role, hex }) => [role, hex?.length]), [["hash", 64]]);
  assert.match(second.steps[1].text, /ck/);
  // From the first shared secret on, nothing of it is shown any more.
  const afterSecret = second.steps.slice(2).flatMap(({ state }) => state);
  const masks = afterSecret.filter(({ label }) => label === "k" || label === "ck");
  assert.ok(masks.length >= 6);
  for (const { role, hex } of masks) assert.deepEqual([role, hex], ["secret", null]);
});

Deno.test("explainer: nothing that is traced is kept", () => {
  const plaintext = encodeMessages([encodeMessage({ type: "pong" })]);
  const event = record(plaintext);
  assert.ok(event.type === "record");
  const before = Buffer.from(plaintext);
  const { steps } = lastOf(explain([event]));
  plaintext.fill(0xee);
  event.ciphertext.fill(0xee);
  const inside = steps[1].inside.slice(0, -1).map(({ hex }) => Buffer.from(hex ?? "", "hex"));
  assert.deepEqual(Buffer.concat(inside), before);
  assert.ok(steps[1].wire.every(({ hex }) => /^0*$/.test(hex ?? "?")));
});

Deno.test("explainer: a record says which chat messages it holds, by whoever sent it", () => {
  const id = new Uint8Array(16);
  const by = { nick: "bob", key: new Uint8Array(32) };
  const send = encodeMessage({ type: "send", id, body: encodeText("hello, bob") });
  const said = encodeMessage({
    type: "message",
    id,
    seq: 5,
    time: 0,
    from: by,
    body: encodeText("hi"),
  });
  const samples: [Uint8Array, "in" | "out", RegExp][] = [
    [encodeMessages([send]), "out", /1 chat message, in CBOR: send: "hello, bob"/],
    // What a client sends is no message of a server.
    [encodeMessages([send]), "in", /1 chat message, in CBOR\.$/],
    [encodeMessages([said, send]), "in", /2 chat messages, in CBOR: message 5 from "bob": "hi"$/],
    [encodeMessages([new Uint8Array(3)]), "in", /1 chat message, in CBOR\.$/],
    [encodeMessages(Array(20).fill(send)), "out", /20 chat messages.*12 more/],
    [encodeClose({ code: 7, reason: "spam" }), "in", /code 7 \(removed\), with the reason "spam"/],
    [encodeClose({ code: 200, reason: "" }), "in", /code 200 \(unknown, which counts as done\)/],
    [Uint8Array.of(2, 1), "in", /a part of a message/],
    [Uint8Array.of(3, 1), "in", /the last part/],
    [Uint8Array.of(9, 1), "in", /malformed/],
    [new Uint8Array(0), "in", /malformed/],
  ];
  for (const [plaintext, direction, expected] of samples) {
    assert.match(lastOf(explain([record(plaintext, 0n, direction)])).text[0], expected);
  }
});

Deno.test("explainer: whatever a record holds, its fields are its plaintext, and a long text is cut", () => {
  const plaintexts = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 1, maxLength: 12 }).map(encodeMessages),
    fc.string({ unit: "binary", maxLength: 3000 }).map((text) =>
      encodeMessages([
        encodeMessage({ type: "send", id: new Uint8Array(16), body: encodeText(text) }),
      ])
    ),
  );
  fc.assert(fc.property(plaintexts, (plaintext) => {
    const { steps, text } = lastOf(explain([record(plaintext)]));
    const inside = steps[1].inside.filter(({ label }) => label !== "padding");
    const joined = Buffer.concat(inside.map(({ hex }) => Buffer.from(hex ?? "", "hex")));
    assert.ok(joined.equals(plaintext));
    assert.ok(text[0].length < 2_000);
  }));
});

Deno.test("explainer: one more ping is nothing new, but anything else is", () => {
  const events = [
    record(PING, 0n, "in"),
    record(PONG, 0n, "out"),
    record(PING, 1n, "in"),
    record(PONG, 1n, "out"),
    record(encodeMessages([encodeMessage({ type: "pong" }), new Uint8Array(1)]), 2n, "out"),
  ];
  const records = explain(events).filter(({ kind }) => kind === "record");
  assert.deepEqual(records.map(({ routine }) => routine === true), [
    false,
    false,
    true,
    true,
    false,
  ]);
  assert.deepEqual(records.map(({ title }) => title.replace(/.*: /, "")), [
    "ping",
    "pong",
    "ping",
    "pong",
    "2 messages",
  ]);
});

Deno.test("explainer: after so many records the next are counted, which is said twice", () => {
  const id = new Uint8Array(16);
  const message = encodeMessages([encodeMessage({ type: "send", id, body: encodeText("x") })]);
  const events = Array.from({ length: 9 }, (_, index) => record(message, BigInt(index)));
  const explanations = explain(events, 4).slice(6);
  assert.deepEqual(explanations.map(({ kind }) => kind), [
    ...Array(4).fill("record"),
    "omitted",
    "omitted",
  ]);
  assert.match(explanations[4].text[0], /^4 records .* only counted/);
  assert.match(explanations[5].text[0], /^5 records .* not explained/);
  assert.equal(explain(events.slice(0, 4), 4).at(-1)?.kind, "record");
});

Deno.test("explainer: pings do not count, so that what is said after hours is explained", () => {
  const pings = Array.from({ length: 20 }, (_, index) => record(PING, BigInt(index), "in"));
  const kinds = explain([...pings, record(PONG)], 4).slice(6).map(({ kind }) => kind);
  assert.deepEqual(kinds, Array(21).fill("record"));
});

Deno.test("explainer: after 1 MiB of records the next are counted", () => {
  const part = new Uint8Array(60_000).fill(7);
  part[0] = 2;
  const events = Array.from({ length: 20 }, (_, index) => record(part, BigInt(index)));
  const explanations = explain(events).slice(6);
  const explained = explanations.filter(({ kind }) => kind === "record").length;
  assert.equal(explained, 18);
  assert.match(lastOf(explanations).text[0], /^2 records .* not explained/);
});

Deno.test("explainer: a new key is told of after the last record under the old one", () => {
  const rekey: TraceEvent = { type: "rekey", direction: "out", number: 1n };
  const kinds = explain([rekey, record(PING, 0n, "in"), record(PONG), record(PONG, 1n)]).slice(6)
    .map(({ kind, direction }) => `${kind} ${direction}`);
  assert.deepEqual(kinds, ["record in", "record out", "rekey out", "record out"]);
});

Deno.test("explainer: an end says whose it is, and whether the other may go on", () => {
  const texts = ([[0, "in"], [4, "in"], [5, "out"]] as const).map(([code, direction]) => {
    const { title, text } = lastOf(
      explain([{ type: "close", direction, info: { code, reason: "" } }]),
    );
    return `${title}: ${text[0]}`;
  });
  assert.match(texts[0], /^The server has closed.*the client may still send/);
  assert.match(texts[1], /^The server has closed.*\(not allowed\).*the connection is over/);
  assert.match(texts[2], /^The client has closed.*\(shutdown\).*the server may still send/);
});

Deno.test("explainer: the second end is the end of the connection, and unknown codes are a goodbye", () => {
  const close = (direction: "in" | "out", code: number): TraceEvent => ({
    type: "close",
    direction,
    info: { code, reason: "" },
  });
  const [first, second] = explain([close("out", 0), close("in", 0)]).slice(-2);
  assert.match(first.text[0], /the server may still send/);
  assert.match(second.text[0], /the client had already closed its own direction/);
  assert.match(lastOf(explain([close("in", 99)])).text[0], /the client may still send/);
});

Deno.test("explainer: who was told to go has not failed by hanging up", () => {
  const refused: TraceEvent = {
    type: "close",
    direction: "out",
    info: { code: 4, reason: "not invited" },
  };
  const done: TraceEvent = { ...refused, info: { code: 0, reason: "" } };
  const cut: TraceEvent = { type: "failure", error: new NetworkError("cut", "it was cut") };
  assert.equal(lastOf(explain([refused, cut])).kind, "close");
  assert.equal(lastOf(explain([done, cut])).kind, "failure");
});

Deno.test("explainer: of a stranger who speaks something else, the first bytes are shown", () => {
  for (const [size, shown] of [[5, 5], [64, 64], [9_000, 64]]) {
    const explanations: Explanation[] = [];
    const explainer = new Explainer({
      connection: 1,
      secrets: false,
      emit: (explanation) => explanations.push(explanation),
    });
    const bytes = new Uint8Array(size).fill(65);
    for (const byte of bytes) {
      explainer.event({ type: "bytes", direction: "in", bytes: Uint8Array.of(byte) });
    }
    explainer.event({
      type: "failure",
      error: new ProtocolError("not-this-protocol", "it is not"),
    });
    explainer.end();
    const [{ kind, text }] = explanations;
    assert.deepEqual([kind, explanations.length, text[0]], ["failure", 1, "It is not."]);
    assert.deepEqual(Buffer.from(wireOf(explanations[0])), Buffer.alloc(shown, "A"));
    assert.match(text[1], /without telling why/);
  }
});

Deno.test("explainer: a message that was changed on its way says how far it came", async () => {
  const explained = { shown: [], masked: [] as Explanation[] };
  const wire = new Wire(attacks.flip("server", 0, -1));
  const results = await Promise.allSettled([
    SecureChannel.establish("initiator", wire.client, {
      staticKeyPair: CLIENT_KEYS,
      acceptPeer: acceptAnyone,
      protocols: [CLASSICAL],
      trace: twoExplainers(explained),
    }),
    SecureChannel.establish("responder", wire.server, {
      staticKeyPair: SERVER_KEYS,
      acceptPeer: acceptAnyone,
    }),
  ]);
  assert.deepEqual(results.map(({ status }) => status), ["rejected", "rejected"]);
  const { kind, text } = lastOf(explained.masked);
  assert.equal(kind, "failure");
  assert.match(text[1], /in message 2 of the handshake, after: e, ee, s, es\.$/);
  assert.match(text[2], /A tag was wrong/);
  assert.deepEqual(explained.masked.map(({ kind }) => kind), [
    "protocol",
    "start",
    "message",
    "failure",
  ]);
});

Deno.test("explainer: a key that is not accepted is no failure of the protocol", () => {
  const refused = new AuthenticationError("key-refused", "the other side's key was not accepted");
  const { title, text } = lastOf(explain([{ type: "failure", error: refused }]));
  assert.equal(title, "The connection ends here");
  assert.match(text[1], /hangs up after message 2/);
  const cut = lastOf(explain([{ type: "failure", error: new NetworkError("cut", "it was cut") }]));
  assert.deepEqual([cut.title, cut.text], ["The connection has failed", ["It was cut."]]);
});
