import assert from "node:assert/strict";
import { fingerprint, parseInvitation } from "../../lib/identity/mod.ts";
import {
  acceptAnyone,
  connectSecure,
  generateX25519KeyPair,
  protocolName,
  type X25519KeyPair,
} from "../../lib/mod.ts";
import type { Server } from "../support/programs.ts";
import { ptyAvailable } from "../support/pty.ts";
import { Home, onlySentence } from "./home.ts";
import { framesIn, holds, Mallory, Road } from "./mallory.ts";

const noTerminal = ptyAvailable ? "" : " (ignored: no util-linux script here)";

/** A server, and a road to it on which somebody can sit down. */
async function withRoad(
  args: readonly string[],
  test: (scene: {
    server: Server;
    serverKey: Uint8Array;
    road: Road;
    client: Home;
    mallory: Mallory;
    mallorysKeyPair: X25519KeyPair;
  }) => Promise<void>,
): Promise<void> {
  await using host = new Home();
  await using client = new Home();
  const serverKey = await host.publicKey("server");
  await using road = new Road();
  const server = await host.server(["--json", "--public", road.address, ...args], {
    stdin: "piped",
  });
  const mallorysKeyPair = await generateX25519KeyPair();
  const mallory = new Mallory(server.port, mallorysKeyPair);
  try {
    road.leadsTo = server.port;
    await test({ server, serverKey, road, client, mallory, mallorysKeyPair });
  } finally {
    // In this order: he and the road wait for the programs to be gone.
    await server[Symbol.asyncDispose]();
    await mallory[Symbol.asyncDispose]();
  }
}

/** The client has sent its proposal and the first message of the handshake, and nothing else. */
async function assertNothingRevealed(
  road: Road,
  mallory: Mallory,
  name: string,
  clientKey: Uint8Array,
): Promise<void> {
  const visit = road.visits.at(-1);
  assert.ok(visit);
  await visit.over;
  const frames = framesIn(visit.bytes);
  assert.equal(frames.length, 2);
  assert.equal(new TextDecoder().decode(frames[0]), name);
  assert.equal(holds(visit.bytes, clientKey), false);
  assert.deepEqual(mallory.clientKeys, []);
  assert.deepEqual(mallory.read, []);
}

Deno.test("man in the middle: on a first contact he is refused, and named", async () => {
  await withRoad([], async ({ road, client, mallory, mallorysKeyPair }) => {
    const clientKey = await client.publicKey();
    road.leadsTo = mallory.port;
    const { status, stdout, stderr } = await client.runClient([road.address, "--json"]);
    assert.equal(status, 4, stderr);
    const error = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
    assert.equal(error.event, "error");
    assert.equal(error.code, "key-unknown");
    assert.ok(error.message.includes(fingerprint(mallorysKeyPair.publicKey)), error.message);
    assert.ok(error.message.includes("--accept-new"), error.message);
    assert.equal(onlySentence(stderr), error.message);
    await assertNothingRevealed(road, mallory, protocolName(), clientKey);
  });
});

Deno.test("man in the middle: where new keys are accepted he gets through, and the safety words differ", async () => {
  await withRoad([], async ({ server, serverKey, road, client, mallory, mallorysKeyPair }) => {
    const clientKey = await client.publicKey();
    road.leadsTo = mallory.port;
    await using program = client.client([road.address, "--json", "--accept-new"]);
    const here = await program.waitForEvent("connected");
    const there = await server.waitForEvent("connected");
    assert.equal(here.trust, "new");
    assert.equal(here.peer.fingerprint, fingerprint(mallorysKeyPair.publicKey));
    assert.equal(there.peer.fingerprint, fingerprint(mallorysKeyPair.publicKey));
    assert.match(here.safetyWords, /^(?:[a-z]+ ){11}[a-z]+$/);
    assert.match(there.safetyWords, /^(?:[a-z]+ ){11}[a-z]+$/);
    assert.notEqual(here.safetyWords, there.safetyWords);
    assert.equal(here.peer.verified, false);

    // He really does sit there: he sees who the client is, and reads what it says.
    await program.pipe("for the host's eyes\n");
    await server.waitForText("for the host's eyes");
    assert.equal(await program.status, 0, program.stderr.text);
    assert.deepEqual(mallory.clientKeys, [clientKey]);
    const text = new TextEncoder().encode("for the host's eyes");
    assert.ok(mallory.read.some(({ from, message }) => from === "client" && holds(message, text)));
    assert.ok(framesIn(road.visits[0].bytes).length > 2);
    assert.notDeepEqual(serverKey, mallorysKeyPair.publicKey);
  });
});

Deno.test("man in the middle: for a known host he is refused before anything is revealed", async () => {
  await withRoad([], async ({ serverKey, road, client, mallory, mallorysKeyPair }) => {
    const base64 = btoa(String.fromCharCode(...serverKey));
    const before = `${road.address} x25519 ${base64} 2026-01-31\n`;
    await client.write("known_hosts", before);
    const clientKey = await client.publicKey();
    road.leadsTo = mallory.port;
    // Not even where new keys are accepted: this one is not new, it is another.
    for (const flags of [["--accept-new"], ["--classical", "--cipher", "gcm"]]) {
      const { status, stdout, stderr } = await client.runClient([road.address, ...flags]);
      assert.equal(status, 4, stderr);
      assert.equal(stdout, "");
      const sentence = onlySentence(stderr);
      assert.match(sentence, /^THE KEY OF \S+ HAS CHANGED; /);
      assert.ok(stderr.includes(fingerprint(serverKey)), stderr);
      assert.ok(stderr.includes(fingerprint(mallorysKeyPair.publicKey)), stderr);
      assert.ok(sentence.endsWith(` forget ${road.address} --home ${client.folder}`), sentence);
      assert.doesNotMatch(stderr, /verified/);
      const name = flags.includes("gcm")
        ? protocolName({ cipher: "gcm", classical: true })
        : protocolName();
      await assertNothingRevealed(road, mallory, name, clientKey);
    }
    assert.equal(await client.read("known_hosts"), before);
  });
});

