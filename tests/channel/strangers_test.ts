import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { acceptAnyone, encodeFrame, protocolName, SecureChannel } from "../../lib/channel/mod.ts";
import { guessProtocol } from "../../lib/channel/handshake/guess_protocol.ts";
import { join, memoryPair, type MemoryTransport } from "../support/wire.ts";
import {
  classical,
  CLIENT_KEYS,
  described,
  pattern,
  random,
  rejection,
  SERVER_KEYS,
  utf8,
} from "./support.ts";

const NOT_THIS = "ProtocolError/not-this-protocol";
const UNKNOWN = "ProtocolError/unknown-protocol";
const ENDED = "NetworkError/handshake-ended";

/** What a stranger who says something and then hangs up gets from a server. */
async function strangerCalls(
  bytes: Uint8Array,
  chunkSize = bytes.length || 1,
): Promise<{ code: string; message: string }> {
  const { client, server } = memoryPair();
  const result = rejection(
    SecureChannel.establish("responder", server, {
      staticKeyPair: SERVER_KEYS,
      acceptPeer: acceptAnyone,
    }),
  );
  await say(client, bytes, chunkSize);
  const error = await result;
  assert.equal(server.outgoing.given, 0, "a stranger gets no answer, and no reason");
  assert.equal(server.closeCount, 1);
  return { code: described(error), message: (error as Error).message };
}

async function say(
  transport: MemoryTransport,
  bytes: Uint8Array,
  chunkSize: number,
): Promise<void> {
  const writer = transport.writable.getWriter();
  writer.closed.catch(() => {});
  for (let offset = 0; offset < bytes.length; offset += chunkSize) {
    await writer.write(bytes.subarray(offset, offset + chunkSize)).catch(() => {});
  }
  transport.outgoing.finish();
}

