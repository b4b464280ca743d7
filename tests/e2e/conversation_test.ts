import assert from "node:assert/strict";
import { type Program, startClient, startServer } from "../support/programs.ts";
import { asLines, assertAllDelivered, assertLines, numbered } from "./piped.ts";

const JSON_FLAG = ["--json"];

Deno.test("conversation: both write 500 lines at the same time, and read all the other's in order", async () => {
  await using server = await startServer(JSON_FLAG);
  await using client = startClient(server.address, JSON_FLAG);
  await Promise.all([server.waitForEvent("member"), client.waitForEvent("connected")]);
  const [fromServer, fromClient] = [numbered("server ", 500), numbered("client ", 500)];

  const speak = async (program: Program, texts: string[]) => {
    for (let start = 0; start < texts.length; start += 20) {
      await program.write(asLines(texts.slice(start, start + 20)));
    }
  };
  await Promise.all([
    speak(server, fromServer),
    speak(client, fromClient),
    server.waitForText("client 500"),
    client.waitForText("server 500"),
    client.waitForEvent("delivered", ({ seq }) => seq >= 500),
  ]);

  assertLines(server.texts, fromClient);
  assertLines(client.texts, fromServer);
  // The room gave every message a place of its own.
  const places = [...server.events("message"), ...client.events("message")].map(({ seq }) => seq);
  assert.equal(new Set(places).size, 1000);

  await client.closeStdin();
  assert.equal(await client.status, 0);
  assertAllDelivered(client, server, 500);
  await server.closeStdin();
  assert.equal(await server.status, 0);
  assertAllDelivered(server, client, 500);
});

Deno.test("conversation: plain lines go to standard output, everything else to standard error", async () => {
  await using server = await startServer(["--nick", "Ada"]);
  await using client = startClient(server.address, ["--nick", "Bob"]);
  await client.waitForLine("stderr", "Connected to Ada at ");
  await client.write("good morning\n");
  await server.waitForLine("stdout", "Bob: good morning");
  await server.write("good evening\n/help is no command here\n");
  await client.waitForLine("stdout", "Ada: /help is no command here");
  await client.closeStdin();
  assert.equal(await client.status, 0);
  await server.waitForLine("stderr", "Bob left.");

  assert.deepEqual(server.stdout.lines, ["Bob: good morning"]);
  assert.deepEqual(client.stdout.lines, ["Ada: good evening", "Ada: /help is no command here"]);
  assert.doesNotMatch(server.stdout.text + server.stderr.text, /\x1b/, "no colours off a terminal");

  // Each sees of the other what the other sees of itself.
  const own = (program: Program) => program.stderr.text.match(/Your fingerprint is (\S+)/)?.[1];
  const other = (program: Program) => program.stderr.text.match(/Their fingerprint is (\S+)/)?.[1];
  assert.match(own(server) ?? "", /^SHA256:[A-Za-z0-9+/]{43}$/);
  assert.equal(own(server), other(client));
  assert.equal(own(client), other(server));

  // And with --quiet there is only what people say.
  await using quiet = startClient(server.address, ["--quiet"]);
  await quiet.pipe("hello\n");
  assert.equal(await quiet.status, 0);
  assert.equal(quiet.stderr.text + quiet.stdout.text, "");
  await server.waitForLine("stdout", "guest: hello");
});

Deno.test("conversation: lines piped into a server wait for the first client", async () => {
  await using server = await startServer(JSON_FLAG);
  const lines = numbered("waiting ", 500);
  await server.pipe(asLines(lines));
  await using client = startClient(server.address, JSON_FLAG);
  assert.equal(await client.status, 0);
  assert.equal(await server.status, 0);
  assertLines(client.texts, lines);
  assertAllDelivered(server, client, 500);
  assert.equal(client.events("closed")[0].reason, "the server left");
  assert.equal(server.events("closed")[0].reason, "you left");
});

