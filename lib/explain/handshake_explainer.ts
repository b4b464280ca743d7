import type { Direction, TraceEvent } from "../channel/mod.ts";
import { type HandshakeStep, parseProtocolName, type Role } from "../noise/mod.ts";
import type { Explanation, Field, Step } from "./explanation.ts";
import { field, lengthField, secretField, withoutRepeatedNotes } from "./fields.ts";
import { keyFields, KeySchedule, type TokenStep } from "./key_schedule.ts";
import { knowledgeAfter, knowledgeAtEnd } from "./knowledge.ts";
import { RecordExplainer } from "./record_explainer.ts";
import { type CipherName, nonceFields, paddingFields, sealedFields } from "./sealed.ts";
import { type HandshakeTraits, payloadSentence, tokenSentence } from "./token_sentences.ts";

/** Explains the handshake of one connection, step by step. */
export class HandshakeExplainer {
  readonly #connection: number;
  readonly #secrets: boolean;
  #role: Role | undefined;
  #traits: HandshakeTraits | undefined;
  #schedule: KeySchedule | undefined;
  /** The steps of the message that is being written or read. */
  #steps: Step[] = [];
  #message = 0;
  #records: RecordExplainer | undefined;

  /** For one connection. */
  constructor(connection: number, secrets: boolean) {
    this.#connection = connection;
    this.#secrets = secrets;
  }

  /** Which side this is, once the handshake has begun. */
  get role(): Role | undefined {
    return this.#role;
  }

  /** Explains the records, once the handshake is done. */
  get records(): RecordExplainer | undefined {
    return this.#records;
  }

  /** How far a message had come that was not finished, as a sentence. */
  get unfinished(): string | undefined {
    if (this.#steps.length === 0) return undefined;
    const tokens = this.#steps.map(({ name }) => name).join(", ");
    return `This happened in message ${this.#message + 1} of the handshake, after: ${tokens}.`;
  }

  /** The sender of what goes in this direction. */
  sender(direction: Direction): "client" | "server" {
    return (this.#role === "initiator") === (direction === "out") ? "client" : "server";
  }

  /** Takes the next step; gives an explanation when there is a whole one. */
  take(observed: HandshakeStep): Explanation | undefined {
    const step = this.#secrets ? observed : withoutSecrets(observed);
    switch (step.kind) {
      case "start":
        return this.#start(step);
      case "token":
        this.#message = step.message;
        this.#steps.push(this.#token(step));
        return undefined;
      case "payload":
        this.#steps.push(this.#payload(step));
        return this.#finishMessage(step.direction === "write" ? "out" : "in");
      case "split":
        return this.#split(step);
    }
  }

  /** Explains the frame by which the server finds the invitation. */
  takeSecretId(event: TraceEvent & { readonly type: "secret-id" }): Explanation {
    const { direction, masked, mask, id } = event;
    const shown = (bytes: Uint8Array) => this.#secrets ? bytes : undefined;
    return {
      connection: this.#connection,
      kind: "secret-id",
      title: "Which invitation, client to server",
      direction,
      text: [
        "The server may have many invitations. So that it need not try them all, the client says " +
        "which one it has: by an id, which is computed from the invitation's pre-shared key and " +
        "gives nothing of it away.",
        "The id is the same each time, so it is not sent as it is: the client sends id XOR mask, " +
        "and the mask is new each time and known to the two sides only. Nobody can tell from two " +
        "recordings that they belong to the same invitation. The id proves nothing; psk in " +
        "message 3 does.",
      ],
      steps: [
        {
          name: "length",
          text: "The length of the rest of the frame.",
          wire: [lengthField(masked.length)],
          inside: [],
          state: [],
        },
        {
          name: "secret id",
          text: "The masked id; the server takes the mask off again.",
          wire: [field("id XOR mask", "ciphertext", masked)],
          inside: [
            secretField("mask", shown(mask), "The payload of message 2."),
            secretField("id", shown(id), 'HMAC-SHA-256(psk, "X25519-TCP-Chat secret id").'),
          ],
          state: [],
        },
      ],
    };
  }

  #start(step: HandshakeStep & { readonly kind: "start" }): Explanation {
    const { pattern, kem, cipher } = parseProtocolName(step.protocolName);
    const hasPreSharedKey = pattern.includes("psk");
    const cipherName: CipherName = cipher === "AESGCM" ? "AESGCM" : "AESCBC";
    this.#role = step.role;
    this.#traits = { cipher: cipherName, isHybrid: kem !== undefined, hasPreSharedKey };
    this.#schedule = new KeySchedule(step.protocolName, hasPreSharedKey);
    const isLong = step.protocolName.length > 32;
    return {
      connection: this.#connection,
      kind: "start",
      title: "Where both sides begin",
      text: [
        "Nothing is sent for this. Each side keeps two values of 32 bytes during the handshake. " +
        "h, the handshake hash, is a SHA-256 hash of everything that both must agree on; all " +
        "that is sent goes into it. ck, the chaining key, is what all keys are derived from; " +
        "every shared secret is mixed into it.",
        `Both begin as ${
          isLong
            ? "the SHA-256 of the protocol's name"
            : "the protocol's name itself, with zeros up to 32 bytes"
        }. Then the prologue, a text that names this application, is hashed into h: ` +
        "h = SHA-256(h || prologue), where || joins bytes.",
      ],
      steps: [{
        name: "start",
        text: "What both sides begin with.",
        wire: [],
        inside: [],
        state: [
          field("prologue", "name", step.prologue, "The same on both sides; never sent."),
          this.#schedule.start(),
          field("h", "hash", step.handshakeHash, "The handshake hash. Never sent, but not secret."),
        ],
      }],
    };
  }

  #token(step: TokenStep): Step {
    const { traits, schedule } = this.#begun();
    const isEncrypted = schedule.hasKey && step.wire.length > 0 && step.token !== "e";
    const place = { message: step.message, isEncrypted, isKeyPublic: schedule.isPublic };
    const sealed = isEncrypted ? this.#sealed(step.wire) : undefined;
    const plain = tokenField(step);
    return {
      name: step.token,
      text: tokenSentence(step.token, place, traits),
      wire: sealed?.wire ?? plain,
      inside: sealed === undefined
        ? []
        : [...plain, ...paddingFields(traits.cipher, step.value.length)],
      state: [
        ...sealed?.state ?? [],
        ...schedule.take(step),
        hashField(step.handshakeHash, hashNote(step)),
      ],
    };
  }

