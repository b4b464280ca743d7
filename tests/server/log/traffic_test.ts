import assert from "node:assert/strict";
import type { SecureChannel } from "../../../lib/channel/mod.ts";
import type { ByteDirection } from "../../../lib/chat/mod.ts";
import { Traffic } from "../../../lib/server/log/traffic.ts";
import { establish, pattern, Recorder, turns, until } from "../../channel/support.ts";

/** What an observer was told of bytes, added up. */
class Counter {
  in = 0;
  out = 0;
  readonly bytes = (direction: ByteDirection, count: number): void => {
    assert.ok(count >= 0, "nothing is taken back");
    this[direction] += count;
  };
}

/** A channel, and what has gone over it since its handshake, seen from the server. */
interface Connection {
  readonly client: SecureChannel;
  readonly server: SecureChannel;
  wire(): { readonly in: number; readonly out: number };
}

async function connect(): Promise<Connection> {
  const trace = new Recorder();
  const { client, server } = await establish({ server: { trace } });
  const handshake = { in: trace.count("in"), out: trace.count("out") };
  const wire = () => ({
    in: trace.count("in") - handshake.in,
    out: trace.count("out") - handshake.out,
  });
  return { client, server, wire };
}

async function close(...channels: SecureChannel[]): Promise<void> {
  for (const channel of channels) channel.abort();
  await Promise.all(channels.map(({ closed }) => closed));
}

Deno.test("traffic: where there is no channel, nothing waits, and nothing is told", () => {
  const counter = new Counter();
  assert.deepEqual(new Traffic(counter).depth(), { bytes: 0, deepest: 0 });
  assert.deepEqual([counter.in, counter.out], [0, 0]);
});

Deno.test("traffic: each byte on the wire is told once, however often somebody asks", async () => {
  const counter = new Counter();
  const traffic = new Traffic(counter);
  const { client, server, wire } = await connect();
  // What went over it before it was added counts as well.
  await client.send(pattern(500));
  await server.receive();
  traffic.add(server);
  traffic.depth();
  assert.ok(counter.in > 500);
  assert.deepEqual([counter.in, counter.out], [wire().in, wire().out]);
  for (const size of [1, 1000, 50_000]) {
    const answered = client.receive();
    await client.send(pattern(size));
    await server.receive();
    await server.send(pattern(2 * size));
    await answered;
    for (let round = 0; round < 3; round++) traffic.depth();
    await until(() => server.queued === 0);
    await turns();
    traffic.depth();
    assert.deepEqual([counter.in, counter.out], [wire().in, wire().out]);
  }
  await close(client, server);
});

Deno.test("traffic: what nobody has asked for is told when the channel is closed, once", async () => {
  const counter = new Counter();
  const traffic = new Traffic(counter);
  const { client, server, wire } = await connect();
  traffic.add(server);
  await client.send(pattern(1000));
  await server.receive();
  assert.deepEqual([counter.in, counter.out], [0, 0]);
  await close(client, server);
  await turns();
  assert.ok(counter.in > 1000);
  assert.equal(counter.in, wire().in);
  const { in: bytesIn, out: bytesOut } = counter;
  traffic.depth();
  assert.deepEqual([counter.in, counter.out], [bytesIn, bytesOut]);
});

Deno.test("traffic: several channels are added up", async () => {
  const counter = new Counter();
  const traffic = new Traffic(counter);
  const [one, two] = [await connect(), await connect()];
  for (const { server } of [one, two]) traffic.add(server);
  await one.client.send(pattern(1000));
  await one.server.receive();
  traffic.depth();
  assert.equal(counter.in, one.wire().in);
  await close(one.client, one.server);
  await two.client.send(pattern(3000));
  await two.server.receive();
  await close(two.client, two.server);
  await turns();
  assert.equal(counter.in, one.wire().in + two.wire().in);
});

Deno.test("traffic: how much waits, for all and for the one for whom the most does", async () => {
  const traffic = new Traffic({});
  const [one, two] = [await connect(), await connect()];
  for (const { server } of [one, two]) traffic.add(server);
  assert.deepEqual(traffic.depth(), { bytes: 0, deepest: 0 });
  // Nobody reads at the other end, so that all but the beginning has to wait.
  for (let count = 0; count < 20; count++) one.server.enqueue(pattern(50_000));
  for (let count = 0; count < 10; count++) two.server.enqueue(pattern(50_000));
  await turns();
  const { bytes, deepest } = traffic.depth();
  assert.ok(one.server.queued > two.server.queued && two.server.queued > 0);
  assert.equal(bytes, one.server.queued + two.server.queued);
  assert.equal(deepest, one.server.queued);
  await close(one.client, one.server);
  await until(() => traffic.depth().deepest === two.server.queued);
  await close(two.client, two.server);
  await turns();
  assert.deepEqual(traffic.depth(), { bytes: 0, deepest: 0 });
});

Deno.test("traffic: a channel that is closed is not asked any more", async () => {
  const traffic = new Traffic({});
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  const activity = { bytesIn: 0, bytesOut: 0, lastIn: 0, lastOut: 0 };
  traffic.add({ closed, queued: 7, activity } as unknown as SecureChannel);
  assert.deepEqual(traffic.depth(), { bytes: 7, deepest: 7 });
  close();
  await closed;
  assert.deepEqual(traffic.depth(), { bytes: 0, deepest: 0 });
});

Deno.test("traffic: an observer that does not count bytes is left in peace", async () => {
  const traffic = new Traffic({});
  const { client, server } = await connect();
  traffic.add(server);
  traffic.depth();
  await close(client, server);
});
