import { UsageError } from "../../errors.ts";

/** What is known about a peer, besides its key, when it asks to be accepted. */
export interface PeerContext {
  /** Where it is, if the transport knows. */
  readonly address: string | undefined;
  /** The 32-byte secret that it has proved to hold, with a `psk3` protocol. */
  readonly preSharedKey: Uint8Array | undefined;
}

/** Whether a peer is accepted. A responder tells it the reason why not. */
export type PeerDecision = boolean | { readonly refusal: string };

/** Decides about the other side by its static key: 32 bytes, whose private half it has proved to hold. */
export type AcceptPeer = (
  publicKey: Uint8Array,
  context: PeerContext,
) => PeerDecision | Promise<PeerDecision>;

/**
 * Accepts every key: for a server that is open to all, and for experiments.
 *
 * It gives up knowing who the other side is. The connection is still encrypted, but an attacker on the
 * path can answer in the other side's place with a key of its own, then read and change everything.
 * A client that uses it is open to exactly that. A server that uses it must look at
 * {@linkcode SecureChannel.peer} itself wherever it matters who has connected.
 */
export function acceptAnyone(): true {
  return true;
}

/** What the other side is told when the caller gives no reason. */
const DEFAULT_REFUSAL = "this key is not allowed";

/**
 * Makes sure that the caller decides about the other side's key, also in JavaScript.
 *
 * @throws {UsageError} With code `usage` if `acceptPeer` is no function.
 */
export function requireAcceptPeer(options: { readonly acceptPeer: AcceptPeer }): void {
  if (typeof options.acceptPeer === "function") return;
  throw new UsageError(
    "usage",
    "acceptPeer is missing: pass a function that checks the other side's public key, or acceptAnyone",
  );
}

/** Why the other side is not accepted; `undefined` if it is. Only `true` accepts. */
export async function refusalOf(
  acceptPeer: AcceptPeer,
  publicKey: Uint8Array,
  context: PeerContext,
): Promise<string | undefined> {
  const decision = await acceptPeer(publicKey, context);
  if (decision === true) return undefined;
  return (typeof decision === "object" ? decision?.refusal : undefined) ?? DEFAULT_REFUSAL;
}
