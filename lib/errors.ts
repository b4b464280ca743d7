/**
 * The errors that this library throws on purpose.
 *
 * Every one is a {@linkcode ReportedError}: its `message` is one plain sentence for the person who
 * runs the program, its `code` is stable and meant for programs. Anything else that is thrown is a
 * defect.
 *
 * @module
 */

/** What went wrong between two machines. */
export type NetworkErrorCode =
  | "address-in-use"
  | "address-not-available"
  | "connection-refused"
  | "cut"
  | "ended"
  | "handshake-ended"
  | "hung-up"
  | "name-not-found"
  | "not-taken"
  | "removed"
  | "room-full"
  | "timed-out"
  | "too-many-connections"
  | "too-slow"
  | "unreachable";

/** What could not be authenticated. Deliberately coarse: an attacker learns nothing from it. */
export type AuthenticationErrorCode =
  | "decrypt-failed"
  | "handshake-failed"
  | "invitation-refused"
  | "key-changed"
  | "key-refused"
  | "key-unknown"
  | "low-order-point"
  | "not-canonical"
  | "tampered";

/** How the other side broke the protocol. */
export type ProtocolErrorCode =
  | "frame-empty"
  | "frame-too-long"
  | "malformed-message"
  | "malformed-record"
  | "message-too-long"
  | "not-this-protocol"
  | "unknown-protocol";

/** What the caller, or the person at the command line, got wrong. */
export type UsageErrorCode =
  | "bad-file"
  | "bad-invitation"
  | "closed"
  | "output"
  | "permission"
  | "refused"
  | "storage"
  | "usage"
  | "wrong-passphrase";

/** Base of every error that is thrown on purpose. */
export abstract class ReportedError extends Error {
  /** A stable name for the cause, in lower-case words joined by hyphens. */
  abstract readonly code: string;
}

/** The network failed, or the other side left without saying goodbye. */
export class NetworkError extends ReportedError {
  /** The class's name, which a bundler may change, kept for programs. */
  override readonly name = "NetworkError";

  /**
   * An error with its code and its sentence.
   *
   * @param code What happened.
   * @param message One sentence for a person.
   */
  constructor(readonly code: NetworkErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** A key, a tag or a whole peer is not what it should be. Nothing it sent may be used. */
export class AuthenticationError extends ReportedError {
  /** The class's name, which a bundler may change, kept for programs. */
  override readonly name = "AuthenticationError";

  /**
   * An error with its code and its sentence.
   *
   * @param code What could not be authenticated.
   * @param message One sentence for a person.
   */
  constructor(readonly code: AuthenticationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** The other side sent something that the protocol does not allow. */
export class ProtocolError extends ReportedError {
  /** The class's name, which a bundler may change, kept for programs. */
  override readonly name = "ProtocolError";

  /**
   * An error with its code and its sentence.
   *
   * @param code Which rule was broken.
   * @param message One sentence for a person.
   */
  constructor(readonly code: ProtocolErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}

/** A function, a flag, a file or a permission is not as it should be on this side. */
export class UsageError extends ReportedError {
  /** The class's name, which a bundler may change, kept for programs. */
  override readonly name = "UsageError";

  /**
   * An error with its code and its sentence.
   *
   * @param code What was wrong.
   * @param message One sentence for a person.
   */
  constructor(readonly code: UsageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
