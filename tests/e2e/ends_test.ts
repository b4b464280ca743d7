import assert from "node:assert/strict";
import {
  IDENTITY_NOTICE,
  type Program,
  type Server,
  startClient,
  startServer,
} from "../support/programs.ts";
import { Proxy } from "./proxy.ts";

const JSON_FLAG = ["--json"];

/** For clients whose conversation is over when their connection is. */
const ONCE = ["--json", "--no-reconnect"];

/** A server and a client that have met; the client does not come back, unless it is to. */
class Pair implements AsyncDisposable {
  constructor(readonly server: Server, readonly client: Program) {}

  static async meet(flags: readonly string[] = ONCE): Promise<Pair> {
    const server = await startServer(JSON_FLAG);
    const client = startClient(server.address, flags);
    const pair = new Pair(server, client);
    try {
      await Promise.all([client.waitForEvent("connected"), server.waitForEvent("member")]);
      return pair;
    } catch (error) {
      await pair[Symbol.asyncDispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose]() {
    await this.client[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
  }
}

/** The server has not spoken of a cut, or of anything else that went wrong. */
function assertNoCut(server: Program): void {
  for (const { text } of server.events("notice")) assert.doesNotMatch(text, /cut|fail|nothing/);
  assert.deepEqual(server.events("error"), []);
}

/** Writes lines into a program without a pause, until it is stopped or the program has ended. */
function keepSpeaking(program: Program): { stop(): Promise<void> } {
  let isFlowing = true;
  const flow = (async () => {
    while (isFlowing) await program.write("still speaking\n".repeat(50));
  })().catch(() => {});
  return {
    stop() {
      isFlowing = false;
      return flow;
    },
  };
}

Deno.test("ends: however a client ends, the server is told, and serves the next one", async (test) => {
  await using server = await startServer([...JSON_FLAG, "--grace", "0"]);
  const visits: Program[] = [];
  const visit = async () => {
    const client = startClient(server.address, JSON_FLAG);
    visits.push(client);
    await client.waitForEvent("connected");
    return client;
  };
  const left = async () => {
    let passedOver = visits.length - 1;
    return await server.waitForEvent(
      "member",
      ({ change }) => change === "left" && passedOver-- === 0,
    );
  };
  try {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      await test.step(`${signal}: 130`, async () => {
        const client = await visit();
        client.signal(signal);
        assert.equal(await client.status, 130);
        assert.equal(client.stdout.lines.at(-1), '{"event":"closed","reason":"you left"}');
        assert.equal(client.stderr.text, "");
        assert.equal((await left()).nick, "guest");
        assertNoCut(server);
      });
    }
    await test.step("the end of its input: 0", async () => {
      const client = await visit();
      await client.pipe("is anybody there?\n");
      assert.equal(await client.status, 0, client.stderr.text);
      assert.equal(client.stdout.lines.at(-1), '{"event":"closed","reason":"you left"}');
      await left();
      assert.deepEqual(server.texts, ["is anybody there?"]);
      assertNoCut(server);
    });
    await test.step("killed: the connection was cut", async () => {
      const client = await visit();
      client.signal("SIGKILL");
      const { nick, reason } = await left();
      assert.deepEqual([nick, reason], ["guest", "the connection was cut"]);
    });
    await test.step("and the next one gets in", async () => {
      const client = await visit();
      await client.pipe("I am\n");
      assert.equal(await client.status, 0, client.stderr.text);
      await server.waitForText("I am");
    });
  } finally {
    for (const client of visits) await client[Symbol.asyncDispose]();
  }
});

Deno.test("ends: a signal ends a server with 0, and the client is told", async () => {
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // The person at the server has had enough; or it is told to end, and may be started again.
    await using pair = await Pair.meet(signal === "SIGINT" ? JSON_FLAG : ONCE);
    const { server, client } = pair;
    server.signal(signal);
    assert.equal(await server.status, 0);
    assert.equal(server.stdout.lines.at(-1), '{"event":"closed","reason":"you left"}');
    assert.equal(await client.status, 0, signal);
    assert.equal(
      client.stdout.lines.at(-1),
      '{"event":"closed","reason":"the server left"}',
    );
    assert.equal(client.stderr.text + server.stderr.text, "");
  }
});

Deno.test("ends: a client waits for a server that was told to end, until it has had enough", async () => {
  for (const signal of ["SIGTERM", "SIGHUP"] as const) {
    await using pair = await Pair.meet(JSON_FLAG);
    const { server, client } = pair;
    server.signal(signal);
    assert.equal(await server.status, 0);
    const { attempt, reason } = await client.waitForEvent("reconnecting");
    assert.deepEqual([attempt, reason], [1, "the server is shutting down"]);
    const next = await client.waitForEvent("reconnecting", ({ attempt }) => attempt === 2);
    assert.match(next.reason, /^no server is listening at /);
    client.signal("SIGINT");
    assert.equal(await client.status, 130);
    assert.equal(client.stdout.lines.at(-1), '{"event":"closed","reason":"you left"}');
    assert.equal(client.stderr.text, "");
  }
});

Deno.test("ends: a server that nobody has joined ends at once", async () => {
  await using server = await startServer(JSON_FLAG);
  server.signal("SIGHUP");
  assert.equal(await server.status, 0);
  assert.equal(server.stdout.lines.at(-1), '{"event":"closed","reason":"you left"}');
});

Deno.test("ends: a server whose input waits for somebody ends when it is interrupted", async () => {
  await using server = await startServer(JSON_FLAG);
  await server.pipe("for whoever comes\n");
  server.signal("SIGINT");
  assert.equal(await server.status, 0);
  assert.deepEqual(server.events("delivered"), []);
});

Deno.test("ends: the end of its input ends a server with 0, and the client is told", async () => {
  await using pair = await Pair.meet();
  const { server, client } = pair;
  await server.pipe("that is all\n");
  assert.equal(await server.status, 0);
  assert.equal(await client.status, 0);
  assert.deepEqual(client.texts, ["that is all"]);
  assert.equal(
    client.stdout.lines.at(-1),
    '{"event":"closed","reason":"the server left"}',
  );
});

Deno.test("ends: a client that is not to come back says that the connection was cut when the server is killed", async () => {
  await using pair = await Pair.meet();
  const { server, client } = pair;
  server.signal("SIGKILL");
  assert.equal(await client.status, 3);
  assert.deepEqual(client.events("error").map(({ code }) => code), ["cut"]);
  assert.match(
    client.stderr.text,
    /^error: the connection was cut: it ended without a goodbye; connect again\n$/,
  );
  assert.deepEqual(client.events("closed"), [], "a cut is no goodbye");
});

Deno.test("ends: lines for a client that has gone after its last word wait for the next one", async () => {
  await using server = await startServer(JSON_FLAG);
  await using client = startClient(server.address, JSON_FLAG);
  const flow = keepSpeaking(server);
  await client.waitForText("still speaking");
  // It does not wait for the end of what the server pipes.
  await client.closeStdin();
  client.signal("SIGINT");
  assert.equal(await client.status, 130);
  await server.waitForEvent("member", ({ change }) => change === "left");
  assertNoCut(server);
  await using next = startClient(server.address, JSON_FLAG);
  await next.waitForText("still speaking");
  await flow.stop();
});

Deno.test("ends: an interrupted server says goodbye in the middle of what it pipes", async () => {
  await using server = await startServer(JSON_FLAG);
  await using client = startClient(server.address, JSON_FLAG);
  const flow = keepSpeaking(server);
  await client.waitForText("still speaking");
  server.signal("SIGINT");
  assert.equal(await server.status, 0);
  await flow.stop();
  assert.equal(await client.status, 0);
  assert.equal(
    client.stdout.lines.at(-1),
    '{"event":"closed","reason":"the server left"}',
  );
  const received = client.events("message").map(({ id }) => id);
  const delivered = server.events("delivered").map(({ id }) => id);
  assert.deepEqual(delivered, received.slice(0, delivered.length));
});

Deno.test("ends: a client whose lines were not confirmed says so when the server leaves", async () => {
  await using server = await startServer(JSON_FLAG);
  await using client = startClient(server.address, ONCE);
  const flow = keepSpeaking(client);
  await server.waitForText("still speaking");
  server.signal("SIGTERM");
  assert.equal(await server.status, 0);
  const status = await client.status;
  await flow.stop();
  // Whether the goodbye meets lines on their way is chance; if it does, they are not passed over.
  if (status === 0) {
    assert.equal(client.events("closed")[0].reason, "the server left");
  } else {
    assert.equal(status, 3);
    assert.match(
      client.stderr.text,
      /^error: the server left; line \d+ of the input was not confirmed(, nor \d+ after it)?\n$/,
    );
    const [first] = client.events("undelivered");
    assert.match(client.stderr.text, new RegExp(`line ${first.line} of`));
  }
});

Deno.test("ends: a pipe whose goodbye is cut off comes back to say it: 0, and it has left", async () => {
  await using server = await startServer([...JSON_FLAG, "--headless"]);
  await using ann = startClient(server.address, JSON_FLAG);
  await ann.waitForEvent("members");
  await using proxy = new Proxy(server.port);
  let cuts = 0;
  proxy.attack = (frame, wire) => {
    // Its fifth frame is what it says; the sixth one is the goodbye.
    if (cuts > 0 || frame.from === "server" || frame.index < 5) return [frame.bytes];
    cuts++;
    wire.cut();
    return [];
  };
  await using bob = startClient(proxy.address, ["--nick", "bob"]);
  await bob.pipe("that is all\n");
  assert.equal(await bob.status, 0, bob.stderr.text);
  assert.equal(cuts, 1);
  assert.match(bob.stderr.text, /^Connected again\.$/m);
  await ann.waitForEvent("member", ({ nick, change }) => nick === "bob" && change === "left");
  assert.deepEqual(ann.texts, ["that is all"]);
});

Deno.test("ends: a client that is interrupted during the handshake ends with 130 and says nothing", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  await using client = startClient(`127.0.0.1:${listener.addr.port}`);
  using connection = await accepted;
  await connection.read(new Uint8Array(1));
  client.signal("SIGINT");
  assert.equal(await client.status, 130);
  assert.equal(client.stdout.text, "");
  assert.equal(client.stderr.text, `${IDENTITY_NOTICE}\n`, "nothing else than before");
});

Deno.test("ends: a second interrupt ends a client that waits for an answer", async () => {
  await using pair = await Pair.meet();
  const { server, client } = pair;
  // A server that is stopped answers nothing.
  server.signal("SIGSTOP");
  client.signal("SIGINT");
  // Not the same one again: two of a kind that come too soon are one.
  client.signal("SIGTERM");
  assert.equal(await client.status, 130);
  assert.deepEqual(client.events("closed"), [], "it did not wait");
});
