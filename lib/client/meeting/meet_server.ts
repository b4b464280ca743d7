import type { Address, SecureChannel } from "../../channel/mod.ts";
import { UsageError } from "../../errors.ts";
import type { ServerTrust } from "../../trust/server_trust.ts";
import { withStartAdvice } from "./nobody_listening.ts";

/** How a server is met. */
export interface MeetOptions {
  readonly trust: Pick<ServerTrust, "isUndecided" | "decide" | "remember">;
  /** Where it is. */
  readonly address: Address;
  /** Connects, and asks `trust` whether the server's key is accepted. */
  connect(): Promise<SecureChannel>;
  /** Warns the person, with `--quiet` as well. */
  warn(text: string): Promise<void>;
}

/**
 * Connects to a server whose key is trusted, and remembers the key. If it is unknown, hangs up, asks
 * the person about it, and connects again: no server waits as long as a person may take to compare a
 * fingerprint.
 *
 * @throws {AuthenticationError} If the key is not accepted.
 * @throws {NetworkError} If there is no connection; where nobody listens, it says how to start a server.
 */
export async function meetServer(
  { address, trust, connect, warn }: MeetOptions,
): Promise<SecureChannel> {
  let channel: SecureChannel;
  try {
    channel = await connect();
  } catch (error) {
    if (!trust.isUndecided) throw withStartAdvice(error, address);
    await trust.decide();
    channel = await connect();
  }
  // Before anything else: even if the connection is cut now, the server is known next time.
  await trust.remember(channel.peer.publicKey).catch((error) => {
    if (!(error instanceof UsageError)) throw error;
    return warn(`This server's key could not be saved: ${error.message}`);
  });
  return channel;
}
