import type { Direction, Trace, TraceEvent } from "../channel/mod.ts";
import { closeError } from "../channel/records/close_error.ts";
import { AuthenticationError, ProtocolError, ReportedError } from "../errors.ts";
import type { Explanation } from "./explanation.ts";
import { count, field, lengthField } from "./fields.ts";
import { HandshakeExplainer } from "./handshake_explainer.ts";
import { KNOWN_AFTER_NAME } from "./knowledge.ts";
import { omitted } from "./omitted.ts";
import { closeName } from "./record_content.ts";
import { RecordExplainer } from "./record_explainer.ts";

/** How many records of one connection are explained by default. */
export const MAX_EXPLAINED_RECORDS = 1_000;

/** How many bytes of frames are explained of one connection: a page of several shall have room. */
const MAX_EXPLAINED_BYTES = 1024 * 1024;

/** How many bytes of what a stranger sends are kept, to show why no handshake came of it. */
const MAX_STRANGE_BYTES = 64;

/** How an {@linkcode Explainer} is made. */
export interface ExplainerOptions {
  /** Which connection of this program: the first is 1. */
  readonly connection: number;
  /** Whether chaining keys, shared secrets and cipher keys are shown. */
  readonly secrets: boolean;
  /** Takes each explanation, at once. It must not throw. */
  emit(explanation: Explanation): void;
  /** How many records to explain; what comes after them is counted. Default 1,000. */
  readonly maxRecords?: number;
}

/**
 * Explains one connection as it happens: give it to {@linkcode SecureChannel.establish}, or to
 * whatever else takes a trace, and every step comes out in words, with its bytes.
 *
 * The fields under `wire` of a protocol, message or record explanation are, one after the other, all
 * bytes of that frame. A secret has bytes only if secrets were asked for.
 *
 * Not part of what a program needs to trust: it is told everything and decides nothing.
 */
export class Explainer implements Trace {
  /** Whether the connection tells its secrets. */
  readonly secrets: boolean;
  readonly #options: ExplainerOptions;
  readonly #handshake: HandshakeExplainer;
  #records: RecordExplainer | undefined;
  #isNamed = false;
  /** What was explained before the protocol's name was known: it is told after it. */
  readonly #early: Explanation[] = [];
  #strange: Uint8Array = new Uint8Array(0);
  #explained = 0;
  #explainedBytes = 0;
  #leftOut = 0;
  #hasEnded = false;
  /** The directions that have ended as they should. */
  readonly #closed = new Set<Direction>();
  /** Whether one side has ended the connection for both. */
  #isOver = false;

  /** An explainer for one connection. */
  constructor(options: ExplainerOptions) {
    const { connection, secrets } = options;
    this.secrets = secrets;
    this.#options = options;
    this.#handshake = new HandshakeExplainer(connection, secrets);
  }

