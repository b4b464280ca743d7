import assert from "node:assert/strict";
import { acceptAnyone, listenSecure } from "../../../lib/channel/mod.ts";
import { generateX25519KeyPair } from "../../../lib/crypto/mod.ts";
import { type Program, startClient, startServer } from "../../support/programs.ts";
import { welcomeMessage } from "../../e2e/raw.ts";

const LINE = "x".repeat(8_000);
const LINES_PER_WRITE = 50;
const WRITES = 100;
const TOTAL = LINES_PER_WRITE * WRITES;
/** All lines together have 40 MB; a program that kept them would need more than this. */
const MEMORY_LIMIT = 50_000_000;

/** The memory that a process has in use, in bytes; `undefined` where the system does not tell. */
async function memoryOf(program: Program): Promise<number | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const status = await Deno.readTextFile(`/proc/${program.pid}/status`);
  return Number(status.match(/VmRSS:\s*(\d+) kB/)?.[1]) * 1024;
}

/** Writes all lines, numbered, and ends standard input. */
function writeAll(program: Program): { progress: number; done: Promise<void> } {
  const writing = { progress: 0, done: Promise.resolve() };
  writing.done = (async () => {
    while (writing.progress < WRITES) {
      let text = "";
      for (let line = 0; line < LINES_PER_WRITE; line++) {
        text += `${writing.progress * LINES_PER_WRITE + line} ${LINE}\n`;
      }
      await program.write(text);
      writing.progress++;
    }
    await program.closeStdin();
  })();
  return writing;
}

/** Resolves when nothing has moved for a while, or everything is written. */
async function standstill(writing: { progress: number }): Promise<void> {
  let last = -1;
  for (let still = 0; still < 30 && writing.progress < WRITES;) {
    still = writing.progress === last ? still + 1 : 0;
    last = writing.progress;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function assertHeldBack(sender: Program, receiver: Program): Promise<void> {
  const before = await Promise.all([sender, receiver].map(memoryOf));
  const writing = writeAll(sender);
  await standstill(writing);
  assert.ok(writing.progress < WRITES, "a reader that does not read holds the sender back");
  const after = await Promise.all([sender, receiver].map(memoryOf));
  for (const [index, size] of after.entries()) {
    const growth = (size ?? 0) - (before[index] ?? 0);
    assert.ok(growth < MEMORY_LIMIT, `${[sender, receiver][index].name} grew by ${growth} bytes`);
  }

  receiver.resume();
  await writing.done;
}

function assertComplete(receiver: Program, nick: string): void {
  const { lines } = receiver.stdout;
  assert.equal(lines.length, TOTAL);
  assert.ok(lines.every((line, index) => line === `${nick}: ${index} ${LINE}`));
}

Deno.test("slow reader: a client whose output is not read holds the server back, and loses nothing", async () => {
  await using server = await startServer();
  await using client = startClient(server.address, [], { paused: true });
  await server.waitForLine("stderr", "guest joined.");
  await assertHeldBack(server, client);
  assert.equal(await server.status, 0, server.stderr.text);
  assert.equal(await client.status, 0, client.stderr.text);
  assertComplete(client, "host");
});

Deno.test("slow reader: a server whose output is not read holds the client back, and loses nothing", async () => {
  await using server = await startServer(["--max-rate", "1000000"], { paused: true });
  await using client = startClient(server.address);
  await server.waitForLine("stderr", "guest joined.");
  await assertHeldBack(client, server);
  assert.equal(await client.status, 0, client.stderr.text);
  await server.waitForLine("stdout", `guest: ${TOTAL - 1} `);
  assertComplete(server, "guest");
});

Deno.test("slow reader: a program that is held back for good can be ended all the same", async () => {
  const stuck = async (receiver: Program, sender: Program, expected: number) => {
    const writing = writeAll(sender);
    writing.done.catch(() => {});
    await standstill(writing);
    receiver.signal("SIGTERM");
    assert.equal(await receiver.exited, expected);
  };
  await using first = await startServer();
  await using client = startClient(first.address, [], { paused: true });
  await using second = await startServer([], { paused: true });
  await using sender = startClient(second.address);
  await first.waitForLine("stderr", "guest joined.");
  await second.waitForLine("stderr", "guest joined.");
  await Promise.all([stuck(client, first, 130), stuck(second, sender, 0), fromDeafServer()]);
});

/** A server that says goodbye and reads no more does not keep a client, either. */
async function fromDeafServer(): Promise<void> {
  const staticKeyPair = await generateX25519KeyPair();
  using listener = listenSecure({
    hostname: "127.0.0.1",
    port: 0,
    staticKeyPair,
    acceptPeer: acceptAnyone,
  });
  await using client = startClient(`127.0.0.1:${listener.address.port}`);
  await using server = await listener.accept();
  assert.ok(server !== undefined);
  await server.receive();
  await server.send(welcomeMessage());
  const writing = writeAll(client);
  writing.done.catch(() => {});
  await standstill(writing);
  await server.end();
  assert.equal(await client.status, 3);
  assert.match(
    client.stderr.text,
    /^error: the server left; line 1 of the input was not confirmed, nor \d+ after it; the rest was/m,
  );
}
