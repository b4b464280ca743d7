import { isShortEnough } from "../../chat/wire/text.ts";
import { newMessageId } from "../../chat/wire/message_id.ts";
import { hex } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import type { SayOptions, Voice } from "./voice.ts";

/** The longest text of `/away`, in bytes of UTF-8. */
const MAX_AWAY_SIZE = 256;

/** How it is said that this person is back. */
export const IS_BACK = "is back";

/**
 * Whether this person has said that they are away. The room keeps nothing of it: it is said to everybody
 * as what one does (`* bob is away: lunch`), so that it is muted, slowed and kept as everything is that
 * is said, and it ends with the next thing that is said to everybody.
 */
export class Absence {
  readonly #voice: Pick<Voice, "say">;
  readonly #onChange: () => void;
  /** The id under which it was said, in hexadecimal digits; `undefined` while one is here. */
  #id: string | undefined;

  /** @param onChange Called when one goes, or is back. */
  constructor(voice: Pick<Voice, "say">, onChange: () => void) {
    this.#voice = voice;
    this.#onChange = onChange;
  }

  /** Whether this person is away. */
  get isAway(): boolean {
    return this.#id !== undefined;
  }

  /**
   * Says that this person is away.
   *
   * @param why One line, possibly empty.
   * @throws {UsageError} If that is too long.
   * @throws As {@linkcode Voice.say} does; then all is as it was before.
   */
  async begin(why: string, options: Pick<SayOptions, "id" | "line">): Promise<void> {
    const text = this.words(why);
    const { id = newMessageId() } = options;
    await this.#tell(text, hex(id), { ...options, id });
  }

  /**
   * How it is said that this person is away.
   *
   * @param why One line, possibly empty.
   * @throws {UsageError} If that is too long.
   */
  words(why: string): string {
    if (isShortEnough(why, MAX_AWAY_SIZE)) return why === "" ? "is away" : `is away: ${why}`;
    throw new UsageError("usage", `TEXT has at most ${MAX_AWAY_SIZE} bytes`);
  }

  /**
   * Says that this person is back, unless they were not away.
   *
   * @throws As {@linkcode Voice.say} does; then all is as it was before.
   */
  async end(options: Pick<SayOptions, "id" | "line"> = {}): Promise<void> {
    if (!this.isAway) return;
    await this.#tell(IS_BACK, undefined, options);
  }

  /** The room has not taken a message: if nobody knows that one is away, the prompt must not say so. */
  refused(id: string): void {
    if (id === this.#id) this.#become(undefined);
  }

  async #tell(text: string, id: string | undefined, options: SayOptions): Promise<void> {
    const before = this.#id;
    // Before it is said: the room may refuse it before there is room for the next one.
    this.#become(id);
    try {
      await this.#voice.say(text, { ...options, isAction: true });
    } catch (error) {
      // Nobody was told. Meanwhile something else may have been said, or this refused.
      if (this.#id === id) this.#become(before);
      throw error;
    }
  }

  #become(id: string | undefined): void {
    this.#id = id;
    this.#onChange();
  }
}
