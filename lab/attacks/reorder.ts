/** Lesson 5: Eve lets two messages change places. */
import type { Experiment } from "../experiment.ts";
import type { Finding } from "../finding.ts";
import type { Attack } from "../eve.ts";
import type { Lab } from "../lab.ts";
import type { Process } from "../process.ts";
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

const QUESTIONS = ["Shall I lock the house?", "Shall I sell the car?"] as const;
const ANSWERS = ["yes", "no"] as const;

/** Eve makes two answers answer each other's question. */
export const reorder: Experiment = {
  name: "reorder",
  lesson: 5,
  title: "Eve swaps two answers",
  async run(lab) {
    await lab.stage.say(
      "Eve can hold a message back until a later one has passed. That takes no key, and she " +
        "changes no byte. It is enough to know that Alice is answering questions, in their order.",
    );
    return { naive: [await againstNaive(lab)], here: [await againstThis(lab)] };
  },
};

async function againstNaive(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("The naive protocol");
  const meeting = await meetNaively(lab, swap(NAIVE_FIRST));
  const { alice, bob } = meeting;
  await talk(meeting, NAIVE_FIRST, "them");
  await stage.say(
    `Bob asks two questions, and Alice answers "${ANSWERS[0]}" and "${
      ANSWERS[1]
    }". Eve keeps the ` +
      "first answer, lets the second one pass, and then sends the first one after it.",
  );
  await Promise.all(ANSWERS.map((answer) => bob.line(new RegExp(`^them: ${answer}$`))));
  await stage.screen("Alice", dialogue(alice, ANSWERS));
  const heard = answersIn(bob.lines.map(({ text }) => text), "them");
  await stage.screen("Bob", [...QUESTIONS.map((question) => `you: ${question}`), ...heard]);
  const succeeded = isSwapped(heard);
  return await lab.conclude({
    attack: "swap two messages",
    expected: true,
    succeeded,
    result: succeeded
      ? "Alice said: lock the house, keep the car. Bob understands: leave the house open, sell " +
        "the car."
      : "Bob reads the answers in their order.",
  });
}

async function againstThis(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("This project");
  await sayHowRecordsAreNumbered(stage);
  const meeting = await meetHere(lab, swap(ALICE_FIRST));
  const { alice, bob } = meeting;
  await talk(meeting, ALICE_FIRST, "bob");
  await stage.say(
    "The same questions, the same answers. Alice's hello was her record number 0, so the answers " +
      "are number 1 and number 2, and Eve swaps them.",
  );
  await alice.endInput();
  await alice.status;
  await bob.line(/^alice left/);
  const heard = answersIn(await endBob(bob), "alice");
  const succeeded = isSwapped(heard);
  if (!succeeded) await tagsDiffer(stage, { sealedAs: 2, expected: 1, what: "number 2" });
  await stage.screen("Bob", [...QUESTIONS.map((question) => `you: ${question}`), ...heard]);
  await stage.screen("Alice", alice.lines.map(({ text }) => text).slice(-1));
  return await lab.conclude({
    attack: "swap two messages",
    expected: false,
    succeeded,
    result: succeeded
      ? "Bob reads the answers in the wrong order, and nobody notices."
      : "Bob's program shows neither of the answers and hangs up; Alice is told that what she " +
        "sent was altered.",
    check: NUMBER_CHECK,
  });
}

/** Bob asks both questions; Alice answers both, each in a frame of its own. */
async function talk({ alice, bob, eve }: Meeting, first: number, asker: string): Promise<void> {
  for (const question of QUESTIONS) {
    await bob.type(question);
    await alice.line(new RegExp(`^${asker}: ${question.replace("?", "\\?")}$`));
  }
  for (const [index, answer] of ANSWERS.entries()) {
    await alice.type(answer);
    await frame(eve, "alice", first + index);
  }
}

/** Holds one frame of Alice's back until the next one has passed. */
function swap(first: number): Attack {
  const held: Uint8Array[] = [];
  return (passing) => {
    if (isFrame(passing, "alice", first)) {
      held.push(passing.bytes);
      return [];
    }
    return [passing.bytes, ...held.splice(0, isFrame(passing, "alice", first + 1) ? 1 : 0)];
  };
}

function answersIn(lines: readonly string[], from: string): string[] {
  return lines.filter((line) => ANSWERS.some((answer) => line === `${from}: ${answer}`));
}

function isSwapped(heard: readonly string[]): boolean {
  const [first, second] = ANSWERS;
  return heard.length === 2 && heard[0].endsWith(`: ${second}`) && heard[1].endsWith(`: ${first}`);
}

function dialogue({ lines }: Process, answers: readonly string[]): string[] {
  const questions = lines.map(({ text }) => text).filter((text) => text.endsWith("?"));
  return [...questions, ...answers.map((answer) => `you: ${answer}`)];
}
