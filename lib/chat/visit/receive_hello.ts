import type { SecureChannel } from "../../channel/mod.ts";
import { NetworkError, ProtocolError } from "../../errors.ts";
import type { Hello } from "../wire/member_messages.ts";
import { decodeMemberMessage } from "../wire/wire.ts";

/** How long a side may take to introduce itself, in milliseconds. */
export const HELLO_TIMEOUT = 10_000;

/**
 * The guest's hello, or `undefined` if it leaves instead, whatever reason it gives. It has no place
 * yet that it could lose, so its words are not passed on: in a log they could pass for this side's.
 */
export async function receiveHello(
  channel: SecureChannel,
  timeout: number = HELLO_TIMEOUT,
): Promise<Hello | undefined> {
  const deadline = new AbortController();
  const timer = setTimeout(() => {
    deadline.abort(
      new NetworkError("timed-out", "the other side did not introduce itself in time"),
    );
  }, timeout);
  try {
    const bytes = await channel.receive({ signal: deadline.signal });
    if (bytes === undefined) return undefined;
    const message = decodeMemberMessage(bytes);
    if (message.type !== "hello") {
      throw new ProtocolError("malformed-message", "received a message before the hello");
    }
    return message;
  } catch (error) {
    if (channel.remoteClose !== undefined) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
