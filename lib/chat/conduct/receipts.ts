import { byteKey } from "../wire/byte_key.ts";
import { MAX_UNANSWERED } from "../wire/messages.ts";
import type { Delivered, Refused } from "../wire/room_messages.ts";

/** What a request came to. */
export type Answer = Delivered | Refused;

/** A request that is being carried out. */
interface Open {
  readonly answer: Promise<Answer>;
  /** Ends the waiting for somebody else. */
  readonly givenUp: AbortController | undefined;
}

/**
 * What the last requests of one key came to, so that a request which is sent again, because its answer
 * was lost with a connection, is not carried out again.
 */
export class Receipts {
  /** By the id: a message's number, or why the request was refused. */
  readonly #settled = new Map<string, number | string>();
  /** Their ids in the order in which they were answered, from `#oldest` on and round. */
  readonly #order: string[] = [];
  #oldest = 0;
  readonly #open = new Map<string, Open>();

  /** How many answers are remembered. */
  get count(): number {
    return this.#settled.size;
  }

  /**
   * The answer to a request: the one before, if there is or will be one.
   *
   * @param id 16 bytes.
   * @param carryOut Carries it out. Called at once, if at all.
   * @param givenUp What {@linkcode giveUp} aborts meanwhile.
   */
  async answer(
    id: Uint8Array,
    carryOut: () => Promise<Answer>,
    givenUp?: AbortController,
  ): Promise<Answer> {
    const key = byteKey(id);
    const before = this.#settled.get(key);
    if (typeof before === "number") return { type: "delivered", id, seq: before };
    if (typeof before === "string") return { type: "refused", id, reason: before };
    const open = this.#open.get(key);
    if (open !== undefined) return await open.answer;
    const answer = carryOut();
    this.#open.set(key, { answer, givenUp });
    try {
      const settled = await answer;
      this.#settle(key, settled);
      return settled;
    } finally {
      this.#open.delete(key);
    }
  }

  /**
   * Waits no longer for somebody else to let a request be carried out: it is refused then. It may have
   * been asked for on an earlier connection.
   *
   * @param id 16 bytes.
   */
  giveUp(id: Uint8Array): void {
    this.#open.get(byteKey(id))?.givenUp?.abort();
  }

  #settle(key: string, answer: Answer): void {
    this.#settled.set(key, answer.type === "delivered" ? answer.seq : answer.reason);
    if (this.#order.length < MAX_UNANSWERED) {
      this.#order.push(key);
      return;
    }
    // A map finds its first key only after all that have been deleted in front of it.
    const oldest = this.#order[this.#oldest];
    if (oldest !== undefined) this.#settled.delete(oldest);
    this.#order[this.#oldest] = key;
    this.#oldest = (this.#oldest + 1) % MAX_UNANSWERED;
  }
}
