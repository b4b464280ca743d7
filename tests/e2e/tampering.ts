/**
 * Attacks on the bytes between the real programs, and what the two of them have to make of it.
 *
 * @module
 */
import assert from "node:assert/strict";
import { startClient, startServer } from "../support/programs.ts";
import { type Attack, attacks, watch } from "../support/wire.ts";
import { Proxy } from "./proxy.ts";

// What travels in which frame. Client: 0 the protocol's name, 1 and 2 its handshake messages, 3 the
// hello, 4 the first line, 5 the second. Server: 0 its handshake message, 1 the welcome, from 2 on
// receipts and its own lines.

/** An attack, and what becomes of a conversation that it meets. */
export interface Case {
  readonly what: string;
  readonly attack: Attack;
  readonly status: 3 | 4;
  /** How many of the client's lines may have reached the server at most. */
  readonly heardByServer: number;
}

/** What a client does with a connection that is lost is another matter. */
const ONCE = ["--json", "--no-reconnect"];

const GARBAGE = Uint8Array.of(0, 0, 0, 40, ...new Uint8Array(40).fill(7));
const TOO_LONG = Uint8Array.of(0x7f, 0xff, 0xff, 0xff);
const EMPTY = new Uint8Array(4);

/** Every attack, on every kind of frame. */
export const CASES: readonly Case[] = [
  {
    what: "a bit of the protocol's name is flipped",
    attack: attacks.flip("client", 0, 10),
    // The server does not speak that, and nothing can be authenticated yet: it hangs up.
    status: 3,
    heardByServer: 0,
  },
  {
    what: "the protocol's name is replaced with a weaker one",
    attack: attacks.replace("client", 0, () => {
      const name = new TextEncoder().encode("Noise_XX_25519_AESGCM_SHA256");
      return Uint8Array.of(0, 0, 0, name.length, ...name);
    }),
    status: 3,
    heardByServer: 0,
  },
  ...[
    { what: "the client's ephemeral key", attack: attacks.flip("client", 1, 4) },
    { what: "the client's ML-KEM key", attack: attacks.flip("client", 1, 4 + 32 + 5) },
    { what: "the server's ephemeral key", attack: attacks.flip("server", 0, 4) },
    { what: "the server's ML-KEM ciphertext", attack: attacks.flip("server", 0, 4 + 32 + 5) },
    { what: "the server's static key", attack: attacks.flip("server", 0, -60) },
    { what: "the end of the server's handshake message", attack: attacks.flip("server", 0, -1) },
  ].map(({ what, attack }) => ({
    what: `a bit of ${what} is flipped`,
    attack,
    status: 4 as const,
    heardByServer: 0,
  })),
  ...[4, -1].map((offset) => ({
    what: `a bit of the client's last handshake message is flipped at ${offset}`,
    attack: attacks.flip("client", 2, offset),
    // The server cannot know to whom it would say so: it hangs up.
    status: 3 as const,
    heardByServer: 0,
  })),
  {
    what: "a bit of the hello is flipped",
    attack: attacks.flip("client", 3, -1),
    status: 4,
    heardByServer: 0,
  },
  {
    what: "a bit of the welcome is flipped",
    attack: attacks.flip("server", 1, 20),
    status: 4,
    heardByServer: 0,
  },
  ...[
    { what: "a bit is flipped in", attack: attacks.flip("client", 4, 12) },
    { what: "somebody drops", attack: attacks.drop("client", 4) },
    { what: "somebody swaps the next one with", attack: attacks.swap("client", 4) },
    { what: "somebody injects garbage before", attack: attacks.inject("client", 4, GARBAGE) },
    {
      what: "somebody injects an endless frame before",
      attack: attacks.inject("client", 4, TOO_LONG),
    },
    { what: "somebody injects an empty frame before", attack: attacks.inject("client", 4, EMPTY) },
    { what: "somebody repeats the hello before", attack: attacks.replay("client", 3, 4) },
  ].map(({ what, attack }) => ({
    what: `${what} the client's first line`,
    attack,
    status: 4 as const,
    heardByServer: 0,
  })),
  {
    what: "somebody repeats the client's first line",
    attack: attacks.duplicate("client", 4),
    status: 4,
    heardByServer: 1,
  },
  {
    what: "somebody sends the client's first line back to it",
    attack: attacks.reflect("client", 4),
    status: 4,
    heardByServer: 4,
  },
  ...[
    { what: "a bit is flipped in", attack: attacks.flip("server", 2, -1) },
    { what: "somebody drops", attack: attacks.drop("server", 2) },
    { what: "somebody swaps the next one with", attack: attacks.swap("server", 2) },
    { what: "somebody repeats", attack: attacks.duplicate("server", 2) },
    { what: "somebody injects garbage before", attack: attacks.inject("server", 2, GARBAGE) },
    {
      what: "somebody injects an endless frame before",
      attack: attacks.inject("server", 2, TOO_LONG),
    },
    { what: "somebody sends back to the server", attack: attacks.reflect("server", 2) },
  ].map(({ what, attack }) => ({
    what: `${what} what the server says first`,
    attack,
    status: 4 as const,
    heardByServer: 4,
  })),
  ...[
    { what: "inside the protocol's name", attack: attacks.cutAfter("client", 20) },
    {
      what: "inside the client's first handshake message",
      attack: attacks.cutAfter("client", 400),
    },
    { what: "inside the server's handshake message", attack: attacks.cutAfter("server", 700) },
    {
      what: "after the client's last handshake message",
      attack: attacks.thenCut("client", 2, ({ bytes }) => [bytes]),
    },
    { what: "after the hello", attack: attacks.thenCut("client", 3, ({ bytes }) => [bytes]) },
    { what: "after the welcome", attack: attacks.thenCut("server", 1, ({ bytes }) => [bytes]) },
  ].map(({ what, attack }) => ({
    what: `the connection is cut ${what}`,
    attack,
    status: 3 as const,
    heardByServer: 0,
  })),
  {
    what: "the connection is cut after the client's first line",
    attack: attacks.thenCut("client", 4, ({ bytes }) => [bytes]),
    status: 3,
    heardByServer: 1,
  },
];

