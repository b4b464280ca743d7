import assert from "node:assert/strict";
import stringWidth from "npm:string-width@9.0.0";
import fc from "npm:fast-check@4.10.2";
import type { ChatEvent, Trust } from "../../../lib/terminal/events/events.ts";
import { createPaint } from "../../../lib/terminal/sentences/paint.ts";
import { qrCode } from "../../../lib/terminal/text/qr_code.ts";
import { daySentence, sentence } from "../../../lib/terminal/sentences/sentence.ts";

const UNPAINTED = createPaint("none");
const PLAIN = { paint: UNPAINTED };
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
    history: false,
  };
}

const ADA = { nick: "ada", fingerprint: FINGERPRINT, verified: false };
const WORDS = "one two three four five six seven eight nine ten eleven abandonment";
const INVITE = `x25519-chat://127.0.0.1:1/${"A".repeat(71)}`;

function listening(...addresses: string[]): ChatEvent {
  return { event: "listening", address: addresses[0], addresses, fingerprint: FINGERPRINT };
}

function topic(text: string): ChatEvent {
  return { event: "topic", topic: text, by: ADA, time: "2026-01-01T00:00:00.000Z" };
}

function connected(trust: Trust): ChatEvent & { event: "connected" } {
  return {
    event: "connected",
    peer: ADA,
    you: { nick: "me", fingerprint: "SHA256:me", verified: false },
    safetyWords: WORDS,
    trust,
    cipher: "AESCBC",
    protocol: "Noise_XX_25519_AESCBC_SHA256",
    address: "127.0.0.1:2",
    kept: false,
  };
}

function connection(trust: string): string {
  return `Connected to ada at 127.0.0.1:2.\nTheir fingerprint is ${FINGERPRINT}\n` +
    `${trust}\nNoise_XX_25519_AESCBC_SHA256`;
}

const CASES: readonly (readonly [event: ChatEvent, text: string | undefined])[] = [
  [
    listening("127.0.0.1:1"),
    `Listening at 127.0.0.1:1.\nYour fingerprint is ${FINGERPRINT}`,
  ],
  [
    listening("127.0.0.1:1", "[::1]:1"),
    `Listening at 127.0.0.1:1 and [::1]:1.\nYour fingerprint is ${FINGERPRINT}`,
  ],
  [
    listening("127.0.0.1:1", "127.0.0.2:1", "[::1]:1"),
    `Listening at 127.0.0.1:1, 127.0.0.2:1 and [::1]:1.\nYour fingerprint is ${FINGERPRINT}`,
  ],
  [
    connected("new"),
    connection("You have not verified this key. /verify makes sure that nobody sits in between."),
  ],
  [
    connected("known"),
    connection("This key is known. /verify makes sure that nobody sits in between."),
  ],
  [
    { ...connected("known"), listedAs: "Ada L\x1b" },
    connection(
      "On the guest list as Ada L\u241b: nobody sits in between, if the listed key is theirs. /verify " +
        "makes sure.",
    ),
  ],
  [
    connected("invited"),
    connection(
      "Joined by invitation: nobody sits in between, unless somebody else saw or changed the " +
        "invitation. /verify makes sure.",
    ),
  ],
  [
    { ...connected("new"), compared: true },
    connection(
      "You compared this fingerprint: if it came from the server's owner, nobody sits in between. It " +
        "does not show them who you are: /verify, by voice, does both.",
    ),
  ],
  [
    { ...connected("new"), peer: { ...ADA, verified: true } },
    connection("You have verified this key: nobody sits in between."),
  ],
  [
    { event: "invitation", id: "0123abcd", invite: INVITE, expires: null, singleUse: false },
    "Invitation 0123abcd, for anyone who has it, valid until you revoke it. Send it privately:\n" +
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
    "Invitation 0123abcd, for one guest, valid until 2026-02-03 04:05 UTC. " +
    `Send it privately:\n${INVITE}`,
  ],
  [{ event: "member", change: "joined", ...ADA }, "ada joined."],
  [{ event: "member", change: "left", ...ADA }, "ada left."],
  [message("hello"), "ada: hello"],
  [topic("tea"), "ada set the topic: tea"],
  [topic("a\nb\x1b"), "ada set the topic: a\u240ab\u241b"],
  [topic(""), "ada cleared the topic."],
  [
    { event: "refused", id: "00", reason: "ask an operator" },
    "The room refused: “ask an operator”",
  ],
  [{ event: "refused", id: "00", reason: "a\nb\x1b" }, "The room refused: “a\u240ab\u241b”"],
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
    for (const depth of ["16", "256", "true"] as const) {
      const coloured = sentence(event, { paint: createPaint(depth) });
      assert.equal(coloured?.replaceAll(/\x1b\[[\d;]*m/g, ""), text, "colours add nothing else");
    }
  });
}

