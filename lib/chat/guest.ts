import { CloseCode, type SecureChannel } from "../channel/mod.ts";
import { AuthenticationError, NetworkError, ProtocolError } from "../errors.ts";
import type { Membership, Room } from "./room.ts";
import type { Participant } from "./messages.ts";
import { decodeMemberMessage, encodeMessage } from "./wire.ts";

/** How long a side may take to introduce itself, in milliseconds. */
export const HELLO_TIMEOUT = 10_000;

/** How long a guest who has said goodbye may take to read what is left for it, in milliseconds. */
export const FAREWELL_TIMEOUT = 60_000;

/** What happens while a guest is served. */
export interface GuestOptions {
  /** Ends the visit: the guest is told that the server shuts down. */
  readonly signal?: AbortSignal;
  /** How long the guest may take to introduce itself, in milliseconds. Default 10,000. */
  readonly helloTimeout?: number;
  /** Called when the guest has its place. */
  onJoin?(member: Participant): void;
  /** Awaited when the guest has said goodbye, before it loses its place, unless it is in a hurry. */
  onGoodbye?(): Promise<void>;
}

/**
 * The server's side of one connection: lets the guest into the room and passes on what it says, until
 * one of the two leaves. The channel is closed afterwards.
 *
 * @throws {ProtocolError} If the guest does not keep to the protocol; it has been told.
 * @throws {NetworkError} If the connection is cut, the room is full, or the guest says nothing.
 * @throws {AuthenticationError} If the traffic was altered.
 */
export async function serveGuest(
  channel: SecureChannel,
  room: Room,
  options: GuestOptions = {},
): Promise<void> {
  const { signal } = options;
  const farewell = () => void channel.end(SHUTDOWN).catch(() => {});
  signal?.addEventListener("abort", farewell, { once: true });
  if (signal?.aborted) farewell();
  try {
    const nick = await receiveHello(channel, options.helloTimeout ?? HELLO_TIMEOUT);
    if (nick !== undefined) await host(channel, room, nick, options);
    await channel.close(undefined, FAREWELL_TIMEOUT);
  } catch (error) {
    if (signal?.aborted) {
      // After the farewell nothing can be confirmed any more, and the guest knows what was not. But
      // whether it was cut off before it had heard everything is for the host to know.
      await channel.close(undefined, FAREWELL_TIMEOUT).catch(() => {});
      if (error instanceof NetworkError || error instanceof AuthenticationError) throw error;
      return;
    }
    await refuse(channel, error);
    throw error;
  } finally {
    signal?.removeEventListener("abort", farewell);
  }
}

const SHUTDOWN = { code: CloseCode.shutdown, reason: "the server has left" };

async function host(
  channel: SecureChannel,
  room: Room,
  nick: string,
  options: GuestOptions,
): Promise<void> {
  const gone = Promise.withResolvers<void>();
  const membership = room.join(nick, channel.peer.publicKey, {
    async deliver(broadcast) {
      try {
        await channel.send(broadcast.bytes);
      } catch (error) {
        gone.resolve();
        throw error;
      }
    },
  });
  try {
    const { member } = membership;
    // The first thing in the guest's queue: nothing that is said from now on can overtake it.
    await channel.send(encodeMessage({
      type: "welcome",
      nick: member.nick,
      members: room.members.filter((other) => other !== member),
    }));
    options.onJoin?.(member);
    await passOn(channel, membership);
    // Whoever shuts down does not wait for the end of what is being said, and whoever has gone
    // without an answer to its goodbye cannot.
    const isInHurry = channel.remoteClose?.code === CloseCode.shutdown;
    if (!isInHurry) await Promise.race([options.onGoodbye?.(), gone.promise]);
  } finally {
    membership.leave();
  }
}

async function passOn(channel: SecureChannel, membership: Membership): Promise<void> {
  for (
    let bytes = await channel.receive();
    bytes !== undefined;
    bytes = await channel.receive()
  ) {
    const message = decodeMemberMessage(bytes);
    if (message.type !== "send") {
      throw new ProtocolError("malformed-message", "received a second hello");
    }
    const { id } = message;
    const { seq, taken } = membership.post(id, message.body);
    // Both waits hold a fast sender back: one for the readers, one for its own receipts.
    await Promise.all([taken, channel.send(encodeMessage({ type: "delivered", id, seq }))]);
  }
}

/** The guest's nickname, or `undefined` if it leaves without a word. */
async function receiveHello(channel: SecureChannel, timeout: number): Promise<string | undefined> {
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
    return message.nick;
  } finally {
    clearTimeout(timer);
  }
}

/** Tells the guest why it cannot stay, and closes. Where the channel has failed by itself, it knows. */
async function refuse(channel: SecureChannel, error: unknown): Promise<void> {
  const code = closeCode(error);
  if (code === undefined) return channel.abort(error);
  const reason = error instanceof Error ? error.message : "";
  await channel.close({ code, reason }).catch(() => {});
}

function closeCode(error: unknown): number | undefined {
  if (error instanceof ProtocolError) return CloseCode.malformed;
  if (!(error instanceof NetworkError)) return CloseCode.done;
  if (error.code === "room-full") return CloseCode.full;
  return error.code === "timed-out" ? CloseCode.timeout : undefined;
}
