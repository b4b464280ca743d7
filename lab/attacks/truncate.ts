/** Lesson 5: Eve ends a conversation early. */
import type { Experiment } from "../experiment.ts";
import type { Check, Finding } from "../finding.ts";
import type { Attack } from "../eve.ts";
import type { Lab } from "../lab.ts";
import {
  BOB_FIRST,
  frame,
  isFrame,
  meetHere,
  meetNaively,
  NAIVE_FIRST,
  screenOf,
} from "./order.ts";

const FIRST = "Sell everything.";
const SECOND = "But only if you get more than 100.";

/** What Alice's program says of a cut. */
const TOLD = /^Connection lost \(the connection was cut\)/;

const CHECK: Check = {
  file: "lib/channel/records/record_receiver.ts",
  code: 'throw new NetworkError("cut", "the connection was cut: it ended without a goodbye");',
};

/** Eve keeps the end of a conversation for herself. */
export const truncate: Experiment = {
  name: "truncate",
  lesson: 5,
  title: "Eve holds the last message back, and hangs up",
  async run(lab) {
    await lab.stage.say(
      "At the end of a TCP connection each side signals that it will send nothing more. This " +
        "signal is not encrypted, and no key is needed to send it. Anybody on the wire can send " +
        "it in another's name.",
    );
    return { naive: [await againstNaive(lab)], here: [await againstThis(lab)] };
  },
};

async function againstNaive(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("The naive protocol");
  const { alice, bob, eve } = await meetNaively(lab, hangUpInsteadOf(NAIVE_FIRST + 1));
  await bob.type(FIRST);
  await alice.line(new RegExp(`^them: ${FIRST}$`));
  await bob.type(SECOND);
  await frame(eve, "bob", NAIVE_FIRST + 1);
  await stage.say(
    `Bob writes "${FIRST}", and then "${SECOND}". Eve lets the first message pass, keeps the ` +
      "second one, and ends the connection towards Alice.",
  );
  await alice.line(/^they left$/);
  await stage.screen("Alice", screenOf(alice));
  await stage.screen("Bob", [`you: ${FIRST}`, `you: ${SECOND}`]);
  const succeeded = alice.shows(FIRST) && !alice.shows(SECOND);
  return await lab.conclude({
    attack: "cut the end off",
    expected: true,
    succeeded,
    result:
      '"they left" is what Alice\'s program says whenever Bob has finished. She takes the first ' +
      "half for the whole.",
  });
}

async function againstThis(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("This project");
  const { alice, bob, eve } = await meetHere(lab, hangUpInsteadOf(BOB_FIRST + 1));
  await bob.type(FIRST);
  await alice.line(new RegExp(`^bob: ${FIRST}$`));
  await bob.type(SECOND);
  await frame(eve, "bob", BOB_FIRST + 1);
  await stage.say(
    "The same here: Eve keeps Bob's second message, and ends the connection towards Alice. But " +
      "here a side that has finished says so in a last record, the goodbye. It is encrypted, and " +
      "it has a tag, like any other record. Eve cannot make one, and Bob's program has not sent " +
      "one.",
  );
  const told = await alice.line(TOLD).then(({ input }) => input, () => undefined);
  // It connects again, and there nobody holds anything back. A program that was not told has ended.
  if (told !== undefined) await alice.line(new RegExp(`^bob: ${SECOND}$`));
  const [first = "", ...rest] = screenOf(alice);
  await stage.screen("Alice", told === undefined ? [first, ...rest] : [first, told, ...rest]);
  const succeeded = !alice.shows(SECOND);
  if (told !== undefined) {
    await stage.say(
      "Eve can always cut a connection; a cable can break, too. What she cannot do is to make a " +
        "cut look like an end. So Alice's program connects again, and asks for what was said " +
        "after the last message that it has. If Eve cuts that connection as well, and each one " +
        "after it, Alice sees that she is not connected.",
    );
  }
  return await lab.conclude({
    attack: "cut the end off",
    expected: false,
    succeeded,
    result: succeeded
      ? "Alice's program does not say that the connection was cut. She cannot know that " +
        "something is missing."
      : "Alice is told that the connection was cut, and her program comes back for the rest.",
    check: CHECK,
  });
}

/**
 * Ends the first connection towards Alice when a certain frame of Bob's comes, and passes nothing more
 * of it on.
 */
function hangUpInsteadOf(index: number): Attack {
  return async (passing, wire) => {
    const { connection, from } = passing;
    if (connection > 0 || from === "alice" || passing.index < index) return [passing.bytes];
    if (isFrame(passing, "bob", index)) await wire.hangUp("alice");
    return [];
  };
}
