import type { Direction } from "../channel/mod.ts";

/** What bytes are: by this they are coloured and named. */
export type FieldRole =
  | "length"
  | "name"
  | "public key"
  | "kem ciphertext"
  | "iv"
  | "ciphertext"
  | "tag"
  | "plaintext"
  | "padding"
  | "number"
  | "hash"
  | "secret";

/** Some bytes, and what they are. */
export interface Field {
  /** In the protocol's own words: `e.public_key`, `IV`, `h`. */
  readonly label: string;
  /** What the bytes are. */
  readonly role: FieldRole;
  /** How many bytes there are. */
  readonly size: number;
  /** The bytes, two hexadecimal digits each; `null` for a secret unless secrets are shown. */
  readonly hex: string | null;
  /** One plain sentence on what they are, or why they are there. */
  readonly note?: string;
}

/** One step of what happened: a token of a handshake message, its payload, a record. */
export interface Step {
  /** A Noise token (`e`, `ekem1`, `es`, `payload`), or `length`, `name`, `record`. */
  readonly name: string;
  /** What it is and why it is there, in plain sentences. */
  readonly text: string;
  /** What crossed the wire, in that order; the fields of all steps together are the whole frame. */
  readonly wire: readonly Field[];
  /** What those bytes hold once they are decrypted. */
  readonly inside: readonly Field[];
  /** What came of it: shared secret, chaining key, handshake hash, cipher key, record number. */
  readonly state: readonly Field[];
}

/** What each side knows by now. */
export interface Knowledge {
  /** What the client knows. */
  readonly client: string;
  /** What the server knows. */
  readonly server: string;
  /** What an eavesdropper on the wire knows. */
  readonly eve: string;
}

/**
 * Something that happened on a connection, explained. It consists of plain values only: as JSON it is
 * what `--json` writes.
 */
export interface Explanation {
  /** Which connection of this program: the first is 1. */
  readonly connection: number;
  /** What happened. */
  readonly kind:
    | "protocol"
    | "start"
    | "message"
    | "secret-id"
    | "keys"
    | "record"
    | "rekey"
    | "close"
    | "failure"
    | "omitted";
  /** A few words. */
  readonly title: string;
  /** Which way it went, seen from this side, if it crossed the wire. */
  readonly direction?: Direction;
  /** What happened, and why: plain sentences, a paragraph each. */
  readonly text: readonly string[];
  /** What it consists of, in order. */
  readonly steps: readonly Step[];
  /** What each side knows when it has happened. */
  readonly knows?: Knowledge;
  /** Whether it is one more of a kind that was explained before and tells nothing new: a ping. */
  readonly routine?: boolean;
}
