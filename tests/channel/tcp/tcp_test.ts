import assert from "node:assert/strict";
import {
  acceptAnyone,
  type Acceptor,
  CloseCode,
  connectSecure,
  type ConnectSecureOptions,
  listenSecure,
  type ListenSecureOptions,
  MAX_PENDING_HANDSHAKES,
  type SecureChannel,
  SecureListener,
} from "../../../lib/channel/mod.ts";
import { tcpAcceptor } from "../../../lib/channel/tcp/tcp.ts";
import { generateX25519KeyPair } from "../../../lib/crypto/mod.ts";
import {
  assertSame,
  CIPHERS,
  classical,
  CLIENT_KEYS,
  described,
  failure,
  fromUtf8,
  isPending,
  pattern,
  random,
  receiveAll,
  Recorder,
  rejection,
  same,
  SERVER_KEYS,
  turns,
  until,
  utf8,
} from "../support.ts";

const LOCAL = "127.0.0.1";
const CUT = "NetworkError/cut";
const REFUSED = "AuthenticationError/key-refused";

function listen(options: Partial<ListenSecureOptions> = {}): SecureListener {
  return listenSecure({
    acceptPeer: acceptAnyone,
    hostname: LOCAL,
    port: 0,
    staticKeyPair: SERVER_KEYS,
    ...options,
  });
}

function connect(
  listener: SecureListener,
  options: Partial<ConnectSecureOptions> = {},
): Promise<SecureChannel> {
  return connectSecure({
    acceptPeer: acceptAnyone,
    ...listener.address,
    staticKeyPair: CLIENT_KEYS,
    protocols: [classical("cbc")],
    ...options,
  });
}

async function pair(
  listener: SecureListener,
  options: Partial<ConnectSecureOptions> = {},
): Promise<{ client: SecureChannel; server: SecureChannel }> {
  const [client, server] = await Promise.all([connect(listener, options), listener.accept()]);
  assert.ok(server !== undefined);
  return { client, server };
}

/** Whether an honest client gets in, is heard and answered. */
async function assertServes(listener: SecureListener): Promise<void> {
  const { client, server } = await pair(listener);
  await client.send(utf8("is anybody there?"));
  assert.equal(fromUtf8(await server.receive()), "is anybody there?");
  await server.send(utf8("yes"));
  assert.equal(fromUtf8(await client.receive()), "yes");
  await Promise.all([client.close(), server.close()]);
}

/** Somebody who connects, says some bytes, and stays until the server hangs up. */
async function stranger(listener: SecureListener, bytes: Uint8Array): Promise<Stranger> {
  const connection = await Deno.connect({ hostname: LOCAL, port: listener.address.port });
  const { hostname, port } = connection.localAddr;
  const gone = (async () => {
    let heard = 0;
    try {
      for (let sent = 0; sent < bytes.length;) {
        sent += await connection.write(bytes.subarray(sent));
      }
      const buffer = new Uint8Array(1024);
      for (let size = await connection.read(buffer); size !== null;) {
        heard += size;
        size = await connection.read(buffer);
      }
    } catch {
      // A reset: hung up all the same.
    } finally {
      connection.close();
    }
    return heard;
  })();
  return { address: `${hostname}:${port}`, gone };
}

interface Stranger {
  readonly address: string;
  /** How many bytes it heard until the server hung up. */
  readonly gone: Promise<number>;
}

/** Remembers who failed, and how. */
class Failures {
  readonly all: { address: string; error: unknown }[] = [];
  readonly onFailure = (error: unknown, address: string): void => {
    this.all.push({ address, error });
  };

  get codes(): string[] {
    return this.all.map(({ error }) => described(error));
  }

  get addresses(): string[] {
    return this.all.map(({ address }) => address);
  }
}

// Messages.

