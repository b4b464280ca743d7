/** Lesson 7: Eve records today, and steals the long-term keys tomorrow. */
import { hex, x25519, X25519_SIZE, type X25519KeyPair } from "../../lib/crypto/mod.ts";
import { parseKeyFile } from "../../lib/identity/mod.ts";
import { bodyOf, type Sender } from "../eve.ts";
import type { Experiment } from "../experiment.ts";
import type { Check, Finding } from "../finding.ts";
import type { Lab } from "../lab.ts";
import { naiveKey, naiveSharedSecret, naiveText } from "../naive.ts";
import { freshKey, recordingOf, type Replay, replay, sayAndLeave } from "./recording.ts";

const SECRET = "I am leaving him in April";

/** What Alice says when she comes once more. */
const SECOND = "or in May";

/** How much of a key is enough to compare it by eye, in bytes. */
const SHOWN_SIZE = 8;

const CHECK: Check = {
  file: "lib/noise/handshake_state.ts",
  code: "this.#e = this.#fixed?.keyPair ?? await generateX25519KeyPair();",
};

export const later: Experiment = {
  name: "later",
  lesson: 7,
  title: "Eve records today, and steals the keys tomorrow",
  async run(lab) {
    await lab.stage.say(
      "Eve cannot read what passes, but she can keep it: storage is cheap. And a key that is " +
        "kept in a file can be stolen one day: from a lost laptop, from a backup, by a burglar.",
    );
    return { naive: [await againstNaive(lab)], here: [await againstThis(lab)] };
  },
};

async function againstNaive(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("The naive protocol");
  const file = `${await lab.folder()}/bob.key`;
  const { program: bob, port } = await lab.naiveBob("--keys", file);
  const eve = lab.eve(port, "naive");
  const alice = lab.naiveAlice(eve.port);
  await stage.say(
    "Bob wants to be recognised by his public key, so it must not change each time his program " +
      "starts. He runs the naive program with --keys FILE: it keeps his private key in that " +
      "file. Alice connects, and sends him a message. Eve records it.",
  );
  await alice.type(SECRET);
  await alice.endInput();
  await Promise.all([alice.status, bob.line(/^they left$/)]);
  const [{ bytes: publicKey }, frame] = eve.from("alice");
  await stage.bytes("Alice's public key", publicKey);
  await stage.bytes("length (4), IV (16), ciphertext (32)", frame.bytes);
  bob.interrupt();
  await bob.status;
  await stage.say(
    "Both programs have ended. Some day Eve gets hold of Bob's file. His program derived the AES " +
      "key from nothing but Bob's private key and Alice's public key, so she derives it again:",
  );
  const stolen = await Deno.readFile(file);
  const key = naiveKey(await naiveSharedSecret(stolen, publicKey));
  await stage.bytes("Bob's private key, from his file", stolen);
  await stage.bytes("the AES key", key);
  const text = await naiveText(key, bodyOf(frame)).catch(() => "");
  await stage.screen("Eve", [text]);
  await stage.say(
    "That one file opens every conversation that Bob has had with this key and that Eve has " +
      "recorded, with anybody. (Without --keys the naive program makes a new key pair each time " +
      "it starts, and forgets it when it ends. Then there is nothing left to steal, but nobody " +
      "can recognise Bob by his key either.)",
  );
  const isRead = text === SECRET;
  return await lab.conclude({
    attack: "steal a key later",
    expected: true,
    succeeded: isRead,
    result: isRead
      ? "with Bob's key file she reads what was said before it was stolen."
      : "the stolen key does not open the recording.",
  });
}

/** A shared secret that Eve can compute, or make up. */
interface Candidate {
  readonly name: string;
  readonly secret: Uint8Array;
}

/** In the place of ee there may be nothing at all. */
type CandidateForEe = Omit<Candidate, "secret"> & Partial<Candidate>;