  /** Explains what happened. */
  event(event: TraceEvent): void {
    switch (event.type) {
      case "bytes":
        return this.#keepStrange(event);
      case "protocol":
        return this.#nameProtocol(event);
      case "handshake": {
        const explanation = this.#handshake.take(event.step);
        if (event.step.kind === "split") this.#records = this.#handshake.records;
        if (explanation === undefined) return;
        if (this.#isNamed) this.#emit(explanation);
        else this.#early.push(explanation);
        return;
      }
      case "secret-id":
        return this.#emit(this.#handshake.takeSecretId(event));
      case "record":
        return this.#takeRecord(event);
      case "rekey":
        return this.#records?.rekeyed(event.direction, event.number);
      case "close":
        return this.#takeClose(event);
      case "failure":
        return this.#takeFailure(event.error);
    }
  }

  /** The connection is over: tells how many records were left out, if any were. May be called twice. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#leftOut === 0) return;
    this.#omit(`${count(this.#leftOut, "record")} of this connection were not explained.`);
  }

  #emit(explanation: Explanation): void {
    this.#options.emit(explanation);
  }

  #keepStrange({ direction, bytes }: TraceEvent & { readonly type: "bytes" }): void {
    if (this.#isNamed || direction === "out" || this.#strange.length >= MAX_STRANGE_BYTES) return;
    const joined = new Uint8Array(
      Math.min(MAX_STRANGE_BYTES, this.#strange.length + bytes.length),
    );
    joined.set(this.#strange);
    joined.set(bytes.subarray(0, joined.length - this.#strange.length), this.#strange.length);
    this.#strange = joined;
  }

  #nameProtocol({ direction, name }: TraceEvent & { readonly type: "protocol" }): void {
    this.#isNamed = true;
    const bytes = new TextEncoder().encode(name);
    this.#emit({
      connection: this.#options.connection,
      kind: "protocol",
      title: "The protocol's name, client to server",
      direction,
      text: [
        "The client opens the connection and says which protocol it wants to speak. The server " +
        "accepts exactly this name, or hangs up.",
        "Everything travels in frames: a length of 4 bytes (most significant byte first), then " +
        "as many bytes as it says.",
      ],
      steps: [
        {
          name: "length",
          text: "The length of the rest of the frame.",
          wire: [lengthField(bytes.length)],
          inside: [],
          state: [],
        },
        {
          name: "name",
          text: nameSentence(name),
          wire: [field("protocol name", "name", bytes, `${name}, in ASCII.`)],
          inside: [],
          state: [],
        },
      ],
      knows: KNOWN_AFTER_NAME,
    });
    for (const explanation of this.#early.splice(0)) this.#emit(explanation);
  }

  #takeRecord(event: TraceEvent & { readonly type: "record" }): void {
    const records = this.#records;
    if (records === undefined) return;
    const { maxRecords = MAX_EXPLAINED_RECORDS } = this.#options;
    if (this.#explained < maxRecords && this.#explainedBytes < MAX_EXPLAINED_BYTES) {
      const explanation = records.explain(event);
      // Of a connection that is silent for long, what is said then is to be explained.
      if (!explanation.routine) {
        this.#explained++;
        this.#explainedBytes += event.ciphertext.length;
      }
      this.#emit(explanation);
    } else if (this.#leftOut++ === 0) {
      this.#omit(
        `${count(this.#explained, "record")} of this connection, with ` +
          `${
            count(this.#explainedBytes, "byte")
          }, have been explained. Further ones are only counted.`,
      );
    }
    // The record that reaches the limit is the last one under the old key.
    const rekey = records.takeRekey(event.direction);
    if (rekey !== undefined) this.#emit(rekey);
  }

  #takeClose({ direction, info }: TraceEvent & { readonly type: "close" }): void {
    const sender = this.#handshake.sender(direction);
    const other = sender === "client" ? "server" : "client";
    const isGoodbye = closeError(info) === undefined;
    const isSecond = this.#closed.size > 0;
    this.#closed.add(direction);
    this.#isOver ||= !isGoodbye;
    this.#emit({
      connection: this.#options.connection,
      kind: "close",
      title: `The ${sender} has closed its direction`,
      direction,
      text: [
        `The close record has code ${info.code} (${closeName(info.code)}). The ${sender} sends ` +
        "nothing more" +
        (!isGoodbye
          ? ", and the connection is over."
          : isSecond
          ? `; the ${other} had already closed its own direction, so the connection is over.`
          : `; the ${other} may still send what it has left, and then closes its own direction.`),
        "Because this close record is encrypted and has a tag, nobody on the way can forge it. A " +
        "connection that ends without one was cut, and is never mistaken for an ordinary end.",
      ],
      steps: [],
    });
  }

  #takeFailure(error: Error): void {
    // A side that was told to go need not say goodbye.
    if (this.#isOver && codeOf(error) === "cut") return;
    for (const explanation of this.#early.splice(0)) this.#emit(explanation);
    const code = codeOf(error);
    const strange = !this.#isNamed && this.#strange.length > 0;
    const step = {
      name: "received",
      text: `The first bytes received${
        this.#strange.length === MAX_STRANGE_BYTES
          ? `, at most ${MAX_STRANGE_BYTES} bytes of it`
          : ""
      }. They are not the name of a protocol that this program speaks.`,
      wire: [field("received", "plaintext", this.#strange)],
      inside: [],
      state: [],
    };
    this.#emit({
      connection: this.#options.connection,
      kind: "failure",
      title: code.startsWith("key-") || code === "hung-up"
        ? "The connection ends here"
        : "The connection has failed",
      text: [`${capitalised(error.message)}.`, ...this.#whatFailed(error)],
      steps: strange ? [step] : [],
    });
  }

  #whatFailed(error: Error): readonly string[] {
    const code = codeOf(error);
    if (code.startsWith("key-") && this.#handshake.role === "initiator") return [CLIENT_HUNG_UP];
    if (code.startsWith("key-")) return [];
    if (code === "hung-up") return [CLIENT_LOOKED];
    const where = this.#handshake.unfinished;
    const until = where === undefined ? [] : [where];
    if (error instanceof AuthenticationError) {
      return [
        ...until,
        "A tag was wrong, or a key was not acceptable: nothing that came with it or after it is " +
        "used.",
      ];
    }
    if (error instanceof ProtocolError && this.#records === undefined) {
      return [
        ...until,
        "This side hangs up without telling why: it gives reasons only to peers that have proved " +
        "who they are.",
      ];
    }
    return until;
  }

  #omit(text: string): void {
    this.#emit(omitted(this.#options.connection, "Records left out", text));
  }
}

const CLIENT_HUNG_UP =
  "The client hangs up after message 2: it has sent nothing yet that reveals who it is. If it " +
  "has to ask its user about the server's key, it does so now, while the server need not wait, " +
  "and then connects again.";

const CLIENT_LOOKED =
  "The client has seen the server's static key and has sent nothing yet that reveals who it is. " +
  "It may be asking its user whether this is the right server, and then connect again.";

function codeOf(error: Error): string {
  return error instanceof ReportedError ? error.code : "";
}

/** What each part of a protocol's name says. */
function nameSentence(name: string): string {
  const isHybrid = name.includes("hfs");
  return "Its parts: Noise, the framework that the protocol follows; XX, the order in which keys " +
    "are sent" +
    (isHybrid ? "; hfs, a second way to agree on a secret, for hybrid forward secrecy" : "") +
    (name.includes("psk3")
      ? "; psk3, an invitation's secret is mixed into the keys at the end of message 3"
      : "") +
    "; 25519, the elliptic curve of X25519" +
    (isHybrid ? "; MLKEM768, that second way" : "") +
    (name.includes("AESCBC")
      ? "; AESCBC, encryption by AES-256-CBC with HMAC-SHA-256"
      : "; AESGCM, encryption by AES-256-GCM") +
    "; SHA256, the hash function.";
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
