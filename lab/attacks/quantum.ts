/** Lesson 8: Eve records today, and has a quantum computer later. */
import { X25519_SIZE } from "../../lib/crypto/mod.ts";
import { bodyOf } from "../eve.ts";
import type { Experiment } from "../experiment.ts";
import type { Check, Finding } from "../finding.ts";
import type { Lab } from "../lab.ts";
import { naiveKey, naiveSharedSecret, naiveText } from "../naive.ts";
import type { Process } from "../process.ts";
import {
  KEM_CIPHERTEXT,
  type Recording,
  recordingOf,
  type Replay,
  replay,
  sayAndLeave,
  type X25519Secrets,
} from "./recording.ts";

const SECRET = "keep this between us for fifty years";

const CHECK: Check = {
  file: "lib/noise/pattern.ts",
  code: 'withBoth.splice(withBoth.indexOf("ee") + 1, 0, "ekem1");',
};

export const quantum: Experiment = {
  name: "quantum",
  lesson: 8,
  title: "Eve records today, and has a quantum computer later",
  async run(lab) {
    await lab.stage.say(
      "X25519 is safe because nobody knows a quick way from a public key back to the private " +
        "key. For a large quantum computer a quick way is known (Shor, 1994). Nobody has built " +
        "such a machine. But an attacker who records a conversation today can wait for it. The " +
        "lab has none either: it plays the machine's part, and hands Eve what the machine would " +
        "compute, and nothing else.",
    );
    return {
      naive: [await againstNaive(lab)],
      here: [await againstClassical(lab), await againstHybrid(lab)],
    };
  },
};

async function againstNaive(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("The naive protocol");
  const file = `${await lab.folder()}/alice.key`;
  const { program: bob, port } = await lab.naiveBob();
  const eve = lab.eve(port, "naive");
  const alice = lab.naiveAlice(eve.port, "--keys", file);
  await alice.type(SECRET);
  await alice.endInput();
  await Promise.all([alice.status, bob.line(/^they left$/)]);
  const [[alices, frame], [bobs]] = [eve.from("alice"), eve.from("bob")];
  await stage.say(
    "Alice sends Bob a message, and both leave. Eve has recorded both public keys, and a frame:",
  );
  await stage.bytes("Alice's public key", alices.bytes);
  await stage.bytes("Bob's public key", bobs.bytes);
  await stage.bytes("length (4), IV (16), ciphertext (48)", frame.bytes);
  await stage.say(
    "Twenty years later the machine computes Alice's private key from her public key. (In the " +
      "lab, her program ran with --keys, and the machine's answer is read from that file.) With " +
      "it and Bob's public key Eve computes the shared secret, and from that the AES key:",
  );
  const computed = await Deno.readFile(file);
  const secret = await naiveSharedSecret(computed, bobs.bytes);
  await stage.bytes("Alice's private key", computed);
  await stage.bytes("the shared secret", secret);
  const text = await naiveText(naiveKey(secret), bodyOf(frame)).catch(() => "");
  await stage.screen("Eve", [text]);
  const isRead = text === SECRET;
  return await lab.conclude({
    attack: "break X25519 later",
    expected: true,
    succeeded: isRead,
    result: isRead
      ? "one public key broken, and the recording is open."
      : "the computed key does not open the recording.",
  });
}

/** What X25519 alone protects. */
async function againstClassical(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("This project, with --classical");
  await stage.say(
    "With --classical this project leaves ML-KEM out, for servers that lack it. Then three " +
      "shared secrets go into the keys, and all of them come from X25519: of both fresh keys " +
      "(ee), of Alice's fresh and Bob's long-term key (es), and of Alice's long-term and Bob's " +
      "fresh key (se). The fresh private keys are in no file, but the machine needs only public " +
      "keys. The fresh ones crossed the wire in the clear; with ee Eve decrypts Bob's long-term " +
      "one, with es then Alice's. (In the lab, Alice's program runs with --explain=secrets, and " +
      "shows the three results itself.)",
  );
  const { recording, x25519 } = await record(lab, "--classical");
  await tell(lab, x25519);
  const { words } = await replay(recording, x25519);
  await stage.say("Eve goes through the recorded handshake with these three. All tags are right:");
  await stage.screen("Eve", words);
  const isRead = words.includes(SECRET);
  return await lab.conclude({
    attack: "break X25519 later, --classical",
    expected: true,
    succeeded: isRead,
    result: isRead
      ? "without ML-KEM a recording can wait for the machine, in this project as in the naive " +
        "protocol."
      : "she does not get through the recorded handshake.",
  });
}

