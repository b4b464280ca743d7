import type { SecureChannel } from "../channel/mod.ts";
import { type JoinOptions, Member } from "../chat/member/member.ts";
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
 * @throws {NetworkError} With code `cut`, if it hung up without one: it may have been sent something
 *   that was altered on the way.
 * @throws As {@linkcode Member.join} does.
 */
export async function joinRoom(channel: SecureChannel, options: JoinRoomOptions): Promise<Member> {
  options.outbox?.beginSending();
  try {
    return await Member.join(channel, options);
  } catch (error) {
    if (!(error instanceof NetworkError) || error.code !== "cut") throw error;
    // A server that does not know the invitation has no key to say so with, and hangs up.
    if (options.isInvited) {
      throw new AuthenticationError(
        "invitation-refused",
        "the server hung up when it was shown the invitation",
        { cause: error },
      );
    }
    // Nor has one that cannot authenticate the handshake's last message: it does not know whose it is.
    throw new NetworkError(
      "cut",
      "the server ended the connection before its welcome; what was sent to it may have been " +
        "altered on the way",
      { cause: error },
    );
  }
}
