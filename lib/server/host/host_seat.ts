import type { Broadcast, MemberEvent, RoomMessage, Seat } from "../../chat/mod.ts";
import { Pace } from "../../chat/conduct/pace.ts";
import type { Flow } from "./flow.ts";

/** How many bytes may wait to be shown before speakers are asked to wait. */
const HIGH_WATER_MARK = 65_536;

/** How many may wait before messages are left out: the room does not wait for one slow screen. */
const MAX_WAITING = 4 * 1024 * 1024;

/**
 * How many milliseconds of each second may go into showing things on a terminal: it is done where the
 * guests are served.
 */
const SHOWING_TIME = 300;

/** What a host seat shows things with. */
export interface HostSeatOptions {
  /** Shows what the room says; resolves when that has been taken. */
  hear(event: MemberEvent): Promise<void>;
  /** Called when a private message has been shown: which one of them it is. */
  onPrivate(number: number): void;
  /** Called when the screen keeps up again, with how many messages were left out. */
  onLeftOut(count: number): void;
  /** Told of everything that is shown. */
  readonly flow: Flow;
  /** Whether a person looks at a terminal, who cannot read everything as fast as it may come. */
  readonly isInteractive: boolean;
}

/** The seat of the person at the server, or of the program that reads its output. */
export class HostSeat implements Seat {
  readonly #options: HostSeatOptions;
  #waiting = 0;
  #leftOut = 0;
  readonly #showing = new Pace(SHOWING_TIME);
  /** Set while too much time has gone into showing things. */
  #rest: ReturnType<typeof setTimeout> | undefined;
  #space: PromiseWithResolvers<void> | undefined;

  /** A seat for one screen. */
  constructor(options: HostSeatOptions) {
    this.#options = options;
  }

  /** Shows a message. */
  deliver({ message, bytes }: Broadcast): boolean {
    // A guest that joins is shown by `Host.greet`, with how it is connected.
    if (message.type === "member" && message.change === "joined") return true;
    if (isForClients(message)) return true;
    const isFull = this.#waiting + bytes.length > MAX_WAITING || this.#rest !== undefined;
    // What the host asked for itself is answered in any case.
    if (isFull && message.type !== "notice") this.#leftOut++;
    else this.#showInTime(message, bytes.length);
    return this.#waiting <= HIGH_WATER_MARK;
  }

  /** Resolves when the screen keeps up. */
  async drained(): Promise<void> {
    if (this.#waiting <= HIGH_WATER_MARK) return;
    this.#space ??= Promise.withResolvers();
    await this.#space.promise;
  }

  /** Nothing lies in between that could fail. */
  isAlive(): Promise<boolean> {
    return Promise.resolve(true);
  }

  /** Nobody can remove the room's owner. */
  remove(): void {}

  #showInTime(event: MemberEvent, size: number): void {
    const start = performance.now();
    void this.#show(event, size);
    if (!this.#options.isInteractive) return;
    const rest = this.#showing.take(performance.now() - start);
    if (rest === 0) return;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      this.#rest = undefined;
      if (this.#waiting <= HIGH_WATER_MARK) this.#makeSpace();
    }, rest);
  }

  async #show(event: MemberEvent, size: number): Promise<void> {
    const { flow, hear, onPrivate } = this.#options;
    this.#waiting += size;
    try {
      await flow.during(hear(event));
      if (event.type === "message" && event.private !== undefined) onPrivate(event.private);
    } finally {
      this.#waiting -= size;
      if (this.#waiting <= HIGH_WATER_MARK) this.#makeSpace();
    }
  }

  #makeSpace(): void {
    this.#space?.resolve();
    this.#space = undefined;
    if (this.#leftOut === 0) return;
    this.#options.onLeftOut(this.#leftOut);
    this.#leftOut = 0;
  }
}

/** What the room says to clients, and the person at the server knows without it. */
type ForClients = Exclude<RoomMessage, MemberEvent>;

const FOR_CLIENTS: ReadonlySet<string> = new Set<ForClients["type"]>([
  "members",
  "welcome",
  "caught-up",
  "page",
  "ping",
]);

function isForClients(message: RoomMessage): message is ForClients {
  return FOR_CLIENTS.has(message.type);
}
