/** Lesson 6: a public key with which every calculation gives zero. */
import { concat, X25519_SIZE } from "../../lib/crypto/mod.ts";
import { encodeFrame, encodeMessages, PROLOGUE, protocolName } from "../../lib/channel/mod.ts";
import { CHAT_VERSION, encodeMessage, encodeText, MESSAGE_ID_SIZE } from "../../lib/chat/mod.ts";
import { AESCBC, type CipherState, SymmetricState } from "../../lib/noise/mod.ts";
import { bodyOf, type Passing } from "../eve.ts";
import type { Experiment } from "../experiment.ts";
import type { Check, Finding } from "../finding.ts";
import type { Lab, Listening } from "../lab.ts";
import { naiveKey, naiveKeyCheck, naiveText } from "../naive.ts";
import { OwnConnection } from "./own_connection.ts";

const SECRET = "the gate code is 4711";
const WORDS = "I have no key at all, and here I am";

const ZERO = new Uint8Array(X25519_SIZE);
const EMPTY = new Uint8Array(0);
const LENGTH_SIZE = 4;

const CHECK: Check = {
  file: "lib/crypto/x25519/x25519.ts",
  code: "if (equalConstantTime(secret, ALL_ZERO)) throw lowOrderPoint();",
};

export const lowOrder: Experiment = {
  name: "low-order",
  lesson: 6,
  title: "Eve sends a public key that makes every secret zero",
  async run(lab) {
    await lab.stage.say(
      "A public key represents a point on a curve, and a private key is a number by which points " +
        "are multiplied: my number times your point gives the shared secret. There are a few " +
        "points with which the result is zero, whatever the private key is. They are called " +
        "points of low order. One of them is written as 32 zero bytes. No honest program makes " +
        "such a public key. But anybody can send one.",
    );
    return { naive: [await againstNaive(lab)], here: [await againstThis(lab)] };
  },
};

async function againstNaive(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("The naive protocol");
  const { program: bob, port } = await lab.naiveBob();
  const eve = lab.eve(port, "naive");
  eve.attack = ({ kind, bytes }) => [kind === "key" ? ZERO : bytes];
  const key = naiveKey(ZERO);
  await stage.say(
    "Eve intercepts both public keys and sends each side 32 zero bytes instead. Both programs " +
      "multiply, both get zero, and both make their AES key from that. Eve derives it before " +
      "Alice even connects, because it takes nobody's key:",
  );
  await stage.bytes("the shared secret", ZERO);
  await stage.bytes("the AES key that the naive program makes from it", key);
  const alice = lab.naiveAlice(eve.port);
  const [[, alices], [, bobs]] = await Promise.all(
    [alice, bob].map((program) => program.line(/^connected; key check (.*)$/)),
  );
  await stage.say(
    "The naive program shows a key check: eight digits that are computed from the key. Two " +
      "people may read them to each other, on the telephone for example, to find out whether an " +
      `attacker sits between them. Eve's own calculation gives ${naiveKeyCheck(key)}.`,
  );
  await stage.screen("Alice", [`connected; key check ${alices}`]);
  await stage.screen("Bob", [`connected; key check ${bobs}`]);
  await stage.say(
    "They are the same, because both really have the same key. From here on Eve changes nothing. " +
      `Alice types "${SECRET}", and Eve decrypts what passes.`,
  );
  await alice.type(SECRET);
  const frame = await eve.sees(({ from, kind }) => from === "alice" && kind === "frame");
  await bob.line(/^them: /);
  await stage.screen("Bob", bob.text("stdout").split("\n"));
  const text = await naiveText(key, bodyOf(frame)).catch(() => "");
  await stage.screen("Eve", [text]);
  const isRead = text === SECRET;
  return await lab.conclude({
    attack: "a key of zeros to both",
    expected: true,
    succeeded: isRead && alices === bobs && bob.shows(SECRET),
    result: isRead
      ? "she reads everything without a key pair of her own, and the key checks of Alice and Bob " +
        "agree."
      : "she cannot read it.",
  });
}

async function againstThis(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("This project");
  const bob = await lab.bob();
  await swapInTheMiddle(lab, bob);
  await stage.say(
    "So Eve looks for a place where nobody's keys are exchanged but her own: she connects to " +
      "Bob's program herself. The handshake is designed so that each side proves that it holds " +
      "the private key that belongs to its public key. It mixes three shared secrets into the " +
      "keys: the fresh keys of both sides (ee), the client's fresh key with the server's " +
      "long-term one (es), and the client's long-term key with the server's fresh one (se). Eve " +
      "has no private key. She asks for the mode without ML-KEM (--classical), sends 32 zero " +
      "bytes as her fresh public key, intends to send 32 zero bytes as her long-term one, and " +
      "continues with zero for ee, es and se. If Bob's program did the same, both would have the " +
      "same keys. So would every eavesdropper.",
  );
  const hasEntered = await enterWithoutKeys(lab, bob);
  return await lab.conclude({
    attack: "enter without a private key",
    expected: false,
    succeeded: hasEntered,
    result: hasEntered
      ? "Bob reads the words of a stranger who has proved nothing, and any eavesdropper can read " +
        "it all."
      : "Bob's program multiplies her public key, gets zero, and hangs up before it has sent a " +
        "byte.",
    check: CHECK,
  });
}

