import assert from "node:assert/strict";
import { acceptAnyone, CloseCode, connectSecure, listenSecure } from "../../lib/channel/mod.ts";
import { CLIENT_KEYS, SERVER_KEYS } from "./support.ts";

Deno.test("dismiss: who still waits for messages of a flood hears of the end, and of nothing else", async () => {
  const common = { acceptPeer: acceptAnyone };
  const listener = listenSecure({
    hostname: "127.0.0.1",
    port: 0,
    staticKeyPair: SERVER_KEYS,
    ...common,
  });
  const accepting = listener.accept();
  const client = await connectSecure({
    ...listener.address,
    staticKeyPair: CLIENT_KEYS,
    ...common,
  });
  const server = await accepting;
  assert.ok(server !== undefined);
  const flooded = Promise.withResolvers<void>();
  const ended = (async () => {
    for (let count = 0; await server.receive() !== undefined; count++) {
      if (count === 200) flooded.resolve();
    }
  })().catch((error: unknown) => error);
  const flooding = (async () => {
    while (true) await client.send(new Uint8Array(3000));
  })().catch(() => {});
  await flooded.promise;
  // It floods on, so that only the time ends this.
  await server.dismiss({ code: CloseCode.removed, reason: "out" }, 500);
  const error = await ended;
  client.abort();
  await flooding;
  listener.close();
  assert.ok(error instanceof Error);
  assert.equal((error as { code?: string }).code, "ended");
});
