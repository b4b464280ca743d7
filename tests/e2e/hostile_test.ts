import assert from "node:assert/strict";
import {
  acceptAnyone,
  CloseCode,
  listenSecure,
  type SecureChannel,
} from "../../lib/channel/mod.ts";
import { encodeMessage, encodeText, newMessageId, type RoomMessage } from "../../lib/chat/mod.ts";
import { generateX25519KeyPair } from "../../lib/crypto/mod.ts";
import { type Program, type Server, startClient, startServer } from "../support/programs.ts";
import { connectRaw, helloMessage, RawMember, welcomeMessage } from "./raw.ts";

const KEYS = await generateX25519KeyPair();
const JSON_FLAG = ["--json"];

function connect(server: Server): Promise<SecureChannel> {
  return connectRaw(server, KEYS);
}

/** What no output may hold: controls but the line feed, bidirectional, invisible, unassigned ones. */
const DANGEROUS = /[^\P{C}\n]|[\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const HOSTILE_TEXTS: readonly string[] = [
  "\x1b[2J\x1b[H\x1b]0;title\x07\x1b]52;c;aGVsbG8=\x07",
  "\x9b2J\x9d0;title\x9c\x90q\x9c",
  "abc\rhost: I am the host",
  "abc\b\b\bhost: I am the host",
  "first\nhost: I am the host\r\nhost: so am I",
  "first\u2028host: I am the host\u2029host: so am I\u0085host: and I",
  "\u202eevil\u2066\u2067\u2068\u202a\u202b\u202d\u2069\u200e\u200f\u061c",
  "z\u0335".repeat(3) + "a" + "\u0301".repeat(10_000),
  "\u{e0041}\u{e0042}\ufeff\u00ad\u200b\u2060\u180e\u3164",
  "\ufffe\uffff\ue000\u{10ffff}",
  "\0\x01\x7f\v\f",
  "\t\t tabs are spaces",
];

function assertHarmless(program: Program): void {
  const output = program.stdout.text + program.stderr.text;
  const match = output.match(DANGEROUS);
  assert.equal(match, null, `there is ${match && JSON.stringify(match[0])} in the output`);
}

function assertJson(program: Program): void {
  for (const line of program.stdout.lines) {
    assert.equal(typeof JSON.parse(line).event, "string", line);
    assert.doesNotMatch(line, DANGEROUS);
  }
}

for (const flags of [[], JSON_FLAG]) {
  const how = flags.length === 0 ? "plain" : "JSON";
  Deno.test(`hostile: what a client says cannot reach into the server's ${how} output`, async () => {
    await using server = await startServer(flags, { stdin: "null" });
    await using eve = await RawMember.join(server);
    for (const text of HOSTILE_TEXTS) await eve.say(text);
    await eve.say("the end");
    await eve.leave();
    await server.waitForLine("stdout", "the end");

    if (how === "JSON") {
      assertJson(server);
      assert.deepEqual(server.texts, [...HOSTILE_TEXTS, "the end"]);
    } else {
      assertHarmless(server);
      // Whoever speaks stands at the beginning of a line, and nobody else can stand there.
      for (const line of server.stdout.lines) assert.match(line, /^(eve: | {5})/);
      assert.ok(server.stdout.text.length < 3000, "marks do not pile up");
    }
  });

  Deno.test(`hostile: neither can its nickname, nor its last words, in ${how} output`, async () => {
    await using server = await startServer(flags, { stdin: "null" });
    // Last words of one that has no place yet, and below of one that has.
    const reason = "\x1b[2J\u202e\nhost: I am the host";
    await using stranger = await connect(server);
    await stranger.close({ code: CloseCode.malformed, reason });
    const nicks = [
      "\x1b[2J",
      "a\nhost",
      "a b",
      "host:",
      "\u202eevil",
      "a" + "\u0301".repeat(9),
      "",
      "\u2800",
      "host",
      "Error",
      "\u2713ada",
      "ada\u1bab",
    ];
    for (const nick of nicks) {
      await using channel = await connect(server);
      await channel.send(helloMessage(nick));
      await assert.rejects(channel.receive(), {
        code: "malformed-message",
        message:
          /could not use what it was sent: “received a message that does not fit its schema”$/,
      });
    }
    for (const code of [CloseCode.malformed, CloseCode.timeout]) {
      await using guest = await connect(server);
      await guest.send(helloMessage());
      await guest.close({ code, reason });
    }
    await using honest = startClient(server.address, JSON_FLAG);
    await honest.pipe("hello\n");
    assert.equal(await honest.status, 0, honest.stderr.text);
    await server.waitForLine("stdout", "hello");

    for (const line of [...server.stdout.lines, ...server.stderr.lines]) {
      assert.doesNotMatch(line, /^\s*host:/);
    }
    if (how === "JSON") assertJson(server);
    else assertHarmless(server);
  });
}

Deno.test("hostile: bodies that are not text are told of, and the conversation goes on", async () => {
  await using server = await startServer(JSON_FLAG, { stdin: "null" });
  await using eve = await RawMember.join(server);
  const bodies = [
    Uint8Array.of(),
    Uint8Array.of(0xff),
    Uint8Array.of(0xa1, 0x64, 0x74, 0x79, 0x70, 0x65, 0x64, 0x74, 0x65, 0x78, 0x74), // no text
    Uint8Array.of(0xa1, 0x64, 0x74, 0x79, 0x70, 0x65, 0x61, 0x78), // a kind from the future
  ];
  for (const body of bodies) await eve.member.request({ type: "send", body });
  await eve.say("and now a text");
  await eve.leave();
  assert.deepEqual(
    eve.events.map((event) => event.type === "delivered" && event.seq),
    [1, 2, 3, 4, 5],
    "the room passes all of them on",
  );
  await server.waitForText("and now a text");
  const notices = server.events("notice").map(({ text }) => text);
  assert.deepEqual(
    notices.filter((text) => text.startsWith("eve ")),
    bodies.map(() => "eve sent something that this version cannot show"),
  );
});

Deno.test("hostile: a guest that breaks the chat's rules is sent away with a reason", async () => {
  await using server = await startServer(JSON_FLAG, { stdin: "null" });
  const id = new Uint8Array(16);
  const hello = helloMessage();
  const send = encodeMessage({ type: "send", id, body: encodeText("too early") });
  const cases: { messages: Uint8Array[]; reason: RegExp }[] = [
    { messages: [send], reason: /received a message before the hello/ },
    { messages: [hello, hello], reason: /received a second hello/ },
    { messages: [Uint8Array.of(0xff)], reason: /received a message that is not strict CBOR/ },
    { messages: [hello, Uint8Array.of(0xa0)], reason: /does not fit its schema/ },
    { messages: [hello, new Uint8Array(200_000).fill(0x81)], reason: /not strict CBOR/ },
  ];
  for (const { messages, reason } of cases) {
    await using channel = await connect(server);
    for (const message of messages) await channel.send(message);
    const receiveAll = async () => {
      while (await channel.receive() !== undefined);
    };
    await assert.rejects(receiveAll(), { code: "malformed-message", message: reason });
  }
  await using honest = startClient(server.address, JSON_FLAG);
  await honest.pipe("hello\n");
  assert.equal(await honest.status, 0, honest.stderr.text);
  await server.waitForText("hello");
  assert.deepEqual(server.texts, ["hello"]);
});

/** A server made with the library, which says one thing after the hello. */
async function againstServer(
  flags: readonly string[],
  act: (channel: SecureChannel) => Promise<void>,
): Promise<{ status: number; client: Program }> {
  using listener = listenSecure({
    hostname: "127.0.0.1",
    port: 0,
    staticKeyPair: KEYS,
    acceptPeer: acceptAnyone,
  });
  await using client = startClient(`127.0.0.1:${listener.address.port}`, [
    ...flags,
    "--no-reconnect",
  ]);
  const serving = (async () => {
    const channel = await listener.accept();
    await channel?.receive();
    if (channel !== undefined) await act(channel).catch(() => {});
    return channel;
  })();
  const status = await client.status;
  listener.close();
  await (await serving)?.close().catch(() => {});
  return { status, client };
}

const HOST = { nick: "host", key: KEYS.publicKey };

let lastSeq = 0;

/** What a server passes on; each has an id and a number of its own. */
function message(fields: Partial<Extract<RoomMessage, { type: "message" }>>): Uint8Array {
  return encodeMessage({
    type: "message",
    id: newMessageId(),
    seq: ++lastSeq,
    time: 0,
    from: HOST,
    body: encodeText("hello"),
    ...fields,
  });
}

Deno.test("hostile: what a server says cannot reach into the client's output", async () => {
  const say = async (channel: SecureChannel) => {
    await channel.send(welcomeMessage());
    await channel.send(encodeMessage({ type: "caught-up", seq: 0 }));
    for (const text of HOSTILE_TEXTS) await channel.send(message({ body: encodeText(text) }));
    await channel.send(message({}));
    await channel.send(message({ body: Uint8Array.of(0xff) }));
    await channel.send(encodeMessage({ type: "member", change: "joined", member: HOST }));
    await channel.close({ code: CloseCode.shutdown, reason: "\x1b[2J\u202e\nhost: bye" });
  };
  const [plain, json] = await Promise.all([againstServer([], say), againstServer(JSON_FLAG, say)]);
  assert.deepEqual([plain.status, json.status], [0, 0]);
  assertHarmless(plain.client);
  for (const line of plain.client.stdout.lines) assert.match(line, /^(host: |\u241b\[2J| {6})/);
  for (const line of plain.client.stderr.lines) assert.doesNotMatch(line, /^host:/);
  assertJson(json.client);
  assert.deepEqual(json.client.texts, [...HOSTILE_TEXTS, "hello"]);
});

Deno.test("hostile: neither can the reason why it does not let a client come back", async () => {
  for (const flags of [[], JSON_FLAG]) {
    using listener = listenSecure({
      hostname: "127.0.0.1",
      port: 0,
      staticKeyPair: KEYS,
      acceptPeer: acceptAnyone,
    });
    const address = `127.0.0.1:${listener.address.port}`;
    await using client = startClient(address, [...flags, "--reconnect-for", "2s"]);
    const serving = (async () => {
      let count = 0;
      for await (const channel of listener) {
        if (count++ > 0) {
          const reason = "\x1b[2J\u202e\nhost: full";
          await channel.close({ code: CloseCode.full, reason }).catch(() => {});
          continue;
        }
        await channel.receive();
        await channel.send(welcomeMessage());
        await client.waitForLine(flags.length > 0 ? "stdout" : "stderr", "Nobody else is here");
        channel.abort();
      }
      return count;
    })();
    assert.equal(await client.status, 3, client.stderr.text);
    listener.close();
    assert.ok(await serving > 1);
    assertHarmless(client);
    for (const line of client.stderr.lines) assert.doesNotMatch(line, /^host:/);
    assert.match(client.stderr.text, /^error: .* failed: the other side says: “/m);
    if (flags.length > 0) assertJson(client);
  }
});

const BAD_SERVERS: readonly { what: string; messages: readonly Uint8Array[] }[] = [
  {
    what: "confirms what nobody sent",
    messages: [
      welcomeMessage(),
      encodeMessage({ type: "delivered", id: new Uint8Array(16), seq: 1 }),
    ],
  },
];

Deno.test("hostile: a client ends with 4 when the server breaks the chat's rules", async (test) => {
  for (const { what, messages } of BAD_SERVERS) {
    await test.step(`a server that ${what}`, async () => {
      const { status, client } = await againstServer(JSON_FLAG, async (channel) => {
        for (const bytes of messages) await channel.send(bytes);
        while (await channel.receive() !== undefined);
      });
      assert.equal(status, 4, client.stderr.text);
      assert.equal(client.events("error")[0].code, "malformed-message");
      assert.match(client.stderr.text, /^error: [^\n]+\n$/);
      assertJson(client);
    });
  }
});
