/**
 * What tests/chat/resending_test.ts explores, for more messages, clients and mishaps: all orders where
 * they can be counted, and random ones beyond.
 *
 * @module
 */
import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { Clock } from "../../channel/support.ts";
import { checksFor } from "../../chat/resending/checks.ts";
import { explore, walk } from "../../chat/resending/explore.ts";
import type { Request } from "../../chat/resending/people.ts";
import { type Scenario, Simulation } from "../../chat/resending/world.ts";
import { Dice } from "../../support/dice.ts";

const CLIENTS = 3;

const said: fc.Arbitrary<Request> = fc.oneof(
  { arbitrary: fc.constant("all" as const), weight: 2 },
  fc.record({ to: fc.nat(CLIENTS - 1) }),
);

/** What a client asks for. Not many topics: the server would slow it down, and time stands still here. */
const plan: fc.Arbitrary<Request[]> = fc.tuple(
  fc.array(said, { maxLength: 4 }),
  fc.array(fc.constant("topic" as const), { maxLength: 1 }),
  fc.array(said, { maxLength: 2 }),
).map((parts) => parts.flat());

const scenario: fc.Arbitrary<Scenario> = fc.record({
  clients: fc.array(plan, { minLength: CLIENTS, maxLength: CLIENTS }),
  cuts: fc.nat(4),
  kills: fc.nat(2),
  isKept: fc.boolean(),
  slowly: fc.record({ write: fc.boolean(), read: fc.boolean() }),
  recent: fc.constantFrom(0, 2, 200),
  haveArrived: fc.boolean(),
}).map((scenario) => ({
  ...scenario,
  // Newcomers, also those to a new log, are given no more than the room has at hand.
  recent: scenario.isKept && scenario.haveArrived ? scenario.recent : 200,
}));

interface Case {
  readonly what: string;
  /** In how many orders things can happen, at least. */
  readonly runs: number;
  readonly scenario: Scenario;
}

const CASES: readonly Case[] = [
  {
    what: "two messages, two cuts",
    runs: 1_700_000,
    scenario: { clients: [["all", "all"]], cuts: 2 },
  },
  {
    what: "a message to another client, two cuts",
    runs: 30_000_000,
    scenario: { clients: [["all"], []], cuts: 2 },
  },
  {
    what: "a private message, two cuts",
    runs: 38_000_000,
    scenario: { clients: [[{ to: 1 }], []], cuts: 2 },
  },
  {
    what: "two clients that speak, the disk fails, one cut",
    runs: 90_000_000,
    scenario: { clients: [["all"], ["all"]], cuts: 1, failures: 1, slowly: { write: true } },
  },
  {
    what: "two clients that speak, a server with a history is killed",
    runs: 2_600_000_000,
    scenario: { clients: [["all"], ["all"]], kills: 1, slowly: { write: true } },
  },
  {
    what: "a server with a history is killed twice",
    runs: 400_000,
    scenario: { clients: [["all", "all"]], kills: 2, slowly: { write: true } },
  },
  {
    what: "a private message, a server without a history is killed, one cut",
    runs: 1_100_000_000,
    scenario: { clients: [[{ to: 1 }], []], kills: 1, cuts: 1, isKept: false },
  },
];

for (const { what, runs, scenario } of CASES) {
  Deno.test(`resending: nothing is lost in ${runs.toLocaleString("en")} runs and more: ${what}`, async () => {
    using _clock = new Clock();
    await using world = await Simulation.begin(scenario, checksFor(scenario));
    const explored = await explore(world);
    assert.ok(explored.runs >= runs, `${explored.runs} runs`);
  });
}

Deno.test("resending: nothing is lost in 1,000 random runs of three clients", async () => {
  using _clock = new Clock();
  const lost = new Set<string>();
  await fc.assert(
    fc.asyncProperty(scenario, fc.nat(), fc.constantFrom(0.02, 0.05, 0.1, 0.3), async (
      scenario,
      seed,
      mishaps,
    ) => {
      await using world = await Simulation.begin(scenario, checksFor(scenario));
      const dice = new Dice(seed);
      await walk(world, () => dice.next(), mishaps);
      for (const kind of world.lost.keys()) lost.add(kind);
    }),
    { numRuns: 1_000 },
  );
  for (const kind of ["hello", "welcome", "caught-up", "send", "delivered", "message", "got"]) {
    assert.ok(lost.has(kind), `no ${kind} was lost`);
  }
});
