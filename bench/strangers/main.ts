/**
 * What strangers at one address do to a room: how long a message takes from one honest member to
 * another, and a newcomer into the room, while nothing happens and during each attack.
 *
 * ```sh
 * deno run --allow-all bench/strangers/main.ts [SECONDS] [ATTACK …]
 * ```
 *
 * The server has 256 open invitations. Honest people come by `::1`, strangers by `127.0.0.1`, each
 * attack in a process of its own. The pair sends a message every 50 ms, to and fro. Between two
 * attacks the room is measured idle: of a noisy machine only the ratio says something.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import {
  CHAT_VERSION,
  decodeRoomMessage,
  encodeMessage,
  encodeText,
  newMessageId,
  VISIT_ID_SIZE,
} from "../../lib/chat/mod.ts";
import { randomBytes } from "../../lib/crypto/mod.ts";
import { fileStore, InvitationList } from "../../lib/identity/mod.ts";
import {
  acceptAnyone,
  connectSecure,
  generateX25519KeyPair,
  type SecureChannel,
} from "../../lib/mod.ts";

const ALL = [
  "wrong-secret",
  "wrong-secret-classical",
  "replay",
  "replay-silent",
  "garbage",
  "connect",
  "trickle",
  "join-and-drop",
  "join-and-drop-one-key",
  "no-hello",
  "wrong-hello",
];
const [seconds = "10", ...chosen] = Deno.args;
const INVITATIONS = 256;
const PAUSE = 50;

const home = await Deno.makeTempDir();
await Deno.chmod(home, 0o700);
await invite();
const server = new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "--allow-all",
    fileURLToPath(new URL("../../server.ts", import.meta.url)),
    ...["--headless", "--json", "--log-level", "error", "--home", home],
    ...["--listen", "127.0.0.1:0", "--listen", "[::1]:0"],
  ],
  stdout: "piped",
  stderr: "inherit",
}).spawn();
const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
const { addresses: [strangers, honest] } = JSON.parse(
  (await reader.read()).value?.split("\n")[0] ?? "{}",
);
void (async () => {
  while (!(await reader.read()).done);
})();

const PONG = encodeMessage({ type: "pong" });
const body = encodeText("some words that somebody says to everybody");
const sentAt = new Map<string, number>();
let latencies: number[] = [];
let arrivals: number[] = [];
let told = 0;
const pair = [await join("ann"), await join("bob")];
for (const channel of pair) void listen(channel);
void talk();
void arrive();

console.log(
  "                        message: median  99th    newcomer: median  worst   server CPU  joins told",
);
let idle = await measure();
for (const attack of chosen.length > 0 ? chosen : ALL) {
  report("idle", idle);
  const attacker = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      fileURLToPath(new URL("attacks.ts", import.meta.url)),
      attack,
      strangers,
    ],
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  await rest(1000);
  const busy = await measure();
  report(attack, busy, idle);
  attacker.kill("SIGKILL");
  await attacker.status;
  await rest(2000);
  idle = await measure(Number(seconds) / 2);
}
server.kill("SIGKILL");
await Deno.remove(home, { recursive: true });
Deno.exit(0);

async function invite(): Promise<void> {
  const list = new InvitationList(fileStore(`${home}/invitations`, { secret: true }));
  for (let count = 0; count < INVITATIONS; count++) await list.create();
}

function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

async function join(nick: string): Promise<SecureChannel> {
  const port = Number(honest.slice(honest.lastIndexOf(":") + 1));
  const channel = await connectSecure({
    hostname: "::1",
    port,
    staticKeyPair: await generateX25519KeyPair(),
    acceptPeer: acceptAnyone,
  });
  const who = { nick, visit: randomBytes(VISIT_ID_SIZE), past: 0 };
  await channel.send(encodeMessage({ type: "hello", version: CHAT_VERSION, ...who }));
  await channel.receive();
  return channel;
}

async function listen(channel: SecureChannel): Promise<void> {
  for (let bytes = await channel.receive(); bytes; bytes = await channel.receive()) {
    const message = decodeRoomMessage(bytes);
    if (message.type === "ping") channel.enqueue(PONG);
    if (message.type === "member") told++;
    if (message.type !== "message") continue;
    const sent = sentAt.get(String(message.id));
    if (sent !== undefined) latencies.push(performance.now() - sent);
    sentAt.delete(String(message.id));
  }
  throw new Error("one of the pair was disconnected");
}

async function talk(): Promise<void> {
  for (let turn = 0;; turn++) {
    const id = newMessageId();
    sentAt.set(String(id), performance.now());
    void pair[turn % 2].send(encodeMessage({ type: "send", id, body }));
    await rest(PAUSE);
  }
}

async function arrive(): Promise<void> {
  for (;;) {
    const start = performance.now();
    const channel = await join("newcomer").catch((error) => console.log(`newcomer: ${error}`));
    arrivals.push(performance.now() - start);
    await channel?.close().catch(() => {});
    await rest(1000);
  }
}

interface Result {
  readonly latencies: number[];
  readonly arrivals: number[];
  readonly cpu: number;
  readonly told: number;
}

async function measure(time = Number(seconds)): Promise<Result> {
  [latencies, arrivals, told] = [[], [], 0];
  const [before, start] = [await cpu(), performance.now()];
  await rest(1000 * time);
  const passed = (performance.now() - start) / 1000;
  // What is still on its way counts as long as it has waited.
  const late = [...sentAt.values()].map((sent) => performance.now() - sent);
  return {
    latencies: [...latencies, ...late].sort((a, b) => a - b),
    arrivals: arrivals.toSorted((a, b) => a - b),
    cpu: (await cpu() - before) / passed,
    told: told / passed,
  };
}

async function cpu(): Promise<number> {
  const stat = (await Deno.readTextFile(`/proc/${server.pid}/stat`)).split(") ")[1].split(" ");
  return (Number(stat[11]) + Number(stat[12])) / 100;
}

function at(values: number[], part: number): number {
  return values[Math.min(values.length - 1, Math.floor(values.length * part))] ?? NaN;
}

function report(name: string, result: Result, idle?: Result): void {
  const median = at(result.latencies, 0.5);
  const ratio = idle === undefined
    ? ""
    : ` (${(median / at(idle.latencies, 0.5)).toFixed(1)} times idle)`;
  console.log(
    `${name.padEnd(24)} ${median.toFixed(1).padStart(8)} ${
      at(result.latencies, 0.99).toFixed(1).padStart(8)
    } ms` +
      `${at(result.arrivals, 0.5).toFixed(0).padStart(12)} ${
        at(result.arrivals, 1).toFixed(0).padStart(6)
      } ms` +
      `${(100 * result.cpu).toFixed(0).padStart(8)} % ${
        result.told.toFixed(1).padStart(10)
      }/s${ratio}`,
  );
}
