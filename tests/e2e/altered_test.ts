import assert from "node:assert/strict";
import { startClient, startServer } from "../support/programs.ts";
import { attacks } from "../support/wire.ts";
import { Proxy } from "./proxy.ts";

Deno.test("altered: what a client says of it, and exits with", async (test) => {
  await using server = await startServer(["--json", "--headless"], { stdin: "null" });
  await using proxy = new Proxy(server.port);

  await test.step("the server hangs up, and nobody can tell why: 3, and it may have been", async () => {
    proxy.attack = attacks.flip("client", 2, -1);
    await using client = startClient(proxy.address, ["--json"]);
    assert.equal(await client.status, 3);
    const [error] = client.events("error");
    assert.equal(error.code, "cut");
    assert.match(error.message, /before its welcome; .* may have been altered on the way/);
    assert.equal(client.stderr.text, `error: ${error.message}\n`);
    // There was nothing yet to come back to.
    assert.deepEqual(client.events("reconnecting"), []);
  });

  await test.step("a message in the middle: 4, and it does not come back by itself", async () => {
    proxy.attack = attacks.flip("client", 4, 20);
    await using client = startClient(proxy.address, ["--json"]);
    await client.waitForEvent("connected");
    await client.write("hello\n");
    assert.equal(await client.status, 4);
    const [error] = client.events("error");
    assert.equal(error.code, "tampered");
    assert.match(error.message, /altered on its way.*line 1 of the input was not confirmed/);
    assert.deepEqual(client.events("reconnecting"), []);
    assert.deepEqual(server.events("message"), []);
  });
});
