import assert from "node:assert/strict";
import { EXECUTABLES, IDENTITY_NOTICE, runProgram, startServer } from "../support/programs.ts";
import type { ProgramName, ProgramOptions } from "../support/programs.ts";

interface Expectation {
  readonly status: number;
  readonly code: string | RegExp;
  /** The whole sentence, without `error: ` in front. */
  readonly message: string | RegExp;
}

/** Runs a program with `--json`, which tells people as well: the rest is one rule for all of them. */
async function assertFails(
  name: ProgramName,
  args: readonly string[],
  { status, code, message }: Expectation,
  options: ProgramOptions = {},
): Promise<void> {
  const json = await runProgram(name, ["--json", ...args], options);
  assert.equal(json.status, status, json.stderr);
  assert.match(json.stdout, /\n$/);
  const events = json.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  const event = events.pop();
  assert.deepEqual(events, noticesBefore(name, code).map((text) => ({ event: "notice", text })));
  assert.deepEqual(Object.keys(event), ["event", "code", "message"]);
  assert.equal(event.event, "error");
  assertIs(event.code, code);
  assertIs(event.message, message);
  assert.equal(json.stderr, `error: ${event.message}\n`);
}

/** The same failure without `--json`: in one sentence, and with `--verbose` where it comes from. */
async function assertTold(
  name: ProgramName,
  args: readonly string[],
  { status, code, message }: Expectation,
): Promise<void> {
  const asText = noticesBefore(name, code).map((text) => `${text}\n`).join("");
  const plain = await runProgram(name, args);
  assert.equal(plain.status, status, plain.stderr);
  assert.equal(plain.stdout, "");
  assert.equal(plain.stderr.slice(0, asText.length), asText);
  const error = plain.stderr.slice(asText.length);
  assert.match(error, /^error: [^\n]+\n$/);
  assertIs(error.slice("error: ".length, -1), message);
  const verbose = await runProgram(name, ["--verbose", ...args]);
  assert.equal(verbose.status, status);
  if (code !== "usage") assert.match(verbose.stderr, /\n {4}at /);
}

/** A client has got as far as that before it fails to connect; a server tells it when it listens. */
function noticesBefore(name: ProgramName, code: string | RegExp): readonly string[] {
  const isEarly = code === "usage" || code === "permission";
  return name === "client" && !isEarly ? [IDENTITY_NOTICE] : [];
}

function assertIs(text: string, expected: string | RegExp): void {
  if (typeof expected === "string") assert.equal(text, expected);
  else assert.match(text, expected);
}

/** A server in the test that does something else; it serves until it is disposed of. */
function otherServer(serve: (connection: Deno.TcpConn) => Promise<void>) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const visits = new Set<Promise<void>>();
  const connections = new Set<Deno.TcpConn>();
  const serving = (async () => {
    for await (const connection of listener) {
      connections.add(connection);
      const visit = serve(connection).catch(() => {}).finally(() => {
        connections.delete(connection);
        connection.close();
      });
      visits.add(visit);
    }
  })();
  return {
    address: `127.0.0.1:${listener.addr.port}`,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
      for (const connection of connections) await connection.closeWrite().catch(() => {});
      await Promise.all(visits);
    },
  };
}

async function readToEnd(connection: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  while (await connection.read(buffer) !== null);
}

/** Waits for the first bytes, says something, and reads until the other side hangs up. */
function answer(bytes: Uint8Array): (connection: Deno.TcpConn) => Promise<void> {
  return async (connection) => {
    await connection.read(new Uint8Array(65_536));
    for (let rest = bytes; rest.length > 0;) {
      rest = rest.subarray(await connection.write(rest));
    }
    await readToEnd(connection);
  };
}

const NOT_THIS_PROTOCOL = "the other side does not speak this protocol";
const CHECK = "check the address and the port";

Deno.test("errors: nobody is listening", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const address = `127.0.0.1:${listener.addr.port}`;
  listener.close();
  const expected = {
    status: 3,
    code: "connection-refused",
    message: `no server is listening at ${address}; start one there first: ` +
      (EXECUTABLES === undefined ? "deno run -NRWE server.ts" : "x25519-chat-server") +
      ` --listen ${address}`,
  };
  await assertFails("client", [address], expected);
  await assertTold("client", [address], expected);
});

