import { CloseCode, type CloseInfo, type SecureChannel } from "../../channel/mod.ts";
import { hex, randomBytes } from "../../crypto/mod.ts";
import { NetworkError, ProtocolError, UsageError } from "../../errors.ts";
import { Heartbeat, type Patient } from "../visit/heartbeat.ts";
import { HELLO_TIMEOUT } from "../visit/receive_hello.ts";
import {
  CHAT_VERSION,
  type Envelope,
  type MemberChange,
  type MemberRequest,
  type Members,
  MESSAGE_ID_SIZE,
  type Participant,
  type Ping,
  type RoomMessage,
  type Topic,
  type Welcome,
} from "../wire/messages.ts";
import { refusal } from "../wire/refusal.ts";
import { decodeRoomMessage, encodeMessage } from "../wire/wire.ts";
import {
  type Introduction,
  MAX_MEMBERS,
  receiveIntroduction,
  tooManyMembers,
} from "./introduction.ts";

/** What a member hears from the room. */
export type MemberEvent = Exclude<RoomMessage, Members | Welcome | Ping>;

/** How a member joins. */
export interface JoinOptions {
  /** What it would like to be called. */
  readonly nick: string;
  /** Ends the waiting for a welcome. */
  readonly signal?: AbortSignal;
  /** How long the room may be silent before its welcome, in milliseconds. Default 10,000. */
  readonly welcomeTimeout?: number;
}

/** A request to the room, whose id is drawn if there is none. */
export type NewRequest<Request extends MemberRequest = MemberRequest> = Request extends unknown
  ? Omit<Request, "id">
  : never;

/** The client's side of a connection to a room. */
export class Member {
  /** The last messages before this member came, oldest first. */
  readonly past: readonly Envelope[];
  /** The longest body that the room takes, in bytes. */
  readonly maxBody: number;

  readonly #channel: SecureChannel;
  #self: Participant;
  readonly #others: Map<string, Participant>;
  #topic: Topic | undefined;
  /** The ids of what was sent and is not confirmed yet. */
  readonly #unconfirmed = new Set<string>();
  #allConfirmed: PromiseWithResolvers<void> | undefined;
  #refused = 0;
  #listeningSince: number | undefined;
  #isOver = false;

