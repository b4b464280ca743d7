import { AuthenticationError, NetworkError, ProtocolError } from "../../errors.ts";
import { guessProtocol } from "./guess_protocol.ts";

/**
 * Turns a failure of a layer below into what it means during a handshake.
 *
 * @param pending What has arrived and belongs to no frame yet.
 */
export function handshakeFailure(error: unknown, pending: Uint8Array): unknown {
  if (error instanceof ProtocolError) {
    return error.code === "frame-too-long" || error.code === "frame-empty"
      ? notThisProtocol(pending, error)
      : error;
  }
  if (error instanceof NetworkError && error.code === "cut") return endedEarly(error);
  if (error instanceof AuthenticationError && error.code === "decrypt-failed") {
    return new AuthenticationError(
      "handshake-failed",
      "the handshake could not be authenticated: it was altered on its way, or the two sides do " +
        "not hold the same secret",
      { cause: error },
    );
  }
  return error;
}

/** The other side ended the connection before the handshake was over. */
export function endedEarly(cause?: unknown): NetworkError {
  return new NetworkError(
    "handshake-ended",
    "the other side ended the connection during the handshake",
    { cause },
  );
}

/**
 * The other side speaks something else.
 *
 * @param start The first bytes that it sent.
 */
export function notThisProtocol(start: Uint8Array, cause?: unknown): ProtocolError {
  const guess = guessProtocol(start);
  const seems = guess === undefined ? "" : ` (it seems to be ${guess})`;
  return new ProtocolError(
    "not-this-protocol",
    `the other side does not speak this protocol${seems}`,
    { cause },
  );
}
