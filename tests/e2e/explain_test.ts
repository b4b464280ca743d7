import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Explanation } from "../../lib/explain/mod.ts";
import { EXECUTABLES, type Program } from "../support/programs.ts";
import { type Side, watch } from "../support/wire.ts";
import { recompute } from "../explain/recomputation.ts";
import { Home, onlySentence } from "./home.ts";
import { done } from "./party.ts";
import { Proxy } from "./proxy.ts";
import { speakHttp } from "./raw.ts";
import { onTerminal, terminalTest } from "./terminals.ts";

const isWindows = Deno.build.os === "windows";

/** What is said before the first secret. */
const WARNING =
  /^The secrets of this conversation are shown: anyone who sees this screen, or the page, /;

/** The explanations that a program has written so far, with `--json`. */
function explanationsOf(program: Program): Explanation[] {
  return [...program.events("explain")];
}

/** A server and a client who say hello, with somebody in between who writes down the bytes. */
async function conversation(
  serverFlags: readonly string[],
  clientFlags: readonly string[],
) {
  const home = new Home();
  const server = await home.server(serverFlags);
  const proxy = new Proxy(server.port);
  const frames: Record<Side, Uint8Array[]> = { client: [], server: [] };
  proxy.attack = (frame, wire) => {
    frames[frame.from].push(frame.bytes);
    return watch(frame, wire);
  };
  const guest = new Home();
  const client = guest.client([proxy.address, "--accept-new", "--nick", "ada", ...clientFlags]);
  await client.pipe("hello, bob\n");
  assert.equal(await client.status, 0, client.stderr.text);
  server.signal("SIGTERM");
  await server.status;
  return {
    server,
    client,
    home,
    guest,
    wire: { client: Buffer.concat(frames.client), server: Buffer.concat(frames.server) },
    async [Symbol.asyncDispose]() {
      for (const one of [client, server, proxy, home, guest]) await one[Symbol.asyncDispose]();
    },
  };
}

Deno.test("explain: what both programs show of their secrets and bytes is what crossed the wire", async () => {
  const explain = ["--json", "--explain=secrets", "--quiet"];
  await using talk = await conversation(explain, explain);
  for (const end of ["client", "server"] as const) {
    const program = talk[end];
    const [first] = program.events("notice");
    assert.match(first.text, WARNING);
    assert.equal(first.important, true);
    const warned = program.stdout.lines.findIndex((line) =>
      line.includes(WARNING.source.slice(1, 40))
    );
    const explained = program.stdout.lines.findIndex((line) => line.includes('"event":"explain"'));
    assert.ok(warned >= 0 && warned < explained);
    const { records, plaintexts } = recompute(explanationsOf(program), talk.wire, end);
    assert.ok(records >= 6, `${records} records`);
    assert.ok(plaintexts.some((bytes) => Buffer.from(bytes).includes("hello, bob")));
    assert.equal(program.stderr.text, "");
  }
});

Deno.test("explain: whoever does not ask for secrets sees none; off a terminal it is beside what people say", async () => {
  await using talk = await conversation(["--json", "--explain=secrets"], ["--explain", "--quiet"]);
  const secrets = explanationsOf(talk.server).flatMap(({ steps }) =>
    steps.flatMap(({ state }) => state)
  ).filter(({ role }) => role === "secret");
  assert.ok(secrets.length > 15);
  const told = talk.client.stderr.text.replaceAll(/[\s\u2502]/g, "");
  for (const { hex } of secrets) {
    assert.ok(hex?.length === 64 && !told.includes(hex));
  }
  assert.match(talk.client.stderr.text, /32 secret bytes \(--explain=secrets shows them\)/);
  assert.doesNotMatch(talk.client.stderr.text, /^The secrets/m);

  const { stdout, stderr } = talk.client;
  assert.match(stderr.text, /^\u250c Handshake message 3 of 3, client to server \(sent\)$/m);
  assert.match(stderr.text, /^\u2502 It holds 1 chat message, in CBOR: send: "hello, bob"$/m);
  assert.match(stderr.text, /^\u2502 What Eve knows [^:]*: /m);
  assert.doesNotMatch(stderr.text, /\x1b|Connected to/);
  assert.equal(stdout.text, "");
});

Deno.test("explain: a page is for its owner, is complete at the end, and is told where it is", async () => {
  await using home = new Home();
  const pages = [home.beside("server.html"), home.beside("client.html")];
  await using talk = await conversation(["--explain-to", pages[0]], ["--explain-to", pages[1]]);
  for (const [index, program] of [talk.server, talk.client].entries()) {
    const text = await Deno.readTextFile(pages[index]);
    assert.match(text, /^<!DOCTYPE html>/);
    assert.match(text, /<\/html>\n$/);
    assert.match(text, /Handshake message 3 of 3/);
    assert.match(text, /hello, bob/);
    if (!isWindows) assert.equal(((await Deno.stat(pages[index])).mode ?? 0) & 0o777, 0o600);
    // The page alone: nothing of it on the screen but where it is.
    assert.doesNotMatch(program.stderr.text, /Handshake/);
    assert.ok(program.stderr.text.includes(`The explanation is in ${pages[index]}.\n`));
  }
  // A run that comes to nothing leaves the page of an earlier one.
  const before = await Deno.readTextFile(pages[0]);
  const again = await home.run("client", ["127.0.0.1:1", "--explain-to", pages[0]]);
  assert.equal(again.status, 3);
  assert.match(again.stderr, /There was nothing to explain; \S+ was not changed\./);
  assert.equal(await Deno.readTextFile(pages[0]), before);
});

