import type { Direction, TraceEvent } from "../channel/mod.ts";
import { uint64BigEndian } from "../crypto/mod.ts";
import type { Explanation, Step } from "./explanation.ts";
import { field, lengthField, secretField, withoutRepeatedNotes } from "./fields.ts";
import { keyFields, nextKey } from "./key_schedule.ts";
import { explainRecord } from "./record_content.ts";
import { type CipherName, nonceFields, paddingFields, sealedFields } from "./sealed.ts";

/** What records are explained with. */
export interface RecordExplainerOptions {
  readonly connection: number;
  readonly cipher: CipherName;
  /** The sender of what goes in a direction. */
  sender(direction: Direction): "client" | "server";
  /** The first `k` of each direction, where secrets are shown. */
  readonly keys: Readonly<Record<Direction, Uint8Array>> | undefined;
}

/** Explains what follows the handshake. */
export class RecordExplainer {
  readonly #options: RecordExplainerOptions;
  readonly #keys: Partial<Record<Direction, Uint8Array>>;
  /** Sentences about a record as such are said once for each direction. */
  readonly #known = new Set<string>();
  readonly #saidNotes = new Set<string>();
  readonly #rekeys = new Map<Direction, bigint>();

  /** For one connection. */
  constructor(options: RecordExplainerOptions) {
    this.#options = options;
    this.#keys = { ...options.keys };
  }

  /** Explains a record, sealed or opened. */
  explain(event: TraceEvent & { readonly type: "record" }): Explanation {
    const { connection, cipher, sender: senderOf } = this.#options;
    const { direction, number, plaintext, ciphertext } = event;
    const sender = senderOf(direction);
    const content = explainRecord(plaintext, sender);
    const isNew = this.#isNew(direction);
    const isRoutine = content.isRoutine && !this.#isNew(`${content.summary} ${direction}`);
    const length: Step = {
      name: "length",
      text: "The length of the record" +
        (isNew ? ": an eavesdropper can read it, but nothing of what the record says." : "."),
      wire: [lengthField(ciphertext.length)],
      inside: [],
      state: [],
    };
    const record: Step = {
      name: "record",
      text: isNew ? ANATOMY[cipher] : "The record, encrypted.",
      wire: sealedFields(cipher, ciphertext, undefined),
      inside: [...content.fields, ...paddingFields(cipher, plaintext.length)],
      state: nonceFields(cipher, number),
    };
    const title = `Record ${number}, ${sender} to ${sender === "client" ? "server" : "client"}`;
    return {
      connection,
      kind: "record",
      title: content.summary === "" ? title : `${title}: ${content.summary}`,
      direction,
      text: [...content.text, ...(isNew ? [ABOUT_RECORDS] : [])],
      steps: withoutRepeatedNotes([length, record], this.#saidNotes),
      ...(isRoutine ? { routine: true } : {}),
    };
  }

  /** A direction went over to its next key, after the record that is explained next. */
  rekeyed(direction: Direction, number: bigint): void {
    this.#rekeys.set(direction, number);
  }

  /** The change of keys that was waiting for its record to be explained, if there is one. */
  takeRekey(direction: Direction): Explanation | undefined {
    const number = this.#rekeys.get(direction);
    if (number === undefined) return undefined;
    this.#rekeys.delete(direction);
    const { connection, cipher, sender: senderOf } = this.#options;
    const sender = senderOf(direction);
    const before = this.#keys[direction];
    const key = before && nextKey(cipher, before);
    if (key !== undefined) this.#keys[direction] = key;
    const [, ...made] = keyFields(cipher, sender, key);
    return {
      connection,
      kind: "rekey",
      title: `A new key for what the ${sender} sends, from record ${number} on`,
      direction,
      text: [
        "Nothing is sent for this: both sides count, and after 1,048,576 records or 1 GiB under " +
        "one key, unless they have agreed on other limits, both derive the next key from it and " +
        "overwrite the old one. The numbering of the records goes on.",
      ],
      steps: [{
        name: "rekey",
        text: REKEY[cipher],
        wire: [],
        inside: [],
        state: [
          secretField("k", key, `The next cipher key for what the ${sender} sends.`),
          ...made,
          field(
            "next record",
            "number",
            uint64BigEndian(number),
            `Record ${number} is the first under this key.`,
          ),
        ],
      }],
    };
  }

  #isNew(what: string): boolean {
    if (this.#known.has(what)) return false;
    this.#known.add(what);
    return true;
  }
}

const ABOUT_RECORDS =
  "Each direction numbers its records from 0. The number (n) is not sent: each side counts, and " +
  "the tag depends on it. So the tag is wrong if a record was changed, repeated or moved, or if " +
  "the one before it was left out; then nothing of it, or after it, is accepted. Chat messages " +
  "are written in CBOR, a compact binary relative of JSON.";

const ANATOMY: Readonly<Record<CipherName, string>> = {
  AESCBC: "First the plaintext is padded and encrypted with AES in CBC mode, which mixes every " +
    "block of 16 bytes with the one before it; then HMAC computes a tag over all of it. The " +
    "receiver checks the tag first, and decrypts only if it is right.",
  AESGCM: "AES-GCM encrypts the plaintext, without padding, and computes a tag over the result. " +
    "The receiver accepts the plaintext only if the tag is right.",
};

const REKEY: Readonly<Record<CipherName, string>> = {
  AESCBC: 'The next k is HKDF-Expand(k, "X25519-TCP-Chat AESCBC rekey", 32).',
  AESGCM:
    "The next k is the first 32 bytes of what AES-GCM makes of 32 zero bytes under k, with the " +
    "last possible number, 2^64 - 1 (Noise, section 4.2).",
};