const GREETINGS: Record<string, [bytes: Uint8Array, guess: string | undefined]> = {
  "HTTP GET": [utf8("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), "a web browser"],
  "HTTP POST": [utf8("POST /login HTTP/1.1\r\n\r\n"), "a web browser"],
  "HTTP HEAD": [utf8("HEAD / HTTP/1.0\r\n\r\n"), "a web browser"],
  "HTTP/2": [utf8("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "a web browser"],
  "SSH": [utf8("SSH-2.0-OpenSSH_9.6\r\n"), "SSH"],
  "TLS": [join([Uint8Array.of(0x16, 3, 1, 2, 0, 1), pattern(508)]), "TLS"],
  "a mail server": [utf8("220 mail.example ESMTP\r\n"), "a mail or file server"],
  "a chat by hand": [utf8("hello, is anybody there?\n"), undefined],
  "zeros": [new Uint8Array(100), undefined],
  "ones": [new Uint8Array(100).fill(255), undefined],
};

for (const [who, [bytes, guess]] of Object.entries(GREETINGS)) {
  Deno.test(`a server refuses ${who}, in whatever pieces it comes`, async () => {
    for (const chunkSize of [bytes.length, 1, 5]) {
      const { code, message } = await strangerCalls(bytes, chunkSize);
      assert.equal(code, NOT_THIS);
      if (guess === undefined) assert.doesNotMatch(message, /seems to be/);
      else if (chunkSize === bytes.length) assert.ok(message.includes(guess), message);
    }
  });
}

Deno.test("a server refuses names that it does not speak", async () => {
  const names: [name: string, code: string][] = [
    ["Noise_XX_25519_ChaChaPoly_SHA256", UNKNOWN],
    ["Noise_XX_25519_AESGCM_SHA512", UNKNOWN],
    ["Noise_NN_25519_AESGCM_SHA256", UNKNOWN],
    ["Noise_XX_25519_AESGCM_SHA256 ", UNKNOWN],
    ["Noise_XX_25519_AESGCM_SHA256\0", UNKNOWN],
    ["Noise_XXpsk3_25519_AESGCM_SHA256", UNKNOWN],
    ["Noise_", UNKNOWN],
    ["noise_xx_25519_aesgcm_sha256", NOT_THIS],
    ["Noise", NOT_THIS],
    ["N", NOT_THIS],
    ["\uFEFFNoise_XX_25519_AESGCM_SHA256", NOT_THIS],
    ["__proto__", NOT_THIS],
  ];
  for (const [name, code] of names) {
    assert.equal((await strangerCalls(encodeFrame(utf8(name)))).code, code, name);
  }
});

Deno.test("a server refuses a name with a byte that only looks right in another encoding", async () => {
  for (const byte of [0x80, 0xc3, 0xff]) {
    const name = utf8(protocolName());
    name[10] = byte;
    assert.equal((await strangerCalls(encodeFrame(name))).code, UNKNOWN);
  }
});

Deno.test("a server takes a name of 255 bytes for a name, and refuses 256 unread", async () => {
  const name = utf8("Noise_".padEnd(255, "x"));
  assert.equal((await strangerCalls(encodeFrame(name))).code, UNKNOWN);
  for (const size of [256, 65_535, 65_536, 0xffff_ffff, 0]) {
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, size);
    assert.equal((await strangerCalls(header)).code, NOT_THIS, `${size} bytes`);
  }
});

Deno.test("a server is not shaken by hanging up at any byte of a proper start", async () => {
  const start = join([encodeFrame(utf8(classical("cbc"))), encodeFrame(pattern(32))]);
  for (let size = 0; size < start.length; size++) {
    assert.equal((await strangerCalls(start.slice(0, size))).code, ENDED, `${size} bytes`);
  }
});

Deno.test("a server refuses any random bytes", async () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    // What looks like frames with small bodies.
    fc.array(fc.uint8Array({ minLength: 1, maxLength: 80 }).map(encodeFrame)).map(join),
  );
  await fc.assert(
    fc.asyncProperty(bytes, fc.integer({ min: 1, max: 50 }), async (bytes, chunkSize) => {
      const { code } = await strangerCalls(bytes, chunkSize);
      assert.ok([NOT_THIS, UNKNOWN, ENDED].includes(code), code);
    }),
    { numRuns: 200 },
  );
});

Deno.test("a server refuses random bytes behind a proper name", async () => {
  // Of these, some are a valid first message (any 32 bytes are a public key): then it waits for the
  // third, which nobody can make up.
  const messages = fc.array(
    fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.uint8Array({ minLength: 1216, maxLength: 1216 }),
    ),
    { minLength: 1, maxLength: 3 },
  );
  const names = fc.constantFrom(protocolName(), classical("cbc"), classical("gcm"));
  await fc.assert(
    fc.asyncProperty(names, messages, async (name, messages) => {
      const { client, server } = memoryPair();
      const result = rejection(
        SecureChannel.establish("responder", server, {
          staticKeyPair: SERVER_KEYS,
          acceptPeer: acceptAnyone,
        }),
      );
      await say(client, join([utf8(name), ...messages].map(encodeFrame)), 10_000);
      const code = described(await result);
      assert.match(
        code,
        /^ProtocolError\/malformed-message$|^AuthenticationError\/|^NetworkError\/(handshake-ended|hung-up)$/,
      );
      assert.equal(server.closeCount, 1);
    }),
    { numRuns: 150 },
  );
});

Deno.test("a server waits for who says nothing only as long as it was told to", async () => {
  for (const start of [new Uint8Array(0), Uint8Array.of(0), encodeFrame(utf8(classical("cbc")))]) {
    const { client, server } = memoryPair();
    if (start.length > 0) await client.writable.getWriter().write(start);
    const error = await rejection(
      SecureChannel.establish("responder", server, {
        staticKeyPair: SERVER_KEYS,
        acceptPeer: acceptAnyone,
        handshakeTimeout: 5,
      }),
    );
    assert.equal(described(error), "NetworkError/timed-out");
    assert.equal(server.outgoing.given, 0);
    assert.equal(server.closeCount, 1);
  }
});

