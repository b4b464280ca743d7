/** Lesson 2: Eve sits between Alice and Bob, and answers both in the other one's name. */
import { decodeBody, Member } from "../../lib/chat/mod.ts";
import { hex } from "../../lib/crypto/mod.ts";
import {
  acceptAnyone,
  connectSecure,
  fingerprint,
  generateX25519KeyPair,
  type SecureChannel,
  type X25519KeyPair,
} from "../../lib/mod.ts";
import { type Invitation, parseInvitation } from "../../lib/identity/mod.ts";
import type { Experiment } from "../experiment.ts";
import type { Check, Finding } from "../finding.ts";
import type { Lab, Listening } from "../lab.ts";
import type { Process } from "../process.ts";
import { Impostor, NaiveImpostor, type Reading, Road } from "./impostor.ts";

/** What Alice writes and what Bob is to read; what Bob answers and what Alice is to read. */
const QUESTION = { written: "meet at 9", rewritten: "meet at 7" };
const ANSWER = { written: "7 is fine", rewritten: "9 is fine" };

/** What Bob says in his room when Eve tries to come in. */
const IN_THE_ROOM = "the key is under the mat";

const TRUST = "lib/trust/server_trust.ts";

const CHECKS = {
  unknown: { file: "lib/channel/handshake/initiator.ts", code: "if (refusal !== undefined) {" },
  changed: {
    file: TRUST,
    code: "if (!known && first !== undefined) throw this.#changed(first.key, key);",
  },
  invited: {
    file: TRUST,
    code: "if (invitedBy !== undefined && !equalConstantTime(invitedBy, key)) {",
  },
  notInvited: { file: "lib/server/door/admission.ts", code: "return { refusal: why };" },
} as const satisfies Record<string, Check>;

/** Eve answers in Bob's place. */
export const mitm: Experiment = {
  name: "mitm",
  lesson: 2,
  title: "Eve sits in between, reads everything, and rewrites it",
  async run(lab) {
    await lab.stage.say(
      "With X25519 each side sends a public key, and both compute the same secret from their own " +
        "private key and the other side's public key. An eavesdropper cannot compute it, with " +
        "today's computers. But neither of them sees who has sent the public key that arrived. " +
        "Eve, on the wire, can keep both keys for herself and send each of them a key of her own.",
    );
    return {
      naive: [await againstNaive(lab)],
      here: [
        await unknown(lab),
        await changed(lab),
        ...await withInvitations(lab),
      ],
    };
  },
};

async function againstNaive(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("The naive protocol");
  const { program: bob, port } = await lab.naiveBob();
  const eve = lab.use(new NaiveImpostor(port, otherHour));
  const alice = lab.naiveAlice(eve.port);
  const [[alicesCheck], [bobsCheck]] = await Promise.all(
    [alice, bob].map((program) => program.line(/^connected; key check .*$/)),
  );
  await stage.say(
    "Alice believes that she connects to Bob, but Eve has answered, and has connected to Bob " +
      "herself. Now there are two encrypted conversations: one between Alice and Eve, and one " +
      "between Eve and Bob, each with a key of its own. Eve decrypts what comes from one side, " +
      "changes it, and encrypts it for the other.",
  );
  await alice.type(QUESTION.written);
  await bob.line(/^them: /);
  await bob.type(ANSWER.written);
  await alice.line(/^them: /);
  await stage.screen("Alice", [alicesCheck, `you: ${QUESTION.written}`, ...heard(alice)]);
  await stage.screen("Eve", readings(eve.read));
  await stage.screen("Bob", [bobsCheck, ...heard(bob), `you: ${ANSWER.written}`]);
  await stage.say(
    "One trace is left. The key check is the beginning of a hash of the key, and the two screens " +
      "show different ones, because there are two keys. But the programs cannot compare them, " +
      "since all that they could send each other passes through Eve. Two people who know each " +
      "other's voices could, by telephone. Alice and Bob do not.",
  );
  const succeeded = isTakenIn(eve.read, alice, bob);
  return await lab.conclude({
    attack: "sit in between",
    expected: true,
    succeeded,
    result: succeeded
      ? `Eve has read "${QUESTION.written}" and "${ANSWER.written}". Bob goes there at 7, and ` +
        "Alice at 9."
      : "Eve has not read everything.",
  });
}

