import assert from "node:assert/strict";
import {
  acceptAnyone,
  type CipherChoice,
  decodeRecord,
  encodeFrame,
  encodeMessages,
  protocolName,
  SecureChannel,
} from "../../../lib/channel/mod.ts";
import { FrameReader } from "../../../lib/channel/frames/frame_reader.ts";
import { guessProtocol } from "../../../lib/channel/handshake/guess_protocol.ts";
import { onlyPreSharedKey } from "../../../lib/channel/handshake/secret_id.ts";
import { Inbox } from "../../../lib/channel/records/inbox.ts";
import { encodeClose, encodePart, RecordType } from "../../../lib/channel/records/record.ts";
import { ReportedError } from "../../../lib/errors.ts";
import { Explainer } from "../../../lib/explain/mod.ts";
import { explainRecord } from "../../../lib/explain/record_content.ts";
import { CLIENT_KEYS, SERVER_KEYS, tryEstablish } from "../../channel/support.ts";
import { type Attack, memoryPair, type Side, Wire } from "../../support/wire.ts";
import { attempt, attemptLater, joined, type Material } from "../material.ts";
import type { Target } from "../target.ts";

/** How long a side waits for what was taken from it, in milliseconds. */
const HANDSHAKE_TIMEOUT = 20;

const SECRET = new Uint8Array(32).fill(5);

/** Frames: what was put in comes out, however the bytes arrive; wrong lengths are refused. */
export const frames: Target = {
  name: "frames",
  async run(material) {
    const bodies = Array.from(
      { length: material.below(5) },
      () => material.bytes(1 + material.size(material.chance(0.05) ? 65_535 : 2_000)),
    );
    const valid = joined(...bodies.map((body) => encodeFrame(body)));
    const isAltered = material.chance(0.5);
    const bytes = isAltered ? material.mutate(valid) : valid;
    const reader = new FrameReader(streamOf(bytes, material));
    const read: Uint8Array[] = [];
    await attemptLater(async () => {
      const limit = isAltered ? 1 + material.below(65_535) : undefined;
      for (let body = await reader.read(limit); body; body = await reader.read(limit)) {
        assert.ok(body.length > 0 && body.length <= (limit ?? 65_535));
        read.push(body.slice());
      }
    });
    const size = read.reduce((sum, body) => sum + body.length, 0);
    assert.ok(size <= bytes.length);
    if (!isAltered) assert.deepEqual(read, bodies);
  },
};

/** A stream that gives bytes in pieces. */
function streamOf(bytes: Uint8Array, material: Material): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      const size = 1 + material.size(bytes.length);
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
  });
}

