/**
 * Handshakes, round trips and throughput over loopback: `deno bench --allow-net bench/channel_bench.ts`.
 *
 * Both ends run in one process, on one thread; two processes on two cores do better.
 *
 * @module
 */
import {
  acceptAnyone,
  connectSecure,
  generateX25519KeyPair,
  listenSecure,
  protocolName,
  type SecureChannel,
} from "../lib/mod.ts";

const serverKey = await generateX25519KeyPair();
const clientKey = await generateX25519KeyPair();
const listener = listenSecure({
  hostname: "127.0.0.1",
  port: 0,
  staticKeyPair: serverKey,
  acceptPeer: acceptAnyone,
});

async function pair(name: string): Promise<[client: SecureChannel, server: SecureChannel]> {
  const accepted = listener.accept();
  const client = await connectSecure({
    ...listener.address,
    staticKeyPair: clientKey,
    acceptPeer: acceptAnyone,
    protocols: [name],
  });
  const server = await accepted;
  if (server === undefined) throw new Error("the listener was closed");
  return [client, server];
}

const PROTOCOLS = [false, true].flatMap((classical) =>
  (["cbc", "gcm"] as const).map((cipher) => protocolName({ cipher, classical }))
);

for (const name of PROTOCOLS) {
  Deno.bench(name, { group: "connect, shake hands, close" }, async () => {
    const [client, server] = await pair(name);
    await Promise.all([client.close(), server.close()]);
  });
}

for (const name of PROTOCOLS.slice(0, 2)) {
  const message = new Uint8Array(64);
  Deno.bench(name, { group: "round trip, 64 bytes" }, async (bench) => {
    const [client, server] = await pair(name);
    bench.start();
    for (let round = 0; round < 100; round++) {
      await client.send(message);
      await server.receive();
      await server.send(message);
      await client.receive();
    }
    bench.end();
    await Promise.all([client.close(), server.close()]);
  });
}

for (const [size, count] of [[32, 20_000], [1024, 5_000], [65_536, 200]]) {
  for (const name of PROTOCOLS.slice(0, 2)) {
    const message = new Uint8Array(size);
    Deno.bench(name, { group: `${count} messages of ${size} bytes, one way` }, async (bench) => {
      const [client, server] = await pair(name);
      bench.start();
      const receiving = (async () => {
        for (let received = 0; received < count; received++) await server.receive();
      })();
      for (let sent = 0; sent < count; sent++) await client.send(message);
      await receiving;
      bench.end();
      await Promise.all([client.close(), server.close()]);
    });
  }
}
