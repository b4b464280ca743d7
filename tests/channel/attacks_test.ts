import assert from "node:assert/strict";
import {
  acceptAnyone,
  type CipherChoice,
  encodeFrame,
  protocolName,
  SecureChannel,
} from "../../lib/channel/mod.ts";
import {
  type Attack,
  attacks,
  join,
  memoryPair,
  other,
  type Side,
  watch,
  Wire,
} from "../support/wire.ts";
import {
  begin,
  CIPHERS,
  classical,
  described,
  failure,
  fromUtf8,
  outcome,
  random,
  rejection,
  SERVER_KEYS,
  turns,
  utf8,
} from "./support.ts";

/**
 * What each side says, each message in a record of its own. The frames are then: from the client the
 * name, messages 1 and 3, these records and the close record; from the server message 2, these
 * records and the close record.
 */
const SAID: Readonly<Record<Side, readonly string[]>> = {
  client: ["one from the client", "", "three of them ".repeat(3)],
  server: ["one from the server", "and two", ""],
};

/** Where each side's records begin among its frames. */
const FIRST_RECORD: Readonly<Record<Side, number>> = { client: 3, server: 1 };

/** The close record's place. */
const LAST: Readonly<Record<Side, number>> = {
  client: FIRST_RECORD.client + SAID.client.length,
  server: FIRST_RECORD.server + SAID.server.length,
};

const SIDES: readonly Side[] = ["client", "server"];

const TAMPERED = "AuthenticationError/tampered";
const CUT = "NetworkError/cut";

/** What a connection came to for one side: what it received, and `fine` or its error. */
interface Fate {
  readonly received: readonly string[];
  readonly outcome: string;
}

/** Time for everything in memory that follows from what was done: no timer, no other thread. */
async function settle(): Promise<void> {
  for (let tick = 0; tick < 60; tick++) await Promise.resolve();
}

/** One side of a conversation, to its end or failure. */
async function converse(
  side: Side,
  establishing: Promise<SecureChannel>,
  isVictim: boolean,
): Promise<Fate> {
  const received: string[] = [];
  let channel: SecureChannel;
  try {
    channel = await establishing;
  } catch (error) {
    return { received, outcome: described(error) };
  }
  const speaking = (async () => {
    for (const message of SAID[side]) {
      await channel.send(utf8(message));
      await settle();
    }
  })().catch(() => {});
  let result = "fine";
  try {
    for (let got = await channel.receive(); got !== undefined; got = await channel.receive()) {
      received.push(fromUtf8(got) ?? "");
      if (isVictim || received.length < SAID[other(side)].length) continue;
      // The victim says goodbye when it has heard one: what it finds can then still be told.
      await speaking;
      await channel.end().catch(described);
    }
  } catch (error) {
    result = described(error);
    // Nothing comes after an error, but for the same error.
    for (let again = 0; again < 3; again++) assert.equal(await rejection(channel.receive()), error);
  }
  await speaking;
  await channel.close().catch(described);
  await channel.closed;
  if (result !== "fine") assert.equal(await failure(channel.receive()), result);
  return { received, outcome: result };
}

interface Result {
  readonly wire: Wire;
  readonly victim: Fate;
  readonly peer: Fate;
}

/** A conversation with an attacker on the wire, whose doings `victim` will receive. */
async function attacked(victim: Side, name: string, attack: Attack): Promise<Result> {
  const wire = new Wire(attack);
  const begun = begin(wire, { client: { protocols: [name] } });
  const [client, server] = await Promise.all([
    converse("client", begun.client, victim === "client"),
    converse("server", begun.server, victim === "server"),
  ]);
  for (const [side, fate] of [["client", client], ["server", server]] as const) {
    const sent = SAID[other(side)];
    assert.deepEqual(
      fate.received,
      sent.slice(0, fate.received.length),
      `the ${side} received something that was not said, or not there`,
    );
    if (fate.outcome === "fine") {
      assert.equal(fate.received.length, sent.length, `the ${side} took a part for the whole`);
    }
    assert.equal(wire[side].closeCount, 1, `the ${side}'s transport is closed once`);
  }
  return victim === "client"
    ? { wire, victim: client, peer: server }
    : { wire, victim: server, peer: client };
}

