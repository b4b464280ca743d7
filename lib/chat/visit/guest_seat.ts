import { settledWithin } from "../../abort.ts";
import { CloseCode, type SecureChannel } from "../../channel/mod.ts";
import { Broadcast } from "../delivery/broadcast.ts";
import type { Bundle } from "../delivery/bundle.ts";
import type { Removal, Seat } from "../delivery/seat.ts";

/** How long a guest that is disconnected may take to hear why, in milliseconds. */
const REMOVAL_TIMEOUT = 5_000;

/** How long a guest may take to give a sign of life when it is asked for one, in milliseconds. */
const LIFE_TIMEOUT = 2_000;

const PING = new Broadcast({ type: "ping" });

/** The seat of a guest at the other end of a channel. */
export class GuestSeat implements Seat {
  readonly #channel: SecureChannel;
  readonly #queueSize: number;
  readonly #onOverflow: () => void;
  readonly #isHeld: () => boolean;
  readonly #gone = Promise.withResolvers<void>();
  #isGone = false;
  #removal: Removal | undefined;
  /** Resolves when the guest says something; there only while that is waited for. */
  #sign: PromiseWithResolvers<void> | undefined;

  /**
   * A seat for one channel.
   *
   * @param queueSize How many bytes may wait to be sent.
   * @param onOverflow Called once, when more do, before this side disconnects the other.
   * @param isHeld Whether this side does not listen to the other at the moment.
   */
  constructor(
    channel: SecureChannel,
    queueSize: number,
    onOverflow: () => void,
    isHeld: () => boolean,
  ) {
    this.#channel = channel;
    this.#queueSize = queueSize;
    this.#onOverflow = onOverflow;
    this.#isHeld = isHeld;
  }

  /** Why the guest was disconnected, if it was. */
  get removal(): Removal | undefined {
    return this.#removal;
  }

  /** Whether nothing can be delivered any more. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** Resolves when nothing can be delivered any more. */
  get gone(): Promise<void> {
    return this.#gone.promise;
  }

  /** Queues a message for the channel. */
  deliver(broadcast: Broadcast): boolean {
    return this.#queue((channel) => channel.enqueue(broadcast.bytes));
  }

  /** Queues several messages for the channel, in memory that other seats share. */
  deliverAll(bundle: Bundle): boolean {
    let hasSpace = true;
    for (const part of bundle.parts) {
      hasSpace = this.#queue((channel) =>
        part instanceof Uint8Array ? channel.enqueue(part) : channel.enqueueBatch(part)
      );
    }
    return hasSpace;
  }

  /** Resolves when the channel has space, or is given up. */
  async drained(): Promise<void> {
    await this.#channel.drained().catch(() => {});
  }

  #queue(enqueue: (channel: SecureChannel) => boolean): boolean {
    if (this.#removal !== undefined) return true;
    try {
      const hasSpace = enqueue(this.#channel);
      if (this.#channel.queued <= this.#queueSize) return hasSpace;
    } catch {
      // The channel has failed, or has said goodbye: the visit sees it as well.
      this.#leave();
      return true;
    }
    // Not at this moment: the message is on its way to others, who shall not see this one go first.
    const removal = {
      code: CloseCode.tooSlow,
      reason: "you did not keep up with the conversation",
    };
    queueMicrotask(() => {
      if (this.#removal !== undefined) return;
      this.#onOverflow();
      this.remove(removal);
    });
    return true;
  }

  /** Asks for a sign of life. Whoever is held back, or reads what waits for it, cannot answer, and lives. */
  async isAlive(): Promise<boolean> {
    if (this.#isHeld()) return true;
    const start = performance.now();
    this.deliver(PING);
    this.#sign ??= Promise.withResolvers();
    const isAnswered = await settledWithin(
      Promise.race([this.#sign.promise, this.gone]),
      LIFE_TIMEOUT,
    );
    if (this.#isGone) return false;
    // On a slow link the answer may still be on its way, behind something else.
    const { lastIn, lastRelief } = this.#channel.activity;
    return isAnswered || this.#isHeld() || Math.max(lastIn, lastRelief) > start;
  }

  /** Takes note that the guest has said something. */
  showLife(): void {
    this.#sign?.resolve();
    this.#sign = undefined;
  }

  /** Disconnects the guest. What waits for it is thrown away. */
  remove(removal: Removal): void {
    if (this.#removal !== undefined) return;
    this.#removal = removal;
    this.#leave();
    void this.#channel.dismiss(removal, REMOVAL_TIMEOUT);
  }

  #leave(): void {
    this.#isGone = true;
    this.#gone.resolve();
  }
}
