import { MAX_SENTENCE_SIZE } from "../wire/messages.ts";
import type { MemberChange, RoomMessage } from "../wire/room_messages.ts";
import { cutText } from "../wire/text.ts";
import { Broadcast } from "./broadcast.ts";
import type { Crowd } from "./crowd.ts";
import type { Seat } from "./seat.ts";
import type { Sequence } from "./sequence.ts";

/** Tells the seats what else happens than messages: each piece of news in its turn. */
export class Announcer {
  readonly #sequence: Sequence;
  readonly #crowd: Crowd;

  /** An announcer to one crowd. */
  constructor(sequence: Sequence, crowd: Crowd) {
    this.#sequence = sequence;
    this.#crowd = crowd;
  }

  /** Tells everybody who is here now. Resolves when it has had its turn. */
  tell(message: RoomMessage): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const gather = this.#gathering(message);
    this.#sequence.then(() => {
      gather();
      resolve();
    });
    return promise;
  }

  /**
   * Tells everybody who is here now who comes and goes. In a crowd it may wait for more of it, but not
   * longer than anything that is told or said after it.
   */
  tellPresence(message: MemberChange): void {
    this.#sequence.thenNews(this.#gathering(message));
  }

  /** Tells one seat alone; nobody, where there is none. */
  notify(seat: Seat | undefined, text: string): void {
    if (seat === undefined) return;
    const broadcast = new Broadcast({ type: "notice", text: cutText(text, MAX_SENTENCE_SIZE) });
    this.#sequence.then(() => this.#crowd.gather({ broadcast, only: seat }));
  }

  #gathering(message: RoomMessage): () => void {
    const broadcast = new Broadcast(message);
    const upTo = this.#crowd.count;
    return () => this.#crowd.gather({ broadcast, upTo });
  }
}