for (const cipher of CIPHERS) {
  Deno.test(`TCP, ${cipher}: messages of all sizes both ways at once`, async () => {
    using listener = listen();
    const { client, server } = await pair(listener, { protocols: [classical(cipher)] });
    const sizes = [0, 1, 100, 65_000, 65_535, 65_536, 262_144, 5, 200_000, 17];
    const messages = sizes.map((size) => random(size));
    const run = async (channel: SecureChannel) => {
      const receiving = receiveAll(channel);
      for (const message of messages) await channel.send(message);
      await channel.end();
      return await receiving;
    };
    for (const received of await Promise.all([run(client), run(server)])) {
      assert.equal(received.length, messages.length);
      assert.ok(received.every((message, index) => same(message, messages[index])));
    }
    await Promise.all([client.closed, server.closed]);
  });

  Deno.test(`TCP, ${cipher}: a side that does not receive reads nothing, and nothing is lost`, async () => {
    using listener = listen();
    const { client, server } = await pair(listener, { protocols: [classical(cipher)] });
    // More than the system's buffers hold on the way.
    const count = 250;
    let sent = 0;
    const sending = (async () => {
      for (; sent < count; sent++) await client.send(pattern(65_536, sent));
    })();
    assert.equal(await isPending(sending), true);
    assert.ok(sent < count);
    for (let index = 0; index < count; index++) {
      assertSame(await server.receive(), pattern(65_536, index));
    }
    await sending;
    await Promise.all([client.close(), server.close()]);
  });

  Deno.test(`TCP, ${cipher}: who is not let in hears why, even while it sends without a pause`, async () => {
    for (const where of ["handshake", "room"] as const) {
      const failures = new Failures();
      using listener = listen({ ...failures, acceptPeer: () => where === "room" });
      const client = await connect(listener, { protocols: [classical(cipher)] });
      const sending = rejection((async () => {
        while (true) await client.send(pattern(65_536));
      })());
      const closing = where === "room"
        ? listener.accept().then((server) =>
          server?.close({ code: CloseCode.full, reason: "full" })
        )
        : undefined;
      const expected = where === "room" ? "NetworkError/room-full" : REFUSED;
      assert.equal(await failure(client.receive()), expected);
      await sending;
      await closing;
      await client.closed;
      if (where === "handshake") {
        await until(() => failures.all.length > 0);
        assert.deepEqual(failures.codes, [REFUSED]);
      }
    }
  });
}

Deno.test("TCP: who hears nothing before it has been hung up on still hears why", async () => {
  for (const cipher of CIPHERS) {
    using listener = listen();
    const { client, server } = await pair(listener, { protocols: [classical(cipher)] });
    await server.end({ code: CloseCode.full, reason: "full" });
    const closing = server.close(undefined, 20);
    // It only sends, until that fails: the connection has been reset, with bytes in it unread.
    const sending = rejection((async () => {
      while (true) await client.send(pattern(65_536));
    })());
    assert.equal(described(await sending), CUT);
    assert.equal(await failure(client.receive()), "NetworkError/room-full");
    await closing;
    await Promise.all([client.closed, server.closed]);
  }
});

Deno.test("TCP: a side that was given up is a cut for the other", async () => {
  using listener = listen();
  for (const first of ["client", "server"] as const) {
    const ends = await pair(listener);
    const second = first === "client" ? "server" : "client";
    const waiting = failure(ends[second].receive());
    ends[first].abort();
    assert.equal(await waiting, CUT);
    await Promise.all([ends.client.closed, ends.server.closed]);
  }
});

Deno.test("TCP: nothing is read before somebody receives", async () => {
  using listener = listen();
  const trace = new Recorder();
  const accepting = listener.accept();
  const client = await connect(listener, { trace });
  const server = await accepting;
  assert.ok(server !== undefined);
  const before = trace.count("in");
  await server.send(utf8("waiting"));
  assert.equal(await isPending(new Promise(() => {})), true);
  assert.equal(trace.count("in"), before);
  assert.equal(fromUtf8(await client.receive()), "waiting");
  await Promise.all([client.close(), server.close()]);
});

// The listener.

Deno.test("listener: gives the port that the system chose", () => {
  using listener = listen();
  assert.equal(listener.address.hostname, LOCAL);
  assert.ok(listener.address.port > 0);
  assert.equal(MAX_PENDING_HANDSHAKES, 256);
});

Deno.test("listener: a hundred connections at once", async () => {
  using listener = listen();
  const count = 100;
  const serving = (async () => {
    const served: Promise<void>[] = [];
    for await (const channel of listener) {
      served.push((async () => {
        const name = await channel.receive();
        await channel.send(utf8(`hello ${fromUtf8(name)}`));
        await channel.close();
      })());
      if (served.length === count) break;
    }
    await Promise.all(served);
  })();
  await Promise.all(Array.from({ length: count }, async (_, index) => {
    const channel = await connect(listener);
    await channel.send(utf8(String(index)));
    assert.equal(fromUtf8(await channel.receive()), `hello ${index}`);
    await channel.close();
  }));
  await serving;
});

