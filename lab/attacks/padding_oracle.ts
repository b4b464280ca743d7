/** Lesson 4: Eve decrypts a whole message by asking Bob's program whether it can read others. */
import { concat, hex } from "../../lib/crypto/mod.ts";
import { bodyOf, flip, type Passing } from "../eve.ts";
import type { Experiment } from "../experiment.ts";
import type { Check, Finding } from "../finding.ts";
import type { Lab } from "../lab.ts";
import { withLength } from "../naive.ts";
import { visible } from "../stage.ts";
import { type Attempt, decryptBlock } from "./oracle.ts";
import { OwnConnection } from "./own_connection.ts";

/** Two blocks: 16 characters and 12, and 4 bytes of padding. */
const SECRET = "the spare key is in the boot";

const BLOCK_SIZE = 16;
const KEY_SIZE = 32;
const LENGTH_SIZE = 4;
const TAG_SIZE = 32;

/** How many frames of a client come before its first record. */
const HANDSHAKE_FRAMES = 3;

const CHECK: Check = {
  file: "lib/crypto/aes_cbc_hmac.ts",
  code:
    "if (!equalConstantTime(tag, expected.subarray(0, this.#parameters.tagSize))) throw openFailed();",
};

export const paddingOracle: Experiment = {
  name: "padding-oracle",
  lesson: 4,
  title: "Eve reads a message by asking about others",
  async run(lab) {
    await lab.stage.say(
      "AES encrypts blocks of 16 bytes. So every text is filled up first, to the end of a block: " +
        "with one byte 01, or two bytes 02 02, or three bytes 03 03 03, and so on, up to sixteen " +
        "bytes 10 (16 in hex). This is the padding. The receiver looks at the last byte, checks " +
        "that as many bytes at the end have that value, and removes them. If they do not, the " +
        "padding is wrong, and the message cannot be read. A program that lets others learn " +
        "which of the two it was is called a padding oracle: it answers questions.",
    );
    return { naive: [await againstNaive(lab)], here: [await againstThis(lab)] };
  },
};

async function againstNaive(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("The naive protocol");
  const { program: bob, port } = await lab.naiveBob();
  const eve = lab.eve(port, "naive");
  const alice = lab.naiveAlice(eve.port);
  await alice.type(SECRET);
  await alice.endInput();
  await bob.line(/^they left$/);
  await stage.say(
    "Alice sends Bob a message, and leaves. Eve only records what passes: Alice's public key, " +
      "and this frame:",
  );
  const [{ bytes: publicKey }, frame] = eve.from("alice");
  const body = bodyOf(frame);
  await stage.bytes("length (4), IV (16), ciphertext: two blocks (32)", frame.bytes);
  await stage.say(
    "Bob's program still runs, with the same key pair. Eve connects to it herself and sends " +
      "Alice's public key as if it were her own. So Bob's program computes the same AES key as " +
      "before, which Eve does not know. Now she sends a message: 16 bytes of her own choice as " +
      "the IV, and then one of Alice's blocks. If Bob's program finds the padding wrong, it " +
      "answers with an empty frame: it could not read that. If the padding is right, it answers " +
      "nothing. One connection, one question.",
  );
  const questions = new Questions(port, publicKey);
  const [first, rest] = await tellAttempts(lab, body, questions);
  const padded = concat(first, rest);
  const text = new TextDecoder().decode(
    padded.subarray(0, padded.length - padded[padded.length - 1]),
  );
  await stage.say(
    `That took ${questions.count} questions, one connection each. (Trying all 256 values in no ` +
      "special order takes 128 for each byte, on average.) Meanwhile Bob's screen showed lines " +
      "that make no sense: whatever Eve's bytes were decrypted to when the padding was right. " +
      "The first of them:",
  );
  const { input: nonsense } = await bob.line(/^them: (?!the spare key)/);
  await stage.screen("Bob", [nonsense]);
  await stage.screen("Eve", [text]);
  return await lab.conclude({
    attack: "decrypt by asking",
    expected: true,
    succeeded: text === SECRET,
    result: text === SECRET
      ? "she reads every word that Alice wrote, without a key."
      : "what she found is not what Alice wrote.",
  });
}