Deno.test("explain: a server without a host writes a page, and one that is killed leaves a page", async () => {
  await using home = new Home();
  const page = home.beside("page.html");
  await using server = await home.server(["--headless", "--explain-to", page]);
  const { status } = await home.run("client", [server.address, "--accept-new"]);
  assert.equal(status, 0);
  server.signal("SIGKILL");
  await server.status;
  const text = await Deno.readTextFile(page);
  assert.match(text, /Record 0, client to server: hello/);
  assert.doesNotMatch(text, /<\/html>/);
});

Deno.test("explain: a file that cannot take the page ends the program before anything else", async () => {
  await using home = new Home();
  const other = home.beside("other.txt");
  await Deno.writeTextFile(other, "mine");
  const args = ["--listen", "127.0.0.1:0", "--explain-to", other];
  const { status, stderr } = await home.run("server", args);
  assert.equal(status, 2);
  assert.match(onlySentence(stderr), /cannot write \S+: it holds something else\b/);
  assert.doesNotMatch(stderr, /Listening/);
  assert.equal(await Deno.readTextFile(other), "mine");
});

Deno.test({
  name: "explain: without permission for the page, it says which flag gives it" +
    (EXECUTABLES === undefined ? "" : " (ignored: an executable has its permissions built in)"),
  ignore: EXECUTABLES !== undefined,
  async fn() {
    await using home = new Home();
    const page = home.beside("page.html");
    const args = ["127.0.0.1:1", "--explain-to", page];
    const { status, stderr } = await home.run("client", args, { permissions: ["--allow-net"] });
    assert.equal(status, 2);
    assert.match(
      onlySentence(stderr),
      /^--explain-to may not write \S+; run with --allow-read and --allow-write$/,
    );
  },
});

Deno.test("explain: a stranger's bytes are shown", async () => {
  await using home = new Home();
  await using server = await home.server(["--json", "--explain"]);
  await speakHttp(server.port);
  const failure = await server.waitForEvent("explain", ({ kind }) => kind === "failure");
  assert.equal(
    Buffer.from(failure.steps[0].wire[0].hex ?? "", "hex").toString(),
    "GET /\x1b[2J HTTP/1.1\r\n\r\n",
  );
});

terminalTest(
  "explain: on a terminal it stands beside the chat, in colour, and the question comes after it",
  async () => {
    await using home = new Home();
    await using server = await home.server(["--json"]);
    await using ada = onTerminal("client", [server.address, "--explain", "--nick", "ada"], {
      columns: 80,
      rows: 24,
      colours: true,
    });
    await ada.waitFor("Is it the same (yes/no/[fingerprint])?");
    const before = ada.transcript().join("\n");
    assert.match(before, /^\u250c The connection ends here$/m);
    assert.match(before, /^\u2502 The client hangs up after message 2/m);
    await ada.type("yes\r");
    await ada.waitFor("\nada:");
    await ada.type("hello\r");
    await server.waitForText("hello");
    await ada.waitFor("delivered", "the answer's explanation");
    const rows = ada.transcript();
    assert.ok(
      rows.includes("\u250c Connection 2: Record 1, client to server: send (sent)"),
      rows.join("\n"),
    );
    assert.ok(rows.every((row) => row.length <= 80));
    assert.match(ada.output, /\x1b\[32me\.public_key\x1b\[39m/);
    // What strangers call themselves, or say, is never obeyed.
    await using eve = home.client([server.address, "--accept-new", "--nick", "eve", "--json"]);
    await eve.waitForEvent("connected");
    await done(eve, "say", { text: "\x1b[31mred\n\u250c Record 9" });
    const made = '"\u241b[31mred\u240a\u250c Record 9"';
    await ada.waitFor(() => ada.transcript().join("").includes(made), made);
    assert.ok(!ada.output.includes("\x1b[31mred"));
    await ada.type("/quit\r");
    assert.equal(await ada.status, 0);
  },
);

terminalTest(
  "explain: with --plain it is words, and the warning comes first, also with --quiet",
  async () => {
    await using home = new Home();
    await using server = await home.server(["--json"]);
    const flags = ["--accept-new", server.address, "--explain=secrets", "--plain", "--quiet"];
    await using ada = onTerminal("client", flags, { colours: true });
    await server.waitForEvent("member");
    await ada.type("/quit\r");
    assert.equal(await ada.status, 0);
    // Before the program the shell tells the terminal's name, in a sequence of its own.
    const written = ada.output.split(/\x1b\]7077;[^\x07]*\x07/).at(-1) ?? "";
    assert.match(written, WARNING);
    assert.match(written, /^Explanation: The handshake is done/m);
    assert.doesNotMatch(written, /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2502\u250c]/);
  },
);
