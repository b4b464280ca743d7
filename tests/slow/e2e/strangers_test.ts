import assert from "node:assert/strict";
import type { SecureChannel } from "../../../lib/channel/mod.ts";
import { generateX25519KeyPair } from "../../../lib/crypto/mod.ts";
import { startClient, startServer } from "../../support/programs.ts";
import { Home } from "../../e2e/home.ts";
import { connectRaw, speakHttp } from "../../e2e/raw.ts";

const KEYS = await generateX25519KeyPair();
const JSON_FLAG = ["--json"];

Deno.test("strangers: strangers in great numbers keep nobody out and fill no screen", async () => {
  await using server = await startServer(JSON_FLAG, { stdin: "null" });
  const connections: Deno.Conn[] = [];
  const open = async () => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
    connections.push(connection);
    return connection;
  };
  try {
    for (let index = 0; index < 300; index++) {
      await open();
      if (index % 3 > 0) continue;
      const garbage = crypto.getRandomValues(new Uint8Array(1 + index * 20));
      await (await open()).write(garbage).catch(() => {});
      const request = new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n");
      await (await open()).write(request).catch(() => {});
    }
    await using client = startClient(server.address, JSON_FLAG);
    await client.pipe("let me through\n");
    assert.equal(await client.status, 0, client.stderr.text);
    await server.waitForText("let me through");
  } finally {
    for (const connection of connections) connection.close();
  }
  await using client = startClient(server.address, JSON_FLAG);
  await client.pipe("and me\n");
  assert.equal(await client.status, 0, client.stderr.text);
  await server.waitForText("and me");
  assert.ok(server.stdout.lines.length < 30, server.stdout.text);
  assert.equal(server.stderr.text, "");
});

Deno.test("strangers: guests that never introduce themselves keep nobody out", async () => {
  await using server = await startServer(JSON_FLAG, { stdin: "null" });
  const silent: SecureChannel[] = [];
  try {
    for (let index = 0; index < 300; index++) silent.push(await connectRaw(server, KEYS));
    await using client = startClient(server.address, JSON_FLAG);
    await client.pipe("let me through\n");
    assert.equal(await client.status, 0, client.stderr.text);
    await server.waitForText("let me through");
    // Those who have waited longest had to go; on a slow machine their time was up even before.
    await assert.rejects(silent[0].receive(), { code: "timed-out" });
  } finally {
    for (const channel of silent) channel.abort();
  }
  assert.ok(server.stdout.lines.length < 30, server.stdout.text);
});

Deno.test("strangers: a flood of them fills no screen with explanations", async () => {
  await using home = new Home();
  await using server = await home.server(["--json", "--explain"]);
  for (let count = 0; count < 12; count++) {
    await Promise.all(Array.from({ length: 10 }, () => speakHttp(server.port)));
  }
  await server.waitForEvent("explain", ({ kind }) => kind === "omitted");
  server.signal("SIGTERM");
  await server.status;
  const kinds = server.events("explain").map(({ kind }) => kind);
  assert.ok(kinds.length < 50, `${kinds.length} were shown`);
  const omitted = server.events("explain").filter(({ kind }) => kind === "omitted");
  assert.equal(omitted.length, 2);
  const shown = kinds.filter((kind) => kind === "failure").length;
  assert.equal(omitted[1].text[0], `${120 - shown} connections were not explained, in total.`);
});
