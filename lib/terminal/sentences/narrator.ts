import type { ChatEvent } from "../events/events.ts";
import { withBars, withoutBars } from "../text/bar.ts";
import { Calendar } from "../text/dates.ts";
import { isJoinOrLeave, JoinsAndLeaves } from "./joins_and_leaves.ts";
import { joinsAndLeavesSentence } from "./member_sentences.ts";
import { daySentence, sentence } from "./sentence.ts";
import { isOwn, type Style } from "./style.ts";

/** Where the sentences go. */
export interface NarratorOptions {
  /** Whether to tell only what people say, what went wrong, and what was asked for. */
  readonly quiet: boolean;
  /** How the next sentence is shown. */
  style(isMessage: boolean): Style;
  /** Whether a line says so when a day has passed between two messages. Default false. */
  readonly hasDays?: boolean;
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
    this.#joinsAndLeaves = new JoinsAndLeaves((changes) => {
      const style = options.style(false);
      const text = joinsAndLeavesSentence(changes, style);
      return options.write(style.hasBars ? withBars(text, style.paint.notice) : text, false);
    });
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
    if (text === undefined) return undefined;
    const marked = style.hasBars ? behindBar(text, event, style) : text;
    // What was found has its day with it.
    if (!isMessage || event.found !== undefined || !this.#options.hasDays) return marked;
    const day = this.#calendar.turn(event.time);
    return day === undefined ? marked : `${dayLine(day, style)}\n${marked}`;
  }
}

function dayLine(day: string, style: Style): string {
  const text = daySentence(day, style);
  return style.hasBars ? withBars(text, style.paint.dim) : text;
}

/** A sentence behind the bar, in the colour of whoever speaks. */
function behindBar(text: string, event: ChatEvent, style: Style): string {
  const paint = barPaint(event, style);
  if (event.event !== "invitation") return withBars(text, paint);
  // The invitation is copied as a line: it is the rest of the sentence above, and has no bar.
  const invitation = text.lastIndexOf("\n");
  return withBars(text.slice(0, invitation), paint) + withoutBars(text.slice(invitation));
}

function barPaint(event: ChatEvent, style: Style): (bar: string) => string {
  const { paint } = style;
  switch (event.event) {
    case "message": {
      const { from } = event;
      return isOwn(from, style) ? paint.self : (bar) => paint.person(bar, from.fingerprint);
    }
    case "error":
    case "refused":
    case "undelivered":
      return paint.error;
    case "notice":
    case "explain":
      return paint.dim;
    default:
      return paint.notice;
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