Deno.test("listener: 2,000 silent connections keep nobody out", async () => {
  const failures = new Failures();
  const maxPendingHandshakes = 32;
  const listener = listen({ ...failures, maxPendingHandshakes, handshakeTimeout: 60_000 });
  const strangers: Stranger[] = [];
  for (let turn = 0; turn < 10; turn++) {
    strangers.push(
      ...await Promise.all(
        Array.from({ length: 200 }, () => stranger(listener, new Uint8Array(0))),
      ),
    );
    await assertServes(listener);
  }
  // Each was told once, but for those still waited for; the honest client has taken one place.
  assert.equal(strangers.length - failures.all.length, maxPendingHandshakes - 1);
  assert.ok(failures.codes.every((code) => code === "NetworkError/too-many-connections"));
  const known = new Set(strangers.map(({ address }) => address));
  assert.ok(failures.addresses.every((address) => known.has(address)));

  listener.close();
  const heard = await Promise.all(strangers.map(({ gone }) => gone));
  assert.ok(heard.every((size) => size === 0), "nobody who is silent is told anything");
});

Deno.test("listener: the oldest handshake gives way, not the newest", async () => {
  const failures = new Failures();
  using listener = listen({ ...failures, maxPendingHandshakes: 2 });
  const strangers: Stranger[] = [];
  for (let turn = 0; turn < 5; turn++) {
    strangers.push(await stranger(listener, new Uint8Array(0)));
    await until(() => failures.all.length === Math.max(0, turn - 1));
  }
  assert.deepEqual(failures.addresses, strangers.slice(0, 3).map(({ address }) => address));
  listener.close();
  await Promise.all(strangers.map(({ gone }) => gone));
});

Deno.test("listener: a flood of garbage keeps nobody out, and each failure is told once", async () => {
  const failures = new Failures();
  using listener = listen(failures);
  const strangers: Stranger[] = [];
  for (let turn = 0; turn < 4; turn++) {
    const garbage = Array.from(
      { length: 50 },
      (_, index) => index % 2 === 0 ? random(300) : utf8("GET / HTTP/1.1\r\n\r\n"),
    ).map((bytes) => {
      // A length that no name can have, whatever is drawn.
      if (bytes.length === 300) bytes[0] = 0xff;
      return bytes;
    });
    strangers.push(...await Promise.all(garbage.map((bytes) => stranger(listener, bytes))));
    await assertServes(listener);
  }
  const heard = await Promise.all(strangers.map(({ gone }) => gone));
  assert.ok(heard.every((size) => size === 0), "no stranger is told anything");
  await until(() => failures.all.length >= strangers.length);
  assert.ok(failures.codes.every((code) => code === "ProtocolError/not-this-protocol"));
  assert.deepEqual(
    failures.addresses.toSorted(),
    strangers.map(({ address }) => address).toSorted(),
  );
});

Deno.test("listener: those who may not enter and do not leave keep nobody out", async () => {
  const failures = new Failures();
  const welcome = await generateX25519KeyPair();
  const listener = listen({
    ...failures,
    maxPendingHandshakes: 4,
    acceptPeer: (key) => same(key, welcome.publicKey),
  });
  const refused: SecureChannel[] = [];
  for (let turn = 0; turn < 20; turn++) refused.push(await connect(listener));
  const { client, server } = await pair(listener, { staticKeyPair: welcome });
  await Promise.all([client.close(), server.close()]);
  // All but the last few have been given up without waiting for them to leave.
  await until(() => failures.all.length >= 16);
  listener.close();
  for (const channel of refused) assert.equal(await failure(channel.receive()), REFUSED);
});

Deno.test("listener: closing it gives up the handshakes under way, and no channel", async () => {
  const failures = new Failures();
  const listener = listen(failures);
  const { client, server } = await pair(listener);
  const starts = [new Uint8Array(0), utf8("\0"), utf8("\0\0\0\x1CNoise_XX_25519_AESCBC_SHA256")];
  const strangers = await Promise.all(
    Array.from({ length: 12 }, (_, index) => stranger(listener, starts[index % 3])),
  );
  // The listener knows of all of them once it has dealt with one who came later.
  await assertServes(listener);
  listener.close();
  listener.close();
  await Promise.all(strangers.map(({ gone }) => gone));
  assert.equal(failures.all.length, 0, "to be given up is not their failure");
  assert.equal(await listener.accept(), undefined);

  await client.send(utf8("still here"));
  assert.equal(fromUtf8(await server.receive()), "still here");
  await Promise.all([client.close(), server.close()]);
});