/** An attack that must be noticed by the victim, and told to the other side. */
async function mustFail(
  victim: Side,
  name: string,
  attack: Attack,
  what: string,
  allowed: RegExp,
): Promise<Result> {
  const result = await attacked(victim, name, attack);
  assert.match(result.victim.outcome, allowed, `${name}: ${what}, the ${victim}`);
  assert.match(
    result.peer.outcome,
    /^AuthenticationError\/tampered$|^ProtocolError\/|^NetworkError\/(cut|handshake-ended|hung-up)$/,
    `${name}: ${what}, the other side`,
  );
  return result;
}

/**
 * An attack on the client's first message, which is not authenticated yet: if the server cannot
 * know, the client does as soon as the server answers.
 */
async function mustFailEitherWay(name: string, attack: Attack, what: string): Promise<Result> {
  const result = await attacked("server", name, attack);
  const outcomes = [result.victim.outcome, result.peer.outcome];
  assert.ok(outcomes.some((outcome) => DETECTED.test(outcome)), `${name}: ${what}: ${outcomes}`);
  for (const outcome of outcomes) assert.match(outcome, DETECTED_OR_CUT, `${name}: ${what}`);
  return result;
}

const DETECTED = /^AuthenticationError\/|^ProtocolError\//;
const DETECTED_OR_CUT =
  /^AuthenticationError\/|^ProtocolError\/|^NetworkError\/(cut|handshake-ended|hung-up)$/;

/** A frame whose length was altered upwards makes its reader wait for bytes; nobody sends those. */
function untilCut(from: Side, index: number, attack: Attack): Attack {
  const last = index < FIRST_RECORD[from] ? index : LAST[from];
  return attacks.thenCut(from, last, attack);
}

/** The sizes of all frames of one side. */
async function frameSizes(name: string, side: Side): Promise<number[]> {
  const { wire } = await attacked(other(side), name, watch);
  return wire.framesFrom(side).map(({ length }) => length);
}

function names(cipher: CipherChoice): { fast: string; hybrid: string } {
  return { fast: classical(cipher), hybrid: protocolName({ cipher }) };
}

