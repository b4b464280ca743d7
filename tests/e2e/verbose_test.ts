import assert from "node:assert/strict";
import { acceptAnyone, CloseCode, formatAddress, listenSecure } from "../../lib/channel/mod.ts";
import { generateX25519KeyPair } from "../../lib/crypto/mod.ts";
import { startClient } from "../support/programs.ts";

Deno.test("verbose: what a server gives as its reason has no power over a terminal there either", async () => {
  using listener = listenSecure({
    hostname: "127.0.0.1",
    port: 0,
    staticKeyPair: await generateX25519KeyPair(),
    acceptPeer: acceptAnyone,
  });
  const refusing = (async () => {
    const channel = await listener.accept();
    await channel?.close({ code: CloseCode.full, reason: "\x1b]0;PWNED\x07\x1b[2J" });
  })();
  await using client = startClient(formatAddress(listener.address), ["--verbose"]);
  assert.equal(await client.status, 3);
  await refusing;
  assert.match(client.stderr.text, /PWNED/, "the reason is shown");
  assert.match(client.stderr.text, /\n {4}at /, "and where the error comes from");
  assert.doesNotMatch(client.stderr.text, /[\x1b\x07]/);
  assert.match(client.stderr.text, /^error: the other side says: “/m, "as the other side's words");
});
