/**
 * Messages that a server keeps on its disk: how many a second are stored and confirmed, with
 * `--history` and without.
 *
 * ```sh
 * deno run --allow-all bench/kept_load.ts [MESSAGES] [SENDERS]
 * ```
 *
 * The senders live in this process, each with a key of its own and as many messages on the way as the
 * protocol allows; the server has a process of its own. The database lies in the folder that
 * `$TMPDIR` names: what is measured is that disk as well.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import {
  CHAT_VERSION,
  decodeRoomMessage,
  encodeMessage,
  encodeText,
  MAX_UNANSWERED,
  newMessageId,
  VISIT_ID_SIZE,
} from "../lib/chat/mod.ts";
import { randomBytes } from "../lib/crypto/mod.ts";
import { acceptAnyone, connectSecure, generateX25519KeyPair } from "../lib/mod.ts";

const [messages = 100_000, senders = 2] = Deno.args.map(Number);
const body = encodeText("some words that somebody says to everybody");
const PONG = encodeMessage({ type: "pong" });

for (const isKept of [false, true, false, true]) {
  const home = await Deno.makeTempDir();
  const server = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--allow-all",
      fileURLToPath(new URL("../server.ts", import.meta.url)),
      ...["--headless", "--json", "--log-level", "warning", "--listen", "127.0.0.1:0"],
      ...["--home", home, "--max-rate", "1000000"],
      ...(isKept ? ["--history", `${home}/room.db`] : []),
    ],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { address } = JSON.parse((await reader.read()).value?.split("\n")[0] ?? "{}");
  void (async () => {
    while (!(await reader.read()).done);
  })();
  const each = Math.floor(messages / senders);
  const members = await Promise.all(Array.from({ length: senders }, () => join(address)));
  const before = await cpu(server.pid);
  const start = performance.now();
  await Promise.all(members.map((channel) => speak(channel, each)));
  const seconds = (performance.now() - start) / 1000;
  const used = 1e6 * (await cpu(server.pid) - before) / (each * senders);
  const size = isKept ? (await Deno.stat(`${home}/room.db`)).size / 1e6 : 0;
  console.log(
    `${isKept ? "stored and confirmed" : "confirmed           "}: ` +
      `${Math.round(each * senders / seconds)} messages a second, ${
        used.toFixed(1)
      } µs of CPU each` +
      (isKept ? `, ${size.toFixed(1)} MB` : ""),
  );
  for (const channel of members) channel.abort();
  server.kill("SIGTERM");
  await server.status;
  await Deno.remove(home, { recursive: true });
}
Deno.exit(0);

/** How many seconds of CPU time a process has had. */
async function cpu(pid: number): Promise<number> {
  const stat = (await Deno.readTextFile(`/proc/${pid}/stat`)).split(") ")[1].split(" ");
  return (Number(stat[11]) + Number(stat[12])) / 100;
}

async function join(address: string) {
  const [hostname, port] = address.split(":");
  const channel = await connectSecure({
    hostname,
    port: Number(port),
    staticKeyPair: await generateX25519KeyPair(),
    acceptPeer: acceptAnyone,
  });
  const who = { nick: `user${port}`, visit: randomBytes(VISIT_ID_SIZE), past: 0 };
  await channel.send(encodeMessage({ type: "hello", version: CHAT_VERSION, ...who }));
  return channel;
}

/** Says so many messages, and waits until each is confirmed. */
async function speak(channel: Awaited<ReturnType<typeof join>>, count: number): Promise<void> {
  let [sent, confirmed] = [0, 0];
  const sendMore = () => {
    for (; sent < count && sent - confirmed < MAX_UNANSWERED; sent++) {
      channel.enqueue(encodeMessage({ type: "send", id: newMessageId(), body }));
    }
  };
  sendMore();
  while (confirmed < count) {
    const bytes = await channel.receive();
    if (bytes === undefined) throw new Error("the server has left");
    // Others' messages are only counted by the server: to decode them here would take its time.
    if (bytes.length > body.length + 60) continue;
    const { type } = decodeRoomMessage(bytes);
    if (type === "ping") channel.enqueue(PONG);
    if (type !== "delivered") continue;
    confirmed++;
    if (sent - confirmed < MAX_UNANSWERED / 2) sendMore();
  }
}
