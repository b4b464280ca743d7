/**
 * What the experiments of lesson 5 share: replay, reorder, drop, reflect and truncate. In all of
 * them Eve changes no byte; she only decides which frames go on, where to, when, and how often.
 */
import type { Attack, Eve, Passing, Sender } from "../eve.ts";
import type { Lab } from "../lab.ts";
import type { Process } from "../process.ts";

/** Alice and Bob in a conversation, with Eve between them. */
export interface Meeting {
  readonly alice: Process;
  readonly bob: Process;
  readonly eve: Eve;
}

/** In the naive protocol, which thing of a side is its first message: a public key comes before. */
export const NAIVE_FIRST = 1;

/** The same here for Alice: the protocol's name, two handshake messages and a hello come before. */
export const ALICE_FIRST = 4;

/** The same here for Bob: a handshake message and his welcome come before. */
export const BOB_FIRST = 2;

/** A conversation in the naive protocol. */
export async function meetNaively(lab: Lab, attack: Attack): Promise<Meeting> {
  const { program: bob, port } = await lab.naiveBob();
  const eve = lab.eve(port, "naive");
  eve.attack = attack;
  const alice = lab.naiveAlice(eve.port);
  await Promise.all([alice.line(/^connected/), bob.line(/^connected/)]);
  return { alice, bob, eve };
}

/** A conversation in this project's protocol: Alice has been welcomed. */
export async function meetHere(lab: Lab, attack: Attack): Promise<Meeting> {
  const { program: bob, port } = await lab.bob();
  const eve = lab.eve(port, "frames");
  eve.attack = attack;
  const alice = await lab.alice(eve.port, "--accept-new");
  await Promise.all([alice.line(/^Here is bob\.$/), bob.line(/^alice joined\.$/)]);
  return { alice, bob, eve };
}

/** Whether something is the frame with this index of this sender. */
export function isFrame({ from, index }: Passing, sender: Sender, wanted: number): boolean {
  return from === sender && index === wanted;
}

/** Resolves when Eve has seen that frame. */
export async function frame(eve: Eve, sender: Sender, index: number): Promise<Passing> {
  return await eve.sees((passing) => isFrame(passing, sender, index));
}

/** Ends Bob's server and gives all that was said on his screen, in order. */
export async function endBob(bob: Process): Promise<string[]> {
  bob.interrupt();
  await bob.status;
  return said(bob);
}

/** The messages on one person's screen. */
export function said({ lines }: Process): string[] {
  return lines.filter(({ output }) => output === "stdout").map(({ text }) => text);
}

/** The messages on one person's screen, and how the conversation ended there. */
export function screenOf(program: Process): string[] {
  const end = program.lines.findLast(({ text }) =>
    /^(error: |alice left|The conversation is over|they left)/.test(text)
  );
  return [...said(program), ...(end === undefined ? [] : [end.text])];
}
