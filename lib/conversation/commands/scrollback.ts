import type { ChatEvent } from "../../terminal/events/events.ts";

/** A message, as it was shown. */
export type MessageEvent = ChatEvent & { event: "message" };

/** How many messages can be looked back at. */
const MAX_MESSAGES = 1000;

/** How many characters they may have together. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** The last messages that were shown here, to be shown again by `/history`. */
export class Scrollback {
  #messages: MessageEvent[] = [];
  #length = 0;

  /** Remembers a message, and lets go of the oldest ones that have no room any more. */
  add(message: MessageEvent): void {
    this.#messages.push(message);
    this.#length += message.text.length;
    while (this.#messages.length > MAX_MESSAGES || this.#length > MAX_LENGTH) {
      this.#length -= this.#messages.shift()?.text.length ?? 0;
    }
  }

  /** The last so many messages, oldest first. */
  last(count: number): readonly MessageEvent[] {
    return this.#messages.slice(-count).map((message) => ({ ...message, history: true }));
  }
}