/** Alice has never met Bob's server. */
async function unknown(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("This project: a server that Alice has never met");
  await stage.say(
    "Here each program also has a long-term key pair, its identity, which is kept in a file and " +
      "used in every handshake. A side that shows an identity's public key in the handshake has " +
      "to prove that it has the private key, too. Eve has only her own, so she shows her own. A " +
      "fingerprint is a hash of a public key, short enough to compare.",
  );
  const server = await lab.bob();
  const eve = lab.use(new Impostor({ ...await impostor(server), rewrite: otherHour }));
  const alice = await lab.alice(eve.port);
  await talk(alice, server.program);
  await stage.screen("Alice", alice.lines.map(({ text }) => text).filter(isTold));
  await stage.screen("Bob", ownFingerprint(server.program));
  const succeeded = isTakenIn(eve.read, alice, server.program);
  if (!succeeded) {
    await stage.say(
      "The key is new to Alice's program, and no program can know whose it is. So it does not go " +
        "on by itself: it ends the connection before it has sent anything that reveals who she " +
        "is, and shows the fingerprint. On a terminal it asks Alice to compare it with the one " +
        "on Bob's screen. Here it runs from a pipe, where nobody can answer, so it gives up. " +
        "This protects Alice only if she really compares: had she said yes without looking, or " +
        "started her program with --accept-new, Eve would sit in between now.",
    );
  }
  await stage.screen("Eve", readings(eve.read));
  return await lab.conclude({
    attack: "answer Alice at her first visit",
    expected: false,
    succeeded,
    result: succeeded
      ? takenIn()
      : "Alice's program does not accept a key that it does not know. Eve has read nothing.",
    check: CHECKS.unknown,
  });
}

/** Alice has met Bob's server before. */
async function changed(lab: Lab): Promise<Finding> {
  const { stage } = lab;
  await stage.part("This project: a server that Alice has met before");
  const server = await lab.bob();
  const road = lab.use(new Road());
  road.leadsTo = server.port;
  const args = ["--accept-new", "--home", await lab.folder()];
  const before = await lab.alice(road.port, ...args);
  await before.line(/^Connected to bob/);
  await before.endInput();
  await before.status;
  const { visitors } = road;
  const options = await impostor(server);
  const eve = lab.use(new Impostor({ ...options, rewrite: otherHour }));
  road.leadsTo = eve.port;
  await stage.say(
    "Alice has visited Bob once, when nobody sat in between. Her program has remembered the " +
      "address and Bob's key. Now Eve takes this address over, and Alice comes again. Her " +
      "program is even told to accept new keys (--accept-new); but for this address it knows one " +
      "already.",
  );
  const alice = await lab.alice(road.port, ...args);
  await talk(alice, server.program);
  // A client that has come this way is met, or hangs up; one that has not will not come any more.
  const came = () => road.visitors > visitors;
  await Promise.race([eve.met, alice.status.then(() => came() ? eve.met : undefined)]);
  await stage.screen("Alice", alice.lines.map(({ text }) => text).filter(isTold));
  await stage.screen("Eve", [...eve.keys.map(whoComes), ...readings(eve.read)]);
  const hasRead = isTakenIn(eve.read, alice, server.program);
  const succeeded = hasRead || eve.keys.length > 0;
  if (!succeeded) {
    await stage.say(
      "In this handshake the server shows its key first, and the client sends its own only after " +
        "it has accepted that one. So Eve does not even learn Alice's key, which would identify " +
        "her. (A second check follows this one, where Alice's program records whom it has met: " +
        "it would still find another key there, and end before Alice has said a word.)",
    );
  }
  return await lab.conclude({
    attack: "take over the address of a server that Alice knows",
    expected: false,
    succeeded,
    result: hasRead
      ? takenIn()
      : succeeded
      ? "Alice's program has gone on with the handshake and has shown Eve who Alice is."
      : `Alice's program refuses the other key and ends with status ${await alice.status}. Eve ` +
        "has read nothing, and has not even learned Alice's key.",
    check: CHECKS.changed,
  });
}

/** Alice has an invitation. Bob lets nobody in without one. */
async function withInvitations(lab: Lab): Promise<[Finding, Finding]> {
  const { stage } = lab;
  const road = lab.use(new Road());
  const server = await lab.bob("--invite", "--public", `127.0.0.1:${road.port}`);
  const [line] = await server.program.line(/^x25519-chat:\/\/\S+$/);
  const invitation = parseInvitation(line);
  const invited = await eveInvited(lab, server, road, line, invitation);
  await stage.part("This project: Eve goes to Bob herself");
  return [invited, await notInvited(lab, server)];
}

