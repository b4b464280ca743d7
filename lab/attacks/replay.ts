/** Lesson 5: Eve sends a message again. */
import type { Experiment } from "../experiment.ts";
import type { Finding } from "../finding.ts";
import type { Passing } from "../eve.ts";
import type { Lab } from "../lab.ts";
import {
  ALICE_FIRST,
  endBob,
  frame,
  isFrame,
  meetHere,
  meetNaively,
  NAIVE_FIRST,
} from "./order.ts";
import { NUMBER_CHECK, sayHowRecordsAreNumbered, tagsDiffer } from "./numbers.ts";

const SAID = "pay 100";

/** What Alice says afterwards to the naive Bob, so that all before it must have arrived. */
const LAST = "thank you";

/** Eve delivers a payment order twice. */
export const replay: Experiment = {
  name: "replay",
  lesson: 5,
  title: 'Alice writes "pay 100" once, and Eve delivers it twice',
  async run(lab) {
    await lab.stage.say(
      "Eve cannot read what Alice writes, and she changes nothing. But she can keep what has " +
        "passed her and send it again. That is called a replay. If the message is an order, it " +
        "is then carried out twice.",
    );
    return { naive: [await againstNaive(lab)], here: [await againstThis(lab)] };
  },
};

async function againstNaive(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("The naive protocol");
  const { alice, bob, eve } = await meetNaively(lab, twice(NAIVE_FIRST));
  await alice.type(SAID);
  await alice.type(LAST);
  const { bytes } = await frame(eve, "alice", NAIVE_FIRST);
  await stage.say(
    `Alice types "${SAID}". Eve sends Bob this frame, and then the same bytes again:`,
  );
  await stage.bytes("length (4), IV (16), ciphertext (16)", bytes);
  await bob.line(new RegExp(`^them: ${LAST}$`));
  const lines = messages(bob.lines.map(({ text }) => text), "them");
  await stage.say(
    "Nothing in it tells Bob's program whether it is old or new. It decrypts both, because both " +
      "were encrypted by Alice, and shows both.",
  );
  await stage.screen("Bob", lines);
  const count = lines.filter((line) => line === `them: ${SAID}`).length;
  return await lab.conclude({
    attack: "deliver a message twice",
    expected: true,
    succeeded: count === 2,
    result: `Alice wrote "${SAID}" once, Bob reads it ${times(count)}.`,
  });
}

async function againstThis(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("This project");
  await sayHowRecordsAreNumbered(stage);
  const { alice, bob, eve } = await meetHere(lab, twice(ALICE_FIRST));
  await alice.type(SAID);
  await alice.endInput();
  const { bytes } = await frame(eve, "alice", ALICE_FIRST);
  await stage.say(
    `Alice types "${SAID}". It is her record number 1: number 0 was her hello. Eve sends it to ` +
      "Bob twice. The tag at its end is marked:",
  );
  const tag = { start: bytes.length - 32, end: bytes.length };
  await stage.bytes("length (4), IV (16), ciphertext, tag (32)", bytes, [tag]);
  await alice.status;
  await bob.line(/^alice left/);
  const lines = messages(await endBob(bob), "alice");
  const count = lines.filter((line) => line === `alice: ${SAID}`).length;
  if (count !== 2) {
    await tagsDiffer(stage, { sealedAs: 1, expected: 2, what: "number 1 for the second time" });
  }
  await stage.screen("Bob", lines);
  await stage.screen("Alice", alice.lines.map(({ text }) => text).slice(-1));
  return await lab.conclude({
    attack: "deliver a message twice",
    expected: false,
    succeeded: count === 2,
    result: count === 2
      ? `Alice wrote "${SAID}" once, Bob reads it twice.`
      : `Bob reads it ${
        times(count)
      }. The copy has the tag of number 1 where number 2 has to come, so ` +
        "Bob's program shows nothing of it and hangs up; Alice is told that what she " +
        "sent was altered.",
    check: NUMBER_CHECK,
  });
}

/** Lets one frame of Alice's pass twice. */
function twice(index: number): (passing: Passing) => Uint8Array[] {
  return (passing) =>
    isFrame(passing, "alice", index) ? [passing.bytes, passing.bytes] : [passing.bytes];
}

function messages(lines: readonly string[], from: string): string[] {
  return lines.filter((line) => line.startsWith(`${from}: `));
}

function times(count: number): string {
  return count === 1 ? "once" : count === 2 ? "twice" : `${count} times`;
}