Deno.test("listener: channels that nobody took are given up when it is closed", async () => {
  const trace = new Recorder();
  const listener = listen({ trace });
  const clients = await Promise.all([connect(listener), connect(listener)]);
  const waiting = clients.map((client) => failure(client.receive()));
  await until(() => trace.of("handshake").filter(({ step }) => step.kind === "split").length === 2);
  await turns();
  await Promise.all(clients.map((client) => client.send(utf8("hello?"))));
  listener.close();
  assert.deepEqual(await Promise.all(waiting), [CUT, CUT]);
});

Deno.test("listener: of the channels that nobody takes, the oldest is given up", async () => {
  using listener = listen({ maxPendingHandshakes: 2 });
  const first = await connect(listener);
  // The end of the first tells that the third has arrived, so the others must come after it in turn.
  const ended = rejection(first.receive());
  const others = [await connect(listener), await connect(listener)];
  assert.equal(described(await ended), CUT);
  for (const client of others) {
    const server = await listener.accept();
    assert.ok(server !== undefined);
    await server.send(utf8("welcome"));
    assert.equal(fromUtf8(await client.receive()), "welcome");
    await Promise.all([client.close(), server.close()]);
  }
});

Deno.test("listener: when the system has no more sockets, the oldest handshake makes room", async () => {
  const failures = new Failures();
  const system = tcpAcceptor({ hostname: LOCAL, port: 0 });
  let accepted = 0;
  const short: Acceptor = {
    ...system,
    accept: () =>
      accepted++ === 1
        ? Promise.reject(Object.assign(new Error("too many open files"), { code: "EMFILE" }))
        : system.accept(),
  };
  using listener = new SecureListener([short], {
    acceptPeer: acceptAnyone,
    ...failures,
    staticKeyPair: SERVER_KEYS,
  });
  const silent = await stranger(listener, new Uint8Array(0));
  assert.equal(await silent.gone, 0);
  await until(() => failures.all.length > 0);
  assert.deepEqual(failures.addresses, [silent.address]);
  await assertServes(listener);
});

Deno.test("listener: what else goes wrong while it accepts is nobody's end", async () => {
  const failures = new Failures();
  const system = tcpAcceptor({ hostname: LOCAL, port: 0 });
  let accepted = 0;
  const odd: Acceptor = {
    ...system,
    accept: () =>
      accepted++ === 1 ? Promise.reject(new Error("something unheard-of")) : system.accept(),
  };
  using listener = new SecureListener([odd], {
    acceptPeer: acceptAnyone,
    ...failures,
    staticKeyPair: SERVER_KEYS,
  });
  const silent = await stranger(listener, new Uint8Array(0));
  await until(() => accepted > 2);
  await assertServes(listener);
  assert.deepEqual(failures.addresses, []);
  listener.close();
  await silent.gone;
});

Deno.test("listener: a connection that was reset before its turn is passed over, and nobody else ends for it", async () => {
  const errors = [
    new Deno.errors.NotConnected("Transport endpoint is not connected"),
    new Deno.errors.ConnectionReset("reset"),
    new Deno.errors.ConnectionAborted("aborted"),
  ];
  const { listen } = Deno;
  Deno.listen = ((options: Deno.TcpListenOptions) => {
    const listener = listen(options);
    const accept = listener.accept.bind(listener);
    listener.accept = () => {
      const error = errors.shift();
      return error === undefined ? accept() : Promise.reject(error);
    };
    return listener;
  }) as typeof Deno.listen;
  let acceptor: Acceptor;
  try {
    acceptor = tcpAcceptor({ hostname: LOCAL, port: 0 });
  } finally {
    Deno.listen = listen;
  }
  const [transport, client] = await Promise.all([
    acceptor.accept(),
    Deno.connect({ hostname: LOCAL, port: acceptor.address.port }),
  ]);
  assert.deepEqual(errors, []);
  transport.close();
  client.close();
  acceptor.close();
});

Deno.test("listener: closing it ends all who wait for a channel", async () => {
  const listener = listen();
  const waiting = [listener.accept(), listener.accept()];
  const iterating = (async () => {
    for await (const channel of listener) channel.abort();
  })();
  assert.equal(await isPending(waiting[0]), true);
  listener.close();
  assert.deepEqual(await Promise.all(waiting), [undefined, undefined]);
  await iterating;
});

