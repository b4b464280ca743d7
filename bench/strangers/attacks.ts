/**
 * What a stranger does to a server, from one address, until it is killed. Started by `main.ts`:
 *
 * ```sh
 * deno run --allow-all bench/strangers/attacks.ts NAME HOST:PORT
 * ```
 *
 * @module
 */
import { encodeFrame, PROLOGUE, protocolName } from "../../lib/channel/mod.ts";
import { CHAT_VERSION, encodeMessage, VISIT_ID_SIZE } from "../../lib/chat/mod.ts";
import { randomBytes } from "../../lib/crypto/mod.ts";
import { acceptAnyone, connectSecure, generateX25519KeyPair } from "../../lib/mod.ts";
import { HandshakeState } from "../../lib/noise/mod.ts";

type Attack = () => Promise<void>;

/** How many connections those have that keep a number of them busy. */
const BUSY = 64;

const [name = "", address = ""] = Deno.args;
const port = Number(address.slice(address.lastIndexOf(":") + 1));
const hostname = address.slice(0, address.lastIndexOf(":")).replace(/^\[|\]$/g, "");

/** The attacks, each by what it does. */
const ATTACKS: Record<string, Attack> = {
  "wrong-secret": () => beside(BUSY, () => visit({ preSharedKey: randomBytes(32) })),
  "wrong-secret-classical": () =>
    beside(BUSY, () =>
      visit({
        preSharedKey: randomBytes(32),
        protocols: [protocolName({ classical: true, preSharedKey: true })],
      })),
  "replay": async () => {
    const start = await firstMessage(protocolName());
    await everyMillisecond(() => say(start));
  },
  "replay-silent": async () => {
    const start = await firstMessage(protocolName());
    await everyMillisecond(() => say(start, { staysSilent: true }));
  },
  "garbage": () => everyMillisecond(() => say(randomBytes(100))),
  "connect": () => everyMillisecond(() => say(new Uint8Array(0))),
  "trickle": () => beside(400, trickle),
  "join-and-drop": () => beside(60, () => visit({ joins: true })),
  "join-and-drop-one-key": async () => {
    const staticKeyPair = await generateX25519KeyPair();
    await beside(60, () => visit({ joins: true, staticKeyPair }));
  },
  "no-hello": () => beside(BUSY, () => visit({})),
  "wrong-hello": () => beside(BUSY, () => visit({ says: randomBytes(60) })),
};

async function beside(count: number, again: () => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: count }, async () => {
    for (;;) {
      await again().catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }));
}

async function everyMillisecond(once: () => Promise<void>): Promise<void> {
  const start = performance.now();
  let underWay = 0;
  for (let count = 0;;) {
    for (; count < performance.now() - start; count++) {
      if (underWay >= 512) continue;
      underWay++;
      void once().catch(() => {}).finally(() => underWay--);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function firstMessage(protocol: string): Promise<Uint8Array> {
  const staticKeyPair = await generateX25519KeyPair();
  const state = new HandshakeState({
    protocolName: protocol,
    role: "initiator",
    prologue: PROLOGUE,
    staticKeyPair,
  });
  const name = encodeFrame(new TextEncoder().encode(protocol));
  const message = encodeFrame(await state.writeMessage());
  return new Uint8Array([...name, ...message]);
}

/** Says something, waits for an answer, or a second, and hangs up. */
async function say(bytes: Uint8Array, { staysSilent = false } = {}): Promise<void> {
  using connection = await Deno.connect({ hostname, port });
  if (bytes.length > 0) await connection.write(bytes);
  if (!staysSilent && bytes.length === 0) return;
  const patience = new Promise<void>((resolve) => setTimeout(resolve, staysSilent ? 10_000 : 1000));
  const answer = connection.read(new Uint8Array(4096)).then(() =>
    staysSilent ? patience : undefined
  );
  await Promise.race([answer, patience]);
}

/** A byte now and then. */
async function trickle(): Promise<void> {
  using connection = await Deno.connect({ hostname, port });
  for (const byte of encodeFrame(new TextEncoder().encode(protocolName()))) {
    await connection.write(Uint8Array.of(byte));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function visit({ joins = false, says, ...options }: {
  readonly joins?: boolean;
  readonly says?: Uint8Array;
  readonly staticKeyPair?: Awaited<ReturnType<typeof generateX25519KeyPair>>;
  readonly preSharedKey?: Uint8Array;
  readonly protocols?: readonly string[];
}): Promise<void> {
  const channel = await connectSecure({
    hostname,
    port,
    acceptPeer: acceptAnyone,
    staticKeyPair: options.staticKeyPair ?? await generateX25519KeyPair(),
    ...(options.preSharedKey && { preSharedKey: options.preSharedKey }),
    ...(options.protocols && { protocols: options.protocols }),
  });
  try {
    if (says !== undefined) await channel.send(says);
    if (joins) {
      const who = { nick: "visitor", visit: randomBytes(VISIT_ID_SIZE), past: 0 };
      await channel.send(encodeMessage({ type: "hello", version: CHAT_VERSION, ...who }));
    }
    if (joins || says !== undefined || options.preSharedKey !== undefined) await channel.receive();
  } finally {
    channel.abort();
  }
}

const attack = ATTACKS[name];
if (attack === undefined) throw new Error(`attacks: ${Object.keys(ATTACKS).join(" ")}`);
await attack();
