import type { Participant } from "../../chat/mod.ts";
import { encodeAction, encodeText } from "../../chat/wire/wire.ts";
import { isShortEnough, MAX_TEXT_SIZE } from "../../chat/wire/text.ts";
import { newMessageId } from "../../chat/wire/message_id.ts";
import { hex } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import { type IsVerified, person } from "../../terminal/events/room_events.ts";
import type { RoomAccess } from "./room_access.ts";
import type { MessageEvent, Scrollback } from "./scrollback.ts";

/** Something that is said to others. */
export interface Said {
  readonly text: string;
  /** Whether it tells what this side does, as after `/me`. */
  readonly isAction?: boolean;
  /** The only one who gets it; without it, everybody does. */
  readonly to?: Participant;
}

/** How a text is said. */
export interface SayOptions extends Omit<Said, "text"> {
  /** The id of the request, 16 bytes; a new one if there is none. */
  readonly id?: Uint8Array | undefined;
  /** The number of the line of the input, counted from 1. */
  readonly line?: number | undefined;
}

/** Says texts in a room, and remembers them, because the room does not repeat them to their sender. */
export class Voice {
  readonly #room: RoomAccess;
  readonly #scrollback: Pick<Scrollback, "add" | "remove"> | undefined;
  readonly #isVerified: IsVerified;

  /**
   * @param scrollback Remembers what is said, where somebody may look back.
   * @param isVerified Whether a key was verified, as far as this side can tell.
   */
  constructor(
    room: RoomAccess,
    scrollback: Pick<Scrollback, "add" | "remove"> | undefined,
    isVerified: IsVerified,
  ) {
    this.#room = room;
    this.#scrollback = scrollback;
    this.#isVerified = isVerified;
  }

  /** The longest text that fits into one message here, in bytes of UTF-8. */
  get maxTextSize(): number {
    return Math.max(MIN_TEXT_SIZE, Math.min(MAX_TEXT_SIZE, this.#room.maxBody - BODY_OVERHEAD));
  }

  /**
   * Says a text. Resolves when there is room for the next one.
   *
   * @throws {UsageError} If it is longer than {@linkcode maxTextSize}.
   * @throws {NetworkError} If the connection to the room was lost.
   */
  async say(
    text: string,
    { isAction = false, to, id = newMessageId(), line }: SayOptions = {},
  ): Promise<void> {
    const size = this.maxTextSize;
    if (!isShortEnough(text, size)) {
      throw new UsageError("usage", `the message is too long: at most ${size} bytes here`);
    }
    const message = this.eventFor({ text, isAction, ...(to && { to }) }, hex(id));
    this.#scrollback?.add(message, hex(this.#room.log));
    const body = isAction ? encodeAction(text) : encodeText(text);
    try {
      await this.#room.request({ type: "send", body, ...(to && { to }) }, id, line);
    } catch (error) {
      if (error instanceof UsageError) this.#scrollback?.remove(hex(id));
      throw error;
    }
  }

  /** What others see of a text that this side says, as the event for it. */
  eventFor({ text, isAction: action = false, to }: Said, id = hex(newMessageId())): MessageEvent {
    return {
      event: "message",
      id,
      seq: 0,
      time: new Date().toISOString(),
      from: person(this.#room.self, this.#isVerified),
      text,
      private: to !== undefined,
      ...(to !== undefined && { to: person(to, this.#isVerified) }),
      action,
      history: true,
    };
  }
}

/** What stands around a text in a body, at most: the map, its keys, the text's length. */
const BODY_OVERHEAD = 32;

/** So that a text can be split at all, between characters. */
const MIN_TEXT_SIZE = 4;
