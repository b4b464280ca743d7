import assert from "node:assert/strict";
import { asLines, assertAllDelivered, assertLines, numbered } from "../../e2e/piped.ts";
import { startClient, startServer } from "../../support/programs.ts";

const JSON_FLAG = ["--json"];

Deno.test("conversation: 100,000 piped lines arrive in order, and then the client ends with 0", async () => {
  await using server = await startServer(["--max-rate", "1000000"], { stdin: "null" });
  await using client = startClient(server.address, JSON_FLAG);
  const lines = numbered("", 100_000);
  await client.pipe(asLines(lines));
  assert.equal(await client.status, 0);
  assert.equal(client.events("delivered").length, lines.length);
  assert.deepEqual(client.events("error"), []);
  await server.waitForLine("stderr", "guest left.");
  await server.waitForLine("stdout", "guest: 100000");
  assertLines(server.stdout.lines, lines.map((line) => `guest: ${line}`));
});

Deno.test("conversation: of files piped into both, all lines arrive, whichever is longer", async () => {
  const run = async (fromServer: number, fromClient: number) => {
    await using server = await startServer(JSON_FLAG);
    await using client = startClient(server.address, JSON_FLAG);
    await Promise.all([
      server.pipe(asLines(numbered("s", fromServer))),
      client.pipe(asLines(numbered("c", fromClient))),
    ]);
    assert.equal(await client.status, 0, client.stderr.text);
    assert.equal(await server.status, 0, server.stderr.text);
    assertLines(server.texts, numbered("c", fromClient));
    assertLines(client.texts, numbered("s", fromServer));
    assertAllDelivered(server, client, fromServer);
    assertAllDelivered(client, server, fromClient);
  };
  await Promise.all([run(1, 1), run(5, 10_000), run(10_000, 5), run(3000, 0)]);
});
