/** Lesson 10: Eve keeps Bob busy, so that he has no time for Alice. */
import type { Experiment } from "../experiment.ts";
import type { Check, Finding } from "../finding.ts";
import { generateX25519KeyPair } from "../../lib/crypto/mod.ts";
import type { Lab } from "../lab.ts";
import { Stranger } from "../stranger.ts";

/** How many handshakes Bob works on at once here; 256 if nobody says otherwise. */
const LIMIT = 16;

/** How many connections Eve opens and leaves silent: more than twice that. */
const SILENT = 40;

/** The largest number that 4 bytes can hold. */
const ANNOUNCED = 4_294_967_295;

const MEBIBYTE = 1_048_576;

/** How much of that Eve sends: far more than the systems on both sides keep for a slow reader. */
const SENT = 64 * MEBIBYTE;

const OLDEST_MAKES_ROOM: Check = {
  file: "lib/channel/tcp/listener.ts",
  code:
    "if (this.#pending.size >= this.#maxWaiting) this.#pending.giveWay()?.abort(tooManyHandshakes());",
};

const LENGTH_IS_CHECKED: Check = {
  file: "lib/channel/frames/frame_reader.ts",
  code: "if (size > maxSize) {",
};

export const flood: Experiment = {
  name: "flood",
  lesson: 10,
  title: "Eve, a stranger, keeps Bob from serving Alice",
  async run(lab) {
    await lab.stage.say(
      "Eve wants to read nothing this time. She wants Bob to have no time, or no memory, left " +
        "for Alice. Anybody who can connect can try that, and no key stops it: it happens before " +
        "anybody has proved who they are.",
    );
    return { naive: await againstNaive(lab), here: await againstThis(lab) };
  },
};

async function againstNaive(lab: Lab): Promise<Finding[]> {
  await lab.stage.part("The naive protocol");
  return [await silenceAgainstNaive(lab), await lengthAgainstNaive(lab)];
}

async function againstThis(lab: Lab): Promise<Finding[]> {
  await lab.stage.part("This project");
  return [await silenceAgainstThis(lab), await lengthAgainstThis(lab)];
}

async function silenceAgainstNaive(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  const { program: bob, port } = await lab.naiveBob();
  const eve = lab.use(await Stranger.connect(port));
  const greeting = await eve.read(32);
  await stage.say(
    `Eve connects to Bob. His program sends her its public key (${greeting?.length} bytes) and ` +
      "waits for hers. She sends nothing, and keeps the connection open.",
  );
  // Nothing is changed on this wire; it shows what has crossed it.
  const wire = lab.eve(port, "naive");
  const alice = lab.naiveAlice(wire.port);
  const { bytes: key } = await wire.sees(({ from }) => from === "alice");
  await stage.say(
    `Now Alice connects and sends her public key (${key.length} bytes). Bob's program serves one ` +
      "client after the other, so she has to wait. To see how long Bob takes without a silent " +
      "client, a second Alice has a whole conversation with a second Bob meanwhile:",
  );
  const second = await lab.naiveBob();
  const other = lab.naiveAlice(second.port);
  await second.program.line(/^connected/);
  await other.type("are you there?");
  await second.program.line(/^them: are you there\?$/);
  await other.endInput();
  await second.program.line(/^they left$/);
  const answered = wire.from("bob").length;
  const served = alice.shows("connected") || bob.shows("connected");
  await stage.screen("The second Bob", textsOf(second.program));
  await stage.screen("The first Bob", textsOf(bob));
  await stage.say(
    `The second conversation is over. The first Alice has had ${answered} bytes from Bob. Eve ` +
      "hangs up:",
  );
  await eve[Symbol.asyncDispose]();
  await bob.line(/^connected/);
  await alice.type("are you there?");
  await bob.line(/^them: are you there\?$/);
  await stage.screen("The first Bob", textsOf(bob));
  return await lab.conclude({
    attack: "connect and be silent",
    expected: true,
    succeeded: answered === 0 && !served,
    result: "a single silent connection keeps everybody else waiting, for as long as Eve likes.",
  });
}