Deno.test("errors: the port is in use", async () => {
  await using server = await startServer(["--json"], { stdin: "null" });
  const args = ["--listen", server.address];
  const expected = {
    status: 3,
    code: "address-in-use",
    message: /^127\.0\.0\.1:\d+ is in use by another program; .* --listen HOST:PORT; port 0 /,
  };
  await assertFails("server", args, expected);
});

Deno.test("errors: there is no such host", async () => {
  // A name with an empty label is known to be wrong without asking anybody.
  await assertFails("client", ["no..where:1"], {
    status: 3,
    code: "name-not-found",
    message: "there is no host named no..where; check the spelling",
  });
});

Deno.test("errors: an address of another machine cannot be listened at", async () => {
  await assertFails("server", ["--listen", "192.0.2.1:0"], {
    status: 3,
    code: "address-not-available",
    message: "192.0.2.1 is not an address of this machine; --listen takes an address of this " +
      "machine, or 0.0.0.0 for all of them",
  });
});

Deno.test("errors: a web server answers", async () => {
  const page = "HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nno\n";
  await using server = otherServer(answer(new TextEncoder().encode(page)));
  await assertFails("client", [server.address], {
    status: 4,
    code: "not-this-protocol",
    message: `${NOT_THIS_PROTOCOL} (it seems to be a web server); ${CHECK}`,
  });
});

Deno.test("errors: an echo comes back", async () => {
  await using server = otherServer(async (connection) => {
    const buffer = new Uint8Array(65_536);
    for (let size = await connection.read(buffer); size; size = await connection.read(buffer)) {
      await connection.write(buffer.subarray(0, size));
    }
  });
  await assertFails("client", [server.address], {
    status: 4,
    // Its first frame is the name of the protocol, where a handshake message should be.
    code: /^(handshake-failed|malformed-message|not-this-protocol)$/,
    message: /\b(handshake|protocol)\b/,
  });
});

Deno.test("errors: the other side hangs up at once", async () => {
  await using server = otherServer(() => Promise.resolve());
  await assertFails("client", [server.address], {
    status: 3,
    code: "handshake-ended",
    message: /^the other side ended the connection during the handshake; /,
  });
});

Deno.test("errors: wrong usage", async () => {
  await assertFails("server", ["--listen", "here:99999"], {
    status: 2,
    code: "usage",
    message: "option '--listen <HOST:PORT>' argument 'here:99999' is invalid: \"here:99999\" is " +
      "not an address; write HOST:PORT, for example 127.0.0.1:12345; see --help",
  });
  await assertTold("client", ["--no-such-flag"], {
    status: 2,
    code: "usage",
    message: "unknown option '--no-such-flag'; see --help",
  });
});

Deno.test("errors: an argument cannot write to the terminal", async () => {
  const { status, stderr, stdout } = await runProgram("client", ["--json", "\x1b[2J\u202e:x"]);
  assert.equal(status, 2);
  assert.doesNotMatch(stderr + stdout, /[\x1b\u202e]/);
  assert.match(JSON.parse(stdout).message, /\x1b\[2J\u202e/);
});

Deno.test({
  name: "errors: no permission for the network" +
    (EXECUTABLES === undefined ? "" : " (ignored: an executable has its permissions built in)"),
  ignore: EXECUTABLES !== undefined,
  async fn() {
    const run = "run it with: deno run -NRWE";
    await assertFails("client", ["127.0.0.1:1"], {
      status: 2,
      code: "permission",
      message: `this program is not allowed to connect to 127.0.0.1:1; ${run} client.ts`,
    }, { permissions: [] });
    await assertFails("server", ["--listen", "127.0.0.1:0"], {
      status: 2,
      code: "permission",
      message: `this program is not allowed to listen at 127.0.0.1:0; ${run} server.ts`,
    }, { permissions: ["--allow-net=example.org"] });
  },
});

Deno.test("errors: help and version are none", async () => {
  for (const name of ["client", "server"] as const) {
    const help = await runProgram(name, ["--help"]);
    assert.equal(help.status, 0);
    assert.equal(help.stderr, "");
    assert.match(help.stdout, /^Usage: \S+ \[options\]/);
    for (const flag of ["--nick", "--cipher", "--classical", "--json", "--quiet", "--verbose"]) {
      assert.ok(help.stdout.includes(flag), flag);
    }
    for (const line of help.stdout.split("\n")) assert.ok(line.length <= 100, line);
    const version = await runProgram(name, ["--version"]);
    assert.equal(version.status, 0);
    assert.match(version.stdout, /^\S+ \d+\.\d+\.\d+\n$/);
    assert.equal(version.stderr, "");
  }
});
