import { CloseCode, type CloseInfo, type SecureChannel } from "../../channel/mod.ts";
import { hex } from "../../crypto/mod.ts";
import { NetworkError, ProtocolError } from "../../errors.ts";
import type { PastPage, PastQuery } from "../log/search.ts";
import { Heartbeat, type Patient } from "../visit/heartbeat.ts";
import { HELLO_TIMEOUT } from "../visit/receive_hello.ts";
import type { Participant, Topic } from "../wire/messages.ts";
import type {
  CaughtUp,
  MemberChange,
  Members,
  Page,
  Ping,
  RoomMessage,
  Welcome,
} from "../wire/room_messages.ts";
import { decodeRoomMessage, encodeMessage } from "../wire/wire.ts";
import {
  type Introduction,
  MAX_MEMBERS,
  receiveIntroduction,
  tooManyMembers,
} from "./introduction.ts";
import { PastReader } from "./past_reader.ts";
import { PrivateReceipts } from "./private_receipts.ts";
import { RequestSender } from "./request_sender.ts";
import type { NewRequest } from "./unanswered.ts";
import { ALL_PAST, type Beginning, type Undelivered, Visit } from "./visit.ts";

/** What a member hears from the room. */
export type MemberEvent = Exclude<RoomMessage, Members | Welcome | CaughtUp | Page | Ping>;

/** How a member joins. */
export interface JoinOptions {
  /** What it would like to be called. */
  readonly nick: string;
  /**
   * What this client has of the room from its connections before. A new one by default: then this is
   * the first connection, and what is not answered on it is lost with it.
   */
  readonly visit?: Visit;
  /** How many of the messages before it came it wants, at most. Default: as many as the room gives. */
  readonly past?: number;
  /** Ends the waiting for a welcome. */
  readonly signal?: AbortSignal;
  /** How long the room may be silent before its welcome, in milliseconds. Default 10,000. */
  readonly welcomeTimeout?: number;
}

/** The client's side of a connection to a room. */
export class Member {
  /** The visit that this connection belongs to. */
  readonly visit: Visit;
  /** What the room has said about itself, and about what this side has missed. */
  readonly welcome: Welcome;
  /** How many requests that were made before are sent on this connection. */
  readonly resent: number;
  /** The requests that are given up, because the room may have carried them out already. */
  readonly undelivered: readonly Undelivered[];

  readonly #channel: SecureChannel;
  #self: Participant;
  readonly #others: Map<string, Participant>;
  #topic: Topic | undefined;
  readonly #past: PastReader;
  readonly #receipts: PrivateReceipts;
  readonly #sender: RequestSender;
  #refused = 0;
  #listeningSince: number | undefined;
  readonly #over = Promise.withResolvers<void>();
  #isOver = false;

  private constructor(
    channel: SecureChannel,
    visit: Visit,
    { welcome, members }: Introduction,
    { resent, undelivered }: Beginning,
  ) {
    this.#channel = channel;
    this.visit = visit;
    this.welcome = welcome;
    this.resent = resent;
    this.undelivered = undelivered;
    // What the room says about this side's key is not believed: a man in the middle could name the
    // host's here, and safety words made from it would be the same at both ends.
    const { away: _, ...you } = welcome.you;
    this.#self = { ...you, key: channel.publicKey };
    this.#others = new Map(members.map((other) => [other.nick, other]));
    this.#topic = welcome.topic?.topic === "" ? undefined : welcome.topic;
    this.#past = new PastReader((request) => channel.enqueue(encodeMessage(request)));
    this.#receipts = new PrivateReceipts(channel);
    this.#sender = new RequestSender(channel, visit);
  }

  /** This member, by the name that the room knows it by. */
  get self(): Participant {
    return this.#self;
  }

