import { UsageError } from "../errors.ts";
import { aMoment } from "./forget_messages.ts";
import type { Retention } from "./retention.ts";

/** What a {@linkcode Pruner} works with. */
export interface PrunerOptions {
  readonly retention: Retention;
  /** The time: milliseconds since 1970. */
  now(): number;
  /** Called when something was forgotten, and nothing more has to be. */
  onPruned(): void;
}

/**
 * Forgets what has to be forgotten, as time passes and when there is too much. Nobody waits for it for
 * long: it goes on after a turn of the event loop.
 */
export class Pruner {
  readonly #options: PrunerOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #pruning: Promise<void> | undefined;
  #isClosed = false;

  /** Nothing happens before {@linkcode Pruner.prune}. */
  constructor(options: PrunerOptions) {
    this.#options = options;
  }

  /** Forgets what has to be forgotten now, and what will have to be, in its time. */
  prune(): Promise<void> {
    return this.#pruning ??= this.#prune().finally(() => {
      this.#pruning = undefined;
      this.#wait();
    });
  }

  /** Has to be called when something was added. */
  onAdded(): void {
    if (this.#pruning === undefined && this.#options.retention.isTooLarge) void this.prune();
  }

  /** Ends it. What is left to do is done another time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#pruning;
    clearTimeout(this.#timer);
  }

  async #prune(): Promise<void> {
    const { retention, now, onPruned } = this.#options;
    clearTimeout(this.#timer);
    try {
      let isAny = false;
      while (!this.#isClosed && retention.forgetSome(now())) {
        isAny = true;
        await aMoment();
      }
      if (isAny) onPruned();
    } catch (error) {
      // The next message cannot be written either, and its sender is told.
      if (!(error instanceof UsageError)) throw error;
    }
  }

  #wait(): void {
    if (this.#isClosed) return;
    const { retention, now } = this.#options;
    try {
      const wait = retention.waitFrom(now());
      if (wait !== undefined) this.#timer = setTimeout(() => void this.prune(), wait);
    } catch (error) {
      // A file that is damaged is for those who read and write to find out: nobody awaits this.
      if (!(error instanceof UsageError)) throw error;
    }
  }
}
