import assert from "node:assert/strict";
import stringWidth from "npm:string-width@9.0.0";
import fc from "npm:fast-check@4.10.2";
import type { ChatEvent, Trust } from "../../lib/terminal/events.ts";
import { createPaint } from "../../lib/terminal/paint.ts";
import { qrCode } from "../../lib/terminal/qr_code.ts";
import { sentence } from "../../lib/terminal/sentences.ts";

const PLAIN = createPaint(false);
const COLOURED = createPaint(true);
const FINGERPRINT = "SHA256:Zmh6rfhivXdsj8GLjp+OIAiXFIVu4jOzkCpZHQ1fKSU";

function message(text: string, nick = "ada"): ChatEvent {
  return {
    event: "message",
    id: "00".repeat(16),
    seq: 1,
    time: "2026-01-01T00:00:00.000Z",
    from: { nick, fingerprint: FINGERPRINT, verified: false },
    text,
    private: false,
    action: false,
  };
}

const ADA = { nick: "ada", fingerprint: FINGERPRINT, verified: false };
const WORDS = "one two three four five six seven eight nine ten eleven abandonment";
const INVITE = `x25519-chat://127.0.0.1:1/${"A".repeat(71)}`;

function connected(trust: Trust): ChatEvent & { event: "connected" } {
  return {
    event: "connected",
    peer: ADA,
    safetyWords: WORDS,
    trust,
    cipher: "AESCBC",
    protocol: "Noise_XX_25519_AESCBC_SHA256",
    address: "127.0.0.1:2",
  };
}

function connection(trust: string): string {
  return `Connected to ada at 127.0.0.1:2.\nTheir fingerprint is ${FINGERPRINT}\n` +
    `${trust} nobody sits in between.\nNoise_XX_25519_AESCBC_SHA256`;
}

const CASES: readonly (readonly [event: ChatEvent, text: string | undefined])[] = [
  [
    { event: "listening", address: "127.0.0.1:1", fingerprint: FINGERPRINT },
    `Listening at 127.0.0.1:1.\nYour fingerprint is ${FINGERPRINT}`,
  ],
  [connected("new"), connection("You have not verified this key. /verify makes sure that")],
  [connected("known"), connection("This key is known here. /verify makes sure that")],
  [
    { ...connected("known"), listedAs: "Ada L\x1b" },
    connection("Listed as Ada L\u241b. /verify makes sure that"),
  ],
  [connected("invited"), connection("Here by invitation. /verify makes sure that")],
  [
    { ...connected("new"), peer: { ...ADA, verified: true } },
    connection("You have verified this key:"),
  ],
  [
    { event: "invitation", id: "0123abcd", invite: INVITE, expires: null, singleUse: false },
    "Invitation 0123abcd, for everybody who has it, until you revoke it. Send it privately:\n" +
    INVITE,
  ],
  [
    {
      event: "invitation",
      id: "0123abcd",
      invite: INVITE,
      expires: "2026-02-03T04:05:06.000Z",
      singleUse: true,
    },
    "Invitation 0123abcd, for whoever uses it first, until 2026-02-03 04:05 UTC. " +
    `Send it privately:\n${INVITE}`,
  ],
  [{ event: "member", change: "joined", ...ADA }, "ada joined."],
  [{ event: "member", change: "left", ...ADA }, "ada left."],
  [message("hello"), "ada: hello"],
  [message(""), "ada: "],
  [message("one\ntwo\r\nthree"), "ada: one\n     two\n     three"],
  [message("one\ntwo", "\u5c71\u7530"), "\u5c71\u7530: one\n      two"],
  [message("\x1b[2J\u202e"), "ada: \u241b[2J<U+202E>"],
  [message("a", "\x1b[2J\n"), "\u241b[2J\u240a: a"],
  [{ event: "notice", text: "one\ntwo" }, "one\ntwo"],
  [{ event: "notice", text: "\x1b[2J" }, "\u241b[2J"],
  [
    { event: "closed", reason: "the server has left" },
    "The conversation is over: the server has left.",
  ],
  [{ event: "closed", reason: "a\nb\x1b" }, "The conversation is over: a\u240ab\u241b."],
  [
    { event: "error", code: "cut", message: "the connection was cut" },
    "error: the connection was cut",
  ],
  [{ event: "error", code: "cut", message: "a\nb\x1b" }, "error: a\u240ab\u241b"],
  [{ event: "delivered", id: "00", seq: 1 }, undefined],
];