  #payload(step: HandshakeStep & { readonly kind: "payload" }): Step {
    const { traits, schedule } = this.#begun();
    const isEncrypted = schedule.hasKey;
    const place = { message: step.message, isEncrypted, isKeyPublic: schedule.isPublic };
    const sealed = isEncrypted ? this.#sealed(step.wire) : undefined;
    const mask = this.#secrets ? step.value : undefined;
    const plain = step.value.length === 0
      ? []
      : [secretField("mask", mask, "Random bytes, which hide what the client sends next.")];
    return {
      name: "payload",
      text: payloadSentence(place, traits),
      wire: sealed?.wire ?? plain,
      inside: sealed === undefined
        ? []
        : [...plain, ...paddingFields(traits.cipher, step.value.length)],
      state: [
        ...sealed?.state ?? [],
        hashField(
          step.handshakeHash,
          step.wire.length === 0
            ? "SHA-256(h || nothing): an empty payload is hashed too."
            : "SHA-256(h || what was sent).",
        ),
      ],
    };
  }

  #sealed(
    bytes: Uint8Array,
  ): { readonly wire: readonly Field[]; readonly state: readonly Field[] } {
    const { traits: { cipher }, schedule } = this.#begun();
    return {
      wire: sealedFields(cipher, bytes, "h as it was before"),
      state: nonceFields(cipher, schedule.takeNumber()),
    };
  }

  #finishMessage(direction: Direction): Explanation {
    const { traits } = this.#begun();
    const message = this.#message;
    const steps = this.#steps;
    this.#steps = [];
    this.#message = message + 1;
    const sender = this.sender(direction);
    const size = steps.flatMap(({ wire }) => wire).reduce((sum, field) => sum + field.size, 0);
    const tokens = steps.slice(0, -1).map(({ name }) => name).join(", ");
    return {
      connection: this.#connection,
      kind: "message",
      title: `Handshake message ${message + 1} of 3, ${sender} to ${
        sender === "client" ? "server" : "client"
      }`,
      direction,
      text: [`${messageSentence(message, traits)} Its steps, in Noise's words: ${tokens}.`],
      steps: [
        {
          name: "length",
          text: "The length of the message.",
          wire: [lengthField(size)],
          inside: [],
          state: [],
        },
        ...withoutRepeatedNotes(steps, new Set()),
      ],
      knows: knowledgeAfter(message, traits),
    };
  }

  #split(step: HandshakeStep & { readonly kind: "split" }): Explanation {
    const { traits } = this.#begun();
    const { cipher } = traits;
    const { initiatorToResponder: toServer, responderToInitiator: toClient } = step.keys ?? {};
    const isInitiator = this.#role === "initiator";
    this.#records = new RecordExplainer({
      connection: this.#connection,
      cipher,
      sender: (direction) => this.sender(direction),
      keys: toServer && toClient
        ? { out: isInitiator ? toServer : toClient, in: isInitiator ? toClient : toServer }
        : undefined,
    });
    return {
      connection: this.#connection,
      kind: "keys",
      title: "The handshake is done: a key for each direction",
      text: [
        "HKDF derives two keys of 32 bytes from ck: one for what the client sends, one for what " +
        "the server sends. From now on everything is sent in records.",
        "Each side now overwrites ck and its private ephemeral X25519 key" +
        (traits.isHybrid ? ", and the client discards its ML-KEM key" : "") +
        ". Even an attacker who steals a static private key later cannot decrypt this connection " +
        "any more: this is called forward secrecy.",
      ],
      steps: [{
        name: "keys",
        text: cipher === "AESCBC"
          ? "HKDF-Expand derives two keys from each k: MAC_KEY for the tags, ENC_KEY for " +
            "AES-256-CBC."
          : "Each k is a key of AES-256-GCM, which both encrypts and computes the tags.",
        wire: [],
        inside: [],
        state: [
          ...keyFields(cipher, "client", toServer),
          ...keyFields(cipher, "server", toClient),
          field(
            "h",
            "hash",
            step.handshakeHash,
            "The whole handshake in 32 bytes: the same on both sides, and different for every " +
              "other connection.",
          ),
        ],
      }],
      knows: knowledgeAtEnd(traits),
    };
  }

  #begun(): { readonly traits: HandshakeTraits; readonly schedule: KeySchedule } {
    if (this.#traits === undefined || this.#schedule === undefined) {
      throw new Error("the handshake has not begun");
    }
    return { traits: this.#traits, schedule: this.#schedule };
  }
}

