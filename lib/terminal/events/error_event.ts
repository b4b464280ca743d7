import {
  AuthenticationError,
  NetworkError,
  ProtocolError,
  ReportedError,
  UsageError,
} from "../../errors.ts";
import type { ChatEvent } from "./events.ts";

/** The exit statuses (docs/script-it.md, "Exit status"). */
export const ExitStatus = {
  fine: 0,
  unexpected: 1,
  usage: 2,
  network: 3,
  authentication: 4,
  interrupted: 130,
} as const;

/** What to do about an error, where its sentence does not say so itself. */
const ADVICE: Readonly<Record<string, string>> = {
  "address-in-use": "choose another with --listen HOST:PORT; port 0 picks a free one",
  "address-not-available": "--listen takes an address of this machine, or 0.0.0.0 for all of them",
  "cut": "connect again",
  "frame-empty": "the traffic may have been altered on the way; connect again",
  "frame-too-long": "the traffic may have been altered on the way; connect again",
  "handshake-ended":
    "it may be no X25519-TCP-Chat server: check the address and the port; otherwise the server " +
    "accepts only one --cipher, or what was sent was altered on the way: try again, or ask its owner",
  "handshake-failed":
    "the traffic may have been altered on the way; try again, or use another network",
  "invitation-refused":
    "it may have expired, been revoked or already been used, or the traffic may have been altered " +
    "on the way; try again, or ask for a new one",
  "low-order-point": "no honest program sends such a key; do not trust the other side",
  "name-not-found": "check the spelling",
  "not-canonical": "no honest program sends such a key; do not trust the other side",
  "not-this-protocol": "check the address and the port",
  "tampered":
    "the traffic may have been altered on the way; nothing after it was accepted, so connect again",
  "too-slow": "connect again; the last messages have not arrived",
  "timed-out": "check the address, the network, and any firewall in between",
  "unreachable": "check the address and the network",
};

/** The exit status that an error leads to. */
export function exitStatus(error: unknown): number {
  if (error instanceof UsageError) {
    // A full disk is no wrong usage.
    return ["output", "storage"].includes(error.code) ? ExitStatus.unexpected : ExitStatus.usage;
  }
  if (error instanceof NetworkError) return ExitStatus.network;
  if (error instanceof AuthenticationError || error instanceof ProtocolError) {
    return ExitStatus.authentication;
  }
  return ExitStatus.unexpected;
}

/** Whose connection an error has ended: this side's own, or that of a guest, who is told as well. */
export type WhoseConnection = "own" | "guest";

/**
 * An error as one sentence: what happened, and what to do. Of a guest's connection only what happened:
 * the advice is for the person who has made it.
 */
export function errorEvent(
  error: unknown,
  whose: WhoseConnection = "own",
): ChatEvent & { event: "error" } {
  if (!(error instanceof ReportedError)) {
    const what = error instanceof Error ? error.message : String(error);
    return {
      event: "error",
      code: "unexpected",
      message: `${withoutInvitations(what)} (unexpected: --verbose shows where)`,
    };
  }
  const advice = whose === "own" ? ADVICE[error.code] : undefined;
  const message = advice === undefined ? error.message : `${error.message}; ${advice}`;
  return { event: "error", code: error.code, message: withoutInvitations(message) };
}

/** An invitation may stand where a path or an address was expected: its secret is not repeated. */
export function withoutInvitations(text: string): string {
  return text.replaceAll(/x25519-chat:\/\/[^\s"']*/gi, "x25519-chat://…");
}