async function eveInvited(
  lab: Lab,
  server: Listening,
  road: Road,
  line: string,
  invitation: Invitation,
): Promise<Finding> {
  const { stage } = lab;
  await stage.part("This project: Alice has an invitation");
  await stage.say(
    "Bob has sent Alice an invitation: one line with the address, the public key of Bob's " +
      "server, and 16 secret random bytes. Eve has read this line as well, and she has taken the " +
      "address over. She knows the secret, so in this respect her handshake is as good as Bob's.",
  );
  await stage.lines([
    `address    ${invitation.address}`,
    `Bob's key  ${fingerprint(invitation.serverKey)}`,
    `secret     ${hex(invitation.secret)}`,
  ]);
  const options = await impostor(server);
  const eve = lab.use(new Impostor({ ...options, invitation, rewrite: otherHour }));
  road.leadsTo = eve.port;
  const alice = await lab.alice(road.port, line);
  await talk(alice, server.program);
  await stage.screen("Alice", alice.lines.map(({ text }) => text).filter(isTold));
  await stage.screen("Eve", [
    `(my key: ${fingerprint(options.keyPair.publicKey)})`,
    ...readings(eve.read),
  ]);
  const succeeded = isTakenIn(eve.read, alice, server.program);
  if (!succeeded) {
    await stage.say(
      "The invitation names Bob's key, and Eve cannot show that one, because she cannot prove " +
        "that she has its private half. What she can do with a stolen invitation is to enter " +
        "Bob's room as a guest. So send it over a channel that she does not see.",
    );
  }
  return await lab.conclude({
    attack: "answer Alice, who has an invitation that Eve has read",
    expected: false,
    succeeded,
    result: succeeded
      ? takenIn()
      : "Eve's key is not the one that the invitation names, and Alice's program refuses it.",
    check: CHECKS.invited,
  });
}

/** Eve speaks the whole protocol, with a key of her own, but nobody has invited her. */
async function notInvited(lab: Lab, { program: bob, port }: Listening): Promise<Finding> {
  const { stage } = lab;
  await stage.say(
    "An attacker in between has to talk to Bob, too. Without the secret of an invitation, Eve " +
      "can still connect to him with a key of her own. She now does, and asks to join the room, " +
      `where Bob is about to say "${IN_THE_ROOM}".`,
  );
  const staticKeyPair = await generateX25519KeyPair();
  const channel = await connectSecure({
    hostname: "127.0.0.1",
    port,
    staticKeyPair,
    acceptPeer: acceptAnyone,
  });
  const { seen, words } = await enter(channel, bob);
  await stage.screen("Eve", seen);
  const succeeded = words === IN_THE_ROOM;
  return await lab.conclude({
    attack: "enter Bob's room without an invitation",
    expected: false,
    succeeded,
    result: succeeded
      ? `Eve is in the room and reads "${words}".`
      : "Bob's server tells her that only invited guests may enter, and ends the connection. She " +
        "hears nothing of what is said in the room.",
    check: CHECKS.notInvited,
  });
}

/** Joins a room, and listens to what Bob says. */
async function enter(
  channel: SecureChannel,
  bob: Process,
): Promise<{ seen: string[]; words?: string }> {
  try {
    const member = await Member.join(channel, { nick: "eve" }).finally(() => bob.type(IN_THE_ROOM));
    for await (const event of member.events()) {
      if (event.type !== "message") continue;
      const body = decodeBody(event.body);
      if (body.type === "text") return { seen: [`bob: ${body.text}`], words: body.text };
    }
    return { seen: [] };
  } catch (error) {
    return { seen: [error instanceof Error ? error.message : String(error)] };
  } finally {
    channel.abort();
  }
}

/** Alice writes; if it arrives, Bob answers, and Alice gets that. */
async function talk(alice: Process, bob: Process): Promise<void> {
  await alice.type(QUESTION.written);
  const arrived = await Promise.race([
    alice.status.then(() => false),
    bob.line(/: meet at/).then(() => true),
  ]);
  if (!arrived) return;
  await bob.type(ANSWER.written);
  await Promise.race([alice.status, alice.line(/ is fine$/)]);
}

async function impostor(
  { port }: Listening,
): Promise<{ bobsPort: number; keyPair: X25519KeyPair }> {
  return { bobsPort: port, keyPair: await generateX25519KeyPair() };
}

/** 9 becomes 7, and 7 becomes 9. */
function otherHour(text: string): string {
  return text.replace(/[79]/g, (digit) => digit === "7" ? "9" : "7");
}

/** Whether Eve has read what both wrote, and both have read what she made of it. */
function isTakenIn(read: readonly Reading[], alice: Process, bob: Process): boolean {
  const hasRead = (words: string) => read.some(({ text }) => text === words);
  return hasRead(QUESTION.written) && hasRead(ANSWER.written) &&
    bob.shows(QUESTION.rewritten) && alice.shows(ANSWER.rewritten);
}

function takenIn(): string {
  return `Eve has read "${QUESTION.written}", Bob reads "${QUESTION.rewritten}", and neither of ` +
    "them notices.";
}

function heard({ lines }: Process): string[] {
  return lines.filter(({ output }) => output === "stdout").map(({ text }) => text);
}

function readings(read: readonly Reading[]): string[] {
  return read.map(({ from, text }) => `${from} wrote: ${text}   (I made it: ${otherHour(text)})`);
}

function ownFingerprint({ lines }: Process): string[] {
  return lines.map(({ text }) => text).filter((text) => text.startsWith("Your fingerprint is "));
}

function whoComes(key: Uint8Array): string {
  return `the one who comes has the key ${fingerprint(key)}`;
}

/** What matters of what Alice's program says. */
function isTold(text: string): boolean {
  return !/^(Your |Noise_|Here is)/.test(text);
}