Deno.test("man in the middle: an invitation names another key, so he is refused", async () => {
  await withRoad(["--invite"], async ({ server, road, client, mallory }) => {
    const { invite } = await server.waitForEvent("invitation");
    assert.equal(parseInvitation(invite).address, road.address);
    const clientKey = await client.publicKey();
    road.leadsTo = mallory.port;
    // Nor does accepting new keys help him.
    const refused = await client.runClient([invite, "--accept-new"]);
    assert.equal(refused.status, 4, refused.stderr);
    assert.equal(refused.stdout, "");
    assert.match(onlySentence(refused.stderr), /is not the one that the invitation names/);
    const name = protocolName({ preSharedKey: true });
    await assertNothingRevealed(road, mallory, name, clientKey);
    await assert.rejects(client.read("known_hosts"), Deno.errors.NotFound);
    assert.deepEqual(server.events("connected"), []);

    // The same client gets in as soon as he is gone.
    road.leadsTo = server.port;
    const { status, stderr } = await client.runClient([invite]);
    assert.equal(status, 0, stderr);
  });
});

Deno.test("man in the middle: without the invitation's secret he gets in nowhere", async () => {
  await withRoad(["--invite"], async ({ server, mallorysKeyPair }) => {
    const own = { hostname: "127.0.0.1", port: server.port, staticKeyPair: mallorysKeyPair };
    const whole = fingerprint(mallorysKeyPair.publicKey);
    for (const classical of [false, true]) {
      // He proves his key, and so he is told why.
      const channel = await connectSecure({
        acceptPeer: acceptAnyone,
        ...own,
        protocols: [protocolName({ classical })],
      });
      await assert.rejects(channel.receive(), /only the invited may enter/);
      await server.waitForEvent(
        "notice",
        ({ text }) => text.includes(whole) && text.includes("may not enter"),
      );
      // A guessed secret ends the handshake without a word.
      const guessing = await connectSecure({
        acceptPeer: acceptAnyone,
        ...own,
        protocols: [protocolName({ classical, preSharedKey: true })],
        preSharedKey: crypto.getRandomValues(new Uint8Array(32)),
      });
      await assert.rejects(guessing.receive(), { name: "NetworkError", code: "cut" });
    }
    assert.deepEqual(server.events("connected"), []);
    assert.deepEqual(server.events("member"), []);
  });
});

Deno.test({
  name: `man in the middle: a warning says that the contact was verified${noTerminal}`,
  ignore: !ptyAvailable,
  async fn() {
    await withRoad([], async ({ server, road, client, mallory }) => {
      await using terminal = client.terminal("client", [road.address, "--accept-new"]);
      await terminal.waitFor("\nguest:", "the prompt");
      await terminal.type("/verify\r");
      await terminal.waitFor("/verified host");
      const { safetyWords } = await server.waitForEvent("connected");
      const shown = terminal.transcript().join("\n").replaceAll(/\s+/g, " ");
      for (const [index, word] of safetyWords.split(" ").entries()) {
        assert.ok(shown.includes(` ${index + 1} ${word} `), `${index + 1} ${word}`);
      }
      await terminal.type("/verified\r");
      await terminal.waitFor("guest [host verified]:");
      await terminal.type("/quit\r");
      assert.equal(await terminal.status, 0);
      assert.match(await client.read("verified_keys"), /^host x25519 \S+ \S/);

      const clientKey = await client.publicKey();
      road.leadsTo = mallory.port;
      const { status, stderr } = await client.runClient([road.address]);
      assert.equal(status, 4, stderr);
      assert.match(
        onlySentence(stderr),
        /HAS CHANGED; .*\(which you verified as host, on \d{4}-\d\d-\d\d\)/,
      );
      await assertNothingRevealed(road, mallory, protocolName(), clientKey);

      // And where he is gone, it is the verified contact again.
      road.leadsTo = server.port;
      const again = await client.runClient([road.address, "--json"]);
      assert.equal(again.status, 0, again.stderr);
      const connected = again.stdout.split("\n").find((line) => line.includes('"connected"'));
      assert.ok(connected);
      assert.equal(JSON.parse(connected).peer.verified, true);
      assert.equal(JSON.parse(connected).trust, "known");
    });
  },
});

Deno.test("man in the middle: at an address not known before he does not pass for a verified contact", async () => {
  await withRoad([], async ({ server, serverKey, road, client, mallory }) => {
    const base64 = btoa(String.fromCharCode(...serverKey));
    await client.write("verified_keys", `host x25519 ${base64} 2026-01-31\n`);
    road.leadsTo = mallory.port;
    // He passes on what the real server says, the host's key included.
    await using program = client.client([road.address, "--json", "--accept-new"]);
    const { peer } = await program.waitForEvent("connected");
    assert.equal(peer.verified, false);
    await server.waitForEvent("connected");
    await server.write("hello\n");
    await program.waitForText("hello");
    for (const line of program.stdout.lines) assert.doesNotMatch(line, /"verified":true/);
    await program.closeStdin();
    assert.equal(await program.status, 0, program.stderr.text);
  });
});