/** The same step, as it would be seen where nobody asked for secrets. */
function withoutSecrets(step: HandshakeStep): HandshakeStep {
  if (step.kind === "payload") return step;
  if (step.kind === "split") return { kind: step.kind, handshakeHash: step.handshakeHash };
  const { secrets: _, ...rest } = step;
  return rest;
}

/** What each message is for. */
function messageSentence(message: number, { isHybrid }: HandshakeTraits): string {
  switch (message) {
    case 0:
      return `The client begins: it sends ${
        isHybrid ? "new keys" : "a new key"
      }, and nothing yet that reveals who it is.`;
    case 1:
      return "The server answers with a new key of its own, sends its static key, and proves " +
        "that it owns that key.";
    default:
      return "The client sends its static key, and proves that it owns that key. This completes " +
        "the handshake.";
  }
}

function tokenField({ token, value }: TokenStep): readonly Field[] {
  switch (token) {
    case "e":
      return [field("e.public_key", "public key", value, "The ephemeral X25519 public key.")];
    case "e1":
      return [field("e1.public_key", "public key", value, "The ML-KEM-768 public key.")];
    case "s":
      return [field("s.public_key", "public key", value, "The static X25519 public key.")];
    case "ekem1":
      return [field("ekem1 ciphertext", "kem ciphertext", value, "The ML-KEM-768 ciphertext.")];
    default:
      return [];
  }
}

function hashField(handshakeHash: Uint8Array, note: string): Field {
  return field("h", "hash", handshakeHash, note);
}

/** How a token changed `h`. */
function hashNote({ token, wire }: TokenStep): string {
  if (token === "psk") return "SHA-256(h || temp_h).";
  return wire.length === 0
    ? "Unchanged: this step hashes nothing."
    : "SHA-256(h || what was sent).";
}
