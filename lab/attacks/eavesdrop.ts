/** Lesson 1: Eve only listens. */
import { encodeMessage, encodeText, MESSAGE_ID_SIZE } from "../../lib/chat/mod.ts";
import { AES_BLOCK_SIZE, AesCbcKey, hex } from "../../lib/crypto/mod.ts";
import { aescbcKeys } from "../../lib/noise/mod.ts";
import type { Experiment } from "../experiment.ts";
import type { Check, Finding } from "../finding.ts";
import { bodyOf, type Eve, type Passing, type Sender } from "../eve.ts";
import type { Lab } from "../lab.ts";
import type { Process } from "../process.ts";
import type { Stage } from "../stage.ts";

const QUESTION = "Do you still have the letters from Paris?";
const ANSWER = "no";

/** How many bytes in a row make Eve sure that she has found a piece of a text. */
const PIECE = 6;

/** The size of an X25519 public key, and of an AES-256 key. */
const KEY_SIZE = 32;

/** What a record has besides its ciphertext: an IV in front of it and a tag behind it. */
const IV_SIZE = AES_BLOCK_SIZE;
const TAG_SIZE = 32;

/** The type of a record that holds messages, and the length of each. */
const RECORD_HEADER_SIZE = 1 + 2;

/** Alice talks to Bob, and later comes once more. */
const VISITS = ["first", "second"] as const;

const CHECKS = {
  words: { file: "lib/noise/symmetric_state.ts", code: "state.initializeKey(key);" },
  identity: { file: "lib/noise/pattern.ts", code: 'XX: ["", "", "e", "e ee s es", "s se"],' },
} as const satisfies Record<string, Check>;

/** How Eve understands the frames of a protocol. */
interface Reader {
  /** Which thing of Alice's is her question. */
  readonly question: number;
  /** What a frame is, in a few words. */
  describe(passing: Passing): string;
  /** What Eve takes 32 bytes for that have passed, in words. */
  readonly keyIs: string;
  /** The AES keys that these may be or lead to. */
  aesKeys(bytes: Uint8Array): readonly Uint8Array[];
  /** What can be said of a text of Alice's, by the frame in which it is. */
  textSizes(passing: Passing): TextSizes;
}

/** Between how many and how many bytes a text has. */
interface TextSizes {
  readonly least: number;
  readonly most: number;
  /** How Eve knows that. */
  readonly because: string;
}

/** Eve listens, and tries to find out as much as she can. */
export const eavesdrop: Experiment = {
  name: "eavesdrop",
  lesson: 1,
  title: "Eve listens: what she can read, and what she can only see",
  async run(lab) {
    await lab.stage.say(
      "All that Alice and Bob send each other passes through machines of others: a router, a " +
        "provider, a wireless network. Eve owns one of them. In this experiment she changes " +
        "nothing. She writes down every byte and tries three things: to read the words, to find " +
        "out who is talking, and to learn something from how much is said, and when.",
    );
    return { naive: await againstNaive(lab), here: await againstThis(lab) };
  },
};

async function againstNaive(lab: Lab): Promise<Finding[]> {
  const { stage } = lab;
  await stage.part("The naive protocol");
  const [bobsKeys, alicesKeys] = [await keyFile(lab), await keyFile(lab)];
  const { program: bob, port } = await lab.naiveBob("--keys", bobsKeys);
  const eve = lab.eve(port, "naive");
  const times = watch(eve);
  for (const visit of VISITS) {
    await using alice = lab.naiveAlice(eve.port, "--keys", alicesKeys);
    await alice.line(/^connected/);
    if (visit === "first") await talk(alice, bob, "them", "them");
  }
  await stage.say(
    `Alice asks: "${QUESTION}" Bob answers: "${ANSWER}". Later she connects once more and says ` +
      "nothing. Both programs keep their private keys in files: without that, neither could " +
      "recognise the other again.",
  );
  return [
    await readTheWords(lab, eve, NAIVE_READER),
    await tellWhoTalks(lab, eve, "The first thing that each program sends is its public key."),
    await seeLengths(lab, eve, times, NAIVE_READER),
  ];
}

