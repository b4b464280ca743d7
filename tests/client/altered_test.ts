import assert from "node:assert/strict";
import { acceptAnyone, protocolName, SecureChannel } from "../../lib/channel/mod.ts";
import { encodeText, Room, serveGuest } from "../../lib/chat/mod.ts";
import { joinRoom } from "../../lib/client/join_room.ts";
import { errorEvent, exitStatus } from "../../lib/terminal/events/error_event.ts";
import { CLIENT_KEYS, SERVER_KEYS } from "../channel/support.ts";
import { type Attack, type Side, watch, Wire } from "../support/wire.ts";

/** What a client makes of a connection on which somebody sits. */
interface Outcome {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Joins a room, says something and leaves; `undefined` if all goes well. */
async function visit(attack: Attack): Promise<Outcome | undefined> {
  const wire = new Wire(attack);
  const serving = (async () => {
    await using channel = await SecureChannel.establish("responder", wire.server, {
      acceptPeer: acceptAnyone,
      staticKeyPair: SERVER_KEYS,
    });
    await serveGuest(channel, new Room());
  })().catch(() => {});
  try {
    await using channel = await SecureChannel.establish("initiator", wire.client, {
      acceptPeer: acceptAnyone,
      staticKeyPair: CLIENT_KEYS,
      protocols: [protocolName({ classical: true })],
    });
    const options = { nick: "ada", isInvited: false, outbox: undefined };
    const member = await joinRoom(channel, options);
    const { promise: caughtUp, resolve } = Promise.withResolvers<void>();
    const heard = (async () => {
      for await (const event of member.events()) if (event.type === "caught-up") resolve();
    })();
    heard.catch(() => {});
    await Promise.race([caughtUp, heard]);
    // Why the connection was lost is for those to find out who listen.
    await member.request({ type: "send", body: encodeText("hello") }).catch(() => heard);
    await member.leave().catch(() => heard);
    await heard;
    return undefined;
  } catch (error) {
    const { event: _, ...told } = errorEvent(error) as ReturnType<typeof errorEvent> & Outcome;
    return { ...told, status: exitStatus(error) };
  } finally {
    wire.cut();
    await serving;
  }
}

/** Does something to one frame. */
function alter(from: Side, index: number, change: (frame: Uint8Array) => Uint8Array): Attack {
  return (frame) => [
    frame.from === from && frame.index === index ? change(frame.bytes.slice()) : frame.bytes,
  ];
}

/** Flips the lowest bit of a byte of the body; from the end if negative. */
function flip(at: number): (frame: Uint8Array) => Uint8Array {
  return (frame) => {
    const body = frame.subarray(4);
    body[at < 0 ? body.length + at : Math.min(at, body.length - 1)] ^= 1;
    return frame;
  };
}

/** What can be done to a frame so that nobody has to wait for what never comes. */
const ALTERATIONS: Readonly<Record<string, (frame: Uint8Array) => Uint8Array>> = {
  "a bit at its beginning": flip(0),
  "a bit inside": flip(20),
  "a bit at its end": flip(-1),
  "a length that no frame has": (frame) => (frame[0] ^= 0x40, frame),
  "a length of nothing": () => new Uint8Array(4),
  "its last byte taken away": (frame) => {
    new DataView(frame.buffer).setUint32(0, frame.length - 5);
    return frame.subarray(0, -1);
  },
};

/** Each frame. */
const FRAMES: readonly (readonly [what: string, from: Side, index: number])[] = [
  ["the protocol's name", "client", 0],
  ["handshake message 1", "client", 1],
  ["handshake message 2", "server", 0],
  ["handshake message 3", "client", 2],
  ["the hello", "client", 3],
  ["the welcome", "server", 1],
  ["a message", "client", 4],
  ["the goodbye", "client", 5],
];

/** With a frame of these altered the server may have nobody to tell, and hangs up. */
const BEFORE_THE_WELCOME = new Set([
  "the protocol's name",
  "handshake message 1",
  "handshake message 3",
]);

Deno.test("altered: nothing is, and all goes well", async () => {
  assert.equal(await visit(watch), undefined);
});

for (const [what, from, index] of FRAMES) {
  Deno.test(`altered: ${what} is, and the sentence says so; status 4 where it is known`, async () => {
    for (const [how, change] of Object.entries(ALTERATIONS)) {
      const outcome = await visit(alter(from, index, change));
      assert.ok(outcome !== undefined, how);
      const { status, code, message } = outcome;
      // Something that is no frame at all comes from somebody who speaks something else.
      if (code === "not-this-protocol") assert.equal(status, 4, how);
      else assert.match(message, /altered/, `${how}: ${code}`);
      if (status === 4) continue;
      assert.equal(status, 3, how);
      assert.ok(BEFORE_THE_WELCOME.has(what), `${how}: ${message}`);
      assert.match(code, /^(cut|handshake-ended)$/, how);
    }
  });
}
