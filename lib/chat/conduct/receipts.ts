import { MAX_UNANSWERED } from "../wire/messages.ts";
import type { Delivered, Refused } from "../wire/room_messages.ts";

/** What a request came to. */
export type Answer = Delivered | Refused;

/**
 * What the last requests of one key came to, so that a request which is sent again, because its answer
 * was lost with a connection, is not carried out again.
 */
export class Receipts {
  /** By the id: a message's number, or why the request was refused. */
  readonly #settled = new Map<string, number | string>();
  readonly #open = new Map<string, Promise<Answer>>();

  /** How many answers are remembered. */
  get count(): number {
    return this.#settled.size;
  }

  /**
   * The answer to a request: the one before, if there is or will be one.
   *
   * @param id 16 bytes.
   * @param carryOut Carries it out. Called at once, if at all.
   */
  async answer(id: Uint8Array, carryOut: () => Promise<Answer>): Promise<Answer> {
    const key = String.fromCharCode(...id);
    const settled = this.#settled.get(key);
    if (typeof settled === "number") return { type: "delivered", id, seq: settled };
    if (typeof settled === "string") return { type: "refused", id, reason: settled };
    const open = this.#open.get(key);
    if (open !== undefined) return await open;
    const answering = carryOut();
    this.#open.set(key, answering);
    try {
      const answer = await answering;
      this.#settle(key, answer);
      return answer;
    } finally {
      this.#open.delete(key);
    }
  }

  #settle(key: string, answer: Answer): void {
    this.#settled.set(key, answer.type === "delivered" ? answer.seq : answer.reason);
    if (this.#settled.size <= MAX_UNANSWERED) return;
    const [oldest] = this.#settled.keys();
    if (oldest !== undefined) this.#settled.delete(oldest);
  }
}
