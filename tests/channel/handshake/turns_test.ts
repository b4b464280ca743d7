import assert from "node:assert/strict";
import {
  HANDSHAKE_SHARES,
  type HandshakeOrigin,
  HandshakeTurns,
} from "../../../lib/channel/handshake/turns.ts";
import { Clock, rejection, turns as settle } from "../support.ts";

/** How long each turn of these tests takes, in milliseconds. */
const TURN = 25;
/** How long each test lasts by its clock, in milliseconds. */
const TIME = 1_000;
/** What may be used at once, in milliseconds, after a rest: those of a second. */
const BURST = 1_000;

function at(address: string, network?: string): HandshakeOrigin {
  return { address, network };
}

/** Handshakes that come without a pause, and how much time they have used, by their names. */
class Floods {
  readonly used: Record<string, number> = {};
  readonly #turns: HandshakeTurns;
  readonly #stop = new AbortController();
  #running = 0;

  constructor(turns: HandshakeTurns) {
    this.#turns = turns;
  }

  begin(name: string, origin: HandshakeOrigin, hasSecret = false): void {
    this.used[name] ??= 0;
    void (async () => {
      while (!this.#stop.signal.aborted) {
        const turn = await this.#turns.take(origin, hasSecret, this.#stop.signal);
        assert.equal(++this.#running, 1, "one at a time");
        await new Promise((resolve) => setTimeout(resolve, TURN));
        this.used[name] += TURN;
        this.#running--;
        turn.end();
      }
    })().catch(() => {});
  }

  end(): void {
    this.#stop.abort();
  }
}

/** How much may have been used of a share when a test is over: with one turn beyond it. */
function most(share: number): number {
  return share * (TIME + BURST) + TURN;
}

async function flood(begin: (floods: Floods) => void): Promise<Record<string, number>> {
  using clock = new Clock();
  const turns = new HandshakeTurns();
  const floods = new Floods(turns);
  begin(floods);
  await clock.pass(TIME);
  floods.end();
  await clock.pass(TURN);
  turns.close();
  return floods.used;
}

Deno.test("turns: one address gets its share of the time, and makes use of it", async () => {
  const { address: share } = HANDSHAKE_SHARES;
  const { stranger } = await flood((floods) => {
    for (let count = 0; count < 10; count++) floods.begin("stranger", at("192.0.2.1"));
  });
  assert.ok(stranger <= most(share), `${stranger} ms`);
  assert.ok(stranger >= share * TIME * 0.8, `${stranger} ms`);
});

Deno.test("turns: those with a secret get a smaller share, wherever they come from", async () => {
  const { secret } = await flood((floods) => {
    for (let count = 0; count < 20; count++) floods.begin("secret", at(`192.0.2.${count}`), true);
  });
  assert.ok(secret <= most(HANDSHAKE_SHARES.withSecret), `${secret} ms`);
});

Deno.test("turns: all together get their share, wherever they come from", async () => {
  const { all } = await flood((floods) => {
    for (let count = 0; count < 20; count++) floods.begin("all", at(`192.0.2.${count}`));
  });
  assert.ok(all <= most(HANDSHAKE_SHARES.all), `${all} ms`);
  assert.ok(all >= HANDSHAKE_SHARES.all * TIME * 0.8, `${all} ms`);
});

Deno.test("turns: the networks of one site get no more than the site", async () => {
  const { site } = await flood((floods) => {
    for (let count = 0; count < 20; count++) {
      floods.begin("site", at(`2001:db8:1:${count}`, "2001:db8:1/48"));
    }
  });
  assert.ok(site <= most(HANDSHAKE_SHARES.network), `${site} ms`);
});

Deno.test("turns: during a flood the next turn is that of another address", async () => {
  using clock = new Clock();
  const turns = new HandshakeTurns();
  const floods = new Floods(turns);
  for (let count = 0; count < 100; count++) floods.begin("stranger", at("192.0.2.1"));
  await clock.pass(TIME);
  const before = floods.used.stranger;
  const taken = turns.take(at("198.51.100.1"), false);
  // The turn that is under way comes to its end; no further one of the flood's does.
  await clock.pass(TURN);
  const turn = await taken;
  assert.ok(floods.used.stranger <= before + TURN);
  turn.end();
  floods.end();
  await clock.pass(TURN);
  turns.close();
});

Deno.test("turns: of two addresses the one that has used less goes first", async () => {
  using clock = new Clock();
  const turns = new HandshakeTurns();
  const [busy, other, rested] = [at("192.0.2.1"), at("192.0.2.2"), at("192.0.2.3")];
  const use = async (origin: HandshakeOrigin, milliseconds: number) => {
    const taken = turns.take(origin, false);
    await settle();
    const turn = await taken;
    await clock.pass(milliseconds);
    turn.end();
    await settle();
  };
  await use(busy, 5);
  const first = turns.take(other, false);
  const order: string[] = [];
  const waiting = Object.entries({ busy, rested }).map(async ([name, origin]) => {
    const turn = await turns.take(origin, false);
    order.push(name);
    turn.end();
  });
  (await first).end();
  await clock.pass(1);
  await Promise.all(waiting);
  assert.deepEqual(order, ["rested", "busy"]);
  await settle();
  turns.close();
});

Deno.test("turns: several who are at rest take theirs in the order in which they came", async () => {
  const turns = new HandshakeTurns();
  const order: number[] = [];
  const first = await turns.take(at("192.0.2.9"), false);
  const others = [1, 2, 3].map(async (number) => {
    const turn = await turns.take(at("192.0.2.1"), false);
    order.push(number);
    turn.end();
    turn.end();
  });
  assert.equal(turns.waitingFrom(at("192.0.2.1")), 3);
  assert.equal(turns.waitingFrom(at("192.0.2.9")), 0);
  first.end();
  await Promise.all(others);
  assert.deepEqual(order, [1, 2, 3]);
  await settle();
  turns.close();
});

Deno.test("turns: whoever gives up waits no more, and takes nobody's turn", async () => {
  const turns = new HandshakeTurns();
  const first = await turns.take(at("192.0.2.1"), false);
  const impatient = new AbortController();
  const given = rejection(turns.take(at("192.0.2.1"), false, impatient.signal));
  const patient = turns.take(at("192.0.2.1"), false);
  const reason = new Error("it took too long");
  impatient.abort(reason);
  assert.equal(await given, reason);
  assert.equal(turns.waitingFrom(at("192.0.2.1")), 1);
  assert.equal(await rejection(turns.take(at("192.0.2.1"), false, impatient.signal)), reason);
  first.end();
  (await patient).end();
  await settle();
  turns.close();
});
