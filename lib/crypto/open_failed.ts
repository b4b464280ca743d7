import { AuthenticationError } from "../errors.ts";

/** The one error for whatever does not open: what was wrong with it is nobody's business. */
export function openFailed(): AuthenticationError {
  return new AuthenticationError("decrypt-failed", "the message could not be authenticated");
}
