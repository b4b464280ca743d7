/**
 * Computes the worked example of docs/PROTOCOL.md: one whole connection with the default protocol,
 * from fixed keys. Run as a program, it writes them into the document.
 *
 * @module
 */
import { ml_kem768 } from "npm:@noble/post-quantum@0.7.1/ml-kem.js";
import { encodeFrame, PROLOGUE, protocolName } from "../../lib/channel/mod.ts";
import { encodeClose, encodeMessages } from "../../lib/channel/records/record.ts";
import { encodeMessage, encodeText } from "../../lib/chat/mod.ts";
import { hex, hkdf, hkdfExpand, type MlKem768, x25519KeyPair } from "../../lib/crypto/mod.ts";
import { nobleMlKem768 } from "../../lib/crypto/ml_kem768/noble.ts";
import {
  aescbc,
  type HandshakeOptions,
  HandshakeState,
  type HandshakeStep,
} from "../../lib/noise/mod.ts";

/** A value of the example: its name and its bytes. */
export type Value = readonly [name: string, bytes: Uint8Array];

const fill = (size: number, byte: number) => new Uint8Array(size).fill(byte);
const utf8 = (text: string) => new TextEncoder().encode(text);

const EMPTY = new Uint8Array(0);
const ENCAPSULATION_M = fill(32, 0x16);

/** ML-KEM-768 that encapsulates with the example's `m` in place of fresh random bytes. */
const fixedKem: MlKem768 = {
  ...nobleMlKem768,
  encapsulate(publicKey) {
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, ENCAPSULATION_M);
    return Promise.resolve({ ciphertext: cipherText, sharedSecret });
  },
};

/** AESCBC whose IVs count: the first has 16 bytes `start`, the second `start + 1`, and so on. */
function countingCipher(start: number) {
  let next = start;
  return aescbc(() => fill(16, next++));
}

/** All values of the example, in the order in which a connection meets them. */
export async function workedExample(): Promise<Value[]> {
  const values: Value[] = [];
  const add = (name: string, bytes: Uint8Array) => void values.push([name, bytes]);

  const client = {
    static: await x25519KeyPair(fill(32, 0x11)),
    ephemeral: await x25519KeyPair(fill(32, 0x13)),
    kemSeed: fill(64, 0x15),
  };
  const server = {
    static: await x25519KeyPair(fill(32, 0x12)),
    ephemeral: await x25519KeyPair(fill(32, 0x14)),
  };
  for (const [name, side] of [["client", client], ["server", server]] as const) {
    add(`${name} static private key`, side.static.privateKey);
    add(`${name} static public key`, side.static.publicKey);
    add(`${name} ephemeral private key`, side.ephemeral.privateKey);
    add(`${name} ephemeral public key`, side.ephemeral.publicKey);
  }
  add("client ML-KEM-768 seed (d || z)", client.kemSeed);
  add("server encapsulation randomness (m)", ENCAPSULATION_M);

  const name = protocolName();
  add("protocol name", utf8(name));
  add("prologue", PROLOGUE);
  add("frame 1, client to server: protocol name", encodeFrame(utf8(name)));

  const transcript = new Transcript(add);
  const common = { protocolName: name, prologue: PROLOGUE, kem: fixedKem };
  const initiator = new HandshakeState({
    ...common,
    role: "initiator",
    staticKeyPair: client.static,
    fixedEphemerals: { keyPair: client.ephemeral, kemSeed: client.kemSeed },
    cipher: countingCipher(0xc0),
    observer: transcript.observer("initiator"),
  });
  const responder = new HandshakeState({
    ...common,
    role: "responder",
    staticKeyPair: server.static,
    fixedEphemerals: { keyPair: server.ephemeral },
    cipher: countingCipher(0xe0),
    observer: transcript.observer("responder"),
  });
  const message1 = await initiator.writeMessage();
  add("frame 2, client to server: message 1", encodeFrame(message1));
  await responder.readMessage(message1);
  const message2 = await responder.writeMessage();
  add("frame 3, server to client: message 2", encodeFrame(message2));
  await initiator.readMessage(message2);
  const message3 = await initiator.writeMessage();
  add("frame 4, client to server: message 3", encodeFrame(message3));
  await responder.readMessage(message3);

  const [clientSends] = initiator.split();
  const [, serverSends] = responder.split();
  const frame = async (state: typeof clientSends, plaintext: Uint8Array) =>
    encodeFrame(await state.encryptWithAd(EMPTY, plaintext));
  const record = async (label: string, state: typeof clientSends, plaintext: Uint8Array) => {
    add(`${label}: plaintext`, plaintext);
    add(`${label}: frame`, await frame(state, plaintext));
  };

  const id = Uint8Array.from({ length: 16 }, (_, index) => index);
  const visit = Uint8Array.from({ length: 16 }, (_, index) => 0x10 + index);
  const log = Uint8Array.from({ length: 16 }, (_, index) => 0x20 + index);
  const hello = encodeMessage({ type: "hello", version: 3, nick: "alice", visit, past: 200 });
  await record("record 0, client to server (hello)", clientSends, encodeMessages([hello]));
  const members = encodeMessage({
    type: "members",
    members: [{ nick: "bob", key: server.static.publicKey, operator: true }],
  });
  const welcome = encodeMessage({
    type: "welcome",
    you: { nick: "alice", key: client.static.publicKey },
    maxBody: 131_072,
    log,
    seq: 0,
    kept: false,
    gone: 0,
    grace: 120_000,
  });
  const caughtUp = encodeMessage({ type: "caught-up", seq: 0 });
  await record(
    "record 0, server to client (members, welcome, caught-up)",
    serverSends,
    encodeMessages([members, welcome, caughtUp]),
  );
  const send = encodeMessage({ type: "send", id, body: encodeText("hello, bob") });
  await record("record 1, client to server (send)", clientSends, encodeMessages([send]));
  const delivered = encodeMessage({ type: "delivered", id, seq: 1 });
  const reply = encodeMessage({
    type: "message",
    id: id.toReversed(),
    seq: 2,
    time: Date.UTC(2026, 0, 1),
    from: { nick: "bob", key: server.static.publicKey, operator: true },
    body: encodeText("hello, alice"),
  });
  await record(
    "record 1, server to client (delivered and message)",
    serverSends,
    encodeMessages([delivered, reply]),
  );
  const goodbye = encodeClose({ code: 0, reason: "" });
  await record("record 2, client to server (close)", clientSends, goodbye);
  await record("record 2, server to client (close)", serverSends, goodbye);

  clientSends.rekey();
  const rekeyed = await frame(clientSends, goodbye);
  add("k of client to server after a rekey", hkdfExpand(transcript.clientKey, REKEY_INFO, 32));
  add("a close record under that key, as record 3: frame", rekeyed);
  return values;
}