/** What an altered handshake looks like: one of its frames is, or several are, and then it is cut. */
function altering(material: Material, chance: number, only?: Side): Attack & { count: number } {
  const attack: Attack & { count: number } = Object.assign((frame: Parameters<Attack>[0]) => {
    const { bytes, from } = frame;
    if ((only !== undefined && from !== only) || !material.chance(chance)) return [bytes];
    const altered = material.mutate(bytes);
    if (!isSame(altered, bytes)) attack.count++;
    return [altered];
  }, { count: 0 });
  return attack;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** Handshakes between two sides, altered on their way: never do both believe in them. */
export const handshakes: Target = {
  name: "handshakes",
  async run(material) {
    const hasSecret = material.chance(0.3);
    const name = protocolName({
      cipher: material.one<CipherChoice>(["cbc", "gcm"]),
      classical: material.chance(0.7),
      preSharedKey: hasSecret,
    });
    const attack = altering(material, 0.4);
    const wire = new Wire(attack);
    const explainer = new Explainer({ connection: 1, secrets: false, emit: () => {} });
    const { client, server } = await tryEstablish(wire, {
      client: {
        protocols: [name],
        handshakeTimeout: HANDSHAKE_TIMEOUT,
        ...(hasSecret && { preSharedKey: SECRET }),
        trace: explainer,
      },
      server: {
        handshakeTimeout: HANDSHAKE_TIMEOUT,
        findPreSharedKey: onlyPreSharedKey(SECRET),
      },
    });
    let isLate = false;
    for (const side of [client, server]) {
      if (side.status === "fulfilled") side.value.abort();
      else if (!(side.reason instanceof ReportedError)) throw side.reason;
      else isLate ||= side.reason.code === "timed-out";
    }
    const isBelieved = client.status === "fulfilled" && server.status === "fulfilled";
    // What is behind the handshake is not in it: an appended frame is a record that will not open.
    if (isBelieved) assert.deepEqual(client.value.handshakeHash, server.value.handshakeHash);
    else assert.ok(attack.count > 0 || isLate, "nothing was altered, and they do not agree");
  },
};

/** The bytes of a handshake, recorded: from the client, and from the server. */
const recorded = (async () => {
  const all: Record<Side, Uint8Array[]> = { client: [], server: [] };
  for (const classical of [true, false]) {
    for (const cipher of ["cbc", "gcm"] as const) {
      const wire = new Wire();
      const { client, server } = await tryEstablish(wire, {
        client: { protocols: [protocolName({ cipher, classical })] },
      });
      for (const side of [client, server]) if (side.status === "fulfilled") side.value.abort();
      all.client.push(wire.bytesFrom("client"));
      all.server.push(wire.bytesFrom("server"));
    }
  }
  return all;
})();

/** A stranger who says anything to a server, or answers a client with anything. */
export const strangers: Target = {
  name: "strangers",
  async run(material) {
    const role = material.one(["initiator", "responder"] as const);
    const said = (await recorded)[role === "initiator" ? "server" : "client"];
    const bytes = material.chance(0.3)
      ? material.bytes(material.size(5_000))
      : material.mutate(material.one(said));
    guessProtocol(bytes);
    const { client: stranger, server: honest } = memoryPair(1_000_000);
    const speaking = async () => {
      const writer = stranger.writable.getWriter();
      await writer.write(bytes).catch(() => {});
      await writer.close().catch(() => {});
    };
    const establishing = SecureChannel.establish(
      role,
      honest,
      {
        acceptPeer: acceptAnyone,
        staticKeyPair: role === "initiator" ? CLIENT_KEYS : SERVER_KEYS,
        protocols: role === "initiator" ? [protocolName({ classical: true })] : undefined,
        handshakeTimeout: HANDSHAKE_TIMEOUT,
        trace: new Explainer({ connection: 1, secrets: true, emit: () => {} }),
      } as Parameters<typeof SecureChannel.establish>[2],
    );
    const channel = await attemptLater(async () => {
      const [channel] = await Promise.all([establishing, speaking()]);
      return channel;
    });
    assert.equal(channel, undefined, "nobody can know the other side's ephemeral key");
    stranger.close();
  },
};

/** Records altered on their way: what arrives is what was said, up to where it was altered. */
export const records: Target = {
  name: "records",
  async run(material) {
    let isOn = false;
    const altered = altering(material, 0.2);
    const attack: Attack = (frame, wire) => isOn ? altered(frame, wire) : [frame.bytes];
    const wire = new Wire(attack);
    const cipher = material.one<CipherChoice>(["cbc", "gcm"]);
    const { client, server } = await tryEstablish(wire, {
      client: { protocols: [protocolName({ cipher, classical: true })] },
    });
    assert.ok(client.status === "fulfilled" && server.status === "fulfilled");
    isOn = true;
    const said = Array.from(
      { length: 1 + material.below(6) },
      () => material.bytes(material.size(material.chance(0.05) ? 200_000 : 3_000)),
    );
    const closing = material.chance(0.5);
    const talk = async (from: SecureChannel, to: SecureChannel) => {
      const heard: Uint8Array[] = [];
      const speaking = attemptLater(async () => {
        for (const message of said) await from.send(message);
        await from.end();
      });
      const hearing = attemptLater(async () => {
        for (let got = await to.receive(); got !== undefined; got = await to.receive()) {
          heard.push(got);
        }
        return "goodbye" as const;
      });
      // A frame that says it is longer leaves its reader waiting: then the connection is cut.
      const cutting = setTimeout(() => wire.cut(), closing ? 20 : 100);
      await speaking;
      const end = await hearing;
      clearTimeout(cutting);
      for (const [index, message] of heard.entries()) assert.ok(isSame(message, said[index]));
      if (end === "goodbye") assert.equal(heard.length, said.length);
      if (altered.count === 0 && end === undefined) assert.ok(closing || heard.length > 0);
    };
    await Promise.all([
      talk(client.value, server.value),
      ...(material.chance(0.3) ? [talk(server.value, client.value)] : []),
    ]);
    client.value.abort();
    server.value.abort();
  },
};

function plaintext(material: Material): Uint8Array {
  switch (material.below(4)) {
    case 0:
      return encodeClose({ code: material.below(256), reason: material.text(600) });
    case 1:
      return encodeMessages(
        Array.from({ length: material.below(6) }, () => material.bytes(material.size(500))),
      );
    case 2:
      return encodePart(material.bytes(1 + material.size(40_000)), material.chance(0.3));
    default:
      return material.bytes(material.size(500));
  }
}

/** What records hold, close records too. */
export const contents: Target = {
  name: "record-contents",
  run(material) {
    const inbox = new Inbox();
    for (let count = material.below(12); count >= 0; count--) {
      const bytes = material.mutate(plaintext(material));
      const content = attempt(() => decodeRecord(bytes));
      if (content === undefined) continue;
      explainRecord(bytes, material.one(["client", "server"] as const));
      if (content.type === RecordType.close) {
        assert.ok(content.info.code >= 0 && content.info.code < 256);
        continue;
      }
      if (attempt(() => (inbox.add(content), true)) === undefined) return;
      for (let got = inbox.shift(); got !== undefined; got = inbox.shift()) {
        assert.ok(got.length <= 262_144);
      }
    }
  },
};
