import { settledWithin } from "../abort.ts";
import { CloseCode, type SecureChannel } from "../channel/mod.ts";
import type { Member } from "../chat/mod.ts";
import type { Conversation } from "../conversation/conversation.ts";
import { NetworkError } from "../errors.ts";
import type { Screen } from "../terminal/screens/screen.ts";
import { endTalk, sayLeft } from "./ending.ts";
import { withMissing } from "./error_with_missing.ts";
import { Hearing } from "./hearing.ts";
import type { LastingRoom } from "./lasting_room.ts";
import type { Outbox } from "./outbox.ts";
import { limitAttempts } from "./reconnect/attempt_limit.ts";
import { BackOff } from "./reconnect/back_off.ts";
import { mayComeBack } from "./reconnect/lost_connection.ts";
import { reconnect } from "./reconnect/reconnect.ts";
import { Waker } from "./reconnect/waker.ts";
import { type Patience, Talk, type TalkEnd } from "./talk.ts";
import { Unconfirmed } from "./unconfirmed.ts";

/** A connection to a room, and this side's place there. */
export interface Connection {
  readonly channel: Pick<SecureChannel, "end" | "abort" | "remoteClose">;
  readonly member: Member;
}

/** What a client stays with. */
export interface StayOptions {
  /** The first connection. */
  readonly connection: Connection;
  readonly room: LastingRoom;
  readonly conversation: Conversation;
  readonly screen: Screen;
  readonly flags: {
    /** Whether a program reads what is shown. */
    readonly json: boolean;
    /** Whether to connect again when the connection is lost. */
    readonly reconnect: boolean;
    /** For how long to try, in milliseconds; `undefined` if that was not said. */
    readonly reconnectFor: number | undefined;
  };
  /** Keeps what is not confirmed for the next time, if that is wanted. */
  readonly outbox: Pick<Outbox, "keptIn"> | undefined;
  /** Connects to the same server, and enters its room, as the same client. */
  connectAgain(signal: AbortSignal): Promise<Connection>;
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** For tests: how long the server is waited for, how attempts are spread, and what ends their waits. */
  readonly patience?: Patience;
  readonly backOff?: BackOff;
  readonly waker?: () => Waker;
}

/** The reason for which attempts to connect are ended: this side has left. */
const LEFT: unique symbol = Symbol("left");

/**
 * Speaks and hears in a room until one side has had enough, and comes back whenever the connection is
 * lost.
 *
 * @returns The exit status.
 * @throws {NetworkError} If the connection is lost for good, or something that was said is not confirmed.
 * @throws {AuthenticationError} If the traffic was altered, or another server answers in the place of
 *   this one.
 * @throws {ProtocolError} If the server does not keep to the protocol.
 */
export async function stay(options: StayOptions): Promise<number> {
  return await new Stay(options).run();
}

class Stay {
  readonly #options: StayOptions;
  readonly #unconfirmed: Unconfirmed;
  readonly #allSaid: Promise<unknown>;
  readonly #backOff: BackOff;