async function againstThis(lab: Lab): Promise<Finding[]> {
  const { stage } = lab;
  await stage.part("This project");
  const { program: bob, port } = await lab.bob();
  const eve = lab.eve(port, "frames");
  const times = watch(eve);
  const home = await lab.folder();
  for (const visit of VISITS) {
    const alice = await lab.alice(eve.port, "--accept-new", "--home", home);
    await alice.line(/^Here is bob\.$/);
    if (visit === "first") await talk(alice, bob, "alice", "bob");
    alice.interrupt();
    await alice.status;
  }
  await bob.line(/^alice left/);
  await stage.say(
    "The same question, the same answer, and the same second visit. Again both programs keep " +
      "their private keys in files, so Alice is the same to Bob each time:",
  );
  await stage.screen("Bob", guests(bob));
  const [name] = eve.from("alice");
  await stage.say(
    "The first frame that passes Eve is not encrypted. It names the protocol, so she knows which " +
      "program this is:",
  );
  await stage.screen("Eve", [new TextDecoder().decode(bodyOf(name))]);
  return [
    await readTheWords(lab, eve, READER, CHECKS.words),
    await tellWhoTalks(
      lab,
      eve,
      "Each program has a long-term key here as well, and sends it in the handshake.",
      {
        explanation:
          "Before the long-term keys, the two send each other keys that are made for this one " +
          "connection, and compute a first secret from them. The long-term keys are encrypted " +
          "with it. The check below is the line with this order: `e` are the fresh keys, " +
          "`ee` is the secret from both of them, and `s`, the long-term key, comes after it. " +
          "(Anybody who connects to Bob's server is shown its key; but in this experiment Eve " +
          "only listens.)",
        check: CHECKS.identity,
      },
    ),
    await seeLengths(lab, eve, times, READER),
  ];
}

/** Alice asks, and Bob answers. */
async function talk(alice: Process, bob: Process, alicesName: string, bobsName: string) {
  await alice.type(QUESTION);
  await bob.line(new RegExp(`^${alicesName}: ${QUESTION.replace("?", "\\?")}$`));
  await bob.type(ANSWER);
  await alice.line(new RegExp(`^${bobsName}: ${ANSWER}$`));
}

// Reading the words.

async function readTheWords(
  lab: Lab,
  eve: Eve,
  reader: Reader,
  check?: Check,
): Promise<Finding> {
  const { stage } = lab;
  await stage.say("1. The words. This is the frame with Alice's question, as Eve sees it:");
  const frame = eve.from("alice")[reader.question];
  await stage.bytes("one frame", frame.bytes);
  const bytes = eve.seen.reduce((sum, passing) => sum + passing.bytes.length, 0);
  const plain = eve.seen.flatMap((passing) => piecesIn(passing.bytes));
  const { keys, pieces: decrypted } = tryKeys(eve.seen, frame, reader);
  const pieces = [...new Set([...plain, ...decrypted])];
  await stage.say(
    `Eve searches all ${bytes} bytes that have passed her for ${PIECE} letters in a row of what ` +
      `was said. Then she takes every ${KEY_SIZE} bytes in a row within one message, and ` +
      `${KEY_SIZE} zero bytes, ${keys} candidates together, and tries each as ${reader.keyIs}: ` +
      "if that key had crossed the wire, or were zero, she would find it.",
  );
  await stage.screen("Eve", pieces);
  const succeeded = pieces.length > 0;
  return await lab.conclude({
    attack: "read the words",
    expected: false,
    succeeded,
    result: succeeded
      ? `Eve finds pieces of what was said, the first of them "${pieces[0]}".`
      : `no ${PIECE} letters in a row of what was said are in what she has, and none of the ` +
        "candidates is the key.",
    check,
  });
}

/** The pieces of the two texts that are somewhere in some bytes, each as long as it can be. */
function piecesIn(bytes: Uint8Array): string[] {
  const haystack = new TextDecoder("latin1").decode(bytes);
  return [QUESTION, ANSWER].flatMap((text) => {
    const found: string[] = [];
    for (let start = 0; start + PIECE <= text.length; start++) {
      let end = start + PIECE;
      if (!haystack.includes(text.slice(start, end))) continue;
      while (end < text.length && haystack.includes(text.slice(start, end + 1))) end++;
      found.push(text.slice(start, end));
      start = end - 1;
    }
    return found;
  });
}

/** Tries all that has passed, and zero, as the key of one frame. */
function tryKeys(
  seen: readonly Passing[],
  frame: Passing,
  { aesKeys }: Reader,
): { keys: number; pieces: string[] } {
  const body = bodyOf(frame);
  const candidates = [...seen.flatMap(({ bytes }) => windows(bytes)), new Uint8Array(KEY_SIZE)];
  const pieces = candidates.flatMap(aesKeys).flatMap((bytes) => {
    const key = new AesCbcKey(bytes);
    const found = piecesIn(decrypted(key, body));
    key.destroy();
    return found;
  });
  return { keys: candidates.length, pieces };
}

