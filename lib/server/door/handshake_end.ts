import type { HandshakeEnd } from "../../chat/mod.ts";
import { AuthenticationError, NetworkError } from "../../errors.ts";

/** How a handshake ended that led to no channel, by the error that says why. */
export function handshakeEnd(error: unknown, address: string, milliseconds: number): HandshakeEnd {
  const where = { address, milliseconds };
  if (error instanceof AuthenticationError && error.code === "key-refused") {
    return { ...where, result: "refused" };
  }
  if (!(error instanceof NetworkError)) return { ...where, result: "failed", error };
  switch (error.code) {
    case "hung-up":
    case "timed-out":
      return { ...where, result: error.code, error };
    case "too-many-connections":
      return { ...where, result: "turned-away", error };
    default:
      return { ...where, result: "failed", error };
  }
}