for (const cipher of CIPHERS) {
  const { fast, hybrid } = names(cipher);

  Deno.test(`wire, ${cipher}: left alone, everything arrives and every frame is where it should be`, async () => {
    for (const name of [fast, hybrid]) {
      for (const victim of SIDES) {
        const { wire, ...fates } = await attacked(victim, name, watch);
        assert.deepEqual([fates.victim.outcome, fates.peer.outcome], ["fine", "fine"]);
        assert.equal(wire.framesFrom("client").length, LAST.client + 1);
        assert.equal(wire.framesFrom("server").length, LAST.server + 1);
      }
    }
  });

  for (const from of SIDES) {
    const victim = other(from);

    Deno.test(`wire, ${cipher}: a bit flipped in any byte from the ${from} is noticed`, async () => {
      const sizes = await frameSizes(fast, from);
      for (const [index, size] of sizes.entries()) {
        for (let offset = 0; offset < size; offset++) {
          // Every byte of the handshake under one cipher, every other under the second; of the records
          // every fourth, in each of them others; and both ends of everything.
          const isRecord = index >= FIRST_RECORD[from];
          const isInside = offset >= 4 && offset < size - 1;
          const step = isRecord ? 4 : cipher === "cbc" ? 1 : 2;
          if (isInside && (offset + index) % step !== 0) continue;
          const bit = (offset + index) % 8;
          const flip = attacks.flip(from, index, offset, bit);
          const isHeader = offset < 4;
          if (from === "client" && index === 1 && !isHeader) {
            await mustFailEitherWay(fast, flip, `bit ${bit} of byte ${offset} of message 1`);
            continue;
          }
          const result = await mustFail(
            victim,
            fast,
            isHeader ? untilCut(from, index, flip) : flip,
            `bit ${bit} of byte ${offset} of frame ${index}`,
            isHeader ? DETECTED_OR_CUT : DETECTED,
          );
          if (isRecord) {
            assert.equal(result.victim.received.length, index - FIRST_RECORD[from]);
            if (!isHeader) {
              // The victim says so, in a record that the attacker lets through.
              assert.deepEqual([result.victim.outcome, result.peer.outcome], [TAMPERED, TAMPERED]);
            }
          }
        }
      }
    });

    Deno.test(`wire, ${cipher}: a bit flipped in the hybrid handshake from the ${from} is noticed`, async () => {
      const sizes = (await frameSizes(hybrid, from)).slice(0, FIRST_RECORD[from]);
      for (const [index, size] of sizes.entries()) {
        const some = Array.from(
          { length: 24 },
          (_, turn) => 4 + Math.floor(turn * (size - 4) / 24),
        );
        for (const offset of new Set([...some, 35, 36, size - 33, size - 32, size - 1])) {
          const flip = attacks.flip(from, index, offset, offset % 8);
          const what = `byte ${offset} of frame ${index}`;
          if (from === "client" && index === 1) await mustFailEitherWay(hybrid, flip, what);
          else await mustFail(victim, hybrid, flip, what, DETECTED);
        }
      }
    });

    Deno.test(`wire, ${cipher}: a frame from the ${from} dropped is noticed`, async () => {
      for (let index = 0; index <= LAST[from]; index++) {
        // Behind the last frame, and where the other side has to answer first, only a cut follows.
        const stalls = index === LAST[from] ||
          index === FIRST_RECORD[from] - 1 && from === "server";
        const drop = attacks.drop(from, index);
        await mustFail(
          victim,
          fast,
          stalls || index < FIRST_RECORD[from] ? untilCut(from, index, drop) : drop,
          `frame ${index}`,
          stalls || index < FIRST_RECORD[from] ? DETECTED_OR_CUT : DETECTED,
        );
      }
    });

    Deno.test(`wire, ${cipher}: a close record from the ${from} that is dropped leaves a cut`, async () => {
      const drop = attacks.drop(from, LAST[from]);
      const result = await attacked(victim, fast, attacks.thenCut(from, LAST[from], drop));
      assert.equal(result.victim.received.length, SAID[from].length);
      assert.equal(result.victim.outcome, CUT);
    });

    Deno.test(`wire, ${cipher}: a frame from the ${from} delivered twice is noticed`, async () => {
      for (let index = 0; index < LAST[from]; index++) {
        const what = `frame ${index}`;
        const twice = attacks.duplicate(from, index);
        const { victim: fate } = await mustFail(victim, fast, twice, what, DETECTED);
        const delivered = Math.max(0, index - FIRST_RECORD[from] + 1);
        assert.equal(fate.received.length, delivered, "the first of the two counts");
      }
      // Nobody reads behind the end.
      const { victim: fate } = await attacked(victim, fast, attacks.duplicate(from, LAST[from]));
      assert.equal(fate.outcome, "fine");
    });

    Deno.test(`wire, ${cipher}: an earlier frame from the ${from} delivered again is noticed`, async () => {
      for (let index = 1; index <= LAST[from]; index++) {
        for (let earlier = 0; earlier < index; earlier++) {
          const replay = attacks.replay(from, earlier, index);
          await mustFail(victim, fast, replay, `frame ${earlier} before ${index}`, DETECTED);
        }
      }
    });

    Deno.test(`wire, ${cipher}: two frames from the ${from} that change places are noticed`, async () => {
      // A handshake message is answered before the next one comes, so those cannot change places.
      const first = from === "client" ? [0, 2] : [];
      const records = Array.from(SAID[from], (_, index) => FIRST_RECORD[from] + index);
      for (const index of [...first, ...records]) {
        await mustFail(victim, fast, attacks.swap(from, index), `frames ${index}`, DETECTED);
      }
    });

    Deno.test(`wire, ${cipher}: a frame from the ${from} sent back to it is noticed`, async () => {
      for (let index = 0; index < LAST[from]; index++) {
        // It is the sender who receives it.
        await mustFail(from, fast, attacks.reflect(from, index), `frame ${index}`, DETECTED);
      }
    });

    Deno.test(`wire, ${cipher}: a frame of the attacker's own to the ${victim} is noticed`, async () => {
      for (let index = 0; index <= LAST[from]; index++) {
        for (const size of [1, 16, 32, 64, 80, 500]) {
          const forged = attacks.inject(from, index, encodeFrame(random(size)));
          const what = `${size} bytes before ${index}`;
          if (from === "client" && index === 1) await mustFailEitherWay(fast, forged, what);
          else await mustFail(victim, fast, forged, what, DETECTED);
        }
        const empty = attacks.inject(from, index, new Uint8Array(4));
        await mustFail(victim, fast, empty, `an empty frame before ${index}`, /^ProtocolError\//);
        const huge = attacks.inject(from, index, new Uint8Array(4).fill(255));
        await mustFail(victim, fast, huge, `a huge frame before ${index}`, /^ProtocolError\//);
      }
    });

    Deno.test(`wire, ${cipher}: a frame from the ${from} shortened or lengthened is noticed`, async () => {
      for (let index = 0; index <= LAST[from]; index++) {
        for (const change of [-33, -17, -16, -1, 1, 16, 32]) {
          const resize = attacks.replace(from, index, (bytes) => {
            const body = bytes.subarray(4);
            const size = Math.max(1, body.length + change);
            return encodeFrame(join([body, random(32)]).slice(0, size));
          });
          await mustFail(victim, fast, resize, `frame ${index} by ${change}`, DETECTED);
        }
      }
    });

    Deno.test(`wire, ${cipher}: a cut at any byte from the ${from} is a cut, never an end`, async () => {
      const sizes = await frameSizes(fast, from);
      const total = sizes.reduce((sum, size) => sum + size);
      const handshake = sizes.slice(0, FIRST_RECORD[from]).reduce((sum, size) => sum + size);
      const boundaries = sizes.map((_, index) => sizes.slice(0, index).reduce((a, b) => a + b, 0));
      for (let size = 0; size < total; size++) {
        // Every byte around a header, and some of those far from one.
        if (size % 11 !== 0 && !boundaries.some((at) => Math.abs(size - at) <= 4)) continue;
        const result = await mustFail(
          victim,
          fast,
          attacks.cutAfter(from, size),
          `after ${size} bytes`,
          size < handshake
            ? /^NetworkError\/handshake-ended$/
            // The client has its answer but cannot send message 3 any more; the server has its last.
            : size === handshake && from === "server"
            ? /^NetworkError\/handshake-ended$/
            : /^NetworkError\/cut$/,
        );
        const whole = boundaries.slice(FIRST_RECORD[from] + 1).filter((end) => end <= size).length;
        assert.equal(result.victim.received.length, whole, "what had arrived is delivered");
      }
    });
  }

  Deno.test(`wire, ${cipher}: what another connection carried is noticed`, async () => {
    const { wire: before } = await attacked("server", fast, watch);
    for (const from of SIDES) {
      for (const [index, recorded] of before.framesFrom(from).entries()) {
        if (from === "client" && index === 0) continue;
        const splice = attacks.replace(from, index, () => recorded);
        const result = await attacked(other(from), fast, splice);
        if (from === "client" && index === 1) {
          // Another's first message is as good as one's own until the answer does not fit.
          assert.match(result.peer.outcome, DETECTED_OR_CUT);
          assert.match(result.victim.outcome, DETECTED_OR_CUT);
        } else {
          assert.match(result.victim.outcome, DETECTED, `frame ${index} from the ${from}`);
        }
        assert.equal(
          result.victim.received.length,
          Math.max(0, index - FIRST_RECORD[from]),
          `frame ${index} from the ${from}`,
        );
      }
    }
  });

  Deno.test(`wire, ${cipher}: a whole recorded connection played again gets nowhere`, async () => {
    for (const name of [fast, hybrid]) {
      const { wire: before } = await attacked("server", name, watch);
      const { client, server } = memoryPair();
      const result = failure(
        SecureChannel.establish("responder", server, {
          staticKeyPair: SERVER_KEYS,
          acceptPeer: acceptAnyone,
        }),
      );
      await client.writable.getWriter().write(before.bytesFrom("client"));
      assert.equal(await result, "AuthenticationError/handshake-failed");
    }
  });

  Deno.test(`wire, ${cipher}: another name in place of the client's is noticed by both`, async () => {
    // The name is in the handshake hash: a server that is talked into another cipher, or out of
    // ML-KEM, comes to other keys than the client.
    for (
      const [asked, put] of [[fast, classical(cipher === "cbc" ? "gcm" : "cbc")], [hybrid, fast]]
    ) {
      const attack = attacks.replace("client", 0, () => encodeFrame(utf8(put)));
      const { victim, peer } = await attacked("server", asked, attack);
      assert.match(victim.outcome, DETECTED_OR_CUT);
      assert.match(peer.outcome, DETECTED_OR_CUT);
    }
  });

  Deno.test(`wire, ${cipher}: delays and other pieces change nothing`, async () => {
    const kinds: Record<string, Attack> = {
      "one byte at a time": attacks.trickle(),
      "every frame late": async ({ bytes }) => {
        await turns(1);
        return [bytes];
      },
      "the client's frames late": async ({ from, bytes }) => {
        if (from === "client") await turns(2);
        return [bytes];
      },
      "cut in the middle": ({ bytes }) => [bytes.subarray(0, 3), bytes.subarray(3)],
    };
    for (const [kind, attack] of Object.entries(kinds)) {
      for (const name of [fast, hybrid]) {
        const { victim, peer } = await attacked("server", name, attack);
        assert.deepEqual([victim.outcome, peer.outcome], ["fine", "fine"], kind);
      }
    }
  });
}

Deno.test("wire: a connection that ends between two records is cut, never ended", async () => {
  for (const cipher of CIPHERS) {
    const { client, server } = memoryPair();
    const begun = begin({ client, server }, { client: { protocols: [classical(cipher)] } });
    const [one, two] = await Promise.all([begun.client, begun.server]);
    await one.send(utf8("all there is"));
    await settle();
    client.outgoing.finish();
    assert.equal(fromUtf8(await two.receive()), "all there is");
    const error = await rejection(two.receive());
    assert.equal(described(error), CUT);
    assert.equal(two.remoteClose, undefined);
    assert.equal(await rejection(two.receive()), error);
    assert.equal(await failure(two.send(utf8("too late"))), CUT);
    await two.closed;
    one.abort();
  }
});

Deno.test("wire: a connection that is reset is cut", async () => {
  const transports = memoryPair();
  const begun = begin(transports);
  const [one, two] = await Promise.all([begun.client, begun.server]);
  const receiving = failure(two.receive());
  transports.client.outgoing.break();
  transports.server.outgoing.break();
  assert.equal(await receiving, CUT);
  assert.equal(await failure(one.receive()), CUT);
  await Promise.all([one.closed, two.closed]);
});

Deno.test("wire: the victim's last words arrive even if it closes the channel at once", async () => {
  for (const how of ["close", "dispose", "nothing"] as const) {
    for (const isBusy of [false, true]) {
      const wire = new Wire(attacks.flip("client", FIRST_RECORD.client, 20));
      const begun = begin(wire);
      const [client, server] = await Promise.all([begun.client, begun.server]);
      const queued = Array.from(
        { length: isBusy ? 40 : 0 },
        () => server.send(random(60_000)).catch(described),
      );
      if (isBusy) await wire.server.outgoing.isFull;
      await client.send(utf8("altered on its way"));
      assert.equal(await failure(server.receive()), TAMPERED);
      const closing = how === "close"
        ? server.close().catch(described)
        : how === "dispose"
        ? server[Symbol.asyncDispose]()
        : undefined;
      const hearing = (async () => {
        while (await client.receive() !== undefined);
      })();
      assert.equal(await failure(hearing), TAMPERED, how);
      assert.equal(await failure(client.send(utf8("more"))), TAMPERED);
      await closing;
      await Promise.all([client.closed, server.closed, ...queued]);
    }
  }
});

Deno.test("wire: a goodbye that waits when tampering is found does not pass for an end", async () => {
  for (const cipher of CIPHERS) {
    // The server has much to say and a goodbye behind it; none of it has left when it finds that
    // what it received was altered.
    const wire = new Wire(attacks.flip("client", FIRST_RECORD.client, 20));
    const begun = begin(wire, { client: { protocols: [classical(cipher)] } });
    const [client, server] = await Promise.all([begun.client, begun.server]);
    const queued = Array.from({ length: 40 }, () => server.send(random(60_000)));
    const results = Promise.allSettled([...queued, server.end()]);
    await wire.server.outgoing.isFull;
    await client.send(utf8("altered on its way"));
    assert.equal(await failure(server.receive()), TAMPERED);
    const received = (async () => {
      while (await client.receive() !== undefined);
    })();
    assert.equal(await failure(received), TAMPERED, "the rest was thrown away, so this is no end");
    assert.equal(outcome((await results)[queued.length]), TAMPERED, "and its sender knows");
    assert.equal(await failure(server.end()), TAMPERED);
    await Promise.all([client.closed, server.closed]);
  }
});
