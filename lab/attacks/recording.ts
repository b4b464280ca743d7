/** A conversation of this project that Eve has recorded, and what she tries with it later. */
import { ML_KEM768_CIPHERTEXT_SIZE, X25519_SIZE } from "../../lib/crypto/mod.ts";
import { decodeRecord, PROLOGUE, RecordType } from "../../lib/channel/mod.ts";
import { decodeBody, decodeMemberMessage } from "../../lib/chat/mod.ts";
import { AuthenticationError } from "../../lib/errors.ts";
import { AESCBC, SymmetricState } from "../../lib/noise/mod.ts";
import { bodyOf, type Eve, type Sender } from "../eve.ts";
import type { Process } from "../process.ts";

/** Of what a public key or a KEM ciphertext becomes when it is encrypted. */
const ENCRYPTED_KEY_SIZE = AESCBC.ciphertextSize(X25519_SIZE);
const ENCRYPTED_PAYLOAD_SIZE = AESCBC.ciphertextSize(0);

/** What Eve calls the field with which Bob's program answers Alice's ML-KEM key. */
export const KEM_CIPHERTEXT = "the ML-KEM ciphertext";

const EMPTY = new Uint8Array(0);

/** The bodies of all frames of one conversation (docs/PROTOCOL.md), as they crossed the wire. */
export interface Recording {
  /** The protocol's name. */
  readonly name: string;
  /** The three messages of the handshake. */
  readonly messages: readonly [Uint8Array, Uint8Array, Uint8Array];
  /** What Alice said afterwards. */
  readonly records: readonly Uint8Array[];
}

/** The results of X25519: 32 bytes each. */
export interface X25519Secrets {
  /** Of both fresh keys. */
  readonly ee: Uint8Array;
  /** Of Alice's fresh and Bob's long-term key. */
  readonly es: Uint8Array;
  /** Of Alice's long-term and Bob's fresh key. */
  readonly se: Uint8Array;
}

/** What Eve puts in the places of the shared secrets: 32 bytes each. */
export interface SharedSecrets extends Omit<X25519Secrets, "ee"> {
  /** She leaves the step out if it is not there. */
  readonly ee?: Uint8Array | undefined;
  /** What ML-KEM gives, in the default mode; she leaves the step out if it is not there. */
  readonly kem?: Uint8Array | undefined;
}

/** How far she came. */
export interface Replay {
  /** What she decrypted on the way. */
  readonly opened: readonly string[];
  /** What she could not decrypt: the first thing whose tag was wrong. */
  readonly failedAt: string | undefined;
  /** What Alice said, if she came to the end. */
  readonly words: readonly string[];
}

/** Alice says something to Bob's room, and leaves. */
export async function sayAndLeave(alice: Process, bob: Process, text: string): Promise<void> {
  await alice.type(text);
  await alice.endInput();
  const status = await alice.status;
  if (status !== 0) {
    throw new Error(`Alice's program ended with ${status}: ${alice.text("stderr")}`);
  }
  await bob.line(new RegExp(text));
}

/** What Eve has recorded of the first connection that she saw. */
export function recordingOf(eve: Eve): Recording {
  const bodies = (sender: Sender) => eve.from(sender).map(bodyOf);
  const [name, first, third, ...records] = bodies("alice");
  const [second] = bodies("bob");
  return { name: new TextDecoder().decode(name), messages: [first, second, third], records };
}

/**
 * The fresh public key that one side sent on a connection, in the clear, at the beginning of its
 * first handshake message; empty if there is none.
 */
export function freshKey(eve: Eve, sender: Sender, connection = 0): Uint8Array {
  const frames = eve.from(sender, connection).map(bodyOf);
  const message = frames[sender === "alice" ? 1 : 0] ?? EMPTY;
  return message.subarray(0, X25519_SIZE);
}

/**
 * Goes through the recorded handshake as Alice's and Bob's programs did, with given shared secrets, as
 * far as the tags are right; and then decrypts what Alice said.
 */
export async function replay(
  { name, messages: [first, second, third], records }: Recording,
  { ee, es, se, kem }: SharedSecrets,
): Promise<Replay> {
  const opened: string[] = [];
  let next = "";
  const open = async (what: string, decrypt: () => Uint8Array | Promise<Uint8Array>) => {
    next = what;
    const plaintext = await decrypt();
    opened.push(what);
    return plaintext;
  };
  const symmetric = new SymmetricState(name, AESCBC);
  try {
    symmetric.mixHash(PROLOGUE);
    // -> e (and e1, the ML-KEM key), in the clear
    for (const part of split(first, X25519_SIZE)) symmetric.mixHash(part);
    if (first.length > X25519_SIZE) symmetric.mixHash(EMPTY);
    // <- e, ee, (ekem1,) s, es
    const hasKem = second.length > X25519_SIZE + ENCRYPTED_KEY_SIZE + ENCRYPTED_PAYLOAD_SIZE;
    const [e, fields] = split(second, X25519_SIZE);
    symmetric.mixHash(e);
    if (ee !== undefined) symmetric.mixKey(ee);
    const sent = (size: number) => symmetric.hasKey() ? AESCBC.ciphertextSize(size) : size;
    const [ekem1, rest] = split(fields, hasKem ? sent(ML_KEM768_CIPHERTEXT_SIZE) : 0);
    if (hasKem) await open(KEM_CIPHERTEXT, () => symmetric.decryptAndHash(ekem1));
    if (kem !== undefined) symmetric.mixKey(kem);
    const [s, end] = split(rest, sent(X25519_SIZE));
    await open("Bob's long-term public key", () => {
      // Without a key there is no tag that could be wrong: then the size tells.
      if (end.length !== ENCRYPTED_PAYLOAD_SIZE) {
        throw new AuthenticationError("decrypt-failed", "nothing there is in the clear");
      }
      return symmetric.decryptAndHash(s);
    });
    symmetric.mixKey(es);
    await open("the end of message 2", () => symmetric.decryptAndHash(end));
    // -> s, se
    const [alices, last] = split(third, ENCRYPTED_KEY_SIZE);
    await open("Alice's long-term public key", () => symmetric.decryptAndHash(alices));
    symmetric.mixKey(se);
    await open("the end of message 3", () => symmetric.decryptAndHash(last));
    // All the rest is records.
    const receiving = symmetric.cipherState(symmetric.split()[0]);
    const words: string[] = [];
    for (const [number, record] of records.entries()) {
      const plaintext = await open(
        `Alice's record ${number}`,
        () => receiving.decryptWithAd(EMPTY, record),
      );
      words.push(...wordsIn(plaintext));
    }
    return { opened, failedAt: undefined, words };
  } catch (error) {
    if (!(error instanceof AuthenticationError)) throw error;
    return { opened, failedAt: next, words: [] };
  }
}

/** Parts of these sizes, and what is left. */
function split(bytes: Uint8Array, ...sizes: readonly number[]): Uint8Array[] {
  let offset = 0;
  const parts = sizes.map((size) => bytes.subarray(offset, offset += size));
  return [...parts, bytes.subarray(offset)];
}

/** The texts in a record of Alice's. */
function wordsIn(plaintext: Uint8Array): string[] {
  const content = decodeRecord(plaintext);
  if (content.type !== RecordType.messages) return [];
  return content.messages.map(decodeMemberMessage).flatMap((message) => {
    const body = message.type === "send" ? decodeBody(message.body) : undefined;
    return body?.type === "text" ? [body.text] : [];
  });
}