async function againstThis(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("This project");
  await stage.say(
    "Here both sides have a long-term key, each in a file, and are recognised by it. Alice's " +
      "program runs with --classical, which leaves ML-KEM out, so that X25519 alone protects " +
      "her. She connects twice, and says something each time. Eve records everything. Later she " +
      "steals both files.",
  );
  const homes = { alice: await lab.folder(), bob: await lab.folder() };
  const { program: bob, port } = await lab.bob("--home", homes.bob);
  const eve = lab.eve(port, "frames");
  const args = ["--accept-new", "--classical", "--home", homes.alice];
  await sayAndLeave(await lab.alice(eve.port, ...args), bob, SECRET);
  const again = await lab.alice(eve.port, ...args);
  await again.type(SECOND);
  await again.endInput();
  await again.status;
  bob.interrupt();
  await bob.status;
  await stage.screen("Bob", bob.text("stdout").split("\n"));

  const recording = recordingOf(eve);
  const fresh = { alice: freshKey(eve, "alice"), bob: freshKey(eve, "bob") };
  const [bobs, alices] = await Promise.all([
    stolenKeyPair(`${homes.bob}/server.pem`),
    stolenKeyPair(`${homes.alice}/identity.pem`),
  ]);
  await stage.bytes("Bob's long-term private key, from his server.pem", bobs.privateKey);
  await stage.bytes("Alice's long-term private key, from hers", alices.privateKey);
  await stage.bytes("Alice's fresh public key, recorded", fresh.alice);
  await stage.bytes("Bob's fresh public key, recorded", fresh.bob);
  await stage.say(
    "For each connection both programs also make a fresh key pair. Three shared secrets go into " +
      "the keys, one after the other: ee, of both fresh keys; es, of Alice's fresh and Bob's " +
      "long-term key; se, of Alice's long-term and Bob's fresh key. To compute a shared secret " +
      "takes one of the two private keys. Eve has the long-term ones:",
  );
  await stage.lines([
    "ee   fresh Alice,     fresh Bob      neither private key is in the files",
    "es   fresh Alice,     long-term Bob  Eve can compute it, with Bob's stolen key",
    "se   long-term Alice, fresh Bob      Eve can compute it, with Alice's stolen key",
  ]);
  const candidates: readonly Candidate[] = [
    {
      name: "long-term Alice, long-term Bob",
      secret: await x25519(alices.privateKey, bobs.publicKey),
    },
    { name: "fresh Alice, long-term Bob", secret: await x25519(bobs.privateKey, fresh.alice) },
    { name: "long-term Alice, fresh Bob", secret: await x25519(alices.privateKey, fresh.bob) },
    { name: "32 zero bytes", secret: new Uint8Array(X25519_SIZE) },
  ];
  await stage.say(
    "So she has two of the three. She goes through the recorded handshake of the first visit as " +
      "the programs did. For ee, es and se she tries everything that she can compute, in every " +
      "combination, and checks which tags are right. For ee, which comes first, she also tries " +
      "nothing at all, as if the programs left it out.",
  );
  const { lines, words } = await tryAll(
    candidates,
    [...candidates, { name: "nothing at all" }],
    (ee, es, se) => replay(recording, { ee: ee.secret, es: es.secret, se: se.secret }),
  );
  await stage.lines(lines);
  await stage.screen("Eve", words);
  await stage.say(
    "What happens to the private halves of the fresh keys? After the handshake the programs " +
      "should overwrite them in memory. Eve cannot see from outside whether they do " +
      "(docs/SECURITY.md, 5, names the place in the code). But she can see whether the fresh " +
      "keys are fresh. If one is used again at the second visit, then a program has kept its " +
      "private half, or can make it again, and a thief who steals it there opens what was " +
      "recorded. So she compares the two visits:",
  );
  const freshAgain = { alice: freshKey(eve, "alice", 1), bob: freshKey(eve, "bob", 1) };
  await stage.lines([
    "fresh public key   first visit        second visit",
    `Alice's            ${start(fresh.alice)}  ${start(freshAgain.alice)}`,
    `Bob's              ${start(fresh.bob)}  ${start(freshAgain.bob)}`,
  ]);
  const stale = (["alice", "bob"] as const).filter((sender) =>
    equalBytes(fresh[sender], freshAgain[sender])
  );
  const isRead = words.includes(SECRET);
  if (!isRead && stale.length === 0) {
    await stage.say(
      "In the default mode, without --classical, both programs make a shared secret with ML-KEM " +
        "as well, from a key pair that is made for this connection. It goes into the keys like " +
        "the other three. The stolen files do not hold it either.",
    );
  }
  return await lab.conclude({
    attack: "steal both keys later",
    expected: false,
    succeeded: isRead || stale.length > 0,
    result: isRead
      ? "with the two files she reads what Alice said before they were stolen."
      : stale.length > 0
      ? notFresh(stale)
      : "with both long-term keys she cannot derive the first key of the handshake. That takes a " +
        "fresh private key, which is in neither file, and the next visit uses other ones. This " +
        "is called forward secrecy.",
    check: CHECK,
  });
}

function notFresh(stale: readonly Sender[]): string {
  const [keys, are] = stale.length === 1 ? ["key", "is"] : ["keys", "are"];
  const owners = stale.map((sender) => sender === "alice" ? "Alice's" : "Bob's").join(" and ");
  return `${owners} fresh ${keys} ${are} not fresh: the second visit has the same. A thief who ` +
    "steals the private half from the running program opens what was recorded before.";
}

/** Where a key begins, in hex. */
function start(key: Uint8Array): string {
  return key.length === 0 ? "(none came)" : `${hex(key.subarray(0, SHOWN_SIZE))}…`;
}

function equalBytes(one: Uint8Array, other: Uint8Array): boolean {
  return hex(one) === hex(other);
}

async function stolenKeyPair(path: string): Promise<X25519KeyPair> {
  const file = await parseKeyFile(await Deno.readTextFile(path), path);
  return await file.open();
}

/** Tries every combination. A line for each candidate in the place of ee, and what Alice said. */
async function tryAll(
  candidates: readonly Candidate[],
  candidatesForEe: readonly CandidateForEe[],
  attempt: (ee: CandidateForEe, es: Candidate, se: Candidate) => Promise<Replay>,
): Promise<{ lines: string[]; words: readonly string[] }> {
  const lines = ["in the place of ee              es and se    the furthest of them fails at"];
  let words: readonly string[] = [];
  for (const ee of candidatesForEe) {
    const replays: Replay[] = [];
    for (const es of candidates) {
      for (const se of candidates) replays.push(await attempt(ee, es, se));
    }
    const best = replays.reduce((one, other) =>
      other.opened.length > one.opened.length ? other : one
    );
    if (best.words.length > 0) words = best.words;
    const failedAt = best.failedAt ?? "nothing: she reads it all";
    lines.push(`${ee.name.padEnd(32)}${`all ${replays.length}`.padEnd(13)}${failedAt}`);
  }
  return { lines, words };
}
