import { MAX_UNANSWERED, type Participant } from "../wire/messages.ts";
import type { Envelope } from "../wire/room_messages.ts";
import { refusal } from "../wire/refusal.ts";
import { Broadcast } from "./broadcast.ts";

/** A private message that its reader has not confirmed yet. */
interface Letter {
  readonly number: number;
  readonly from: Participant;
  readonly broadcast: Broadcast;
  readonly read: PromiseWithResolvers<void>;
}

/** The private messages to one member, until it has confirmed that it got them. */
export class Mailbox {
  readonly #maxSize: number;
  #letters: Letter[] = [];
  #count = 0;
  #size = 0;
  #isClosed = false;

  /** @param maxSize How many bytes may wait for the member. */
  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** What the member has not confirmed, oldest first. */
  get waiting(): readonly Broadcast[] {
    return this.#letters.map(({ broadcast }) => broadcast);
  }

  /**
   * Takes a private message.
   *
   * @param to What the member is called.
   * @param givenUp Takes the message back if it is not confirmed yet: its sender waits no longer.
   * @returns The message as it is handed on, and what resolves when the member has got it, and rejects
   *   with a refusal if it never will.
   * @throws {UsageError} With code `refused`, if the member is leaving, too much waits for it, or the
   *   sender has given up already.
   */
  add(
    envelope: Envelope,
    to: string,
    givenUp?: AbortSignal,
  ): { broadcast: Broadcast; read: Promise<void> } {
    if (this.#isClosed) throw refusal(`${to} is leaving; the message was not delivered`);
    if (givenUp?.aborted) throw refusal(`you have left; the message to ${to} was not delivered`);
    const number = this.#count + 1;
    const broadcast = new Broadcast({ ...envelope, private: number });
    const size = broadcast.bytes.length;
    if (this.#letters.length >= MAX_UNANSWERED || this.#size + size > this.#maxSize) {
      throw refusal(
        "too many private messages wait for that member; the message was not delivered",
      );
    }
    this.#count = number;
    const read = Promise.withResolvers<void>();
    const letter = { number, from: envelope.from, broadcast, read };
    this.#letters.push(letter);
    this.#size += size;
    if (givenUp === undefined) return { broadcast, read: read.promise };
    const takeBack = () =>
      this.#withdraw(
        (other) => other === letter,
        `${to} had not confirmed the message when you left, and may not have read it`,
      );
    givenUp.addEventListener("abort", takeBack, { once: true });
    const settled = read.promise.finally(() => givenUp.removeEventListener("abort", takeBack));
    return { broadcast, read: settled };
  }

  /**
   * Takes note that the member has got all up to a number.
   *
   * @returns Whether there has been one with that number.
   */
  got(upTo: number): boolean {
    if (upTo > this.#count) return false;
    while (true) {
      const [first] = this.#letters;
      if (first === undefined || first.number > upTo) return true;
      this.#letters.shift();
      this.#size -= first.broadcast.bytes.length;
      first.read.resolve();
    }
  }

  /** Takes messages back that the member has not confirmed: those of some senders. */
  withdraw(isFrom: (sender: Participant) => boolean, reason: string): void {
    this.#withdraw(({ from }) => isFrom(from), reason);
  }

  #withdraw(isMeant: (letter: Letter) => boolean, reason: string): void {
    this.#letters = this.#letters.filter((letter) => {
      if (!isMeant(letter)) return true;
      this.#size -= letter.broadcast.bytes.length;
      letter.read.reject(refusal(reason));
      return false;
    });
  }

  /**
   * Gives up on all that was not confirmed, and takes nothing more.
   *
   * @param owner What the member is called.
   */
  close(owner: string): void {
    const reason = `${owner} has left, and may not have read the message`;
    this.#isClosed = true;
    for (const { read } of this.#letters) read.reject(refusal(reason));
    this.#letters = [];
    this.#size = 0;
  }

  /** Takes messages again: the member has another connection, on which it can confirm them. */
  open(): void {
    this.#isClosed = false;
  }
}