/** What Eve does to the naive programs, done to these. */
async function swapInTheMiddle(lab: Lab, { program: bob, port }: Listening): Promise<void> {
  const { stage } = lab;
  const eve = lab.eve(port, "frames");
  const holdsKey = ({ from, index }: Passing) => index === (from === "alice" ? 1 : 0);
  eve.attack = (passing) => [holdsKey(passing) ? withZeroKey(passing.bytes) : passing.bytes];
  const alice = await lab.alice(eve.port, "--accept-new");
  await alice.endInput();
  const status = await alice.status;
  const messages = eve.from("bob").length;
  await stage.say(
    "First the same as before: Alice connects, and Eve replaces her fresh public key with zeros, " +
      "which is the first 32 bytes of her first handshake message. " +
      (messages === 0
        ? "Bob's program does not answer. "
        : "Bob's program answers, and Eve replaces that key as well. ") +
      `Alice's program ends with exit status ${status}:`,
  );
  await stage.screen("Alice", alice.lines.map(({ text }) => text).slice(-1));
  const { input: line } = await bob.line(/^a connection from .* failed: |looked at/);
  await stage.screen("Bob", [line]);
  await stage.say(
    "(This attempt would fail in any case, a moment later: each side mixes every byte of the " +
      "handshake that it has sent and received into what it encrypts, so a key that was changed " +
      "on the way makes the first tag wrong.)",
  );
}

function withZeroKey(frame: Uint8Array): Uint8Array {
  return new Uint8Array(frame).fill(0, LENGTH_SIZE, LENGTH_SIZE + X25519_SIZE);
}

/** Whether Bob's screen shows Eve's words. */
async function enterWithoutKeys(
  { stage }: Lab,
  { program: bob, port }: Listening,
): Promise<boolean> {
  using connection = await OwnConnection.open(port);
  const name = protocolName({ classical: true });
  await connection.send(encodeFrame(new TextEncoder().encode(name)), encodeFrame(ZERO));
  await stage.lines([`Eve sends the protocol's name, ${name},`]);
  await stage.bytes("and then her handshake message: a public key, she says", ZERO);
  const sending = await pretend(name, connection);
  if (sending === undefined) {
    await stage.screen("Eve", ["(the connection has ended; nothing has come)"]);
    return false;
  }
  await stage.say("Bob's program answers, and its tags are right under the keys made of zeros.");
  const id = new Uint8Array(MESSAGE_ID_SIZE);
  const nobody = { nick: "nobody", visit: id, past: 0 };
  const hello = { type: "hello", version: CHAT_VERSION, ...nobody } as const;
  const words = { type: "send", id, body: encodeText(WORDS) } as const;
  for (const message of [hello, words]) {
    const record = encodeMessages([encodeMessage(message)]);
    await connection.send(encodeFrame(await sending.encryptWithAd(EMPTY, record)));
  }
  await Promise.race([bob.line(new RegExp(WORDS)), connection.receiveAll()]);
  await stage.screen("Bob", bob.text("stdout").split("\n"));
  return bob.shows(WORDS);
}

/**
 * The client's side of the pattern XX (docs/PROTOCOL.md), with zero in the place of every X25519
 * result. Her first message has been sent. `undefined` if the server hangs up.
 */
async function pretend(
  name: string,
  connection: OwnConnection,
): Promise<CipherState | undefined> {
  const symmetric = new SymmetricState(name, AESCBC);
  symmetric.mixHash(PROLOGUE);
  // -> e, and an empty payload, which is not encrypted yet
  symmetric.mixHash(ZERO);
  symmetric.mixHash(EMPTY);
  // <- e, ee, s, es
  const answer = await connection.receiveFrame();
  if (answer === undefined) return undefined;
  const end = X25519_SIZE + AESCBC.ciphertextSize(X25519_SIZE);
  symmetric.mixHash(answer.subarray(0, X25519_SIZE));
  symmetric.mixKey(ZERO);
  await symmetric.decryptAndHash(answer.subarray(X25519_SIZE, end));
  symmetric.mixKey(ZERO);
  await symmetric.decryptAndHash(answer.subarray(end));
  // -> s, se
  const s = await symmetric.encryptAndHash(ZERO);
  symmetric.mixKey(ZERO);
  const payload = await symmetric.encryptAndHash(EMPTY);
  await connection.send(encodeFrame(concat(s, payload)));
  const [key] = symmetric.split();
  return symmetric.cipherState(key);
}