Deno.test("conversation: every kind of line arrives as it was written", async () => {
  await using server = await startServer(JSON_FLAG, { stdin: "null" });
  await using client = startClient(server.address, JSON_FLAG);
  const long = "0123456789abcdef".repeat(65_536);
  const longOfWide = "\u{1f600}".repeat(50_000);
  await client.pipe(
    "windows\r\n" + "\n" + "   \n" + "\ttabs\t\n" + "a\rb\n" +
      "gr\u00fc\u00df \u65e5\u672c\u8a9e \u{1f600}\n" +
      "//slashes\n" + '{"event":"message"}\n' + "nul\0\x1b[2J\n" + `${long}\n` + `${longOfWide}\n` +
      "after\n" + "no end",
  );
  assert.equal(await client.status, 0, client.stderr.text);
  await server.waitForText("no end");
  const texts = server.texts;
  const after = texts.indexOf("after");
  assert.deepEqual(texts.slice(0, 9), [
    "windows",
    "",
    "   ",
    "\ttabs\t",
    "a\rb",
    "gr\u00fc\u00df \u65e5\u672c\u8a9e \u{1f600}",
    "//slashes",
    '{"event":"message"}',
    "nul\0\x1b[2J",
  ]);
  const pieces = texts.slice(9, after);
  assert.ok(pieces.length > 16, "a long line comes in pieces");
  assert.ok(pieces.join("") === long + longOfWide, "the pieces are the whole line");
  for (const piece of pieces) assert.ok(new TextEncoder().encode(piece).length <= 65_536);
  assert.deepEqual(texts.slice(after), ["after", "no end"]);
  assert.equal(client.events("delivered").length, texts.length);
  const notices = client.events("notice").map(({ text }) => text);
  assert.ok(notices.some((text) => /^a long line was sent as \d+ messages$/.test(text)));
});

const PROTOCOLS = [
  { flags: [], name: "Noise_XXhfs_25519+MLKEM768_AESCBC_SHA256" },
  { flags: ["--cipher", "gcm"], name: "Noise_XXhfs_25519+MLKEM768_AESGCM_SHA256" },
  { flags: ["--classical", "--cipher", "gcm"], name: "Noise_XX_25519_AESGCM_SHA256" },
];

Deno.test("conversation: a server without input serves one after the other, by the protocol that each asks for", async () => {
  await using server = await startServer(JSON_FLAG, { stdin: "null" });
  for (const { flags, name } of PROTOCOLS) {
    await using client = startClient(server.address, ["--json", ...flags]);
    await client.pipe(`by ${name}\n`);
    assert.equal(await client.status, 0);
    const cipher = name.includes("CBC") ? "AESCBC" : "AESGCM";
    const { protocol, cipher: used } = await client.waitForEvent("connected");
    assert.deepEqual([protocol, used], [name, cipher]);
    assert.equal(server.events("connected").at(-1)?.protocol, name);
    await server.waitForText(`by ${name}`);
  }
  server.signal("SIGTERM");
  assert.equal(await server.status, 0);
});

Deno.test("conversation: a server that accepts one protocol only refuses the others", async () => {
  const flags = ["--classical"];
  await using server = await startServer(["--json", ...flags], { stdin: "null" });
  await using wrong = startClient(server.address, JSON_FLAG);
  await using right = startClient(server.address, ["--json", ...flags]);
  await right.pipe("let me in\n");
  assert.equal(await wrong.status, 3);
  assert.match(
    wrong.stderr.text,
    /^error: the other side ended the connection during the handshake; [^\n]*--cipher[^\n]*\n$/,
  );
  assert.deepEqual(wrong.events("error").map(({ code }) => code), ["handshake-ended"]);
  assert.equal(await right.status, 0);
  await server.waitForText("let me in");
  const told = await server.waitForEvent(
    "notice",
    ({ text }) => /^a connection from .* failed: /.test(text),
  );
  assert.match(told.text, /: the other side asked for a protocol not spoken here$/);
});
