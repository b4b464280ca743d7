/**
 * What a guest says in its close record is its own affair, unless it is a goodbye: the others see that it
 * has left, and are told nothing that it says of itself, of this side, or of the network.
 *
 * @module
 */
import assert from "node:assert/strict";
import { CloseCode } from "../../../lib/channel/mod.ts";
import { type DepartureReason, encodeMessage, Room } from "../../../lib/chat/mod.ts";
import { Clock } from "../../channel/support.ts";
import { Wire } from "../../support/wire.ts";
import { enter, type Guest, HOST_KEY, Notebook, visit } from "../support.ts";

const LIE = "the host is a liar";

/** Somebody who listens, a guest that is there, and why the log says that it is not any more. */
async function scene(grace = 0, transports?: Wire) {
  const departures: DepartureReason[] = [];
  const room = new Room({
    grace,
    observer: {
      left: (_member, _members, why) => departures.push(why),
      away: (_member, why) => departures.push(why),
    },
  });
  const host = new Notebook();
  void room.join("host", HOST_KEY, host).follow({ past: 0 });
  const guest = await enter(room, "ada", {}, transports && { transports });
  host.broadcasts.length = 0;
  return { room, host, departures, guest };
}

/** Hears what the room says until it closes the channel. */
async function heardUntilItsEnd({ client }: Guest): Promise<void> {
  while (await client.receive().catch(() => undefined) !== undefined);
}

/** A goodbye has words, which are marked as the guest's own. */
const SAID = `ada left: “${LIE}”`;

const ENDED = "ada left: ended the connection";

const CASES: readonly (readonly [
  code: number,
  heard: string,
  why: DepartureReason,
  error: string | undefined,
])[] = [
  [CloseCode.done, SAID, "left", undefined],
  [CloseCode.full, ENDED, "broke-off", "NetworkError/ended"],
  [CloseCode.tampered, ENDED, "broke-off", "AuthenticationError/tampered"],
  [CloseCode.malformed, "ada left", "gave-up", "NetworkError/ended"],
  [CloseCode.notAllowed, "ada left", "gave-up", "NetworkError/ended"],
  [CloseCode.shutdown, SAID, "left", undefined],
  [CloseCode.timeout, ENDED, "broke-off", "NetworkError/ended"],
  [CloseCode.removed, "ada left", "gave-up", "NetworkError/ended"],
  [CloseCode.tooSlow, ENDED, "broke-off", "NetworkError/ended"],
  [9, "ada left", "left", undefined],
  [255, "ada left", "left", undefined],
];

for (const [code, heard, why, expected] of CASES) {
  Deno.test(`close codes: what the others are told of a guest that says ${code}`, async () => {
    const { host, departures, guest } = await scene();
    await guest.client.close({ code, reason: LIE });
    const error = await guest.served.then(() => undefined, (error) => error);
    assert.deepEqual(host.heard, [heard]);
    assert.deepEqual(departures, [why]);
    assert.equal(error && `${error.name}/${error.code}`, expected);
    assert.doesNotMatch(String(error?.message), /liar/);
  });
}

Deno.test("close codes: before its hello a guest has no place, and nobody is told what it says", async () => {
  for (const [code, , why] of CASES) {
    const room = new Room();
    const host = new Notebook();
    void room.join("host", HOST_KEY, host).follow({ past: 0 });
    host.broadcasts.length = 0;
    const { client, server, served } = await visit(room);
    await client.close({ code, reason: LIE });
    await served;
    await server.closed;
    const answer = why === "left" ? { code: CloseCode.done, reason: "" } : undefined;
    assert.deepEqual(client.remoteClose, answer, `${code}`);
    assert.deepEqual(host.heard, []);
  }
});

Deno.test("close codes: one that may want to come back keeps its place", async () => {
  using clock = new Clock();
  for (const [code, heard, why] of CASES) {
    const { room, host, departures, guest } = await scene(60_000);
    await guest.client.close({ code, reason: LIE });
    await guest.served.catch(() => {});
    await clock.pass(1_000);
    const isAway = why === "broke-off";
    assert.deepEqual(host.heard, [isAway ? heard.replace("left", "away") : heard], `${code}`);
    assert.deepEqual(departures, [why]);
    await room.close();
  }
});

Deno.test("close codes: whoever is on the way cannot have a guest blamed for a length", async () => {
  for (const header of [Uint8Array.of(0, 0, 0, 0), Uint8Array.of(0, 1, 0, 0)]) {
    const wire = new Wire();
    const { host, guest } = await scene(0, wire);
    await wire.deliver("server", header);
    void heardUntilItsEnd(guest);
    await assert.rejects(guest.served, { name: "ProtocolError" });
    assert.deepEqual(host.heard, ["ada left: the connection was cut"]);
  }
});

Deno.test("close codes: a guest that sends rubbish has broken the protocol", async () => {
  const { host, departures, guest } = await scene();
  await guest.client.send(Uint8Array.of(0xff));
  void heardUntilItsEnd(guest);
  await assert.rejects(guest.served, { code: "malformed-message" });
  assert.deepEqual(host.heard, ["ada left: broke the protocol"]);
  assert.deepEqual(departures, ["malformed"]);
});

Deno.test("guest: a got for a private message that never was is malformed", async () => {
  for (const number of [1, Number.MAX_SAFE_INTEGER]) {
    const { guest } = await scene();
    await guest.client.send(encodeMessage({ type: "got", private: 0 }));
    await guest.client.send(encodeMessage({ type: "got", private: number }));
    void heardUntilItsEnd(guest);
    await assert.rejects(guest.served, {
      code: "malformed-message",
      message: 'received a message of type "got" whose "private" no message has had',
    });
  }
});
