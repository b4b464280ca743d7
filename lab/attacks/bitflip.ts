/** Lesson 3: Eve changes a message without being able to read it. */
import type { Experiment } from "../experiment.ts";
import type { Check, Finding } from "../finding.ts";
import { bodyOf, flip, type Passing } from "../eve.ts";
import type { Lab } from "../lab.ts";

const SAID = "pay 100";
const WANTED = "pay 900";

/** Where the two texts differ, and by which bits. */
const INDEX = 4;
const BITS = SAID.charCodeAt(INDEX) ^ WANTED.charCodeAt(INDEX);

const LENGTH_SIZE = 4;

/** The name with which Alice introduces herself here, and the one that Eve wants her to have. */
const NAME = "agent1";
const OTHER_NAME = "agent9";

/**
 * Where the last character of that name stands in the first record's plaintext: behind the record's type
 * (1), the message's length (2), the head of a CBOR map (1), the key `nick` (5), the head of a text (1).
 */
const NAME_INDEX = 10 + NAME.length - 1;

/** How many frames of a client come before its first record. */
const HANDSHAKE_FRAMES = 3;

const CHECK: Check = {
  file: "lib/crypto/aes_cbc_hmac.ts",
  code:
    "if (!equalConstantTime(tag, expected.subarray(0, this.#parameters.tagSize))) throw openFailed();",
};

export const bitflip: Experiment = {
  name: "bitflip",
  lesson: 3,
  title: 'Eve turns "pay 100" into "pay 900" without reading it',
  async run(lab) {
    await lab.stage.say(
      "In CBC mode, a bit that is flipped in the IV comes out flipped in the first 16 bytes of " +
        "the text, at the same place, and changes nothing else. So an attacker who knows, or " +
        "guesses, what is written there can write something else, without the key.",
    );
    return { naive: [await againstNaive(lab)], here: [await againstThis(lab)] };
  },
};

async function againstNaive(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("The naive protocol");
  const { program: bob, port } = await lab.naiveBob();
  const eve = lab.eve(port, "naive");
  eve.attack = (passing) => {
    if (passing.from !== "alice" || passing.kind === "key") return [passing.bytes];
    return [flip(passing.bytes, LENGTH_SIZE + INDEX, BITS)];
  };
  const alice = lab.naiveAlice(eve.port);
  await alice.type(SAID);
  await stage.say(`Alice types "${SAID}". What her program sends passes Eve:`);
  const passing = await eve.sees(({ from, kind }) => from === "alice" && kind === "frame");
  const mark = { start: LENGTH_SIZE + INDEX, end: LENGTH_SIZE + INDEX + 1 };
  await stage.bytes("length (4), IV (16), ciphertext (16)", passing.bytes, [mark]);
  await stage.say(
    `Eve guesses that the text begins with "${SAID}". The digit 1 is its byte number ` +
      `${INDEX}, so ` +
      `she takes byte ${INDEX} of the IV (marked) and flips the bit by which "1" (hex ` +
      `31) differs ` +
      'from "9" (hex 39): she replaces the byte by itself XOR 08. She sends Bob this instead:',
  );
  await stage.bytes("length, IV, ciphertext", flip(passing.bytes, mark.start, BITS), [mark]);
  const [, text] = await bob.line(/^them: (.*)$/);
  await stage.screen("Bob", [`them: ${text}`]);
  return await lab.conclude({
    attack: "change a message",
    expected: true,
    succeeded: text === WANTED,
    result: `Alice wrote "${SAID}", Bob reads "${text}", and neither of them notices.`,
  });
}

/** Of all that Alice sends, only her name stands where a bit of the IV reaches it. */
async function againstThis(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("This project");
  await stage.say(
    "Here a record with something that Alice says begins with a type, lengths and a random " +
      "number, so the IV affects none of her words. Her first record is different: in it she " +
      `introduces herself, and her name is where the IV affects it. She is "${NAME}" today; Eve ` +
      `wants her to be "${OTHER_NAME}", with the same bits.`,
  );
  const { program: bob, port } = await lab.bob();
  const eve = lab.eve(port, "frames");
  const index = LENGTH_SIZE + NAME_INDEX;
  const isHello = ({ from, index }: Passing) => from === "alice" && index === HANDSHAKE_FRAMES;
  eve.attack = (passing) => [isHello(passing) ? flip(passing.bytes, index, BITS) : passing.bytes];
  const alice = await lab.alice(eve.port, "--accept-new", "--nick", NAME);
  const record = await eve.sees(isHello);
  await stage.bytes(
    `length (4), IV (16), ciphertext (${bodyOf(record).length - 48}), tag (32)`,
    record.bytes,
    [{ start: index, end: index + 1 }],
  );
  await stage.say(
    `The digit is byte ${NAME_INDEX} of the text, so Eve flips the same bits as before in byte ` +
      `${NAME_INDEX} of the IV (marked). But the last 32 bytes are a tag: it was computed, with ` +
      "a key that Eve does not have, over the record's number, the IV and the ciphertext. Bob's " +
      "program computes it again over what has arrived, before it decrypts anything.",
  );
  await Promise.race([alice.status, bob.line(new RegExp(OTHER_NAME))]);
  const isForged = bob.shows(OTHER_NAME);
  await stage.screen("Alice", alice.lines.map(({ text }) => text).slice(-1));
  return await lab.conclude({
    attack: "change what Alice sends",
    expected: false,
    succeeded: isForged,
    result: isForged
      ? `Alice is "${NAME}", and Bob is told that "${OTHER_NAME}" has joined.`
      : "the tag is wrong. Bob's program decrypts nothing and hangs up; Alice is told that what " +
        "she sent was altered.",
    check: CHECK,
  });
}