  /** Everybody else who is there now, or is away and may come back. */
  get others(): readonly Participant[] {
    return [...this.#others.values()];
  }

  /** What the room is about, if anything. */
  get topic(): Topic | undefined {
    return this.#topic;
  }

  /** The longest body that the room takes, in bytes. */
  get maxBody(): number {
    return this.welcome.maxBody;
  }

  /**
   * Introduces this member and waits for the room's welcome. What the visit has unanswered is sent then,
   * in its order.
   *
   * @throws {NetworkError} If the room is full, the connection is cut, or nothing comes in time.
   * @throws {ProtocolError} If the room does not keep to the protocol.
   */
  static async join(channel: SecureChannel, options: JoinOptions): Promise<Member> {
    const { nick, visit = new Visit(), past = ALL_PAST } = options;
    const deadline = new AbortController();
    const giveUp = () =>
      deadline.abort(new NetworkError("timed-out", "the server did not answer in time"));
    const timeout = options.welcomeTimeout ?? HELLO_TIMEOUT;
    let timer = setTimeout(giveUp, timeout);
    // Many members may take long on a slow link: as long as something comes, it goes on.
    const onProgress = () => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, timeout);
    };
    const signal = options.signal
      ? AbortSignal.any([options.signal, deadline.signal])
      : deadline.signal;
    try {
      await channel.send(encodeMessage(visit.hello(nick, past)), { signal });
      const introduction = await receiveIntroduction(channel, signal, onProgress);
      const beginning = visit.begin(introduction.welcome, channel.publicKey);
      return new Member(channel, visit, introduction, beginning);
    } catch (error) {
      await endAfter(channel, error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** How many requests the room has not answered yet. */
  get unconfirmed(): number {
    return this.visit.unanswered.count;
  }

  /** How many requests the room has refused on this connection. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * Asks the room for something, mostly to pass a message on. Resolves, with the request's id in hex,
   * when there is space for the next one; a `delivered` or `refused` event with that id follows.
   *
   * @param id 16 bytes that no other request of this key has; made by {@linkcode newMessageId} if there
   *   is none.
   * @throws {UsageError} With code `refused`, if there is another request with that id.
   * @throws {NetworkError} If the connection has ended.
   */
  async request(request: NewRequest, id?: Uint8Array): Promise<string> {
    if (this.#isOver) throw new NetworkError("ended", "the connection has ended");
    const { unanswered } = this.visit;
    const added = unanswered.add(request, { id });
    await Promise.race([unanswered.space(), this.#over.promise]);
    return hex(added.id);
  }

  /**
   * Reads, or searches, what was said earlier.
   *
   * @throws {UsageError} With code `refused`, if the room refuses, or too much is being read.
   * @throws {NetworkError} If the connection ends before the answer.
   */
  async readPast(query: PastQuery): Promise<PastPage> {
    return await this.#past.read(query);
  }

  /**
   * What the room says, until one of the two has left. It must be read all the time: otherwise
   * the room is held back, and nothing is ever confirmed. What was heard before, on this connection or
   * one before it, is not told again.
   *
   * @throws {NetworkError} If the connection is cut.
   * @throws {AuthenticationError} If the traffic was altered.
   * @throws {ProtocolError} If the room does not keep to the protocol; it has been told.
   */
  async *events(): AsyncGenerator<MemberEvent | CaughtUp> {
    using heartbeat = new Heartbeat();
    heartbeat.add(this.#patient());
    try {
      for (let bytes = await this.#hear(); bytes !== undefined; bytes = await this.#hear()) {
        const message = decodeRoomMessage(bytes);
        if (message.type === "ping") {
          this.#show();
          continue;
        }
        const event = this.#note(message);
        if (event !== undefined) yield event;
        // Only now: it has been shown, or was before.
        if (message.type === "message" && message.private !== undefined) {
          this.#receipts.get(message.private);
        }
      }
    } catch (error) {
      await endAfter(this.#channel, error);
      throw error;
    } finally {
      this.#end();
    }
  }

  /**
   * Waits until the room has answered all that was asked for, and says goodbye. {@linkcode events} then
   * gives what is still on its way, and ends.
   *
   * @param info How to say it. With the code `shutdown` the room does not wait for a pause in what it
   *   is saying.
   * @throws {NetworkError} If the connection ended before everything was answered.
   */
  async leave(info?: CloseInfo): Promise<void> {
    await Promise.race([this.visit.unanswered.settled(), this.#over.promise]);
    const lost = this.unconfirmed;
    if (lost > 0) {
      const messages = lost === 1 ? "1 message" : `${lost} messages`;
      throw new NetworkError(
        "ended",
        `the connection ended before the server confirmed ${messages}`,
      );
    }
    await this.#channel.end(info);
  }

  async #hear(): Promise<Uint8Array | undefined> {
    this.#listeningSince = performance.now();
    try {
      return await this.#channel.receive();
    } finally {
      this.#listeningSince = undefined;
    }
  }

  /** Takes note of what the room says; what is new of it. */
  #note(message: Exclude<RoomMessage, Ping>): MemberEvent | CaughtUp | undefined {
    switch (message.type) {
      case "welcome":
      case "members":
        throw new ProtocolError("malformed-message", "received a second welcome");
      case "page":
        if (!this.#past.turn(message)) this.visit.hearLatePage(message.id);
        return undefined;
      case "refused":
        if (this.#past.refuse(message)) return undefined;
        return this.#noteReport(message);
      case "message":
      case "caught-up":
      case "log":
      case "delivered":
        return this.#noteReport(message);
      case "topic":
        this.#topic = message.topic === "" ? undefined : message;
        return message;
      case "member":
        this.#noteChange(message);
        return message;
      default:
        return message;
    }
  }

  #noteReport(report: Parameters<Visit["hear"]>[0]): MemberEvent | CaughtUp | undefined {
    const event = this.visit.hear(report);
    if (event?.type === "refused") this.#refused++;
    return event;
  }

  #noteChange({ change, member, previous }: MemberChange): void {
    if (change === "renamed" && previous === this.#self.nick) {
      this.#self = { ...member, key: this.#self.key };
      return;
    }
    if (member.nick === this.#self.nick) {
      throw new ProtocolError(
        "malformed-message",
        'received a message of type "member" whose "member.nick" is this side\'s own',
      );
    }
    if (previous !== undefined) this.#others.delete(previous);
    const { away: _, ...present } = member;
    if (change === "left") this.#others.delete(member.nick);
    else if (change === "away") this.#others.set(member.nick, { ...present, away: true });
    else this.#others.set(member.nick, change === "renamed" ? member : present);
    if (this.#others.size > MAX_MEMBERS) throw tooManyMembers();
  }

  #end(): void {
    this.#isOver = true;
    this.#sender.end();
    for (const id of this.#past.end()) this.visit.unanswered.forgive(id);
    this.#over.resolve();
  }

  #patient(): Patient {
    const channel = this.#channel;
    const listeningSince = () => this.#listeningSince;
    return {
      get lastIn() {
        return channel.activity.lastIn;
      },
      get lastOut() {
        return channel.activity.lastOut;
      },
      // A room that holds this side back takes nothing for a while: that is its good right.
      queued: 0,
      get listeningSince() {
        return listeningSince();
      },
      // A ping may stand behind much that nobody has read yet, so this side shows itself unasked.
      beat: () => this.#show(),
      giveUp: (reason) =>
        channel.abort(new NetworkError("timed-out", `the server is gone: ${reason}`)),
    };
  }

  /** Shows that this side is there. */
  #show(): void {
    // One that waits already says as much.
    if (this.#channel.queued > 0) return;
    try {
      this.#channel.enqueue(PONG);
    } catch {
      // After a goodbye there is no need to.
    }
  }
}

const PONG = encodeMessage({ type: "pong" });

/** Ends a channel after an error: a room that does not keep to the protocol is told so. */
async function endAfter(channel: SecureChannel, error: unknown): Promise<void> {
  if (!(error instanceof ProtocolError)) return channel.abort(error);
  await channel.close({ code: CloseCode.malformed, reason: error.message }).catch(() => {});
}