/** What a frame's body says under a key, with or without a tag; nothing if it does not fit. */
function decrypted(key: AesCbcKey, body: Uint8Array): Uint8Array {
  for (const end of [body.length, body.length - TAG_SIZE]) {
    try {
      return key.decryptSync(body.slice(0, IV_SIZE), body.slice(IV_SIZE, end));
    } catch {
      // The padding is wrong, or what there is has another size: this is not the key.
    }
  }
  return new Uint8Array(0);
}

// Who talks.

async function tellWhoTalks(
  lab: Lab,
  eve: Eve,
  text: string,
  defence?: { readonly explanation: string; readonly check: Check },
): Promise<Finding> {
  const { stage } = lab;
  await stage.say(
    `2. Who is talking. ${text} Eve compares the two conversations. If the same ${KEY_SIZE} ` +
      "bytes are in both of them, from the same side, then they identify that side.",
  );
  const marks = (["alice", "bob"] as const).flatMap((sender) =>
    repeated(keysAndFrames(eve, sender, 0), keysAndFrames(eve, sender, 1))
      .map((bytes) => ({ sender, bytes }))
  );
  await stage.screen(
    "Eve",
    marks.map(({ sender, bytes }) => `from ${sender}'s side, both times: ${hex(bytes)}`),
  );
  const succeeded = marks.length > 0;
  if (!succeeded && defence !== undefined) await stage.say(defence.explanation);
  return await lab.conclude({
    attack: "tell who talks",
    expected: defence === undefined,
    succeeded,
    result: succeeded
      ? whoIsMarked(new Set(marks.map(({ sender }) => sender)))
      : `apart from the protocol's name, no ${KEY_SIZE} bytes in a row are repeated. That these ` +
        "are the same two, Eve could only guess from other things, such as their network " +
        "addresses.",
    check: defence?.check,
  });
}

function whoIsMarked(marked: ReadonlySet<Sender>): string {
  if (marked.size > 1) {
    return "both sides show the same bytes each time, so Eve recognises the two wherever they " +
      "pass past her.";
  }
  const name = marked.has("alice") ? "Alice" : "Bob";
  return `${name}'s side shows the same bytes each time, so Eve recognises ${name}'s program ` +
    "wherever it comes past her.";
}

/** What one side has sent, without the name of the protocol, which is the same for everybody. */
function keysAndFrames(eve: Eve, sender: Sender, connection: number): Uint8Array[] {
  return eve.from(sender, connection)
    .filter(({ index, kind }) => kind === "key" || sender === "bob" || index > 0)
    .map((passing) => passing.kind === "key" ? passing.bytes : bodyOf(passing));
}

/** The first 32 bytes in a row of each frame that are in one of the other frames as well. */
function repeated(
  frames: readonly Uint8Array[],
  others: readonly Uint8Array[],
): Uint8Array[] {
  const known = new Set(others.flatMap((bytes) => windows(bytes).map(hex)));
  return frames.flatMap((bytes) =>
    windows(bytes).filter((part) => known.has(hex(part))).slice(0, 1)
  );
}

function windows(bytes: Uint8Array): Uint8Array[] {
  const count = Math.max(0, bytes.length - KEY_SIZE + 1);
  return Array.from({ length: count }, (_, start) => bytes.subarray(start, start + KEY_SIZE));
}

// Lengths and times.

async function seeLengths(
  lab: Lab,
  eve: Eve,
  times: ReadonlyMap<Passing, number>,
  reader: Reader,
): Promise<Finding> {
  const { stage } = lab;
  const { question, describe, textSizes } = reader;
  const first = eve.seen.filter(({ connection }) => connection === 0);
  const begin = times.get(first[0]) ?? 0;
  await stage.say(
    "3. How much, and when. This is the first conversation, as Eve has noted it:",
  );
  await table(stage, [
    ["after", "from", "bytes", "what it is"],
    ...first.map((passing) => [
      `${Math.round((times.get(passing) ?? 0) - begin)} ms`,
      passing.from,
      String(passing.bytes.length),
      describe(passing),
    ]),
  ]);
  const { least, most, because } = textSizes(eve.from("alice")[question]);
  await stage.say(
    `AES-CBC works on blocks of 16 bytes, so the length of a ciphertext reveals that of ` +
      `the text to within 16 bytes. ${because}has between ${least} and ` +
      `${most} bytes. (It has ${QUESTION.length}.) If she knows what the two may be talking ` +
      'about can often tell a "yes" or "no" from a story, and sees who waits for whom.',
  );
  if (reader === READER) {
    await stage.say(
      "To hide this, both sides would have to send all the time, in records of one size. This " +
        "project does not do that (docs/SECURITY.md, What is not promised).",
    );
  }
  const succeeded = least <= QUESTION.length && QUESTION.length <= most && most - least < 16;
  return await lab.conclude({
    attack: "see lengths and times",
    expected: true,
    succeeded,
    result: succeeded
      ? `Eve knows when each of them said something, and its length to within 16 bytes.`
      : "the lengths tell Eve less than she believes.",
  });
}

