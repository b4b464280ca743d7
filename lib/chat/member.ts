import { CloseCode, type CloseInfo, type SecureChannel } from "../channel/mod.ts";
import { randomBytes } from "../crypto/mod.ts";
import { NetworkError, ProtocolError } from "../errors.ts";
import { HELLO_TIMEOUT } from "./guest.ts";
import { CHAT_VERSION, MESSAGE_ID_SIZE, type Participant, type RoomMessage } from "./messages.ts";
import { decodeRoomMessage, encodeMessage, encodeText } from "./wire.ts";

/** What a member hears from the room. */
export type MemberEvent = Exclude<RoomMessage, { type: "welcome" }>;

/** How a member joins. */
export interface JoinOptions {
  /** What it would like to be called. */
  readonly nick: string;
  /** Ends the waiting for a welcome. */
  readonly signal?: AbortSignal;
  /** How long the room may take to say welcome, in milliseconds. Default 10,000. */
  readonly welcomeTimeout?: number;
}

/** The client's side of a connection: a place in somebody's room. */
export class Member {
  /** What the room calls this member. */
  readonly nick: string;
  /** Everybody else who was there when this member came. */
  readonly others: readonly Participant[];

  readonly #channel: SecureChannel;
  /** The ids of what was sent and is not confirmed yet. */
  readonly #unconfirmed = new Set<string>();
  #allConfirmed: PromiseWithResolvers<void> | undefined;
  #isOver = false;

  private constructor(channel: SecureChannel, nick: string, others: readonly Participant[]) {
    this.#channel = channel;
    this.nick = nick;
    this.others = others;
  }

  /**
   * Introduces this member and waits for the room's welcome.
   *
   * @throws {NetworkError} If the room is full, the connection is cut, or nothing comes in time.
   * @throws {ProtocolError} If the room does not keep to the protocol.
   */
  static async join(channel: SecureChannel, options: JoinOptions): Promise<Member> {
    const deadline = new AbortController();
    const timer = setTimeout(() => {
      deadline.abort(new NetworkError("timed-out", "the server did not let us in in time"));
    }, options.welcomeTimeout ?? HELLO_TIMEOUT);
    const signal = options.signal
      ? AbortSignal.any([options.signal, deadline.signal])
      : deadline.signal;
    try {
      const hello = { type: "hello", version: CHAT_VERSION, nick: options.nick } as const;
      await channel.send(encodeMessage(hello), { signal });
      const bytes = await channel.receive({ signal });
      if (bytes === undefined) throw new NetworkError("ended", "the server left without a welcome");
      const message = decodeRoomMessage(bytes);
      if (message.type !== "welcome") {
        throw new ProtocolError("malformed-message", "the server did not begin with a welcome");
      }
      return new Member(channel, message.nick, message.members);
    } catch (error) {
      await tellWhy(channel, error);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** How many messages the room has not confirmed yet. */
  get unconfirmed(): number {
    return this.#unconfirmed.size;
  }

  /**
   * Says something. Resolves, with the message's id in hex, when there is room for the next; a
   * `delivered` event follows when the room has taken it.
   *
   * @param text At most 65,536 bytes of UTF-8.
   */
  async say(text: string): Promise<string> {
    const id = randomBytes(MESSAGE_ID_SIZE);
    const key = hex(id);
    this.#unconfirmed.add(key);
    await this.#channel.send(encodeMessage({ type: "send", id, body: encodeText(text) }));
    return key;
  }

  /**
   * What the room says, until one of the two has left. Somebody must read it all the time: otherwise
   * the room is held back, and nothing is ever confirmed.
   *
   * @throws {NetworkError} If the connection is cut.
   * @throws {AuthenticationError} If the traffic was altered.
   * @throws {ProtocolError} If the room does not keep to the protocol; it has been told.
   */
  async *events(): AsyncGenerator<MemberEvent> {
    try {
      for (
        let bytes = await this.#channel.receive();
        bytes !== undefined;
        bytes = await this.#channel.receive()
      ) {
        const message = decodeRoomMessage(bytes);
        if (message.type === "welcome") {
          throw new ProtocolError("malformed-message", "received a second welcome");
        }
        if (message.type === "delivered") this.#confirm(message.id);
        yield message;
      }
    } catch (error) {
      await tellWhy(this.#channel, error);
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
      throw new NetworkError(
        "ended",
        `the connection ended before the server had confirmed ${lost} of the messages sent`,
      );
    }
    await this.#channel.end(info);
  }

  #confirm(id: Uint8Array): void {
    if (!this.#unconfirmed.delete(hex(id))) {
      throw new ProtocolError("malformed-message", "received a receipt for nothing that was sent");
    }
    if (this.#unconfirmed.size === 0) this.#allConfirmed?.resolve();
  }
}

/** Tells a room that does not keep to the protocol; where the channel has failed, there is nobody. */
async function tellWhy(channel: SecureChannel, error: unknown): Promise<void> {
  if (!(error instanceof ProtocolError)) return channel.abort(error);
  await channel.close({ code: CloseCode.malformed, reason: error.message }).catch(() => {});
}

/** A message's id as text: 32 hexadecimal digits. */
export function hex(id: Uint8Array): string {
  let text = "";
  for (const byte of id) text += byte.toString(16).padStart(2, "0");
  return text;
}
