import { CloseCode, type CloseInfo, type SecureChannel } from "../../channel/mod.ts";
import { AuthenticationError, NetworkError, ProtocolError } from "../../errors.ts";
import type { Origin } from "../conduct/arrivals.ts";
import { Broadcast } from "../delivery/broadcast.ts";
import type { Membership } from "../room/membership.ts";
import type { JoinDetails } from "../room/places.ts";
import type { Room } from "../room/room.ts";
import type { Hello } from "../wire/member_messages.ts";
import type { DepartureReason } from "../room/room_observer.ts";
import type { Participant } from "../wire/messages.ts";
import { encodeMessage } from "../wire/wire.ts";
import { encodeMembers } from "./encode_members.ts";
import { GuestRequests, type RequestObserver } from "./guest_requests.ts";
import { GuestSeat } from "./guest_seat.ts";
import type { Heartbeat, Patient } from "./heartbeat.ts";
import { receiveHello } from "./receive_hello.ts";

/** How long a guest who has said goodbye may take to read what is left for it, in milliseconds. */
export const FAREWELL_TIMEOUT = 60_000;

/** What happens while a guest is served. */
export interface GuestOptions {
  /**
   * Ends the visit: the guest is told that the server shuts down, and may come back; or, where the
   * reason is a {@linkcode ConversationOver}, that there is nothing to come back to.
   */
  readonly signal?: AbortSignal;
  /** How long the guest may take to introduce itself, in milliseconds. Default 10,000. */
  readonly helloTimeout?: number;
  /**
   * Why a guest may not come in any more although it was let in, such as by a ban: by its key, the very
   * array that `acceptPeer` was given.
   */
  whyNot?(key: Uint8Array): Promise<string | undefined>;
  /**
   * Whether the guest may moderate the others, by its key: the very array that `acceptPeer` was given.
   * Default: no guest may.
   */
  isOperator?(key: Uint8Array): boolean;
  /**
   * What the address of a guest counts as, so that not too many come and go from there; `undefined` if
   * it does not count. Default: none does.
   */
  originOf?(address: string | undefined): Origin | undefined;
  /** Told of requests that are not simply carried out. */
  readonly observer?: RequestObserver;
  /** Watches whether the guest is still there. */
  readonly heartbeat?: Heartbeat;
  /** Called when the guest has its place, which may be the one that it had before. */
  onJoin?(membership: Membership): void;
  /** Awaited when the guest has said goodbye, before it loses its place, unless it is in a hurry. */
  onGoodbye?(): Promise<void>;
}

/**
 * The server's side of one connection: lets the guest into the room and passes on what it says, until
 * one of the two leaves. The channel is closed afterwards.
 *
 * @throws {ProtocolError} If the guest does not keep to the protocol; it has been told.
 * @throws {NetworkError} If the connection is cut, the room is full, the guest says nothing, or an
 *   operator removed it.
 * @throws {AuthenticationError} If the traffic was altered.
 */
