import type { ChatEvent } from "../events/events.ts";
import { mentions } from "../text/mentions.ts";
import { sanitiseText } from "../text/sanitise.ts";

/** How long the bell is silent after it has rung, in milliseconds. */
const SILENCE = 3_000;

/** Rings when this side is spoken to: by name, or alone. */
export class Bell {
  readonly #ring: () => void;
  readonly #now: () => number;
  #lastRung = -Infinity;

  /** @param now Milliseconds from some moment on; tests have their own. */
  constructor(ring: () => void, now: () => number = () => performance.now()) {
    this.#ring = ring;
    this.#now = now;
  }

  /** Rings if an event asks for it, unless it has rung a moment ago. */
  hear(event: ChatEvent, ownNick: string): void {
    if (event.event !== "message" || event.history) return;
    const now = this.#now();
    if (now - this.#lastRung < SILENCE) return;
    if (!event.private && mentions(sanitiseText(event.text), ownNick).length === 0) return;
    this.#lastRung = now;
    this.#ring();
  }
}
