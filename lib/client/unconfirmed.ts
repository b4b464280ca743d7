import type { Conversation } from "../conversation/conversation.ts";
import { countMessages } from "../terminal/text/count_messages.ts";
import type { LastingRoom } from "./lasting_room.ts";
import type { Outbox } from "./outbox.ts";

/** Whose messages they are, and who is told of them. */
export interface UnconfirmedOptions {
  readonly room: Pick<LastingRoom, "pending" | "lines">;
  readonly conversation: Pick<Conversation, "tellUndelivered">;
  /** Whether a person types here. */
  readonly isInteractive: boolean;
  /** Whether a program reads what is shown. */
  readonly json: boolean;
  /** What it keeps for the next time, is not lost. */
  readonly outbox: Pick<Outbox, "keptIn"> | undefined;
}

/** What is not confirmed when a conversation ends: nothing of it is lost without a word. */
export class Unconfirmed {
  /** Whether the input has come to its end. */
  isAtEnd = false;
  readonly #options: UnconfirmedOptions;
  #given: Promise<string | undefined> | undefined;

  /** An account of what is asked for in a room. */
  constructor(options: UnconfirmedOptions) {
    this.#options = options;
  }

  /** How many requests the room has not answered. */
  get count(): number {
    return this.#options.room.pending.length;
  }

  /**
   * Gives up what is not confirmed, and tells programs of each, once.
   *
   * @param reason Why, as a part of a sentence.
   * @returns What to tell people, as a part of a sentence; `undefined` if everything is confirmed.
   */
  giveUp(reason: string): Promise<string | undefined> {
    return this.#given ??= this.#giveUp(reason);
  }

  async #giveUp(reason: string): Promise<string | undefined> {
    const { room, conversation, isInteractive, json, outbox } = this.#options;
    const { pending } = room;
    const file = outbox?.keptIn;
    if (json && file === undefined) {
      for (const request of pending) {
        await conversation.tellUndelivered(request, reason, request.line);
      }
    }
    const { length } = pending;
    const missing = isInteractive
      ? length === 0
        ? undefined
        : `${countMessages(length)} ${
          file === undefined ? "may not have arrived" : "not confirmed"
        }`
      : room.lines.missing(pending, this.isAtEnd || json);
    if (file === undefined || missing === undefined || length === 0) return missing;
    return `${missing}; ${file} keeps what is not confirmed for the next time`;
  }
}
