/** How a handshake failed for another reason than its key. */
export type HandshakeFailure =
  /** It could not be authenticated, or broke the protocol. */
  | "failed"
  | "timed-out"
  /** There were too many connections already. */
  | "turned-away"
  /** The other side left first, as every client does that meets this server for the first time. */
  | "hung-up";

/** How a handshake ended: `refused` for a key that was proved and may not enter. */
export type HandshakeEnd =
  & {
    /** Where the other side is: `HOST:PORT`. */
    readonly address: string;
    /** From the accepted connection to the end of its handshake. */
    readonly milliseconds: number;
  }
  & (
    | { readonly result: "accepted" | "refused" }
    | { readonly result: HandshakeFailure; readonly error: unknown }
  );

/**
 * Told what happens to connections at the door of a room, until they have a place in it. Logs, metrics
 * and the host's screen listen to it. No method may throw, or keep the caller waiting.
 */
export interface DoorObserver {
  /** A handshake ended. */
  handshake?(end: HandshakeEnd): void;
  /**
   * A key may not enter; the end of its handshake follows, when it has been told so.
   *
   * @param key The static public key: 32 bytes.
   * @param reason In this program's words; an operator's are for the guest alone.
   */
  refused?(key: Uint8Array, address: string, reason: string): void;
  /** A connection whose handshake was accepted ended before the guest had a place in the room. */
  turnedAway?(error: unknown, address: string): void;
}

/** An observer that tells each of several, in their order. */
export function combineDoorObservers(...observers: readonly DoorObserver[]): DoorObserver {
  return {
    handshake: (...event) => observers.forEach((observer) => observer.handshake?.(...event)),
    refused: (...event) => observers.forEach((observer) => observer.refused?.(...event)),
    turnedAway: (...event) => observers.forEach((observer) => observer.turnedAway?.(...event)),
  };
}
