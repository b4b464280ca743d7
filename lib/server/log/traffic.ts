import type { SecureChannel } from "../../channel/mod.ts";
import type { RoomObserver } from "../../chat/mod.ts";
import type { QueueDepth } from "./metrics.ts";

/** What goes over a server's channels, and how much waits to. */
export class Traffic {
  readonly #observer: RoomObserver;
  /** For each open channel, what of its traffic has been told. */
  readonly #told = new Map<SecureChannel, { bytesIn: number; bytesOut: number }>();

  /** @param observer Told of bytes, now and then. */
  constructor(observer: RoomObserver) {
    this.#observer = observer;
  }

  /** Watches a channel until it is closed. */
  add(channel: SecureChannel): void {
    this.#told.set(channel, { bytesIn: 0, bytesOut: 0 });
    void channel.closed.then(() => {
      this.#tell(channel);
      this.#told.delete(channel);
    });
  }

  /** How much waits to be sent now. What has been sent is told meanwhile. */
  depth(): QueueDepth {
    let bytes = 0;
    let deepest = 0;
    for (const channel of this.#told.keys()) {
      this.#tell(channel);
      bytes += channel.queued;
      deepest = Math.max(deepest, channel.queued);
    }
    return { bytes, deepest };
  }

  #tell(channel: SecureChannel): void {
    const told = this.#told.get(channel);
    if (told === undefined) return;
    const { bytesIn, bytesOut } = channel.activity;
    this.#observer.bytes?.("in", bytesIn - told.bytesIn);
    this.#observer.bytes?.("out", bytesOut - told.bytesOut);
    Object.assign(told, { bytesIn, bytesOut });
  }
}