Deno.test("listener: a signal closes it, before and after", async () => {
  const controller = new AbortController();
  const listener = listen({ signal: controller.signal });
  await assertServes(listener);
  const waiting = listener.accept();
  const silent = await stranger(listener, new Uint8Array(0));
  controller.abort();
  assert.equal(await waiting, undefined);
  await silent.gone;

  const never = listen({ signal: AbortSignal.abort() });
  assert.equal(await never.accept(), undefined);
});

Deno.test("listener: a signal ends the waiting for a channel, and none is lost", async () => {
  using listener = listen();
  const controller = new AbortController();
  const reason = new Error("not now");
  const waiting = rejection(listener.accept({ signal: controller.signal }));
  controller.abort(reason);
  assert.equal(await waiting, reason);
  await assertServes(listener);
});

Deno.test("listener: those who hang up in the handshake are failures, each told once", async () => {
  const failures = new Failures();
  using listener = listen(failures);
  const starts = [
    "",
    "\0\0",
    "\0\0\0\x1CNoise_XX_25519",
    "\0\0\0\x1CNoise_XX_25519_AESCBC_SHA256\0",
  ];
  for (const [index, start] of starts.entries()) {
    const connection = await Deno.connect({ hostname: LOCAL, port: listener.address.port });
    if (start !== "") await connection.write(utf8(start));
    connection.close();
    await until(() => failures.all.length > index);
    await assertServes(listener);
    assert.equal(failures.all.length, index + 1);
  }
  assert.ok(failures.codes.every((code) => code === "NetworkError/handshake-ended"));
});

Deno.test("listener: a handshake has its time, and no more", async () => {
  const failures = new Failures();
  using listener = listen({ ...failures, handshakeTimeout: 10 });
  const silent = await stranger(listener, new Uint8Array(0));
  assert.equal(await silent.gone, 0);
  await until(() => failures.all.length > 0);
  assert.deepEqual(failures.codes, ["NetworkError/timed-out"]);
  assert.deepEqual(failures.addresses, [silent.address]);
});

// Addresses that do not work.

/** `Class/code` of what a call throws. */
function thrown(call: () => Disposable): string {
  try {
    call()[Symbol.dispose]();
  } catch (error) {
    return described(error);
  }
  return "nothing";
}

Deno.test("listening: a port in use, and addresses that are not this machine's", () => {
  using listener = listen();
  assert.equal(
    thrown(() => listen({ port: listener.address.port })),
    "NetworkError/address-in-use",
  );
  // TEST-NET-1 (RFC 5737) is nobody's.
  assert.equal(
    thrown(() => listen({ hostname: "192.0.2.1" })),
    "NetworkError/address-not-available",
  );
  assert.equal(thrown(() => listen({ hostname: NO_SUCH_HOST })), "NetworkError/name-not-found");
});

/** A name with a part of more than 63 characters: no resolver needs to ask anybody for that. */
const NO_SUCH_HOST = `${"x".repeat(64)}.invalid`;

Deno.test("connecting: nobody listens there", async () => {
  const listener = Deno.listen({ hostname: LOCAL, port: 0 });
  const { port } = listener.addr;
  listener.close();
  const error = await rejection(
    connectSecure({ acceptPeer: acceptAnyone, hostname: LOCAL, port, staticKeyPair: CLIENT_KEYS }),
  );
  assert.equal(described(error), "NetworkError/connection-refused");
  assert.ok(error instanceof Error && error.message.includes(`${LOCAL}:${port}`));
});

Deno.test({
  name: "connecting: a host that does not exist",
  // Deno 2.4 itself leaks a handle when a name that is looked up with a signal is not found.
  sanitizeResources: !Deno.version.deno.startsWith("2.4."),
  async fn() {
    const connecting = connectSecure({
      hostname: NO_SUCH_HOST,
      port: 1,
      staticKeyPair: CLIENT_KEYS,
      acceptPeer: acceptAnyone,
    });
    assert.equal(await failure(connecting), "NetworkError/name-not-found");
  },
});