/** Decrypts both blocks. Shows the first byte in full, and then how the text grows. */
async function tellAttempts(
  { stage }: Lab,
  body: Uint8Array,
  questions: Questions,
): Promise<[Uint8Array, Uint8Array]> {
  const [iv, one, two] = [0, 1, 2].map((index) =>
    body.subarray(index * BLOCK_SIZE, (index + 1) * BLOCK_SIZE)
  );
  await stage.say(
    "After decryption a block is mixed (XOR: bit by bit, equal bits give 0, different ones 1) " +
      "with the 16 bytes in front of it. So Eve guesses the last byte of the text, and sends as " +
      "the last byte of her IV: the one that Alice used, mixed with the guess and with 01. If " +
      "the guess is right, the two cancel out, and the block that Bob's program decrypts ends " +
      "with 01: a right padding. If it is wrong, the block ends with another byte: almost always " +
      "a wrong padding. (Now and then it ends with 02 02 by accident, which is right as well. So " +
      "when Eve has found a last byte, she asks once more, with the byte in front of it changed: " +
      "01 is still right then, 02 02 is not.) She begins with the last byte of the first block, " +
      "and tries frequent characters first:",
  );
  const attempts: Attempt[] = [];
  const growing: string[] = [];
  let first: Uint8Array = new Uint8Array(0);
  for await (const attempt of decryptBlock(one, iv, questions.ask)) {
    first = attempt.known;
    if (attempt.index === BLOCK_SIZE - 1) attempts.push(attempt);
    if (attempt.isRight) growing.push(progress(first, questions.count));
  }
  await stage.lines(["guess   last byte of the IV   Bob's answer", ...attempts.map(row)]);
  await stage.say(
    "Now she knows the last byte, and can turn it into any other, such as 02. She guesses the " +
      "byte in front of it in the same way: if she is right, the block ends with 02 02. Then 03 " +
      "03 03, and so on to the first byte of the block. What she knows, and how many questions " +
      "she has asked by then:",
  );
  await stage.lines(growing);
  growing.length = 0;
  let second: Uint8Array = new Uint8Array(0);
  for await (const attempt of decryptBlock(two, one, questions.ask)) {
    second = attempt.known;
    if (attempt.isRight) growing.push(progress(second, questions.count));
  }
  const size = second[BLOCK_SIZE - 1];
  await stage.say(
    "The second block is mixed with the first block of the ciphertext, so that one takes " +
      "the place of " +
      "the IV in the calculation. This block ends with the padding that Alice's program made: " +
      `${size} bytes, each of which says ${size} (shown as ${
        visible(String.fromCharCode(size))
      }, a ` +
      "picture of that byte).",
  );
  await stage.lines(growing);
  return [first, second];
}

function row({ guess, iv, isRight }: Attempt): string {
  const answer = isRight ? "nothing: it could read it" : "an empty frame: it could not";
  return `${quoted(guess).padEnd(8)}${hexByte(iv[BLOCK_SIZE - 1]).padEnd(22)}${answer}`;
}

function progress(known: Uint8Array, count: number): string {
  const text = visible(new TextDecoder().decode(known)).padStart(BLOCK_SIZE, "·");
  return `"${text}"   ${count} questions`;
}

function quoted(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : hexByte(byte);
}

function hexByte(byte: number): string {
  return hex(Uint8Array.of(byte));
}

/** Questions to Bob's naive program. */
class Questions {
  /** How many were asked. */
  count = 0;
  readonly #port: number;
  readonly #publicKey: Uint8Array;

  constructor(port: number, publicKey: Uint8Array) {
    this.#port = port;
    this.#publicKey = publicKey;
  }

