import type { ChatEvent } from "../events/events.ts";
import { Calendar } from "../text/dates.ts";
import { isJoinOrLeave, JoinsAndLeaves } from "./joins_and_leaves.ts";
import { joinsAndLeavesSentence } from "./member_sentences.ts";
import { daySentence, sentence } from "./sentence.ts";
import type { Style } from "./style.ts";

/** Where the sentences go. */
export interface NarratorOptions {
  /** Whether to tell only what people say, what went wrong, and what was asked for. */
  readonly quiet: boolean;
  /** How the next sentence is shown. */
  style(isMessage: boolean): Style;
  /** Writes one or more lines. Takes them at once; resolves when there is room for the next. */
  write(text: string, isMessage: boolean): Promise<void>;
}

/** Turns events into sentences, in order, and many joins and leaves into one. */
export class Narrator {
  readonly #options: NarratorOptions;
  readonly #joinsAndLeaves: JoinsAndLeaves;
  readonly #calendar = new Calendar();

  /** For one screen. */
  constructor(options: NarratorOptions) {
    this.#options = options;
    this.#joinsAndLeaves = new JoinsAndLeaves((changes) =>
      options.write(joinsAndLeavesSentence(changes, options.style(false)), false)
    );
  }

  /** Tells of an event, if it is wanted. Resolves when there is room for the next. */
  async tell(event: ChatEvent): Promise<void> {
    if (this.#options.quiet && !isNeeded(event)) return;
    if (isJoinOrLeave(event)) return await this.#joinsAndLeaves.add(event);
    const text = this.#textFor(event);
    if (text === undefined) return;
    // How a guest is connected is told just before they join: it ends no gathering of joins.
    const flushing = event.event === "connected" ? undefined : this.#joinsAndLeaves.flush();
    // Both begin before anything else can be told, so that the order stays.
    const writing = this.#options.write(text, event.event === "message");
    await flushing;
    await writing;
  }

  /** Tells what was held back. */
  flush(): Promise<void> {
    return this.#joinsAndLeaves.flush();
  }

  #textFor(event: ChatEvent): string | undefined {
    const isMessage = event.event === "message";
    const style = this.#options.style(isMessage);
    const text = sentence(event, style);
    // What was found has its day with it.
    if (!isMessage || event.found !== undefined || style.timeOfDay === undefined) return text;
    const day = this.#calendar.turn(event.time);
    return day === undefined ? text : `${daySentence(day, style)}\n${text}`;
  }
}

/** What is shown even with `--quiet`. */
const NEEDED: ReadonlySet<ChatEvent["event"]> = new Set([
  "message",
  "error",
  "refused",
  "undelivered",
  "pending",
  "members",
  "verification",
  "invitation",
  "explain",
]);

function isNeeded(event: ChatEvent): boolean {
  switch (event.event) {
    case "notice":
      return event.important === true;
    case "reconnected":
      // That something is lost must be known.
      return event.gone !== undefined && event.gone > 0;
    default:
      return NEEDED.has(event.event);
  }
}
