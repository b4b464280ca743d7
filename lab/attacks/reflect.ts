/** Lesson 5: Eve sends Alice what Alice herself has sent. */
import type { Experiment } from "../experiment.ts";
import type { Check, Finding } from "../finding.ts";
import type { Attack } from "../eve.ts";
import type { Lab } from "../lab.ts";
import {
  ALICE_FIRST,
  BOB_FIRST,
  frame,
  isFrame,
  meetHere,
  meetNaively,
  NAIVE_FIRST,
  screenOf,
} from "./order.ts";

const SAID = "I will pay for both of us";

/** What Alice says here, and what Bob answers. */
const ORDER = "I am selling now";
const ANSWER = "No, wait until tomorrow!";

const CHECK: Check = {
  file: "lib/noise/symmetric_state.ts",
  code: "const [first, second] = this.#hkdf(EMPTY, 2);",
};

/** Eve is a mirror. */
export const reflect: Experiment = {
  name: "reflect",
  lesson: 5,
  title: "Eve sends Alice's own bytes back to her",
  async run(lab) {
    await lab.stage.say(
      "With a cipher such as AES, the two sides encrypt and decrypt with the same key. If there " +
        "is only one key for both directions of a conversation, then what Alice has sent could " +
        "just as well have come from Bob. Eve does not need to know the key to send it back: " +
        "that is called a reflection.",
    );
    return { naive: [await againstNaive(lab)], here: [await againstThis(lab)] };
  },
};

async function againstNaive(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("The naive protocol");
  const { alice, bob } = await meetNaively(lab, async (passing, wire) => {
    if (!isFrame(passing, "alice", NAIVE_FIRST)) return [passing.bytes];
    await wire.bring("alice", passing.bytes);
    return [];
  });
  await alice.type(SAID);
  await stage.say(
    `Alice types "${SAID}". Eve does not pass it on to Bob; she sends it back to Alice.`,
  );
  const [, text] = await alice.line(/^them: (.*)$/);
  await stage.screen("Alice", [`you: ${SAID}`, `them: ${text}`]);
  await stage.screen("Bob", bob.lines.map(({ text }) => text).filter((line) => /^them/.test(line)));
  return await lab.conclude({
    attack: "put Alice's words into Bob's mouth",
    expected: true,
    succeeded: text === SAID,
    result: "Alice reads her own promise as if Bob had made it. Bob knows nothing of it.",
  });
}

async function againstThis(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("This project");
  await stage.say(
    "Everything here travels in records. Each has a number, which is not sent but counted by " +
      "both sides, and each ends in a tag that only a holder of the key can compute. So Eve has " +
      "to choose well what she sends back: its number has to be the one that Alice's program " +
      "expects of Bob's. And what the two programs say to each other has a different form in " +
      "each direction, with one exception: the goodbye, a record with which each side says that " +
      "it has nothing more to say. When Alice's program has received Bob's goodbye, it ends " +
      "without a complaint.",
  );
  const { alice, bob, eve } = await meetHere(lab, mirrorTheGoodbye());
  await alice.type(ORDER);
  await frame(eve, "bob", BOB_FIRST);
  await bob.type(ANSWER);
  await frame(eve, "bob", BOB_FIRST + 1);
  await stage.say(
    `Alice types "${ORDER}". Bob's program confirms it, and Bob answers "${ANSWER}". Eve holds ` +
      "that answer back. Alice, who has seen no objection, ends her input, and her program says " +
      "goodbye. Eve sends this goodbye back to Alice. It has the number that Alice's program " +
      "expects of Bob:",
  );
  await stage.lines([
    "number   Alice to Bob       Bob to Alice",
    "     0   hello              welcome",
    `     1   ${ORDER}   confirmation`,
    `     2   goodbye            ${ANSWER} (held back)`,
  ]);
  await alice.endInput();
  const goodbye = await frame(eve, "alice", ALICE_FIRST + 1);
  await stage.bytes("length (4), IV (16), ciphertext (16), tag (32)", goodbye.bytes);
  const status = await alice.status;
  const succeeded = status === 0 && !alice.shows(ANSWER);
  if (!succeeded) {
    await stage.say(
      "But the handshake ends with two keys, not one: a key for what Alice sends, and another " +
        "one for what Bob sends. Alice's program checks the record's tag with the key for what " +
        "Bob sends. The tag was made with the other key, so it is wrong.",
    );
  }
  await stage.screen("Alice", screenOf(alice));
  return await lab.conclude({
    attack: "put Alice's goodbye into Bob's mouth",
    expected: false,
    succeeded,
    result: succeeded
      ? "Alice's program takes her own goodbye for Bob's and ends with status 0, as if Bob had " +
        `had nothing more to say. His "${ANSWER}" is lost, and nobody notices.`
      : "Alice's program does not take her own goodbye for Bob's. It reports that the traffic " +
        `was altered, and ends with status ${status}.`,
    check: CHECK,
  });
}

/** Holds back what Bob says, and sends Alice's goodbye back to her. */
function mirrorTheGoodbye(): Attack {
  return async (passing, wire) => {
    const { from, index, bytes } = passing;
    if (from === "bob" && index > BOB_FIRST) return [];
    if (from === "bob" || index <= ALICE_FIRST) return [bytes];
    if (isFrame(passing, "alice", ALICE_FIRST + 1)) await wire.bring("alice", bytes);
    return [];
  };
}
