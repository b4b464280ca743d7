import assert from "node:assert/strict";
import {
  acceptAnyone,
  type Acceptor,
  type Address,
  CloseCode,
  connectSecure,
  type ListenerOptions,
  listenSecureOn,
  SecureChannel,
  SecureListener,
} from "../../../lib/channel/mod.ts";
import { memoryPair, type MemoryTransport } from "../../support/wire.ts";
import {
  classical,
  CLIENT_KEYS,
  Clock,
  described,
  failure,
  fromUtf8,
  isPending,
  rejection,
  SERVER_KEYS,
  turns,
  until,
  utf8,
} from "../support.ts";

const LOCAL = "127.0.0.1";
const TOO_MANY = "NetworkError/too-many-connections";

/** Connections that come when the test says so, from where it says. */
class Entrance implements Acceptor {
  readonly address: Address;
  closeCount = 0;
  readonly #arrived: MemoryTransport[] = [];
  readonly #waiting: PromiseWithResolvers<MemoryTransport>[] = [];

  constructor(hostname = LOCAL, port = 1) {
    this.address = { hostname, port };
  }

  accept(): Promise<MemoryTransport> {
    const arrived = this.#arrived.shift();
    if (arrived !== undefined) return Promise.resolve(arrived);
    const waiting = Promise.withResolvers<MemoryTransport>();
    this.#waiting.push(waiting);
    return waiting.promise;
  }

