import assert from "node:assert/strict";
import { onlySentence } from "../../e2e/home.ts";
import { startClient } from "../../support/programs.ts";

Deno.test("silence: a handshake that is not answered is given up, and that is said", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  await using client = startClient(`127.0.0.1:${listener.addr.port}`, ["--json"]);
  using connection = await listener.accept();
  while (await connection.read(new Uint8Array(65_536)) !== null);
  assert.equal(await client.status, 3);
  assert.deepEqual(client.events("error").map(({ code }) => code), ["timed-out"]);
  assert.match(onlySentence(client.stderr.text), /took too long; .*firewall/);
});