  private constructor(channel: SecureChannel, { welcome, members, past }: Introduction) {
    this.#channel = channel;
    // What the room says about this side's key is not believed: a man in the middle could name the
    // host's here, and safety words made from it would be the same at both ends.
    this.#self = { ...welcome.you, key: channel.publicKey };
    this.#others = new Map(
      members.filter(({ nick }) => nick !== welcome.you.nick).map((other) => [other.nick, other]),
    );
    this.#topic = welcome.topic;
    this.maxBody = welcome.maxBody;
    this.past = past;
  }

  /** This member, by the name that the room knows it by. */
  get self(): Participant {
    return this.#self;
  }

  /** Everybody else who is there now. */
  get others(): readonly Participant[] {
    return [...this.#others.values()];
  }

  /** What the room is about, if anything. */
  get topic(): Topic | undefined {
    return this.#topic;
  }

  /**
   * Introduces this member and waits for the room's welcome.
   *
   * @throws {NetworkError} If the room is full, the connection is cut, or nothing comes in time.
   * @throws {ProtocolError} If the room does not keep to the protocol.
   */
  static async join(channel: SecureChannel, options: JoinOptions): Promise<Member> {
    const deadline = new AbortController();
    const giveUp = () =>
      deadline.abort(new NetworkError("timed-out", "the server did not answer in time"));
    const timeout = options.welcomeTimeout ?? HELLO_TIMEOUT;
    let timer = setTimeout(giveUp, timeout);
    // What was said before may take long on a slow link: as long as something comes, it goes on.
    const onProgress = () => {
      clearTimeout(timer);
      timer = setTimeout(giveUp, timeout);
    };
    const signal = options.signal
      ? AbortSignal.any([options.signal, deadline.signal])
      : deadline.signal;
    try {
      const hello = { type: "hello", version: CHAT_VERSION, nick: options.nick } as const;
      await channel.send(encodeMessage(hello), { signal });
      return new Member(channel, await receiveIntroduction(channel, signal, onProgress));
    } catch (error) {
      await endAfter(channel, error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** How many messages the room has not confirmed yet. */
  get unconfirmed(): number {
    return this.#unconfirmed.size;
  }

  /** How many requests the room has refused. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * Asks the room for something, mostly to pass a message on. Resolves, with the request's id in hex,
   * when there is room for the next one; a `delivered` or `refused` event with that id follows.
   *
   * @param id 16 bytes that no other open request has; drawn at random if there is none.
   * @throws {UsageError} With code `refused`, if there is another request with that id.
   */
  async request(
    request: NewRequest,
    id: Uint8Array = randomBytes(MESSAGE_ID_SIZE),
  ): Promise<string> {
    const key = hex(id);
    if (this.#unconfirmed.has(key)) throw refusal(`the id ${key} is in use already`);
    this.#unconfirmed.add(key);
    try {
      await this.#channel.send(encodeMessage({ ...request, id }));
    } catch (error) {
      // It never left; what a cut has lost, on the other hand, is missing.
      if (error instanceof UsageError) this.#unconfirmed.delete(key);
      throw error;
    }
    return key;
  }

  /**
   * What the room says, until one of the two has left. It must be read all the time: otherwise
   * the room is held back, and nothing is ever confirmed.
   *
   * @throws {NetworkError} If the connection is cut.
   * @throws {AuthenticationError} If the traffic was altered.
   * @throws {ProtocolError} If the room does not keep to the protocol; it has been told.
   */
  async *events(): AsyncGenerator<MemberEvent> {
    using heartbeat = new Heartbeat();
    heartbeat.add(this.#patient());
    try {
      for (let bytes = await this.#hear(); bytes !== undefined; bytes = await this.#hear()) {
        const message = decodeRoomMessage(bytes);
        if (message.type === "ping") this.#show();
        else yield this.#note(message);
      }
    } catch (error) {
      await endAfter(this.#channel, error);
      throw error;
    } finally {
      this.#isOver = true;
      this.#allConfirmed?.resolve();
    }
  }

  /**
   * Waits until the room has confirmed all that was said, and says goodbye. {@linkcode events} then
   * gives what is still on its way, and ends.
   *
   * @param info How to say it. With the code `shutdown` the room does not wait for a pause in what it
   *   is saying.
   * @throws {NetworkError} If the connection ended before everything was confirmed.
   */
  async leave(info?: CloseInfo): Promise<void> {
    if (this.#unconfirmed.size > 0 && !this.#isOver) {
      this.#allConfirmed ??= Promise.withResolvers();
      await this.#allConfirmed.promise;
    }
    const lost = this.#unconfirmed.size;
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

  /** Takes note of what the room says. */
  #note(message: Exclude<RoomMessage, Ping>): MemberEvent {
    switch (message.type) {
      case "welcome":
      case "members":
        throw new ProtocolError("malformed-message", "received a second welcome");
      case "delivered":
      case "refused":
        if (message.type === "refused") this.#refused++;
        this.#confirm(message.id);
        return message;
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

  #noteChange({ change, member, previous }: MemberChange): void {
    if (change === "renamed" && previous === this.#self.nick) {
      this.#self = { ...member, key: this.#self.key };
      return;
    }
    if (previous !== undefined) this.#others.delete(previous);
    if (change === "left") this.#others.delete(member.nick);
    else this.#others.set(member.nick, member);
    if (this.#others.size > MAX_MEMBERS) throw tooManyMembers();
  }

  #confirm(id: Uint8Array): void {
    if (!this.#unconfirmed.delete(hex(id))) {
      throw new ProtocolError(
        "malformed-message",
        "received a receipt for a message that was not sent",
      );
    }
    if (this.#unconfirmed.size === 0) this.#allConfirmed?.resolve();
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