  close(): void {
    this.closeCount++;
    for (const { reject } of this.#waiting.splice(0)) reject(new Error("closed"));
  }

  /** Somebody connects: the two ends. */
  arrive(from: string): { client: MemoryTransport; server: MemoryTransport } {
    const { client, server } = memoryPair();
    const transport = { ...server, remoteHostname: from, remoteAddress: `${from}:5` };
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#arrived.push(transport);
    else waiting.resolve(transport);
    return { client, server: transport };
  }

  /** Somebody connects and shakes hands. */
  connect(from: string): Promise<SecureChannel> {
    return SecureChannel.establish("initiator", this.arrive(from).client, {
      staticKeyPair: CLIENT_KEYS,
      acceptPeer: acceptAnyone,
      protocols: [classical("cbc")],
    });
  }
}

/** A listener that remembers who failed, and how. */
function listenOn(entrances: readonly Entrance[], options: Partial<ListenerOptions> = {}) {
  const failures: string[] = [];
  const listener = new SecureListener(entrances, {
    acceptPeer: acceptAnyone,
    staticKeyPair: SERVER_KEYS,
    onFailure: (error, address) => failures.push(`${described(error)} ${address}`),
    ...options,
  });
  return { listener, failures };
}

/** The channel of somebody who gets in. */
async function admitted(
  listener: SecureListener,
  entrance: Entrance,
  from: string,
): Promise<{ client: SecureChannel; server: SecureChannel }> {
  const [client, server] = await Promise.all([entrance.connect(from), listener.accept()]);
  assert.ok(server !== undefined);
  return { client, server };
}

async function closeBoth(...pairs: { client: SecureChannel; server: SecureChannel }[]) {
  await Promise.all(pairs.flatMap(({ client, server }) => [client.close(), server.close()]));
  // Counting goes on when a channel is closed, not before.
  await turns();
}

// Several addresses.

Deno.test("listener: it needs an address", () => {
  assert.throws(() => listenOn([]), { name: "UsageError", code: "usage", message: /address/ });
});

Deno.test("listener: it listens at several addresses at once, and names them", async () => {
  const entrances = [new Entrance(LOCAL, 1), new Entrance("::1", 2), new Entrance("::1", 3)];
  const { listener } = listenOn(entrances);
  assert.deepEqual(listener.addresses, entrances.map(({ address }) => address));
  assert.deepEqual(listener.address, { hostname: LOCAL, port: 1 });
  for (const entrance of [...entrances, ...entrances]) {
    const pair = await admitted(listener, entrance, "192.0.2.1");
    await pair.client.send(utf8("hello"));
    assert.equal(fromUtf8(await pair.server.receive()), "hello");
    await closeBoth(pair);
  }
  listener.close();
  listener.close();
  assert.deepEqual(entrances.map(({ closeCount }) => closeCount), [1, 1, 1]);
  assert.equal(await listener.accept(), undefined);
});

Deno.test("listener: limits hold for all addresses together", async () => {
  const entrances = [new Entrance(), new Entrance()];
  const { listener, failures } = listenOn(entrances, {
    maxPendingHandshakes: 2,
    connectionLimit: () => 2,
  });
  const pairs = [
    await admitted(listener, entrances[0], "192.0.2.1"),
    await admitted(listener, entrances[1], "192.0.2.1"),
  ];
  const third = await entrances[0].connect("192.0.2.1");
  assert.equal(await failure(third.receive()), "NetworkError/room-full");
  await until(() => failures.length === 1);

  // Two who say nothing at one door, and one at the other: the first of them makes room.
  const silent = [entrances[0], entrances[0], entrances[1]].map((entrance, index) =>
    entrance.arrive(`192.0.2.${index + 10}`)
  );
  await until(() => failures.length === 2);
  assert.deepEqual(failures, [`${TOO_MANY} 192.0.2.1:5`, `${TOO_MANY} 192.0.2.10:5`]);
  assert.equal(silent[1].server.closeCount, 0);
  await closeBoth(...pairs);
  listener.close();
});

Deno.test("listener: at one address the system has no more to give, at the other it has", async () => {
  using clock = new Clock();
  let attempts = 0;
  const broken = new class extends Entrance {
    override accept(): Promise<MemoryTransport> {
      return ++attempts <= 2 ? Promise.reject(new Error("too many open files")) : super.accept();
    }
  }();
  const entrances = [broken, new Entrance()];
  const { listener } = listenOn(entrances);
  const pairs = [await admitted(listener, entrances[1], "192.0.2.1")];
  // It rests in between.
  await turns();
  assert.equal(attempts, 1);
  await clock.pass(50);
  assert.equal(attempts, 2);
  await clock.pass(50);
  pairs.push(await admitted(listener, broken, "192.0.2.1"));
  await closeBoth(...pairs);
  listener.close();
});

Deno.test("listener: on TCP, one port for each of several addresses", async () => {
  using listener = listenSecureOn(
    [{ hostname: LOCAL, port: 0 }, { hostname: LOCAL, port: 0 }],
    { acceptPeer: acceptAnyone, staticKeyPair: SERVER_KEYS },
  );
  const [first, second] = listener.addresses;
  assert.ok(first.port > 0 && second.port > 0 && first.port !== second.port);
  for (const address of listener.addresses) {
    const [client, server] = await Promise.all([
      connectSecure({
        acceptPeer: acceptAnyone,
        ...address,
        staticKeyPair: CLIENT_KEYS,
        protocols: [classical("cbc")],
      }),
      listener.accept(),
    ]);
    assert.ok(server !== undefined);
    await closeBoth({ client, server });
  }
});

Deno.test("listener: on TCP, all addresses or none", () => {
  const taken = Deno.listen({ hostname: LOCAL, port: 0 });
  const free = Deno.listen({ hostname: LOCAL, port: 0 });
  const { port } = free.addr;
  free.close();
  const addresses = [{ hostname: LOCAL, port }, { hostname: LOCAL, port: taken.addr.port }];
  assert.throws(
    () => listenSecureOn(addresses, { acceptPeer: acceptAnyone, staticKeyPair: SERVER_KEYS }),
    (error) => described(error) === "NetworkError/address-in-use",
  );
  // The first is free again, or this would throw.
  Deno.listen({ hostname: LOCAL, port }).close();
  taken.close();
});

/** Whether this machine speaks IPv6. */
function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

/** A port that nobody has at this moment. */
function freePort(): number {
  const probe = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  const { port } = probe.addr;
  probe.close();
  return port;
}

Deno.test({
  name: "listener: on TCP, every address of both kinds, in whatever order they are named",
  ignore: !hasIpv6(),
  async fn() {
    // On most systems `::` takes IPv4 as well; where it does not, both have to listen.
    for (const hostnames of [["0.0.0.0", "::"], ["::", "0.0.0.0"]]) {
      const port = freePort();
      const addresses = hostnames.map((hostname) => ({ hostname, port }));
      using listener = listenSecureOn(addresses, {
        staticKeyPair: SERVER_KEYS,
        acceptPeer: acceptAnyone,
      });
      for (const hostname of [LOCAL, "::1"]) {
        const [client, server] = await Promise.all([
          connectSecure({
            hostname,
            port,
            staticKeyPair: CLIENT_KEYS,
            acceptPeer: acceptAnyone,
            protocols: [classical("cbc")],
          }),
          listener.accept(),
        ]);
        assert.ok(server !== undefined);
        await closeBoth({ client, server });
      }
    }
  },
});

Deno.test("listener: on TCP, what another program has is in use, be it every address", () => {
  const taken = Deno.listen({ hostname: "0.0.0.0", port: 0 });
  const addresses = [{ hostname: "0.0.0.0", port: taken.addr.port }];
  assert.throws(
    () => listenSecureOn(addresses, { acceptPeer: acceptAnyone, staticKeyPair: SERVER_KEYS }),
    (error) => described(error) === "NetworkError/address-in-use",
  );
  taken.close();
});

// So many connections from one address.

Deno.test("listener: of those that an address has too many, a few are told, the others just end", async () => {
  const entrance = new Entrance();
  const accepted: SecureChannel[] = [];
  const { listener, failures } = listenOn([entrance], {
    connectionLimit: () => 2,
    onChannel: (channel) => accepted.push(channel),
  });
  const from = "192.0.2.1";
  const pairs = [
    await admitted(listener, entrance, from),
    await admitted(listener, entrance, from),
  ];
  // They prove who they are first, and stay until they have heard it.
  const told = await Promise.all(Array.from({ length: 4 }, () => entrance.connect(from)));
  const untold = [entrance.arrive(from), entrance.arrive(from)];
  await until(() => failures.length === 2);
  assert.deepEqual(failures, [`${TOO_MANY} ${from}:5`, `${TOO_MANY} ${from}:5`]);
  for (const { server } of untold) {
    assert.equal(server.closeCount, 1);
    assert.equal(server.outgoing.given + server.incoming.taken, 0, "without a byte");
  }
  for (const client of told) {
    await assert.rejects(client.receive(), {
      code: "room-full",
      message: "the other side says: “too many connections from this address" +
        " (2 at most)”",
    });
    assert.equal(client.remoteClose?.code, CloseCode.full);
  }
  await until(() => failures.length === 6);
  assert.equal(new Set(failures).size, 1);
  assert.equal(accepted.length, 2, "no channel is made of them");
  assert.equal(await isPending(listener.accept()), true);

  // Somebody else is not affected, nor are those who were there.
  const other = await Promise.all([
    entrance.connect("192.0.2.2"),
    until(() => accepted.length > 2),
  ]);
  await pairs[0].client.send(utf8("still here"));
  assert.equal(fromUtf8(await pairs[0].server.receive()), "still here");
  await closeBoth(...pairs, { client: other[0], server: accepted[2] });
  listener.close();
});

Deno.test("listener: when some have gone, others of that address get in again", async () => {
  const entrance = new Entrance();
  const { listener } = listenOn([entrance], { connectionLimit: () => 2 });
  const from = "192.0.2.1";
  const refused = async () => {
    const client = await entrance.connect(from);
    return await failure(client.receive());
  };
  let pairs = [
    await admitted(listener, entrance, from),
    await admitted(listener, entrance, from),
  ];
  // Those who are sent away do not count for longer than they are there.
  for (let count = 0; count < 10; count++) {
    assert.equal(await refused(), "NetworkError/room-full");
    await turns();
  }
  await closeBoth(pairs[0]);
  pairs = [pairs[1], await admitted(listener, entrance, from)];
  assert.equal(await refused(), "NetworkError/room-full");
  await turns();
  // However it ends.
  for (const { client } of pairs) client.abort();
  for (const { server } of pairs) await rejection(server.receive());
  await turns();
  pairs = [
    await admitted(listener, entrance, from),
    await admitted(listener, entrance, from),
  ];
  assert.equal(await refused(), "NetworkError/room-full");
  await closeBoth(...pairs);
  listener.close();
});

Deno.test("listener: a handshake that fails, or is still under way, counts as long as it lasts", async () => {
  const entrance = new Entrance();
  const { listener, failures } = listenOn([entrance], { connectionLimit: () => 1 });
  const from = "2001:db8::1";
  const silent = entrance.arrive(from);
  const neighbour = await entrance.connect("2001:db8::2");
  assert.equal(await failure(neighbour.receive()), "NetworkError/room-full");
  await until(() => failures.length === 1);
  silent.client.close();
  await until(() => failures.length === 2);
  assert.equal(failures[1], `NetworkError/handshake-ended ${from}:5`);
  const pair = await admitted(listener, entrance, "2001:db8::3");
  // Of another network, nobody is there.
  const other = await admitted(listener, entrance, "2001:db8:0:1::1");
  await closeBoth(pair, other);
  listener.close();
});

Deno.test("listener: the limit is asked for with each address, and may be another for each", async () => {
  const asked: string[] = [];
  const entrance = new Entrance();
  const { listener } = listenOn([entrance], {
    connectionLimit: (hostname) => {
      asked.push(hostname);
      return hostname === LOCAL ? Infinity : 0;
    },
  });
  const pairs = [];
  for (let count = 0; count < 10; count++) {
    pairs.push(await admitted(listener, entrance, LOCAL));
  }
  const refused = await entrance.connect("192.0.2.1");
  assert.equal(await failure(refused.receive()), "NetworkError/room-full");
  assert.deepEqual(asked, [...new Array(10).fill(LOCAL), "192.0.2.1"]);
  await closeBoth(...pairs);
  listener.close();
});

Deno.test("listener: one who is told and does not listen is released all the same", async () => {
  using clock = new Clock();
  const entrance = new Entrance();
  const { listener, failures } = listenOn([entrance], { connectionLimit: () => 0 });
  const client = await entrance.connect("192.0.2.1");
  await clock.pass(999);
  assert.deepEqual(failures, []);
  await clock.pass(1);
  await until(() => failures.length === 1);
  assert.deepEqual(failures, [`${TOO_MANY} 192.0.2.1:5`]);
  // Five times in a row: none of them counts any more.
  for (let count = 0; count < 5; count++) {
    const next = await entrance.connect("192.0.2.1");
    assert.equal(await failure(next.receive()), "NetworkError/room-full");
    await turns();
  }
  client.abort();
  listener.close();
});

Deno.test("listener: it tells of every channel, and how long that took", async () => {
  const entrance = new Entrance();
  const channels: SecureChannel[] = [];
  const { listener } = listenOn([entrance], {
    onChannel: (channel, milliseconds) => {
      assert.ok(milliseconds >= 0);
      channels.push(channel);
    },
  });
  const pair = await admitted(listener, entrance, LOCAL);
  assert.deepEqual(channels, [pair.server]);
  await closeBoth(pair);
  listener.close();
});

// Watching.

/** A trace that remembers the kinds of events, and when its connection was over. */
function watcher() {
  const events: string[] = [];
  return {
    secrets: false,
    events,
    event: ({ type }: { type: string }) => void (events.at(-1) === type || events.push(type)),
    ended: () => void events.push("ended"),
  };
}

Deno.test("listener: each connection has a trace of its own, which hears when it is over", async () => {
  const entrance = new Entrance();
  const watchers = [watcher(), undefined, watcher()];
  const asked: string[] = [];
  const { listener } = listenOn([entrance], {
    traceFor: (address) => watchers[asked.push(address) - 1],
  });
  const pairs = [];
  for (const from of ["192.0.2.1", "192.0.2.2"]) {
    pairs.push(await admitted(listener, entrance, from));
  }
  assert.deepEqual(asked, ["192.0.2.1:5", "192.0.2.2:5"]);
  assert.ok(watchers[0]?.events.includes("handshake"));
  assert.ok(!watchers[0]?.events.includes("ended"));
  await closeBoth(...pairs);
  await until(() => watchers[0]?.events.at(-1) === "ended");
  assert.equal(watchers[0]?.events.filter((type) => type === "ended").length, 1);

  const { client } = entrance.arrive("192.0.2.3");
  const writer = client.writable.getWriter();
  await writer.write(utf8("GET / HTTP/1.1\r\n\r\n"));
  await until(() => watchers[2]?.events.at(-1) === "ended");
  assert.deepEqual(watchers[2]?.events, ["bytes", "failure", "ended"]);
  await writer.abort();
  listener.close();
});

Deno.test("listener: one trace for all connections is there where no others are asked for", async () => {
  const entrance = new Entrance();
  const trace = watcher();
  const { listener } = listenOn([entrance], { trace });
  for (const from of ["192.0.2.1", "192.0.2.2"]) {
    await closeBoth(await admitted(listener, entrance, from));
  }
  await until(() => trace.events.filter((type) => type === "ended").length === 2);
  assert.ok(trace.events.includes("record"));
  listener.close();
});

// Turns.

/** Shares under which an address that has computed for 5 ms has to rest 200 times as long. */
const TIRED_SOON = { all: 1, withSecret: 1, address: 0.005, network: 1 };

/** What a client sends first: the protocol's name and message 1. */
async function recordedStart(): Promise<Uint8Array> {
  const { client, server } = memoryPair();
  const established = rejection(
    SecureChannel.establish("initiator", client, {
      staticKeyPair: CLIENT_KEYS,
      acceptPeer: acceptAnyone,
      protocols: [classical("cbc")],
    }),
  );
  const reader = server.readable.getReader();
  const { value } = await reader.read();
  reader.releaseLock();
  client.incoming.finish();
  await established;
  assert.ok(value !== undefined);
  return value;
}

async function say(transport: MemoryTransport, bytes: Uint8Array): Promise<void> {
  const writer = transport.writable.getWriter();
  await writer.write(bytes).catch(() => {});
  writer.releaseLock();
}

Deno.test("listener: who sends one first message again and again keeps nobody else waiting", async () => {
  const entrance = new Entrance();
  const { listener, failures } = listenOn([entrance], { handshakeShares: TIRED_SOON });
  const start = await recordedStart();
  const answered: MemoryTransport[] = [];
  for (let count = 0; count < 100; count++) {
    const { client, server } = entrance.arrive("192.0.2.1");
    await say(client, start);
    answered.push(server);
  }
  const pair = await admitted(listener, entrance, "198.51.100.1");
  await turns();
  const answers = answered.filter(({ outgoing }) => outgoing.given > 0).length;
  assert.ok(answers < 50, `${answers} of the stranger's were answered`);
  assert.deepEqual(failures, []);
  await closeBoth(pair);
  listener.close();
});

Deno.test("listener: of the handshakes that wait for a turn, one address has 240 at most", async () => {
  const entrance = new Entrance();
  const { listener, failures } = listenOn([entrance], {
    // One that has computed once rests for the rest of the test.
    handshakeShares: { ...TIRED_SOON, address: 1e-6 },
  });
  const start = await recordedStart();
  // All those that are read before the first of them is answered wait together.
  for (let arrived = 0; arrived < 256 && failures.length < 10; arrived++) {
    await say(entrance.arrive("192.0.2.1").client, start);
    await turns(1);
  }
  assert.equal(failures.length, 10);
  assert.ok(failures.every((failure) => failure === `${TOO_MANY} 192.0.2.1:5`));
  // They have used up nobody else's places.
  const { client, server } = entrance.arrive("198.51.100.1");
  await say(client, start);
  await until(() => server.outgoing.given > 0);
  listener.close();
});

Deno.test("listener: a flood from one address gives up its own handshakes, not those of others", async () => {
  const entrance = new Entrance();
  const { listener, failures } = listenOn([entrance], { maxPendingHandshakes: 8 });
  const patient = entrance.arrive("198.51.100.1");
  const flood = Array.from({ length: 20 }, () => entrance.arrive("192.0.2.1"));
  await until(() => failures.length === 13);
  assert.ok(failures.every((failure) => failure === `${TOO_MANY} 192.0.2.1:5`), failures[0]);
  assert.equal(patient.server.closeCount, 0);
  assert.equal(flood.at(-1)?.server.closeCount, 0);
  listener.close();
});

Deno.test("listener: channels that nobody asks for do not push out those of another address", async () => {
  const entrance = new Entrance();
  let count = 0;
  const { listener } = listenOn([entrance], {
    maxPendingHandshakes: 3,
    onChannel: () => count++,
  });
  const patient = await entrance.connect("198.51.100.1");
  const flood: SecureChannel[] = [];
  for (let index = 0; index < 5; index++) flood.push(await entrance.connect("192.0.2.1"));
  await until(() => count === 6);
  for (const pushedOut of flood.slice(0, 3)) {
    assert.equal(await failure(pushedOut.receive()), "NetworkError/cut");
  }
  assert.equal((await listener.accept())?.peer.address, "198.51.100.1:5");
  assert.equal((await listener.accept())?.peer.address, "192.0.2.1:5");
  listener.close();
  for (const channel of [patient, ...flood]) channel.abort();
});
