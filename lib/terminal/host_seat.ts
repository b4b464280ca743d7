import type { Broadcast, MemberEvent, Seat } from "../chat/mod.ts";
import type { Flow } from "./flow.ts";

/** How many bytes may wait to be shown before speakers are asked to wait. */
const HIGH_WATER_MARK = 65_536;

/** How many may wait before messages are left out: nobody waits for one slow screen among many. */
const MAX_WAITING = 4 * 1024 * 1024;

/** What a host seat shows things with. */
export interface HostSeatOptions {
  /** Shows what the room says; resolves when that has been taken. */
  hear(event: MemberEvent): Promise<void>;
  /** Called when the screen keeps up again, with how many messages were left out. */
  onLeftOut(count: number): void;
  /** Told of everything that is shown. */
  readonly flow: Flow;
}

/** The seat of the person at the server, or of whoever reads its output. */
export class HostSeat implements Seat {
  readonly #options: HostSeatOptions;
  #waiting = 0;
  #leftOut = 0;
  #room: PromiseWithResolvers<void> | undefined;

  /** A seat for one screen. */
  constructor(options: HostSeatOptions) {
    this.#options = options;
  }

  /** Shows a message. */
  deliver({ message, bytes }: Broadcast): boolean {
    // Whoever joins is told of with how they are connected, by whoever lets them in.
    if (message.type === "member" && message.change === "joined") return true;
    if (message.type === "members" || message.type === "welcome" || message.type === "ping") {
      return true;
    }
    const isFull = this.#waiting + bytes.length > MAX_WAITING;
    if (isFull && message.type === "message") this.#leftOut++;
    else void this.#show(message, bytes.length);
    return this.#waiting <= HIGH_WATER_MARK;
  }

  /** Resolves when the screen keeps up. */
  async drained(): Promise<void> {
    if (this.#waiting <= HIGH_WATER_MARK) return;
    this.#room ??= Promise.withResolvers();
    await this.#room.promise;
  }

  /** Nobody can put out whoever runs the room. */
  remove(): void {}

  async #show(event: MemberEvent, size: number): Promise<void> {
    const { flow, hear } = this.#options;
    this.#waiting += size;
    try {
      await flow.during(hear(event));
    } finally {
      this.#waiting -= size;
      if (this.#waiting <= HIGH_WATER_MARK) this.#makeRoom();
    }
  }

  #makeRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
    if (this.#leftOut === 0) return;
    this.#options.onLeftOut(this.#leftOut);
    this.#leftOut = 0;
  }
}
