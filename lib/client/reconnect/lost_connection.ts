import { NetworkError, ProtocolError } from "../../errors.ts";

/** After these there is nothing to come back to. */
const FINAL: ReadonlySet<string> = new Set(["removed", "not-taken"]);

/** What this machine knows by itself: to try again costs nobody anything. */
const LOCAL: ReadonlySet<string> = new Set(["name-not-found", "unreachable"]);

/**
 * Whether a connection that has ended with this error may be followed by another one. Whatever could not
 * be authenticated, and whoever does not keep to the protocol, ends the conversation.
 */
export function mayComeBack(error: unknown): error is NetworkError {
  return error instanceof NetworkError && !FINAL.has(error.code);
}

/**
 * Whether an attempt that has failed with this error may be followed by another one. It is the network's
 * fault, too, if something else answers in the server's place, such as a hotel that wants to be paid.
 */
export function mayTryAgain(error: unknown): error is NetworkError | ProtocolError {
  return mayComeBack(error) ||
    (error instanceof ProtocolError && error.code === "not-this-protocol");
}

/** Whether an attempt has failed without having reached anybody. */
export function isLocal(error: unknown): boolean {
  return error instanceof NetworkError && LOCAL.has(error.code);
}

/** Why a connection was lost, as a part of a sentence: `Connection lost (…)`. */
export function lossReason(error: Error & { readonly code?: string }): string {
  return error.code === "cut" ? "the connection was cut" : error.message;
}
