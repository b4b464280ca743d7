import type { Token } from "./pattern.ts";

/** The initiator speaks first, the responder answers. */
export type Role = "initiator" | "responder";

/** What is secret in a step; there only when the observer asked for secrets. */
export interface HandshakeSecrets {
  /** The chaining key after the step: 32 bytes. */
  readonly chainingKey: Uint8Array;
  /** The shared secret or pre-shared key that the step mixed in: 32 bytes. */
  readonly mixed?: Uint8Array;
}

/** One step of a handshake, as it is taken. Every byte string is a copy that is never changed. */
export type HandshakeStep =
  | {
    /** The start: the name and the prologue are in the handshake hash. */
    readonly kind: "start";
    readonly role: Role;
    readonly protocolName: string;
    readonly prologue: Uint8Array;
    readonly handshakeHash: Uint8Array;
    readonly secrets?: HandshakeSecrets;
  }
  | {
    /** One token of a message, written or read. */
    readonly kind: "token";
    readonly token: Token;
    readonly direction: "write" | "read";
    /** Which message of the handshake: 0 is the first. */
    readonly message: number;
    /** The token's bytes in the message; empty for those that send nothing. */
    readonly wire: Uint8Array;
    /** What the bytes stand for once decrypted: a public key, a KEM ciphertext. */
    readonly value: Uint8Array;
    readonly handshakeHash: Uint8Array;
    readonly secrets?: HandshakeSecrets;
  }
  | {
    /** The payload that ends each message. */
    readonly kind: "payload";
    readonly direction: "write" | "read";
    readonly message: number;
    readonly wire: Uint8Array;
    readonly value: Uint8Array;
    readonly handshakeHash: Uint8Array;
  }
  | {
    /** The end: both directions have their keys. */
    readonly kind: "split";
    readonly handshakeHash: Uint8Array;
    readonly keys?: {
      readonly initiatorToResponder: Uint8Array;
      readonly responderToInitiator: Uint8Array;
    };
  };

/** What watches a handshake. */
export interface HandshakeObserver {
  /** Whether steps carry their secrets. */
  readonly secrets: boolean;
  /** Called after each step. */
  step(step: HandshakeStep): void;
}
