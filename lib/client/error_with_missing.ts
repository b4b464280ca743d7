import { AuthenticationError, NetworkError, ProtocolError } from "../errors.ts";

/**
 * The same error, which says as well what is not confirmed.
 *
 * @param missing A part of a sentence; `undefined` if everything is confirmed.
 */
export function withMissing(error: unknown, missing: string | undefined): unknown {
  if (missing === undefined || !(error instanceof Error) || error.message.includes(missing)) {
    return error;
  }
  const message = `${error.message}; ${missing}`;
  const cause = { cause: error };
  if (error instanceof NetworkError) return new NetworkError(error.code, message, cause);
  if (error instanceof AuthenticationError) {
    return new AuthenticationError(error.code, message, cause);
  }
  if (error instanceof ProtocolError) return new ProtocolError(error.code, message, cause);
  return error;
}