const KEYS_INFO = utf8("X25519-TCP-Chat AESCBC keys");
const REKEY_INFO = utf8("X25519-TCP-Chat AESCBC rekey");

/** Turns the steps that both sides take into values: each step once, as its writer sees it. */
class Transcript {
  clientKey: Uint8Array = EMPTY;
  #chainingKey: Uint8Array = EMPTY;
  readonly #add: (name: string, bytes: Uint8Array) => void;

  constructor(add: (name: string, bytes: Uint8Array) => void) {
    this.#add = add;
  }

  observer(role: "initiator" | "responder"): HandshakeOptions["observer"] {
    return { secrets: true, step: (step) => this.#step(step, role) };
  }

  #step(step: HandshakeStep, role: "initiator" | "responder"): void {
    if (step.kind === "start") {
      if (role === "responder") return;
      this.#chainingKey = chainingKey(step);
      this.#add("ck at the start", this.#chainingKey);
      this.#add("h after the prologue", step.handshakeHash);
    } else if (step.kind === "token" && step.direction === "write") {
      const label = `message ${step.message + 1}, ${step.token}`;
      if (step.value.length > 0) this.#add(`${label}: value`, step.value);
      const mixed = step.secrets?.mixed;
      if (mixed !== undefined) {
        this.#add(`${label}: shared secret`, mixed);
        this.#add(`${label}: k`, hkdf(this.#chainingKey, mixed, EMPTY, 64).slice(32));
        this.#chainingKey = chainingKey(step);
        this.#add(`${label}: ck`, this.#chainingKey);
      }
      this.#add(`${label}: h`, step.handshakeHash);
    } else if (step.kind === "payload" && step.direction === "write") {
      this.#add(`message ${step.message + 1}, payload: h`, step.handshakeHash);
    } else if (step.kind === "split" && role === "initiator" && step.keys !== undefined) {
      const { initiatorToResponder, responderToInitiator } = step.keys;
      this.clientKey = initiatorToResponder;
      this.#add("handshake hash", step.handshakeHash);
      this.#add("k, client to server", initiatorToResponder);
      this.#add("MAC_KEY || ENC_KEY, client to server", keys(initiatorToResponder));
      this.#add("k, server to client", responderToInitiator);
      this.#add("MAC_KEY || ENC_KEY, server to client", keys(responderToInitiator));
    }
  }
}

function keys(k: Uint8Array): Uint8Array {
  return hkdfExpand(k, KEYS_INFO, 64);
}

function chainingKey(step: HandshakeStep & { kind: "start" | "token" }): Uint8Array {
  if (step.secrets === undefined) throw new Error("the observer asked for secrets");
  return step.secrets.chainingKey;
}

/** The values as they stand in the document. */
export function renderValues(values: readonly Value[]): string {
  return values.map(([name, bytes]) => {
    const lines = hex(bytes).match(/.{1,64}/g) ?? [];
    return [`${name} (${bytes.length} bytes)`, ...lines.map((line) => `    ${line}`)].join("\n");
  }).join("\n");
}

const BLOCK = /(?<=<!-- worked example -->\n\n```text\n)[^`]*(?=\n```)/;

/**
 * The values as they stand in a document.
 *
 * @throws If it has no such block.
 */
export function findBlock(document: string): string {
  const [block] = BLOCK.exec(document) ?? [];
  if (block === undefined) throw new Error("the document has no block for the worked example");
  return block;
}

if (import.meta.main) {
  const path = new URL("../../docs/PROTOCOL.md", import.meta.url);
  const document = await Deno.readTextFile(path);
  const block = renderValues(await workedExample());
  await Deno.writeTextFile(path, document.replace(BLOCK, () => block));
}
