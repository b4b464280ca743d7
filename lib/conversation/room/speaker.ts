import type { Participant } from "../../chat/mod.ts";
import { UsageError } from "../../errors.ts";
import type { Absence } from "./absence.ts";
import type { PrivateTalk } from "./private_talk.ts";
import type { Said, SayOptions, Voice } from "./voice.ts";

/** Says what is typed to those to whom it is meant: to everybody, or to one member after `/query`. */
export class Speaker {
  readonly #voice: Pick<Voice, "say" | "maxTextSize">;
  readonly #privateTalk: Pick<PrivateTalk, "reader">;
  readonly #absence: Pick<Absence, "end">;
  readonly #whyNot: () => string | undefined;

  /**
   * Speaks with a voice.
   *
   * @param whyNot Why nobody would read what is said to everybody, if so. Default: somebody always does.
   */
  constructor(
    voice: Pick<Voice, "say" | "maxTextSize">,
    privateTalk: Pick<PrivateTalk, "reader">,
    absence: Pick<Absence, "end">,
    whyNot: () => string | undefined = () => undefined,
  ) {
    this.#voice = voice;
    this.#privateTalk = privateTalk;
    this.#absence = absence;
    this.#whyNot = whyNot;
  }

  /** The longest text that fits into one message here, in bytes of UTF-8. */
  get maxTextSize(): number {
    return this.#voice.maxTextSize;
  }

  /**
   * A text with the one to whom it is to go, before it is said.
   *
   * @throws {UsageError} With code `refused`, if that member is not here any more, or nobody is.
   */
  said(said: Said): Said {
    const to = this.#reader();
    return { ...said, ...(to && { to }) };
  }

  /**
   * Says a text. Resolves when there is room for the next one.
   *
   * @throws {UsageError} With code `refused`, if the one to whom it is to go is not here any more, or
   *   nobody is.
   * @throws As {@linkcode Voice.say} does.
   */
  async say(text: string, options: Omit<SayOptions, "to"> = {}): Promise<void> {
    const to = this.#reader();
    // Whoever speaks to everybody is back; a word to one member tells the others nothing.
    if (to === undefined) await this.#absence.end();
    await this.#voice.say(text, { ...options, ...(to && { to }) });
  }

  #reader(): Participant | undefined {
    const to = this.#privateTalk.reader();
    const whyNot = to === undefined ? this.#whyNot() : undefined;
    if (whyNot !== undefined) throw new UsageError("refused", whyNot);
    return to;
  }
}
