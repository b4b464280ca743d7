import assert from "node:assert/strict";
import { Program, startClient } from "../support/programs.ts";
import { done, seen } from "./party.ts";

/** Whether this machine has the address `::1`. */
const hasIpv6 = (() => {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
})();

Deno.test({
  name: "addresses: guests who came by IPv4 and by IPv6 are in one room" +
    (hasIpv6 ? "" : " (ignored: this machine has no ::1)"),
  ignore: !hasIpv6,
  async fn() {
    const listen = ["--listen", "127.0.0.1:0", "--listen", "[::1]:0"];
    await using server = new Program("server", [...listen, "--headless", "--json"]);
    const { address, addresses } = await server.waitForEvent("listening");
    assert.equal(addresses.length, 2);
    assert.equal(addresses[0], address);
    assert.match(addresses[0], /^127\.0\.0\.1:[1-9]\d*$/);
    assert.match(addresses[1], /^\[::1\]:[1-9]\d*$/);
    await server.waitForLine("stderr", `Listening at ${addresses[1]}.`);

    const start = (address: string, nick: string) =>
      startClient(address, ["--json", "--nick", nick, "--no-reconnect"]);
    await using ann = start(addresses[0], "ann");
    await using bob = start(addresses[1], "bob");
    await seen([ann, bob], "ann");
    await seen([ann, bob], "bob");
    await done(ann, "say", { text: "by IPv4" });
    await done(bob, "say", { text: "by IPv6" });
    await Promise.all([bob.waitForText("by IPv4"), ann.waitForText("by IPv6")]);
    assert.equal(bob.events("connected")[0].address, addresses[1]);
    server.signal("SIGTERM");
    assert.deepEqual(await Promise.all([server.status, ann.status, bob.status]), [0, 0, 0]);
  },
});

Deno.test("addresses: if one of them cannot be had, the server does not start", async () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const listen = ["--listen", "127.0.0.1:0", "--listen", `127.0.0.1:${taken.addr.port}`];
  await using server = new Program("server", listen, { stdin: "null" });
  assert.equal(await server.status, 3);
  assert.match(
    server.stderr.text,
    new RegExp(`^error: 127\\.0\\.0\\.1:${taken.addr.port} is in use by another program`, "m"),
  );
});