/** What ML-KEM protects as well. */
async function againstHybrid(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("This project, as it runs by default");
  await stage.say(
    "By default there is a fourth shared secret, from ML-KEM-768. This is another kind of key " +
      "exchange, standardised in 2024, for which no quick way is known, not even for a quantum " +
      "computer. Alice's program makes a fresh ML-KEM key pair and sends the public half. Bob's " +
      "program should make a secret, encrypt it for that key, send the ciphertext, and mix the " +
      "secret into the keys right after ee. Eve gets ee from the machine again, and also es and " +
      "se. (For these two the machine would need the long-term public keys, which are encrypted " +
      "under keys with that secret in them. Perhaps she knows them from elsewhere.) What she " +
      "does not get is the secret from ML-KEM.",
  );
  const { recording, x25519 } = await record(lab);
  await tell(lab, x25519);
  const [, second] = recording.messages;
  const { ee, es, se } = x25519;
  const guesses: readonly [string, Uint8Array | undefined][] = [
    ["nothing at all", undefined],
    ["32 zero bytes", new Uint8Array(X25519_SIZE)],
    ["ee once more", ee],
    ["es", es],
    ["se", se],
  ];
  const lines = ["for ML-KEM's secret   she opens               and fails at"];
  let words: readonly string[] = [];
  let holdsCiphertext = false;
  for (const [name, kem] of guesses) {
    const attempt = await replay(recording, { ...x25519, kem });
    lines.push(`${name.padEnd(22)}${row(attempt)}`);
    if (attempt.words.length > 0) words = attempt.words;
    if (attempt.opened.includes(KEM_CIPHERTEXT)) holdsCiphertext = true;
  }
  await stage.say(
    `Bob's handshake message has ${second.length} bytes. ` +
      (holdsCiphertext
        ? "Its first encrypted field, which holds the ML-KEM ciphertext, opens with ee. But to " +
          "get the secret out of that ciphertext takes Alice's ML-KEM private key. That is in no " +
          "file, and the machine cannot compute it. Eve tries to do without the secret:"
        : "Eve finds no ML-KEM ciphertext in it that opens with ee. She tries what she has:"),
  );
  await stage.lines(lines);
  await stage.screen("Eve", words);
  const isRead = words.includes(SECRET);
  if (!isRead) {
    await stage.say(
      "X25519 still goes into the keys. If ML-KEM is broken one day, the recording stays closed " +
        "as long as X25519 is unbroken. Eve has to break both.",
    );
  }
  return await lab.conclude({
    attack: "break X25519 later, by default",
    expected: false,
    succeeded: isRead,
    result: isRead
      ? "the three X25519 results are enough to open the recording."
      : "without ML-KEM's secret the next tag is wrong, whatever she tries. What stops her is " +
        "that this step is part of the handshake.",
    check: CHECK,
  });
}

function row({ opened, failedAt }: Replay): string {
  const names = opened.length > 1 ? `${opened.length} fields` : opened[0] ?? "nothing";
  return `${names.padEnd(24)}${failedAt ?? "nothing"}`;
}

/** Records a conversation, and what the machine would compute from its public keys. */
async function record(
  lab: Lab,
  ...args: readonly string[]
): Promise<{ recording: Recording; x25519: X25519Secrets }> {
  const { program: bob, port } = await lab.bob();
  const eve = lab.eve(port, "frames");
  const alice = await lab.alice(eve.port, "--accept-new", "--json", "--explain=secrets", ...args);
  await sayAndLeave(alice, bob, SECRET);
  const [ee, es, se] = ["ee", "es", "se"].map((token) => shownSecret(alice, token));
  return { recording: recordingOf(eve), x25519: { ee, es, se } };
}

/** What `--explain=secrets` says that a step of the handshake mixed into the keys. */
function shownSecret(alice: Process, token: string): Uint8Array {
  const events = alice.text("stdout").split("\n").filter((line) => line !== "")
    .map((line): ShownEvent => JSON.parse(line));
  const field = events.flatMap(({ steps = [] }) => steps).filter(({ name }) => name === token)
    .flatMap(({ state }) => state).find(({ label }) => label.startsWith("DH("));
  if (typeof field?.hex !== "string") throw new Error(`Alice's program does not show ${token}`);
  return Uint8Array.from(field.hex.match(/../g) ?? [], (digits) => parseInt(digits, 16));
}

/** As much of an `explain` event as is needed here. */
interface ShownEvent {
  readonly steps?: readonly {
    readonly name: string;
    readonly state: readonly { readonly label: string; readonly hex: string | null }[];
  }[];
}

async function tell({ stage }: Lab, { ee, es, se }: X25519Secrets): Promise<void> {
  await stage.bytes("ee, from the machine", ee);
  await stage.bytes("es, from the machine", es);
  await stage.bytes("se, from the machine", se);
}
