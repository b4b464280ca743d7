import { hex } from "../../crypto/mod.ts";
import { NetworkError, ProtocolError } from "../../errors.ts";
import type { PastPage, PastQuery } from "../log/search.ts";
import { newMessageId } from "../wire/message_id.ts";
import type { ReadPast } from "../wire/member_messages.ts";
import type { Page, Refused } from "../wire/room_messages.ts";
import { refusal } from "../wire/refusal.ts";
import { MAX_PAGES } from "./unanswered.ts";

/** A page that is being read. */
interface Open {
  readonly id: Uint8Array;
  readonly query: PastQuery;
  readonly answer: PromiseWithResolvers<PastPage>;
}

/** The pages that this side reads on one connection: they are not asked for again on another one. */
export class PastReader {
  readonly #send: (request: ReadPast) => void;
  readonly #open = new Map<string, Open>();
  #isOver = false;

  /** @param send Sends a request. */
  constructor(send: (request: ReadPast) => void) {
    this.#send = send;
  }

  /**
   * Asks for a page.
   *
   * @throws {UsageError} With code `refused`, if the room refuses, or {@linkcode MAX_PAGES} are being read.
   * @throws {NetworkError} If the connection ends before the answer.
   */
  async read(query: PastQuery): Promise<PastPage> {
    if (this.#isOver) throw cutOff();
    if (this.#open.size >= MAX_PAGES) throw refusal("too much is being read at once");
    const id = newMessageId();
    this.#send({ type: "past", id, ...query });
    const answer = Promise.withResolvers<PastPage>();
    this.#open.set(hex(id), { id, query, answer });
    return await answer.promise;
  }

  /**
   * A page has come; whether it was asked for on this connection.
   *
   * @throws {ProtocolError} If it has more than was asked for, or does not lead further back: whoever
   *   reads on would never come to an end.
   */
  turn({ id, messages, before }: Page): boolean {
    const open = this.#take(id);
    if (open === undefined) return false;
    const { query, answer } = open;
    const isBack = query.before === 0 || before < query.before;
    if (messages.length > query.count || !isBack) {
      const field = isBack ? "messages" : "before";
      const error = new ProtocolError(
        "malformed-message",
        `received a message of type "page" whose "${field}" does not fit what was asked for`,
      );
      answer.reject(cutOff());
      throw error;
    }
    answer.resolve({ messages, before });
    return true;
  }

  /** The room refuses something; whether that was a page. */
  refuse({ id, reason }: Refused): boolean {
    const open = this.#take(id);
    open?.answer.reject(refusal(reason));
    return open !== undefined;
  }

  /** The connection has ended; the ids of what was not answered. */
  end(): readonly Uint8Array[] {
    this.#isOver = true;
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { answer } of open) answer.reject(cutOff());
    return open.map(({ id }) => id);
  }

  #take(id: Uint8Array): Open | undefined {
    const key = hex(id);
    const open = this.#open.get(key);
    this.#open.delete(key);
    return open;
  }
}

function cutOff(): NetworkError {
  return new NetworkError("ended", "the connection ended before the server answered");
}
