import assert from "node:assert/strict";
import { startClient, startServer } from "../../support/programs.ts";

/** What the link carries each way. A record of 60,000 bytes takes 30 seconds: longer than silence may. */
const BYTES_PER_SECOND = 2_000;

/** How often it carries some of that, in milliseconds. */
const STEP = 100;

/** Carries bytes one way, as slowly as a bad link does, until they end. */
async function carry(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(BYTES_PER_SECOND * STEP / 1_000);
  try {
    for (let size = await from.read(buffer); size !== null; size = await from.read(buffer)) {
      for (let sent = 0; sent < size;) sent += await to.write(buffer.subarray(sent, size));
      await new Promise((resolve) => setTimeout(resolve, STEP));
    }
    await to.closeWrite();
  } catch {
    // One of the two has gone.
  }
}

Deno.test("slow link: a record that takes longer than silence may arrives, both ways", async () => {
  await using server = await startServer(["--json"]);
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const linked = (async () => {
    using near = await listener.accept();
    using far = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    await Promise.all([carry(near, far), carry(far, near)]);
  })();
  await using client = startClient(`127.0.0.1:${listener.addr.port}`, ["--json"]);
  await client.waitForEvent("connected");
  const [up, down] = ["u", "d"].map((letter) => letter.repeat(60_000));
  await Promise.all([client.write(`${up}\n`), server.write(`${down}\n`)]);
  await Promise.all([server.waitForText(up), client.waitForText(down)]);
  await client.waitForEvent("delivered");
  assert.deepEqual([...client.events("error"), ...server.events("error")], []);
  await client.closeStdin();
  assert.equal(await client.status, 0, client.stderr.text);
  server.signal("SIGTERM");
  assert.equal(await server.status, 0, server.stderr.text);
  await linked;
});
