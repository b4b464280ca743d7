import type { CaughtUp, Member, MemberEvent, Visit } from "../chat/mod.ts";
import type { ChatEvent } from "../terminal/events/events.ts";
import type { LastingRoom } from "./lasting_room.ts";

/** The longest time that a timer can wait, in milliseconds. */
const MAX_DELAY = 2 ** 31 - 1;

/** What hears, and who is told. */
export interface HearingOptions {
  readonly room: Pick<LastingRoom, "hear" | "expire" | "nextEnd">;
  readonly visit: Pick<Visit, "isHistory">;
  /** Tells what was said or has happened in the room. Resolves when there is space for more. */
  tell(event: MemberEvent, isHistory?: boolean): Promise<void>;
  /** Shows something else. */
  show(event: ChatEvent): Promise<void>;
  /** What the connection has begun with, if it is not the first one. */
  readonly returned: Pick<Member, "resent" | "welcome"> | undefined;
}

/** What is heard over one connection: what was missed, what is said, and who does not come back. */
export class Hearing implements Disposable {
  readonly #options: HearingOptions;
  #missed = 0;
  #isCaughtUp = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Begins to hear. */
  constructor(options: HearingOptions) {
    this.#options = options;
    this.#expectEnd();
  }

  /** Hears what the room says. Resolves when there is space for more. */
  async hear(event: MemberEvent | CaughtUp): Promise<void> {
    const { room, visit, tell } = this.#options;
    if (event.type === "caught-up") return await this.#catchUp();
    const isHistory = event.type === "message" && visit.isHistory(event);
    if (event.type === "message" && !this.#isCaughtUp && !isHistory) this.#missed++;
    for (const told of room.hear(event)) await tell(told, isHistory);
  }

  /** Ends the waiting for members who may come back. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  async #catchUp(): Promise<void> {
    const { returned, show } = this.#options;
    if (this.#isCaughtUp) return;
    this.#isCaughtUp = true;
    if (returned === undefined) return;
    const { resent, welcome: { gone } } = returned;
    await show({
      event: "reconnected",
      missed: this.#missed,
      resent,
      ...(gone > 0 && { gone }),
    });
  }

  #expectEnd(): void {
    const { room, tell } = this.#options;
    const { nextEnd } = room;
    if (nextEnd === undefined) return;
    // The server says how long that is, and a timer that is told too much goes off at once.
    const delay = Math.min(nextEnd, MAX_DELAY);
    this.#timer = setTimeout(() => {
      for (const event of room.expire()) void tell(event);
      this.#expectEnd();
    }, delay);
  }
}