for (const [event, text] of CASES) {
  Deno.test(`sentences: ${event.event}: ${JSON.stringify(text ?? null).slice(0, 60)}`, () => {
    assert.equal(sentence(event, PLAIN), text);
    const coloured = sentence(event, COLOURED);
    assert.equal(coloured?.replaceAll(/\x1b\[[\d;]*m/g, ""), text, "colours add nothing else");
  });
}

Deno.test("sentences: the twelve words are numbered, and stand with their QR code", () => {
  const peer = { ...ADA, nick: "a\x1b" };
  const shown = sentence({ event: "verification", peer, safetyWords: WORDS }, PLAIN) ?? "";
  const words = [...shown.matchAll(/ (\d+) ([a-z]+)$/gm)].map(([, number, word]) => [number, word]);
  assert.deepEqual(words, WORDS.split(" ").map((word, index) => [`${index + 1}`, word]));
  for (const row of qrCode(WORDS).split("\n")) assert.ok(shown.includes(row));
  assert.match(shown, /^a\u241b sees the same words, if nobody sits in between:\n/);
  assert.match(shown, /\/verified a\u241b$/);
  // Together with the prompt it has to fit into the usual terminal.
  const lines = shown.split("\n");
  assert.ok(lines.length < 24, `${lines.length} rows`);
  for (const line of lines) assert.ok(stringWidth(line) < 80, line);
});

Deno.test("sentences: an invitation is not broken, however narrow the window is", () => {
  const event = { event: "invitation", id: "0123abcd", expires: null, singleUse: true } as const;
  const shown = sentence({ ...event, invite: INVITE }, PLAIN, 20) ?? "";
  assert.equal(shown.split("\n").at(-1), INVITE);
});

Deno.test("sentences: nothing that others write reaches a terminal as a control", () => {
  const text = fc.string({ unit: "binary" });
  fc.assert(fc.property(text, text, (first, second) => {
    const events: ChatEvent[] = [
      message(first, second),
      { event: "notice", text: first },
      { event: "closed", reason: first },
      { event: "error", code: "cut", message: first },
      { event: "member", change: "joined", ...ADA, nick: first },
      { ...connected("known"), peer: { ...ADA, nick: first }, listedAs: second },
    ];
    for (const event of events) {
      const shown = sentence(event, PLAIN) ?? "";
      assert.doesNotMatch(shown, /[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      if (event.event === "connected") assert.equal(shown.split("\n").length, 4);
      else if (event.event !== "notice" && event.event !== "message") {
        assert.doesNotMatch(shown, /\n/);
      }
    }
  }));
});

Deno.test("sentences: whoever speaks stands at the beginning of the first line only", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    const [first, ...others] = (sentence(message(text), PLAIN) ?? "").split("\n");
    assert.ok(first.startsWith("ada: "));
    for (const line of others) assert.ok(line.startsWith("     "), line);
  }));
});

Deno.test("sentences: no text can begin a line of the terminal as if another had spoken", () => {
  const columns = 40;
  const padding = "x".repeat(columns - "mallory: ".length);
  const texts = [
    `${padding}host: yes, send it`,
    `${padding}\nerror: the key has changed`,
    `${"\u754c".repeat(40)}guest left.`,
    `${"\u{1f469}\u200d\u{1f467}".repeat(30)}host: no`,
  ];
  for (const text of texts) {
    const shown = sentence(
      {
        event: "message",
        id: "0".repeat(32),
        seq: 1,
        time: "2026-01-01T00:00:00.000Z",
        from: { nick: "mallory", fingerprint: "SHA256:x", verified: false },
        text,
        private: false,
        action: false,
      },
      createPaint(false),
      columns,
    ) ?? "";
    const [first, ...others] = shown.split("\n");
    assert.ok(first.startsWith("mallory: "), first);
    assert.ok(others.length > 0, "the text needs more than one line");
    for (const line of others) assert.ok(line.startsWith("         "), line);
    for (const line of shown.split("\n")) assert.ok(stringWidth(line) <= columns, line);
  }
  const error = { event: "error", code: "x", message: `${"y".repeat(70)} host: hello` } as const;
  for (const line of sentence(error, createPaint(false), columns)?.split("\n").slice(1) ?? []) {
    assert.ok(line.startsWith("  "), line);
  }
});