  /** Whether Bob's program has nothing to complain about. */
  readonly ask = async (forged: Uint8Array): Promise<boolean> => {
    this.count++;
    using connection = await OwnConnection.open(this.#port);
    await connection.send(this.#publicKey, withLength(forged));
    await connection.endSending();
    // Bob's public key comes in any case.
    return (await connection.receiveAll()).length === KEY_SIZE;
  };
}

/** What Eve does to Alice's first record: an IV, three blocks of ciphertext, and a tag. */
interface Forgery {
  readonly name: string;
  forge(frame: Uint8Array): Uint8Array;
}

/** Where the block before the last begins in that frame. */
const SECOND_BLOCK = LENGTH_SIZE + 2 * BLOCK_SIZE;

const WRONG_PADDING: Forgery = {
  name: "(a) the padding",
  forge: (frame) => flip(frame, SECOND_BLOCK + BLOCK_SIZE - 1, 1),
};
const RIGHT_PADDING: Forgery = {
  name: "(b) not the padding",
  forge: (frame) => flip(frame, SECOND_BLOCK, 1),
};
const FORGERIES: readonly Forgery[] = [
  { name: "nothing", forge: (frame) => frame },
  WRONG_PADDING,
  RIGHT_PADDING,
  {
    name: "(c) the length",
    forge: (frame) => {
      const end = frame.length - TAG_SIZE;
      return withLength(concat(frame.slice(LENGTH_SIZE, end - BLOCK_SIZE), frame.slice(end)));
    },
  },
  { name: "(d) only the tag", forge: (frame) => flip(frame, frame.length - 1, 1) },
];

/** What one of them led to. */
interface Answer {
  /** What Eve sees: the sizes of Bob's frames behind the handshake, until the connection ends. */
  readonly sizes: string;
  /** Alice's program: its last line and its exit status. */
  readonly line: string;
  readonly status: number;
}

async function againstThis(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("This project");
  await stage.say(
    "Here each connection has fresh keys, so Eve cannot ask about what she recorded yesterday. " +
      "She has to ask in the middle of a conversation, and the first record that cannot be read " +
      "ends it. So there is one question for each conversation. (That could still be enough, if " +
      "Alice's program said the same secret words in thousands of conversations.) Is the " +
      "question answered? Alice connects five times. Each time Eve changes something else in the " +
      "first record that Alice's program sends. She knows what it says (it is a greeting with " +
      "Alice's name), and so where its padding is: in the last 13 of 48 bytes. In CBC mode, a " +
      "bit that is flipped in one block comes out flipped in the next, at the same place, and " +
      "garbles the block itself. What Eve changes:",
  );
  await stage.lines([
    "(a) in the block before the last, a bit that comes out in the padding:",
    "    the padding is wrong",
    "(b) in the same block, a bit that comes out in the text in front of it:",
    "    the padding is right",
    "(c) the length: she leaves out the last block",
    "(d) one bit of the tag, the last 32 bytes; what is encrypted stays as it is",
  ]);
  const { program: bob, port } = await lab.bob();
  const eve = lab.eve(port, "frames");
  const isHello = ({ from, index }: Passing) => from === "alice" && index === HANDSHAKE_FRAMES;
  eve.attack = (passing) =>
    isHello(passing) ? [FORGERIES[passing.connection].forge(passing.bytes)] : [passing.bytes];
  const answers: Answer[] = [];
  for (const connection of FORGERIES.keys()) {
    const alice = await lab.alice(eve.port, "--accept-new");
    await alice.endInput();
    const status = await alice.status;
    const [, ...frames] = eve.from("bob", connection);
    const sizes = frames.map(({ bytes }) => bytes.length).join(", ") || "nothing";
    answers.push({ sizes, status, line: alice.lines.at(-1)?.text ?? "" });
  }
  await stage.say(
    "What came back from Bob's program each time, from the handshake to the end of the " +
      "connection: the sizes of its frames in bytes (what is in them is encrypted); and how " +
      "Alice's program ended (0: normally, 4: an authentication error):",
  );
  await stage.lines([
    "what was changed      Bob's frames    exit status at Alice's",
    ...answers.map(({ sizes, status }, index) =>
      `${FORGERIES[index].name.padEnd(22)}${sizes.padEnd(16)}${status}`
    ),
  ]);
  const [wrong, right] = [WRONG_PADDING, RIGHT_PADDING].map((forgery) =>
    answers[FORGERIES.indexOf(forgery)]
  );
  await stage.say("The last line on Alice's screen, for the wrong padding and for the right one:");
  await stage.screen("Alice", [`(a) ${wrong.line}`, `(b) ${right.line}`]);
  const { input: line } = await bob.line(/altered/);
  await stage.say(
    "Bob's program reports the first of them, and only counts others that follow within ten " +
      "seconds:",
  );
  await stage.screen("Bob", [line]);
  const isTold = wrong.sizes !== right.sizes;
  return await lab.conclude({
    attack: "ask about paddings",
    expected: false,
    succeeded: isTold,
    result: isTold
      ? `a wrong padding is answered with ${wrong.sizes} bytes, a right one with ${right.sizes}.`
      : "whatever she changes, the answer is the same frame, and the end. Bob's program checks " +
        "the tag first, and decrypts nothing unless it is right, so the padding makes no visible " +
        "difference.",
    check: CHECK,
  });
}