async function silenceAgainstThis(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.say(
    `Here Bob's program works on several handshakes at once: on 256 by default, and on ${LIMIT} ` +
      `today (--max-handshakes ${LIMIT}), so that ${SILENT} connections are a flood. Eve opens ` +
      `${SILENT} and says nothing on any of them. Then Alice connects.`,
  );
  const { program: bob, port } = await lab.bob("--max-handshakes", String(LIMIT));
  const strangers: Stranger[] = [];
  for (let count = 0; count < SILENT; count++) {
    strangers.push(lab.use(await Stranger.connect(port)));
  }
  const ended = new Set<number>();
  for (const [index, stranger] of strangers.entries()) {
    void stranger.end().then(() => ended.add(index));
  }
  const alice = await lab.alice(port, "--accept-new");
  await alice.type("are you there?");
  await alice.endInput();
  const heard = bob.line(/^alice: are you there\?$/).then(() => true, () => false);
  const status = await alice.status;
  const served = status === 0 && await heard;
  const closed = ended.size;
  const open = SILENT - closed;
  const gaveUpOldest = closed > 0 && Math.max(...ended) === closed - 1;
  await stage.screen("Bob", textsOf(bob).filter((text) => /^alice|^a connection/.test(text)));
  await stage.lines([
    `connections that Eve opened              ${SILENT}`,
    `of them, those that Bob has ended        ${closed}`,
    `of them, those that are open still       ${open}`,
    `Alice's program ended with status        ${status}`,
  ]);
  await stage.say(
    gaveUpOldest
      ? `Those that Bob's program has ended are the ${closed} oldest: one handshake too many ` +
        "makes it drop the oldest one in progress. Honest clients are done within a few round " +
        "trips, so the oldest are most likely to be Eve's. Each that is left is dropped 10 " +
        "seconds after it began. (From any other machine Bob's program accepts 100 connections; " +
        "those from its own machine, as here, are not limited.) What would still keep Alice out: " +
        "so many new connections that all places change hands during her few round trips."
      : closed > 0
      ? "Those that Bob's program has ended are not the oldest. Early connections keep their " +
        "places."
      : "Bob's program has ended none of them.",
  );
  const succeeded = !served || open > LIMIT;
  return await lab.conclude({
    attack: "connect and be silent",
    expected: false,
    succeeded,
    result: succeeded
      ? `Alice is ${served ? "" : "not "}served; Bob keeps ${open} silent connections` +
        (open > LIMIT ? `, more than ${LIMIT}.` : ".")
      : `Alice talks while ${open} silent connections are open; ` +
        `${gaveUpOldest ? `the oldest ${closed}` : closed} were ended.`,
    check: OLDEST_MAKES_ROOM,
  });
}

async function lengthAgainstNaive(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.say(
    "The second way: in front of each message is its length, 4 bytes. The sender can write any " +
      "number there. Eve sends a public key, and then this length:",
  );
  await announce(lab);
  await stage.say(
    `It says that ${
      ANNOUNCED.toLocaleString("en")
    } bytes will follow. Bob's program reserves that ` +
      `much memory, before any of it has arrived, and reads. Eve sends ${
        inMebibytes(SENT)
      } of zeros. (The systems in between keep a few MiB for a slow ` +
      "reader. Whatever she can write beyond that, Bob's program has read.)",
  );
  const { port } = await lab.naiveBob();
  const eve = lab.use(await Stranger.connect(port));
  const { publicKey } = await generateX25519KeyPair();
  await eve.write(publicKey);
  const taken = await pour(eve);
  await stage.lines([`Eve could write ${inMebibytes(taken)} of ${inMebibytes(SENT)}`]);
  return await lab.conclude({
    attack: "announce 4 GiB",
    expected: true,
    succeeded: taken === SENT,
    result: `Bob takes all ${inMebibytes(SENT)} and waits for the rest of 4 GiB, from a stranger.`,
  });
}

async function lengthAgainstThis(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.say("Eve announces the same length here, as the very first thing:");
  await announce(lab);
  const { program: bob, port } = await lab.bob();
  const eve = lab.use(await Stranger.connect(port));
  const taken = await pour(eve);
  const isTaken = taken === SENT;
  if (!isTaken) await bob.line(/^a connection from .* failed: /);
  await stage.screen("Bob", textsOf(bob).filter((text) => text.startsWith("a connection")));
  await stage.say(
    "The first thing that a client sends is the name of its protocol, and no name has more than " +
      "255 bytes. Bob's program checks the number against that before it reads on. The systems " +
      "in between discard what Eve writes until she learns that he has hung up. (Even after that " +
      "check, memory is reserved for what has arrived, not for what was announced.)",
  );
  return await lab.conclude({
    attack: "announce 4 GiB",
    expected: false,
    succeeded: isTaken,
    result: isTaken
      ? `Bob takes all ${inMebibytes(SENT)}.`
      : `Bob hangs up at the announcement. The ${inMebibytes(SENT)} could not be sent.`,
    check: LENGTH_IS_CHECKED,
  });
}

function announcement(): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, ANNOUNCED);
  return bytes;
}

async function announce({ stage }: Lab): Promise<void> {
  await stage.bytes("length", announcement(), [{ start: 0, end: 4 }]);
}

/** Announces much, and sends as much of it as the other side takes; returns how many bytes those were. */
async function pour(eve: Stranger): Promise<number> {
  await eve.write(announcement());
  const zeros = new Uint8Array(MEBIBYTE);
  let taken = 0;
  while (taken < SENT) {
    const count = await eve.write(zeros);
    taken += count;
    if (count < zeros.length) break;
  }
  return taken;
}

function inMebibytes(size: number): string {
  return `${Math.floor(size / MEBIBYTE)} MiB`;
}

function textsOf({ lines }: { readonly lines: readonly { readonly text: string }[] }): string[] {
  return lines.map(({ text }) => text);
}