  constructor(options: StayOptions) {
    const { room, conversation, screen, flags } = options;
    this.#options = options;
    this.#backOff = options.backOff ?? new BackOff();
    this.#unconfirmed = new Unconfirmed({
      room,
      conversation,
      isInteractive: screen.isInteractive,
      json: flags.json,
      outbox: options.outbox,
    });
    this.#allSaid = conversation.speak().then(() => this.#unconfirmed.isAtEnd = true);
    // Whoever waits for it gets the error.
    this.#allSaid.catch(() => {});
  }

  async run(): Promise<number> {
    let { connection } = this.#options;
    let returned: Member | undefined;
    while (true) {
      const since = performance.now();
      await this.#tellUndelivered(connection.member);
      const ended = await this.#talk(connection, returned);
      if (typeof ended === "number") return ended;
      connection.channel.abort(ended);
      this.#backOff.begin(performance.now() - since);
      const next = await this.#comeBack(ended);
      if (typeof next === "number") return next;
      connection = next;
      returned = next.member;
    }
  }

  /** Talks over one connection; the exit status, or why the connection is lost. */
  async #talk(
    { channel, member }: Connection,
    returned: Member | undefined,
  ): Promise<number | NetworkError> {
    const { room, conversation, screen, signal, patience } = this.#options;
    using hearing = new Hearing({
      room,
      visit: room.visit,
      tell: (event, isHistory) => conversation.hear(event, isHistory),
      show: (event) => screen.show(event),
      returned,
    });
    const talk = new Talk({
      channel,
      member,
      unanswered: room.visit.unanswered,
      screen,
      hear: (event) => hearing.hear(event),
      allSaid: this.#allSaid,
      signal,
      ...(patience && { patience }),
    });
    const end = await this.#endOf(talk);
    if (end instanceof NetworkError) return end;
    try {
      return await this.#end(talk, end);
    } catch (error) {
      // A pipe whose goodbye is cut off says it again: its last words, or the room's, may be missing.
      const isLost = await settledWithin(talk.heard, 0).then(() => false, () => true);
      if (end === "all-said" && isLost && this.#mayReturn(error)) return error;
      throw await this.#withMissing(error);
    }
  }

  /** Whether a connection that is lost by this error is to be followed by another one. */
  #mayReturn(error: unknown): error is NetworkError {
    const { flags, screen, signal } = this.#options;
    // A person who has left already does not wait.
    const isLeaving = signal.aborted || (screen.isInteractive && this.#unconfirmed.isAtEnd);
    return flags.reconnect && mayComeBack(error) && !isLeaving;
  }

  /** What ended a talk; an error, if there is to be another one. */
  async #endOf(talk: Talk): Promise<TalkEnd | NetworkError> {
    const { flags, screen, signal } = this.#options;
    try {
      const end = await talk.end();
      const { remoteClose } = talk.options.channel;
      const isShutdown = end === "server-left" && remoteClose?.code === CloseCode.shutdown;
      const hasHeard = talk.isCaughtUp || screen.isInteractive;
      const isDone = this.#unconfirmed.isAtEnd && this.#unconfirmed.count === 0 && hasHeard;
      if (!isShutdown || isDone || !flags.reconnect || signal.aborted) return end;
      await settledWithin(talk.options.channel.end(), talk.patience.hasty).catch(() => {});
      return new NetworkError("ended", "the server is shutting down");
    } catch (error) {
      if (this.#mayReturn(error)) return error;
      throw await this.#withMissing(error);
    }
  }

  async #end(talk: Talk, end: TalkEnd): Promise<number> {
    const { room, conversation: { farewell } } = this.#options;
    const nextRequest = () => new Promise<void>((resolve) => room.onRequest = resolve);
    return await endTalk(talk, end, { unconfirmed: this.#unconfirmed, farewell, nextRequest });
  }

  /** Connects again; the exit status, if the person does not want to wait for that. */
  async #comeBack(loss: NetworkError): Promise<Connection | number> {
    const { room, conversation, screen, connectAgain } = this.#options;
    room.lose();
    conversation.updatePrompt();
    using waker = this.#options.waker?.() ?? new Waker();
    screen.onKey(() => waker.call());
    room.onRequest = () => {
      conversation.updatePrompt();
      if (screen.isInteractive) waker.call();
    };
    const leave = new AbortController();
    using limit = limitAttempts({
      ...this.#options.flags,
      isInteractive: screen.isInteractive,
      signal: this.#options.signal,
      allSaid: this.#allSaid,
      onOver: () => waker.call(),
      onLeave: () => leave.abort(LEFT),
    });
    try {
      const connection = await reconnect(loss, {
        connect: connectAgain,
        backOff: this.#backOff,
        waker,
        onAttempt: (attempt) => void screen.show({ event: "reconnecting", ...attempt }),
        isLast: () => limit.isOver,
        signal: leave.signal,
      });
      await this.#resume(connection.member);
      return connection;
    } catch (error) {
      if (error === LEFT) return await this.#leaveOffline();
      throw await this.#withMissing(error);
    } finally {
      screen.onKey(() => {});
      room.onRequest = () => {};
    }
  }

  /** A person does not want to wait for a connection. */
  async #leaveOffline(): Promise<number> {
    // Unless it is what has failed.
    if (!this.#options.signal.aborted) await this.#allSaid;
    return await sayLeft(this.#options, this.#unconfirmed);
  }

  /** Tells what has changed while there was no connection. */
  async #resume(member: Member): Promise<void> {
    const { room, conversation, screen } = this.#options;
    const hasNewLog = !room.isSameLog(member);
    const changes = room.resume(member);
    conversation.updatePrompt();
    if (hasNewLog) await screen.show({ event: "notice", text: NEW_LOG, important: true });
    for (const change of changes) await conversation.hear(change, true);
  }

  /** Tells what is not sent again. */
  async #tellUndelivered({ undelivered }: Member): Promise<void> {
    const { room, conversation } = this.#options;
    for (const { request, reason } of undelivered) {
      if (request.line !== undefined) room.lines.fail(request.line);
      await conversation.tellUndelivered(request, reason, request.line);
    }
  }

  async #withMissing(error: unknown): Promise<unknown> {
    if (this.#options.signal.aborted) return error;
    return withMissing(error, await this.#unconfirmed.giveUp("the connection was lost"));
  }
}

const NEW_LOG = "The server was restarted, and does not remember what was said before.";
