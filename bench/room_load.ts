/**
 * A room full of members, one of whom never reads: what it costs the server, and whether anybody
 * misses anything.
 *
 * ```sh
 * deno run --allow-all bench/room_load.ts [MEMBERS] [MESSAGES] [SENDERS]
 * ```
 *
 * The members live in this process, the server in one of its own. Most members only count what they
 * get; one in fifty also checks that nothing is missing, twice, or out of order.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import {
  acceptAnyone,
  connectSecure,
  generateX25519KeyPair,
  type SecureChannel,
} from "../lib/mod.ts";
import {
  CHAT_VERSION,
  decodeRoomMessage,
  encodeMessage,
  encodeText,
  MESSAGE_ID_SIZE,
  VISIT_ID_SIZE,
} from "../lib/chat/mod.ts";
import { randomBytes } from "../lib/crypto/mod.ts";

const [members = 1000, messages = 50_000, senders = 10] = Deno.args.map(Number);
/** One member in so many looks into its messages. */
const CHECKED = 50;
/** How many members join at once. */
const JOIN_TOGETHER = 20;

const home = await Deno.makeTempDir();
const server = new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "--allow-all",
    fileURLToPath(new URL("../server.ts", import.meta.url)),
    "--headless",
    "--json",
    "--log-level",
    "warning",
    "--listen",
    "127.0.0.1:0",
    "--home",
    home,
  ],
  stdout: "piped",
  stderr: "inherit",
}).spawn();
const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
const { addresses: [address] } = JSON.parse((await reader.read()).value?.split("\n")[0] ?? "{}");
void (async () => {
  while (!(await reader.read()).done);
})();
const [hostname, port] = address.split(":");

let received = 0;
let wrong = 0;
/** A message to all has so many bytes at least; a join, a ping, a receipt has fewer. */
const body = encodeText("some words that somebody says to everybody, and a few more".repeat(4));

async function connect(index: number): Promise<SecureChannel> {
  const channel = await connectSecure({
    hostname,
    port: Number(port),
    // Each has its own: one key joins a few times only, and then every few seconds.
    staticKeyPair: await generateX25519KeyPair(),
    acceptPeer: acceptAnyone,
  });
  const visit = crypto.getRandomValues(new Uint8Array(VISIT_ID_SIZE));
  const who = { nick: `user${index}`, visit, past: 200 };
  await channel.send(encodeMessage({ type: "hello", version: CHAT_VERSION, ...who }));
  return channel;
}

async function count(channel: SecureChannel, index: number, until: Promise<void>): Promise<void> {
  let next = 1;
  let isOver = false;
  void until.then(() => isOver = true);
  for (let bytes = await channel.receive(); bytes; bytes = await channel.receive()) {
    if (bytes.length >= body.length) received++;
    else if (bytes.length < 16) channel.enqueue(PONG);
    if (index % CHECKED === CHECKED - 1 && bytes.length >= body.length) {
      const message = decodeRoomMessage(bytes);
      if (message.type === "message" && message.seq !== next++) wrong++;
    }
    if (isOver) return;
  }
}
const PONG = encodeMessage({ type: "pong" });

/** The server's seconds of CPU time and its memory, in MB. */
async function usage(): Promise<{ cpu: number; memory: number }> {
  const stat = (await Deno.readTextFile(`/proc/${server.pid}/stat`)).split(") ")[1].split(" ");
  const ticks = Number(stat[11]) + Number(stat[12]);
  return { cpu: ticks / 100, memory: Math.round(Number(stat[21]) * 4096 / 1e6) };
}

const seconds = (since: number) => ((performance.now() - since) / 1000).toFixed(1);
const everything = Promise.withResolvers<void>();
const channels: SecureChannel[] = [];
let start = performance.now();
let before = await usage();
for (let first = 0; first < members; first += JOIN_TOGETHER) {
  const some = Array.from(
    { length: Math.min(JOIN_TOGETHER, members - first) },
    (_, i) => first + i,
  );
  for (const [i, channel] of (await Promise.all(some.map(connect))).entries()) {
    channels.push(channel);
    void count(channel, first + i, everything.promise).catch(() => wrong++);
  }
}
const deaf = await connect(members);
let after = await usage();
console.log(
  `${members} joined in ${seconds(start)} s; server: ${
    (after.cpu - before.cpu).toFixed(1)
  } s of CPU, ` +
    `${after.memory} MB`,
);

start = performance.now();
before = after;
received = 0;
const each = Math.floor(messages / senders);
await Promise.all(
  channels.slice(0, senders).map(async (channel) => {
    for (let sent = 0; sent < each; sent++) {
      await channel.send(encodeMessage({ type: "send", id: randomBytes(MESSAGE_ID_SIZE), body }));
    }
  }),
);
const wanted = each * senders * (members - 1);
let most = 0;
while (received < wanted) {
  const had = received;
  await new Promise((resolve) => setTimeout(resolve, 1000));
  most = Math.max(most, (await usage()).memory);
  if (received === had && performance.now() - start > 60_000) break;
}
after = await usage();
const cpu = after.cpu - before.cpu;
console.log(
  `${each * senders} messages from ${senders} to all: ${received} of ${wanted} deliveries in ` +
    `${seconds(start)} s, ${wrong} wrong; server: ${cpu.toFixed(1)} s of CPU, ` +
    `${
      (1e6 * cpu / received).toFixed(1)
    } µs a delivery, at most ${most} MB, now ${after.memory} MB`,
);
everything.resolve();
deaf.abort();
for (const channel of channels) channel.abort();
server.kill("SIGTERM");
console.log(`the server ended with status ${(await server.status).code}`);
await Deno.remove(home, { recursive: true });
Deno.exit(0);