Deno.test("connecting: a signal that is aborted before, or during the handshake", async () => {
  using listener = listen();
  const reason = new Error("changed my mind");
  await assert.rejects(connect(listener, { signal: AbortSignal.abort(reason) }), reason);

  const silent = Deno.listen({ hostname: LOCAL, port: 0 });
  const controller = new AbortController();
  const connecting = rejection(
    connectSecure({
      hostname: LOCAL,
      port: silent.addr.port,
      staticKeyPair: CLIENT_KEYS,
      acceptPeer: acceptAnyone,
      signal: controller.signal,
    }),
  );
  const accepted = await silent.accept();
  controller.abort(reason);
  assert.equal(await connecting, reason);
  accepted.close();
  silent.close();
});

Deno.test("connecting: a server that says nothing, hangs up, or speaks something else", async () => {
  const cases: [answer: Uint8Array | undefined, expected: RegExp][] = [
    [undefined, /^NetworkError\/timed-out$/],
    [new Uint8Array(0), /^NetworkError\/handshake-ended$/],
    [utf8("HTTP/1.1 400 Bad Request\r\n\r\n"), /^ProtocolError\/not-this-protocol$/],
    [utf8("SSH-2.0-OpenSSH_9.6\r\n"), /^ProtocolError\/not-this-protocol$/],
  ];
  for (const [answer, expected] of cases) {
    const server = Deno.listen({ hostname: LOCAL, port: 0 });
    const accepting = server.accept();
    const connecting = failure(
      connectSecure({
        hostname: LOCAL,
        port: server.addr.port,
        staticKeyPair: CLIENT_KEYS,
        acceptPeer: acceptAnyone,
        handshakeTimeout: answer === undefined ? 10 : 3_600_000,
      }),
    );
    const accepted = await accepting;
    if (answer !== undefined) {
      // Reads first: to hang up on unread bytes would reset the connection.
      await accepted.read(new Uint8Array(10_000));
      if (answer.length > 0) await accepted.write(answer);
      await accepted.closeWrite();
    }
    assert.match(await connecting, expected);
    accepted.close();
    server.close();
  }
});

Deno.test("connecting: a machine that does not answer at all", async () => {
  // A queue of connections that nobody accepts: when it is full, the system leaves the next one
  // without an answer. How many it takes is the system's affair.
  const deaf = Deno.listen({ hostname: LOCAL, port: 0 });
  const attempt = (signal?: AbortSignal) =>
    rejection(
      connectSecure({
        hostname: LOCAL,
        port: deaf.addr.port,
        staticKeyPair: CLIENT_KEYS,
        acceptPeer: acceptAnyone,
        connectTimeout: signal ? 3_600_000 : 150,
        handshakeTimeout: signal ? 3_600_000 : 1,
        signal,
      }),
    );
  try {
    let error: unknown;
    do {
      const errors = await Promise.all(Array.from({ length: 50 }, () => attempt()));
      assert.ok(errors.every((error) => described(error) === "NetworkError/timed-out"));
      error = errors.find((error) => error instanceof Error && error.message.includes("answer"));
    } while (error === undefined);

    const controller = new AbortController();
    const waiting = attempt(controller.signal);
    assert.equal(await isPending(waiting), true);
    const reason = new Error("long enough");
    controller.abort(reason);
    assert.equal(await waiting, reason);
  } finally {
    deaf.close();
  }
});

Deno.test("without permission to use the network: a usage error that says what to do", async () => {
  const script = `
    import {
      acceptAnyone,
      connectSecure,
      generateX25519KeyPair,
      listenSecure,
    } from ${JSON.stringify(import.meta.resolve("../../../lib/mod.ts"))};
    const staticKeyPair = await generateX25519KeyPair();
    const options = {
      hostname: "127.0.0.1",
      port: 1,
      staticKeyPair,
      acceptPeer: acceptAnyone,
    };
    for (const attempt of [connectSecure, listenSecure]) {
      try {
        await attempt(options);
      } catch ({ name, code, message }) {
        console.log(JSON.stringify([name, code, message]));
      }
    }
  `;
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-config", "--no-lock", "--no-check", "--ext=js", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const input = process.stdin.getWriter();
  await input.write(utf8(script));
  await input.close();
  const { stdout, stderr } = await process.output();
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  assert.equal(lines.length, 2, new TextDecoder().decode(stderr));
  for (const line of lines) {
    const [name, code, message] = JSON.parse(line);
    assert.deepEqual([name, code], ["UsageError", "permission"]);
    assert.match(message, /--allow-net/);
  }
});
