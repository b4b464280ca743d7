import type { ChatEvent } from "../../terminal/events/events.ts";

/** A message, as it was shown. */
export type MessageEvent = ChatEvent & { event: "message" };

/** A message that was shown or said here, and where it stands among those of the room's log. */
export interface Remembered {
  readonly message: MessageEvent;
  /** Which log of the room its number belongs to. */
  readonly log: string;
  /** Its number there; if it has none, as a private one, the greatest that was known when it came. */
  readonly seq: number;
  /** Counts what is remembered: a later one has a greater number. */
  readonly order: number;
}

/** How many messages can be looked back at. */
const MAX_MESSAGES = 1000;

/** How many characters they may have together. */
const MAX_LENGTH = 4 * 1024 * 1024;

/**
 * The last messages that were shown or said here. A room's log does not have them all: neither private
 * ones, nor those of a server that was started again without it.
 */
export class Scrollback {
  #entries: Remembered[] = [];
  #length = 0;
  #order = 0;
  #log = "";
  /** The greatest number of that log so far. */
  #latest = 0;
  /** By their ids, those that have no number, because it is not known yet or because they are private. */
  readonly #unnumbered = new Map<string, Remembered>();

  /** What is remembered, in the order in which it came. */
  get entries(): readonly Remembered[] {
    return this.#entries;
  }

  /**
   * Remembers a message, and lets go of the oldest ones for which there is no space any more.
   *
   * @param log Which log of the room its number belongs to.
   */
  add(message: MessageEvent, log: string): void {
    this.#note(message.seq, log);
    const seq = message.seq === 0 ? this.#latest : message.seq;
    const entry = { message, log, seq, order: ++this.#order };
    this.#entries.push(entry);
    this.#length += message.text.length;
    if (message.seq === 0) this.#unnumbered.set(message.id, entry);
    while (this.#entries.length > MAX_MESSAGES || this.#length > MAX_LENGTH) {
      this.#forget(this.#entries.shift());
    }
  }

  /** Takes note of the number that the room has given to what was said here; 0 if it has none. */
  confirm(id: string, seq: number, log: string): void {
    this.#note(seq, log);
    const entry = this.#unnumbered.get(id);
    if (entry === undefined || seq === 0) return;
    this.#unnumbered.delete(id);
    const index = this.#entries.lastIndexOf(entry);
    this.#entries[index] = { ...entry, message: { ...entry.message, seq }, log, seq };
  }

  /** What was said here under an id, as long as it has no number: it is private, or not confirmed. */
  unnumbered(id: string): MessageEvent | undefined {
    return this.#unnumbered.get(id)?.message;
  }

  /** Forgets what was said here, because the room has not taken it. */
  remove(id: string): void {
    const entry = this.#unnumbered.get(id);
    if (entry === undefined) return;
    this.#entries.splice(this.#entries.lastIndexOf(entry), 1);
    this.#forget(entry);
  }

  #note(seq: number, log: string): void {
    if (log !== this.#log) this.#latest = 0;
    this.#log = log;
    this.#latest = Math.max(this.#latest, seq);
  }

  #forget(entry: Remembered | undefined): void {
    if (entry === undefined) return;
    this.#length -= entry.message.text.length;
    if (this.#unnumbered.get(entry.message.id) === entry) {
      this.#unnumbered.delete(entry.message.id);
    }
  }
}