export async function serveGuest(
  channel: SecureChannel,
  room: Room,
  options: GuestOptions = {},
): Promise<void> {
  const { signal } = options;
  const farewell = () => {
    const info = signal?.reason instanceof ConversationOver
      ? { code: CloseCode.done, reason: signal.reason.farewell }
      : SHUTDOWN;
    void channel.end(info).catch(() => {});
  };
  signal?.addEventListener("abort", farewell, { once: true });
  if (signal?.aborted) farewell();
  try {
    const hello = await receiveHello(channel, options.helloTimeout);
    if (hello !== undefined) {
      const { publicKey } = channel.peer;
      // A connection of its own that is dead keeps its place no longer.
      await room.awaken(publicKey, hello.nick, hello.visit);
      const { nick, visit } = hello;
      const origin = options.originOf?.(channel.peer.address);
      const arriving = { nick, key: publicKey, visit, origin };
      const arrival = await unlessGone(
        channel,
        signal,
        (gone) => room.admit(arriving, gone),
      );
      // A connection may have waited since its handshake.
      const why = await options.whyNot?.(publicKey);
      if (why !== undefined) throw new AuthenticationError("key-refused", why);
      const isOperator = options.isOperator?.(publicKey) ?? false;
      await new Visit(channel, room, options).run(hello, { isOperator, arrival });
    }
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

/** Waits for a turn, with a signal that ends it when it would be in vain; the signal is not kept. */
async function unlessGone<T>(
  channel: SecureChannel,
  signal: AbortSignal | undefined,
  wait: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  let gone: AbortController | undefined = new AbortController();
  void channel.closed.then(() => gone?.abort(new NetworkError("cut", CUT)));
  const over = () => gone?.abort(signal?.reason);
  signal?.addEventListener("abort", over, { once: true });
  if (signal?.aborted) over();
  try {
    return await wait(gone.signal);
  } finally {
    signal?.removeEventListener("abort", over);
    gone = undefined;
  }
}

const SHUTDOWN = { code: CloseCode.shutdown, reason: "the server has left" };

/** The reason of a signal that ends visits: the conversation is over, and nobody need come back. */
export class ConversationOver {
  /** What the person at the server says to the guests: one line, possibly empty. */
  readonly farewell: string;

  /** The end of a conversation with these last words. */
  constructor(farewell: string) {
    this.farewell = farewell;
  }
}

const PING = new Broadcast({ type: "ping" });

/** A guest's stay in the room. */
class Visit implements Patient {
  readonly #channel: SecureChannel;
  readonly #room: Room;
  readonly #options: GuestOptions;
  readonly #seat: GuestSeat;
  #membership: Membership | undefined;
  #requests: GuestRequests | undefined;

  constructor(channel: SecureChannel, room: Room, options: GuestOptions) {
    this.#channel = channel;
    this.#room = room;
    this.#options = options;
    const { queueSize } = room.limits;
    this.#seat = new GuestSeat(
      channel,
      queueSize,
      () => this.#membership?.leave("too-slow", "did not keep up with the conversation"),
      () => this.#requests?.listeningSince === undefined,
    );
  }

  async run(
    hello: Hello,
    joining: Pick<JoinDetails, "isOperator" | "arrival">,
  ): Promise<void> {
    const { heartbeat, observer, signal, onJoin, onGoodbye } = this.#options;
    const { limits } = this.#room;
    const { nick, visit } = hello;
    const { publicKey } = this.#channel.peer;
    const hasBeenHere = hello.after !== undefined;
    const details = { ...joining, visit, hasBeenHere };
    const membership = this.#room.join(nick, publicKey, this.#seat, details);
    this.#membership = membership;
    const requests = new GuestRequests(this.#channel, membership, limits, {
      observer,
      signal,
      onSign: () => this.#seat.showLife(),
    });
    this.#requests = requests;
    heartbeat?.add(this);
    try {
      // In here: the channel may have ended since the hello, and then the place must be given up.
      this.#introduce(hello, membership);
      onJoin?.(membership);
      await requests.carryOut(this.#seat.gone);
      this.#assertNotRemoved();
      const isCut = this.#seat.isGone && !this.#options.signal?.aborted;
      if (isCut) return membership.leave("cut", CUT);
      // A guest that shuts down does not wait for the end of what is being said, and one that is
      // gone without an answer to its goodbye cannot.
      const isInHurry = this.#channel.remoteClose?.code === CloseCode.shutdown;
      if (!isInHurry) await Promise.race([onGoodbye?.(), this.#seat.gone]);
      // What was said while it had its place is for it as well.
      await membership.settle();
      if (!this.#options.signal?.aborted) {
        membership.sayGoodbye(farewellOf(this.#channel.remoteClose));
      }
    } catch (error) {
      const broken = breakOf(this.#channel.remoteClose, membership.member);
      if (this.#options.signal?.aborted) membership.leave("shutdown");
      else if (broken !== undefined) membership.leave(broken.why, broken.told);
      else if (isProvedMalformed(error)) membership.leave("malformed", "broke the protocol");
      else membership.leave("cut", CUT);
      // However the connection of a guest that was removed ends, that is why.
      this.#assertNotRemoved();
      throw broken?.error ?? error;
    } finally {
      heartbeat?.remove(this);
      membership.leave(this.#options.signal?.aborted ? "shutdown" : "left");
    }
  }

  #assertNotRemoved(): void {
    const { removal } = this.#seat;
    if (removal !== undefined) throw new NetworkError("removed", removal.reason);
  }

  /** In one go with the joining: nothing that happens from now on is told before what was there. */
  #introduce({ after, past }: Hello, membership: Membership): void {
    const { member } = membership;
    const { members, topic, limits, log, grace } = this.#room;
    const others = members.filter((other) => other !== member);
    for (const bytes of encodeMembers(others)) this.#channel.enqueue(bytes);
    this.#channel.enqueue(encodeMessage({
      type: "welcome",
      you: member,
      maxBody: limits.messageSize,
      ...(topic !== undefined && { topic }),
      log: log.id,
      seq: log.last,
      kept: log.isKept,
      gone: membership.gone({ after, past }),
      grace,
    }));
    void membership.follow({ after, past }).catch((error) => this.#channel.abort(error));
  }

  // A guest with much left to read reads the pings last: that it reads at all is a sign of life.
  get lastIn(): number {
    const { lastIn, lastRelief } = this.#channel.activity;
    return Math.max(lastIn, lastRelief);
  }

  get lastOut(): number {
    return this.#channel.activity.lastOut;
  }

  get queued(): number {
    return this.#channel.queued;
  }

  get listeningSince(): number | undefined {
    return this.#requests?.listeningSince;
  }

  beat(): void {
    this.#seat.deliver(PING);
  }

  giveUp(reason: string): void {
    this.#membership?.leave("silent", reason);
    this.#seat.remove({ code: CloseCode.timeout, reason });
  }
}

const CUT = "the connection was cut";

/** A connection that a guest has ended in another way than by a goodbye. */
interface Break {
  /** What becomes of its place. */
  readonly why: DepartureReason;
  /** What the others are told, if anything. */
  readonly told: string | undefined;
  /** The same for the person at the server, and the log. */
  readonly error: NetworkError | AuthenticationError;
}

/**
 * What the close record of a guest means for its place. Whatever it says there is said of this side, or
 * of the network, and may be a lie: its words are passed on to nobody, and nobody is blamed for it.
 */
function breakOf(
  close: CloseInfo | undefined,
  { nick }: Pick<Participant, "nick">,
): Break | undefined {
  const told = "ended the connection";
  switch (close?.code) {
    case CloseCode.malformed:
    case CloseCode.notAllowed:
    case CloseCode.removed:
      // It does not want this server any more.
      return { why: "gave-up", told: undefined, error: ended(close) };
    case CloseCode.tampered:
      return { why: "broke-off", told, error: altered(nick) };
    case CloseCode.full:
    case CloseCode.timeout:
    case CloseCode.tooSlow:
      return { why: "broke-off", told, error: ended(close) };
    default:
      return undefined;
  }
}

/** What a guest says on leaving, by the reason of its close record; mostly nothing. */
function farewellOf(close: CloseInfo | undefined): string {
  const isGoodbye = close?.code === CloseCode.done || close?.code === CloseCode.shutdown;
  return isGoodbye ? close.reason : "";
}

function ended({ code }: CloseInfo): NetworkError {
  return new NetworkError(
    "ended",
    `the guest's program ended the connection with close code ${code}`,
  );
}

/** The host is to know of this, though it is only what the guest says. */
function altered(nick: string): AuthenticationError {
  return new AuthenticationError(
    "tampered",
    `${nick}'s program says that a message to it was altered on its way, and ended the connection`,
  );
}

/**
 * Whether it was certainly the guest that broke the protocol. The lengths in front of records are not
 * authenticated: whoever sits on the way could have changed them.
 */
function isProvedMalformed(error: unknown): boolean {
  return error instanceof ProtocolError && error.code !== "frame-empty" &&
    error.code !== "frame-too-long";
}

/** Tells the guest why it cannot stay, and closes. Where the channel has failed by itself, it knows. */
async function refuse(channel: SecureChannel, error: unknown): Promise<void> {
  // A guest that was removed is being told so.
  if (error instanceof NetworkError && error.code === "removed") return await channel.closed;
  const code = closeCode(error);
  if (code === undefined) return channel.abort(error);
  await channel.close({ code, reason: reasonOf(error) }).catch(() => {});
}

/** What goes wrong on this side alone, in a file for example, is nothing that a guest should know of. */
function reasonOf(error: unknown): string {
  const isForGuest = error instanceof ProtocolError || error instanceof AuthenticationError ||
    error instanceof NetworkError;
  return isForGuest ? error.message : "the server cannot let anybody in at the moment";
}

/** The code to close with; `undefined` where the guest has been told already, or cannot be. */
function closeCode(error: unknown): number | undefined {
  if (error instanceof ProtocolError) return CloseCode.malformed;
  if (error instanceof AuthenticationError) {
    return error.code === "key-refused" ? CloseCode.notAllowed : undefined;
  }
  if (!(error instanceof NetworkError)) return CloseCode.done;
  if (error.code === "room-full" || error.code === "too-many-connections") return CloseCode.full;
  return error.code === "timed-out" ? CloseCode.timeout : undefined;
}
