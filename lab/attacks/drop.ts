/** Lesson 5: Eve makes a message disappear. */
import type { Experiment } from "../experiment.ts";
import type { Finding } from "../finding.ts";
import type { Attack } from "../eve.ts";
import type { Lab } from "../lab.ts";
import { NUMBER_CHECK, sayHowRecordsAreNumbered, tagsDiffer } from "./numbers.ts";
import {
  ALICE_FIRST,
  endBob,
  frame,
  isFrame,
  meetHere,
  type Meeting,
  meetNaively,
  NAIVE_FIRST,
} from "./order.ts";

const DROPPED = "Whatever happens, do not do this:";
const DELIVERED = "sell everything today";

/** Eve takes a line away, and what is left means the opposite. */
export const drop: Experiment = {
  name: "drop",
  lesson: 5,
  title: "Eve removes one line, and reverses the meaning",
  async run(lab) {
    await lab.stage.say(
      "Eve can simply withhold something. If only one of several messages is missing, what " +
        "arrives may still look complete.",
    );
    return { naive: [await againstNaive(lab)], here: [await againstThis(lab)] };
  },
};

async function againstNaive(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("The naive protocol");
  const meeting = await meetNaively(lab, swallow(NAIVE_FIRST));
  const { bob } = meeting;
  await say(meeting, NAIVE_FIRST);
  await stage.say("Alice types two lines. Eve drops the first one.");
  await stage.screen("Alice", [`you: ${DROPPED}`, `you: ${DELIVERED}`]);
  await bob.line(new RegExp(`^them: ${DELIVERED}$`));
  const lines = bob.lines.map(({ text }) => text).filter((line) => line.startsWith("them: "));
  await stage.screen("Bob", lines);
  const succeeded = lines.length === 1 && lines[0] === `them: ${DELIVERED}`;
  return await lab.conclude({
    attack: "make a message disappear",
    expected: true,
    succeeded,
    result: succeeded
      ? `Bob reads "${DELIVERED}". He does not learn that a line came before it, and Alice does ` +
        "not learn that it is missing."
      : "Bob reads both lines.",
  });
}

async function againstThis(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("This project");
  await sayHowRecordsAreNumbered(stage);
  const meeting = await meetHere(lab, swallow(ALICE_FIRST));
  const { alice, bob } = meeting;
  await say(meeting, ALICE_FIRST);
  await stage.say(
    "Alice types the same two lines: her records number 1 and number 2. Eve drops number 1 on.",
  );
  const ended = await Promise.race([
    alice.status.then(() => true),
    bob.line(new RegExp(`^alice: ${DELIVERED}$`)).then(() => false),
  ]);
  if (ended) await bob.line(/^alice left/);
  const lines = await endBob(bob);
  const succeeded = lines.length === 1 && lines[0] === `alice: ${DELIVERED}`;
  if (!succeeded) await tagsDiffer(stage, { sealedAs: 2, expected: 1, what: "number 2" });
  await stage.screen("Bob", lines);
  if (ended) await stage.screen("Alice", alice.lines.map(({ text }) => text).slice(-1));
  await stage.say(
    "Eve can still drop everything from some moment on: no program can prevent that. But then " +
      "Bob sees nothing that was sent later. And Bob's program confirms each message that it has " +
      "received, so Alice's program knows which ones have arrived.",
  );
  return await lab.conclude({
    attack: "make a message disappear",
    expected: false,
    succeeded,
    result: succeeded
      ? `Bob reads "${DELIVERED}", and does not learn that a line came before it.`
      : "Bob's program does not show the second line without the first. It hangs up, and Alice " +
        "is told that what she sent was altered.",
    check: NUMBER_CHECK,
  });
}

/** Alice types both lines; each goes in a frame of its own. */
async function say({ alice, eve }: Meeting, first: number): Promise<void> {
  for (const [index, line] of [DROPPED, DELIVERED].entries()) {
    await alice.type(line);
    await frame(eve, "alice", first + index);
  }
}

function swallow(index: number): Attack {
  return (passing) => isFrame(passing, "alice", index) ? [] : [passing.bytes];
}
