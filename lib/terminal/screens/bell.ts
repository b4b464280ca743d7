import type { ChatEvent } from "../events/events.ts";
import type { Message } from "../sentences/message_sentence.ts";
import { isOwn, type Style } from "../sentences/style.ts";
import { mentionsOfAny } from "../text/mentions.ts";
import { sanitiseText } from "../text/sanitise.ts";

/** How long the bell is silent after it has rung, in milliseconds. */
const SILENCE = 3_000;

/**
 * For what a bell rings: for nothing; for private messages; also where one's name or one of one's words
 * is mentioned; for every message.
 */
export type Attention = "off" | "private" | "mentions" | "all";

/** Who listens: what stands out for them, and which messages are their own. */
export type Listener = Pick<Style, "ownNick" | "ownFingerprint" | "highlights">;

/** Rings when this side is spoken to, on the terminal or on the desktop. */
export class Bell {
  readonly #attention: Attention;
  readonly #ring: (message: Message, isMention: boolean) => void;
  readonly #now: () => number;
  #lastRung = -Infinity;

  /** @param now Milliseconds from some moment on; tests have their own. */
  constructor(
    attention: Attention,
    ring: (message: Message, isMention: boolean) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#attention = attention;
    this.#ring = ring;
    this.#now = now;
  }

  /** Rings if an event asks for it, unless it has rung a moment ago. */
  hear(event: ChatEvent, listener: Listener): void {
    if (this.#attention === "off" || event.event !== "message" || event.history) return;
    const now = this.#now();
    if (now - this.#lastRung < SILENCE || isOwn(event.from, listener)) return;
    const isMention = this.#attention !== "private" && mentionsListener(event, listener);
    if (!event.private && !isMention && this.#attention !== "all") return;
    this.#lastRung = now;
    this.#ring(event, isMention);
  }
}

function mentionsListener({ text }: Message, { ownNick = "", highlights = [] }: Listener): boolean {
  return mentionsOfAny(sanitiseText(text), [ownNick, ...highlights]).length > 0;
}
