import type { SecureChannel } from "../channel/mod.ts";
import { type JoinOptions, Member } from "../chat/mod.ts";
import { AuthenticationError, NetworkError } from "../errors.ts";

/** How a client joins. */
export interface JoinRoomOptions extends JoinOptions {
  /** Whether the connection was made with an invitation. */
  readonly isInvited: boolean;
  /** What keeps the requests that are sent then, if they are kept. */
  readonly outbox: { beginSending(): void } | undefined;
}

/**
 * Joins the room behind a connection.
 *
 * @throws {AuthenticationError} With code `invitation-refused`, if the server hung up on an invitation.
 * @throws As {@linkcode Member.join} does.
 */
export async function joinRoom(channel: SecureChannel, options: JoinRoomOptions): Promise<Member> {
  options.outbox?.beginSending();
  try {
    return await Member.join(channel, options);
  } catch (error) {
    // A server that does not know the invitation has no key to say so with, and hangs up.
    if (options.isInvited && error instanceof NetworkError && error.code === "cut") {
      throw new AuthenticationError(
        "invitation-refused",
        "the server hung up when it was shown the invitation",
        { cause: error },
      );
    }
    throw error;
  }
}