Deno.test("sentences: the twelve words are numbered, and stand with their QR code", () => {
  const peer = { ...ADA, nick: "a\x1b" };
  const shown = sentence({ event: "verification", peer, safetyWords: WORDS }, PLAIN) ?? "";
  const words = [...shown.matchAll(/ (\d+) ([a-z]+)$/gm)].map(([, number, word]) => [number, word]);
  assert.deepEqual(words, WORDS.split(" ").map((word, index) => [`${index + 1}`, word]));
  for (const row of qrCode(WORDS).split("\n")) assert.ok(shown.includes(row));
  assert.match(shown, /^a\u241b sees the same words if nobody sits in between:\n/);
  assert.match(shown, /\/verified a\u241b$/);
  // Together with the prompt it has to fit into the usual terminal.
  const lines = shown.split("\n");
  assert.ok(lines.length < 24, `${lines.length} rows`);
  for (const line of lines) assert.ok(stringWidth(line) < 80, line);
});

Deno.test("sentences: in plain words there is no QR code", () => {
  const event = { event: "verification", peer: ADA, safetyWords: WORDS } as const;
  const shown = sentence(event, { ...PLAIN, plain: true }) ?? "";
  assert.equal(shown.split("\n").length, 14);
  assert.doesNotMatch(shown, /[^\x20-\x7e\n]/);
});

Deno.test("sentences: a day between messages", () => {
  assert.equal(
    daySentence("Tuesday 24 November 2026", PLAIN),
    "\u2014 Tuesday 24 November 2026 \u2014",
  );
  assert.equal(
    daySentence("Tuesday", { ...PLAIN, plain: true }),
    "Tuesday",
    "nothing to read aloud",
  );
});

Deno.test("sentences: an invitation is not broken, however narrow the window is", () => {
  const event = { event: "invitation", id: "0123abcd", expires: null, singleUse: true } as const;
  const shown = sentence({ ...event, invite: INVITE }, { ...PLAIN, columns: 20 }) ?? "";
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
      { event: "member", change: "left", ...ADA, nick: first, reason: second },
      { event: "member", change: "renamed", ...ADA, nick: first, previous: second },
      { event: "topic", topic: first, by: { ...ADA, nick: second }, time: "2026-01-01T00:00:00Z" },
      { event: "refused", id: "00", reason: first },
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

Deno.test("sentences: no text can begin a row of the terminal", () => {
  const columns = 40;
  const long = `${"y".repeat(70)} ${"z ".repeat(70)} \u754c host: hello`;
  const nick = "n".repeat(32);
  const events: ChatEvent[] = [
    { event: "error", code: "x", message: long },
    { event: "refused", id: "00", reason: long },
    { event: "topic", topic: long, by: { ...ADA, nick }, time: "2026-01-01T00:00:00Z" },
    { event: "member", change: "left", ...ADA, nick, reason: long },
    { event: "member", change: "renamed", ...ADA, nick, previous: nick },
    { event: "closed", reason: long },
    { event: "notice", text: long },
  ];
  for (const event of events) {
    const [, ...others] = (sentence(event, { ...PLAIN, columns }) ?? "").split("\n");
    assert.ok(others.length > 0, "the text needs more than one row");
    for (const row of others) {
      assert.ok(row.startsWith("  "), row);
      assert.ok(stringWidth(row) <= columns, row);
    }
  }
});

Deno.test("sentences: names have the colour of their key, and one's own name its own", () => {
  const paint = createPaint("256");
  const event: ChatEvent = { event: "member", change: "joined", ...ADA };
  const shown = sentence(event, { paint }) ?? "";
  assert.ok(shown.startsWith(paint.person("ada", FINGERPRINT)), shown);
  const namesake = { ...event, fingerprint: "SHA256:other" };
  assert.notEqual(sentence(namesake, { paint }), shown, "the colour follows the key, not the name");
  const own = sentence(event, { paint, ownNick: "ada", ownFingerprint: FINGERPRINT }) ?? "";
  assert.ok(own.startsWith(paint.self("ada")), own);
});