const NAIVE_READER: Reader = {
  question: 1,
  describe: ({ kind, bytes }) => {
    if (kind === "key") return "a public key";
    const [least, most] = naiveSizes(bytes);
    return `a text of ${least} to ${most} bytes`;
  },
  keyIs: "the AES key of this frame",
  aesKeys: (bytes) => [bytes],
  textSizes: ({ bytes }) => {
    const [least, most] = naiveSizes(bytes);
    return {
      least,
      most,
      because: `The text in Alice's first message (${bytes.length} bytes in the list) `,
    };
  },
};

/** Between 1 and 16 bytes of padding stand behind a text. */
function naiveSizes(frame: Uint8Array): [number, number] {
  const ciphertext = frame.length - 4 - IV_SIZE;
  return [ciphertext - AES_BLOCK_SIZE, ciphertext - 1];
}

const READER: Reader = {
  // Before it come the protocol's name, two handshake messages and her hello.
  question: 4,
  describe: ({ from, index, bytes }) => {
    const handshake = from === "alice"
      ? ["the protocol's name", "handshake: fresh keys", "handshake: a long-term key, encrypted"]
      : ["handshake: fresh keys, and a long-term key, encrypted"];
    if (index < handshake.length) return handshake[index];
    const [least, most] = plaintextSizes(bytes);
    return `a record with ${least} to ${most} bytes in it`;
  },
  keyIs: "the AES key of this frame, and as the key from which this project makes the AES key",
  // How this project makes MAC_KEY and ENC_KEY from one key is no secret (docs/PROTOCOL.md).
  aesKeys: (bytes) => [bytes, aescbcKeys(bytes).subarray(KEY_SIZE)],
  textSizes: ({ bytes }) => {
    const [least, most] = plaintextSizes(bytes);
    const fits = [...Array(most).keys()].filter((size) => {
      const plaintext = recordSize(size);
      return least <= plaintext && plaintext <= most;
    });
    const [first, last] = [fits[0], fits[fits.length - 1]];
    const because =
      `Alice's first record is her greeting; the next record of hers (${bytes.length} bytes) has ` +
      `${least} to ${most} bytes in it. ${recordSize(first) - first} of them are not text, so if ` +
      "it is a text, the text ";
    return { least: first, most: last, because };
  },
};

function plaintextSizes(frame: Uint8Array): [number, number] {
  const ciphertext = frame.length - 4 - IV_SIZE - TAG_SIZE;
  return [ciphertext - AES_BLOCK_SIZE, ciphertext - 1];
}

/** How many bytes the record has in which the client sends a text of so many bytes to everybody. */
function recordSize(textSize: number): number {
  const message = encodeMessage({
    type: "send",
    id: new Uint8Array(MESSAGE_ID_SIZE),
    body: encodeText("x".repeat(textSize)),
  });
  return RECORD_HEADER_SIZE + message.length;
}

async function table(stage: Stage, rows: readonly (readonly string[])[]): Promise<void> {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  await stage.lines(
    rows.map((row) =>
      row.map((cell, column) => cell.padEnd(widths[column] + 2)).join("").trimEnd()
    ),
  );
}

// What both have in common.

/** Notes when each thing passes. */
function watch(eve: Eve): ReadonlyMap<Passing, number> {
  const times = new Map<Passing, number>();
  eve.attack = (passing) => {
    times.set(passing, performance.now());
    return [passing.bytes];
  };
  return times;
}

async function keyFile(lab: Lab): Promise<string> {
  return `${await lab.folder()}/key`;
}

function guests({ lines }: Process): string[] {
  return lines.map(({ text }) => text).filter((text) => text.startsWith("Their fingerprint is "));
}