/** Tries some of them, one after the other, on clients of one server; which serves on afterwards. */
export async function tamper(test: Deno.TestContext, cases: readonly Case[]): Promise<void> {
  await using server = await startServer(["--json"]);
  await using proxy = new Proxy(server.port);
  for (const [index, { what, attack, status, heardByServer }] of cases.entries()) {
    await test.step(what, async () => {
      proxy.attack = attack;
      const nick = `victim${index}`;
      await using client = startClient(proxy.address, [...ONCE, "--nick", nick]);
      const ended = client.status;
      const lines = [1, 2, 3, 4].map((number) => `${nick} says ${number}`);
      const replies = lines.map((line) => `reply to ${line}`);
      // Each line travels in a frame of its own: the next one is written when it has come by.
      let isOver = false;
      const talking = async () => {
        await proxy.seen(4);
        for (const [number, line] of lines.entries()) {
          if (isOver) return;
          await client.write(`${line}\n`);
          await proxy.seen(5 + number);
          if (isOver) return;
          await server.write(`${replies[number]}\n`);
        }
      };
      void talking().catch(() => {});

      assert.equal(await ended, status, client.stderr.text);
      isOver = true;
      assert.match(client.stderr.text, /^error: [^\n]+\n$/);
      // The last thing that it shows; nothing is delivered behind it.
      const [error] = client.events("error");
      assert.equal(client.stdout.lines.at(-1), JSON.stringify(error));
      assert.notEqual(error.code, "unexpected");

      const isMine = ({ text }: { text: string }) => text.includes(`${nick} `);
      const read = client.events("message").filter(isMine).map(({ text }) => text);
      assert.deepEqual(read, replies.slice(0, read.length));
      if (server.events("member").some((event) => event.nick === nick)) {
        await server.waitForEvent(
          "member",
          (event) => event.nick === nick && event.change === "left",
        );
      }
      const heard = server.events("message").filter(isMine).map(({ text }) => text);
      assert.deepEqual(heard, lines.slice(0, heard.length));
      assert.ok(heard.length <= heardByServer, `the server heard ${heard}`);
    });
  }

  proxy.attack = watch;
  await using honest = startClient(proxy.address, [...ONCE, "--nick", "honest"]);
  await honest.pipe("hello\n");
  assert.equal(await honest.status, 0, honest.stderr.text);
  await server.waitForText("hello");
}
