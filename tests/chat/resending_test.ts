/**
 * Every order in which things can happen to a few messages: which messages, answers and connections are
 * lost, when the server is killed and started again, when its disk fails. The programs are the real
 * ones on both sides, but for connections and the disk, which are simulated.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Clock } from "../channel/support.ts";
import { checksFor } from "./resending/checks.ts";
import { explore } from "./resending/explore.ts";
import { type Scenario, Simulation } from "./resending/world.ts";

interface Case {
  readonly what: string;
  /** In how many orders things can happen, at least; and what gets lost in some of them. */
  readonly runs: number;
  readonly lost: readonly string[];
  readonly scenario: Scenario;
}

const WRITES_SLOWLY = { write: true };
const READS_SLOWLY = { read: true };

const CASES: readonly Case[] = [
  {
    what: "a client arrives, and says something; one cut",
    runs: 500,
    lost: ["hello", "welcome", "caught-up", "send", "delivered"],
    scenario: { clients: [["all"]], cuts: 1, haveArrived: false },
  },
  {
    what: "two clients arrive while one of them speaks; a log that is slow to read",
    runs: 200_000,
    lost: [],
    scenario: { clients: [["all"], []], haveArrived: false, slowly: READS_SLOWLY },
  },
  {
    what: "one message, two cuts",
    runs: 20_000,
    lost: ["hello", "welcome", "caught-up", "send", "delivered", "message"],
    scenario: { clients: [["all"]], cuts: 2 },
  },
  {
    what: "two messages of one client to another, one cut",
    runs: 200_000,
    lost: ["send", "delivered", "message"],
    scenario: { clients: [["all", "all"], []], cuts: 1 },
  },
  {
    what: "two clients that speak, one cut",
    runs: 700_000,
    lost: ["send", "delivered", "message"],
    scenario: { clients: [["all"], ["all"]], cuts: 1 },
  },
  {
    what: "a private message, one cut",
    runs: 1_000,
    lost: ["send", "delivered", "message", "got"],
    scenario: { clients: [[{ to: 1 }], []], cuts: 1 },
  },
  {
    what: "a private message and one to all, one cut",
    runs: 500_000,
    lost: ["send", "delivered", "message", "got"],
    scenario: { clients: [[{ to: 1 }, "all"], []], cuts: 1 },
  },
  {
    what: "two clients that set the topic, one cut",
    runs: 2_000_000,
    lost: ["topic", "delivered"],
    scenario: { clients: [["topic"], ["topic"]], cuts: 1 },
  },
  {
    what: "a log that is slow to read, one cut",
    runs: 400,
    lost: ["message"],
    scenario: {
      clients: [[], ["all", "all"]],
      cuts: 1,
      good: [1],
      slowly: READS_SLOWLY,
      recent: 0,
    },
  },
  {
    what: "a log that is slow to read, two cuts",
    runs: 600_000,
    lost: ["hello", "welcome", "caught-up", "send", "delivered", "message"],
    scenario: {
      clients: [["all"], ["all"]],
      haveAsked: true,
      cuts: 2,
      good: [1],
      slowly: READS_SLOWLY,
      recent: 0,
    },
  },
  {
    what: "a server with a history is killed, with two clients",
    runs: 300_000,
    lost: ["send", "delivered", "message"],
    scenario: { clients: [["all"], []], kills: 1, slowly: WRITES_SLOWLY },
  },
  {
    what: "a server with a history is killed, with two messages",
    runs: 1_000,
    lost: ["send", "delivered"],
    scenario: { clients: [["all", "all"]], kills: 1, slowly: WRITES_SLOWLY },
  },
  {
    what: "a server without a history is killed",
    runs: 2_000_000,
    lost: ["send", "delivered", "message"],
    scenario: { clients: [["all", "all"], []], kills: 1, isKept: false, haveAsked: true },
  },
  {
    what: "a server is killed while a private message is on its way",
    runs: 50_000,
    lost: ["send", "delivered", "message", "got"],
    scenario: { clients: [[{ to: 1 }], []], kills: 1 },
  },
  {
    what: "the disk fails, one cut",
    runs: 50_000,
    lost: ["send", "delivered", "log"],
    scenario: {
      clients: [["all", "all"], []],
      haveAsked: true,
      cuts: 1,
      good: [1],
      failures: 1,
      slowly: WRITES_SLOWLY,
    },
  },
];

for (const { what, runs, lost, scenario } of CASES) {
  Deno.test(`resending: nothing is lost in ${runs.toLocaleString("en")} runs and more: ${what}`, async () => {
    using _clock = new Clock();
    await using world = await Simulation.begin(scenario, checksFor(scenario));
    const explored = await explore(world);
    assert.ok(explored.runs >= runs, `${explored.runs} runs`);
    assert.deepEqual(lost.filter((kind) => !world.lost.has(kind)), [], "each is lost in some");
  });
}
