import assert from "node:assert/strict";
import { acceptAnyone, formatAddress, listenSecure } from "../../lib/channel/mod.ts";
import { generateX25519KeyPair } from "../../lib/crypto/mod.ts";
import { startClient } from "../support/programs.ts";
import { welcomeMessage } from "./raw.ts";

Deno.test("held back: an interrupted client says what was not confirmed", async () => {
  using listener = listenSecure({
    hostname: "127.0.0.1",
    port: 0,
    staticKeyPair: await generateX25519KeyPair(),
    acceptPeer: acceptAnyone,
  });
  // Welcomes the client, and never confirms anything.
  const serving = (async () => {
    const channel = await listener.accept();
    await channel?.receive();
    await channel?.send(welcomeMessage());
    await channel?.receive();
    return channel;
  })();
  await using client = startClient(formatAddress(listener.address), ["--json"]);
  await client.waitForEvent("connected");
  await client.write("is anybody there?\n");
  const channel = await serving;
  client.signal("SIGINT");
  while (await channel?.receive() !== undefined);
  await channel?.end();
  assert.equal(await client.status, 130);
  const texts = client.events("notice").map(({ text }) => text);
  assert.equal(texts.at(-1), "Line 1 of the input was not confirmed.");
  const [{ text, line, reason }] = client.events("undelivered");
  assert.deepEqual([text, line], ["is anybody there?", 1]);
  assert.equal(reason, "you left before it was confirmed");
  await channel?.close();
});