/** What a client makes of a server that answers with given bytes. */
async function clientMeets(
  serve: (server: MemoryTransport) => Promise<void>,
  name = classical("cbc"),
): Promise<{ code: string; message: string }> {
  const { client, server } = memoryPair();
  const served = serve(server);
  const error = await rejection(
    SecureChannel.establish("initiator", client, {
      staticKeyPair: CLIENT_KEYS,
      acceptPeer: acceptAnyone,
      protocols: [name],
    }),
  );
  await served;
  assert.equal(client.closeCount, 1);
  return { code: described(error), message: (error as Error).message };
}

for (const [who, [bytes, guess]] of Object.entries(GREETINGS)) {
  Deno.test(`a client refuses ${who}`, async () => {
    for (const chunkSize of [bytes.length, 1]) {
      const { code, message } = await clientMeets((server) => say(server, bytes, chunkSize));
      assert.equal(code, NOT_THIS);
      if (guess !== undefined && chunkSize === bytes.length) assert.ok(message.includes(guess));
    }
  });
}

Deno.test("a client refuses a web server", async () => {
  const answer = utf8("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
  const { code, message } = await clientMeets((server) => say(server, answer, answer.length));
  assert.equal(code, NOT_THIS);
  assert.ok(message.includes("a web server"), message);
});

Deno.test("a client refuses a server that hangs up at once, or in the middle", async () => {
  for (
    const start of [new Uint8Array(0), Uint8Array.of(0, 0, 0), encodeFrame(pattern(9)).slice(6)]
  ) {
    const { code } = await clientMeets((server) => say(server, start, 100));
    assert.match(code, /handshake-ended|not-this-protocol/);
  }
});

Deno.test("a client refuses its own bytes, sent back", async () => {
  for (const name of [protocolName(), classical("cbc"), classical("gcm")]) {
    const { code } = await clientMeets(async (server) => {
      const echo = server.writable.getWriter();
      echo.closed.catch(() => {});
      for await (const chunk of server.readable) await echo.write(chunk).catch(() => {});
    }, name);
    assert.match(
      code,
      /^AuthenticationError\/handshake-failed$|^ProtocolError\/malformed-message$/,
    );
  }
});

Deno.test("a client refuses its own first message, sent back as the answer", async () => {
  for (const name of [protocolName(), classical("cbc"), classical("gcm")]) {
    const { code } = await clientMeets(async (server) => {
      let seen: Uint8Array = new Uint8Array(0);
      const start = 4 + name.length;
      for await (const chunk of server.readable) {
        const before = seen.length;
        seen = join([seen, chunk]);
        if (before <= start && seen.length > start) break;
      }
      await say(server, seen.slice(start), 5_000);
    }, name);
    assert.match(
      code,
      /^AuthenticationError\/handshake-failed$|^ProtocolError\/malformed-message$|^NetworkError\//,
    );
  }
});

Deno.test("a client refuses any random answer", async () => {
  const answers = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.uint8Array({ minLength: 1, maxLength: 300 }).map(encodeFrame),
    // The sizes of real answers.
    fc.constantFrom(192, 96, 1344, 1200).map((size) => encodeFrame(random(size))),
  );
  const names = fc.constantFrom(protocolName(), classical("cbc"), classical("gcm"));
  await fc.assert(
    fc.asyncProperty(names, answers, async (name, answer) => {
      const { code } = await clientMeets((server) => say(server, answer, 1000), name);
      assert.match(
        code,
        /^AuthenticationError\/|^ProtocolError\/|^NetworkError\/(handshake-ended|hung-up)$/,
      );
    }),
    { numRuns: 150 },
  );
});

Deno.test("guessProtocol: never trips over what strangers send", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
    const guess = guessProtocol(bytes);
    assert.ok(guess === undefined || guess.length > 0);
  }));
  assert.equal(guessProtocol(new Uint8Array(0)), undefined);
  assert.equal(guessProtocol(utf8("GET")), undefined);
});
