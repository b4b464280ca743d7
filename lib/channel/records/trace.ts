import type { HandshakeStep, Role } from "../../noise/mod.ts";
import type { CloseInfo, RecordType } from "./record.ts";

/** Which way something goes, seen from this side. */
export type Direction = "in" | "out";

/** Something that happened on a connection. Byte strings must not be changed or kept. */
export type TraceEvent =
  | {
    /** Bytes as they cross the wire, in the pieces in which they do. */
    readonly type: "bytes";
    readonly direction: Direction;
    readonly bytes: Uint8Array;
  }
  | {
    /** The frame that names the protocol: the first one on every connection. */
    readonly type: "protocol";
    readonly direction: Direction;
    readonly role: Role;
    readonly name: string;
  }
  | {
    /** One step of the handshake. */
    readonly type: "handshake";
    readonly step: HandshakeStep;
  }
  | {
    /** The frame by which a server finds the client's pre-shared key: between messages 2 and 3. */
    readonly type: "secret-id";
    readonly direction: Direction;
    /** The frame's body: 32 bytes, the id XOR the mask. */
    readonly masked: Uint8Array;
    /** The payload of message 2. */
    readonly mask: Uint8Array;
    /** The id of the pre-shared key. */
    readonly id: Uint8Array;
  }
  | {
    /** A record, sealed or opened. */
    readonly type: "record";
    readonly direction: Direction;
    /** Noise's `n`: the first record of each direction is 0. It is never sent. */
    readonly number: bigint;
    readonly recordType: RecordType;
    /** Type byte and body, before encryption. */
    readonly plaintext: Uint8Array;
    /** The frame's body. */
    readonly ciphertext: Uint8Array;
  }
  | {
    /** A direction went over to its next key; record `number` is the first under it. */
    readonly type: "rekey";
    readonly direction: Direction;
    readonly number: bigint;
  }
  | {
    /** The authenticated end of a direction. */
    readonly type: "close";
    readonly direction: Direction;
    readonly info: CloseInfo;
  }
  | {
    /** The connection failed. */
    readonly type: "failure";
    readonly error: Error;
  };

/**
 * What watches a connection: the one interface through which explanations, experiments and
 * tests see what happens.
 */
export interface Trace {
  /** Whether handshake steps carry chaining keys, shared secrets and transport keys. */
  readonly secrets: boolean;
  /** Called for each event, as it happens. It must not throw. */
  event(event: TraceEvent): void;
}
