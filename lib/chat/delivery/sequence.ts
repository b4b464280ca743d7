import type { Topic } from "../wire/messages.ts";
import type { Appended, NewEntry, RoomLog } from "../log/room_log.ts";

/** How many bytes of messages are gathered at most before they are handed on. */
const MAX_GATHERED = 65_536;

/** What anything else than a message counts for, in bytes. */
const STEP_SIZE = 100;

/** How many bytes may wait for the log before speakers have to. */
const MAX_WAITING = 8 * 1024 * 1024;

/** A message that is to be taken by the log. */
interface Post {
  readonly entry: NewEntry;
  /** Called in its turn, when the log has it, or has refused it. */
  readonly taken: (appended: Appended | undefined) => void;
}

/** Something else that happens in the room. */
type Step = () => void;

/** What a sequence works with. */
export interface SequenceOptions {
  readonly log: RoomLog;
  /** For how many milliseconds things are gathered that follow each other fast; asked each time. */
  gatherFor(): number;
  /** The same where only news waits, such as that somebody has come. Default: as long as anything else. */
  gatherNewsFor?(): number;
  /** Called when some have had their turns: what came of them is to be handed on. */
  onTurn(): void;
  /** Gives another log in the place of one that failed. It must take everything. */
  onFailure(error: unknown): RoomLog;
}

/**
 * The order of what happens in a room. Each thing has its turn when everything before it is in the log:
 * messages go there together, and nothing is handed on that the log does not have.
 *
 * What follows fast is gathered for a moment, so that one write to a disk, and one record to each
 * member, serves for several. The first one after a pause goes at once. News may be gathered for longer,
 * until something else comes that is behind it.
 */
export class Sequence {
  readonly #options: SequenceOptions;
  #log: RoomLog;
  #waiting: (Post | Step)[] = [];
  #size = 0;
  /** Whether only news waits. */
  #isNews = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAppending = false;
  #turnedAt = -Infinity;
  /** For how long the log kept everything else waiting at the last append, in milliseconds. */
  #blockedFor = 0;
  #isUrgent = false;
  #space: PromiseWithResolvers<void> | undefined;

  /** A sequence of nothing yet. */
  constructor(options: SequenceOptions) {
    this.#options = options;
    this.#log = options.log;
  }

  /** The log that takes the messages now. */
  get log(): RoomLog {
    return this.#log;
  }

  /** Resolves when there is space for more messages; `undefined` if there is at once. */
  get space(): Promise<void> | undefined {
    if (this.#size <= MAX_WAITING) return undefined;
    this.#space ??= Promise.withResolvers();
    return this.#space.promise;
  }

  /**
   * Gives a message to the log, in its turn.
   *
   * @param taken Called when the log has it, or has refused it, before anything behind it has its turn.
   */
  post(entry: NewEntry, taken: (appended: Appended | undefined) => void): void {
    this.#add({ entry, taken }, entry.body.length);
  }

  /** Does something in its turn: at once, if nothing is in front of it. */
  then(step: Step): void {
    this.#add(step, STEP_SIZE);
  }

  /** As {@linkcode then}, for news: it may wait a little longer, for more of it. */
  thenNews(step: Step): void {
    this.#add(step, STEP_SIZE, true);
  }

  /** Keeps what the room is about. */
  async keepTopic(topic: Topic | undefined): Promise<void> {
    try {
      await this.#log.setTopic(topic);
    } catch (error) {
      this.#fail(error);
      // That is to be told as well.
      this.then(() => {});
      await this.#log.setTopic(topic);
    }
  }

  /** Gives every message its turn now, and resolves when it has had it; news alone may wait. */
  settleMessages(): Promise<void> {
    return this.#isNews && !this.#isAppending ? Promise.resolve() : this.settle();
  }

  /** Gives everything its turn now, and resolves when it has had it. */
  settle(): Promise<void> {
    if (this.#waiting.length === 0 && !this.#isAppending) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    this.#isUrgent = true;
    this.#turn();
    return promise;
  }

  #add(item: Post | Step, size: number, isNews = false): void {
    this.#waiting.push(item);
    this.#size += size;
    if (this.#isNews && !isNews) {
      this.#isNews = false;
      this.#stopTimer();
    }
    if (!this.#isAppending) this.#schedule();
  }

  #schedule(): void {
    if (this.#waiting.length === 0) return;
    // A log may write to a disk while this program waits: half of the time is for everything else.
    const pause = Math.max(this.#gatherFor(), this.#blockedFor);
    const rest = this.#turnedAt + pause - performance.now();
    if (rest <= 0 || this.#isUrgent || this.#size > MAX_GATHERED) this.#turn();
    else this.#timer ??= setTimeout(() => this.#turn(), rest);
  }

  #gatherFor(): number {
    const { gatherNewsFor } = this.#options;
    return this.#isNews && gatherNewsFor !== undefined
      ? gatherNewsFor()
      : this.#options.gatherFor();
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #turn(): void {
    this.#stopTimer();
    if (this.#isAppending) return;
    const items = this.#waiting;
    this.#waiting = [];
    this.#size = 0;
    this.#isNews = true;
    this.#isUrgent = false;
    const entries = items.flatMap((item) => typeof item === "function" ? [] : [item.entry]);
    if (entries.length === 0) return this.#finish(items, []);
    this.#isAppending = true;
    void this.#append(entries).then((appended) => {
      this.#isAppending = false;
      this.#finish(items, appended);
      this.#schedule();
    });
  }

  async #append(entries: readonly NewEntry[]): Promise<readonly (Appended | undefined)[]> {
    try {
      const start = performance.now();
      const appending = this.#log.append(entries);
      this.#blockedFor = performance.now() - start;
      return await appending;
    } catch (error) {
      this.#fail(error);
      return await this.#log.append(entries);
    }
  }

  #fail(error: unknown): void {
    this.#log = this.#options.onFailure(error);
  }

  #finish(
    items: readonly (Post | Step)[],
    appended: readonly (Appended | undefined)[],
  ): void {
    let next = 0;
    for (const item of items) {
      if (typeof item === "function") item();
      else item.taken(appended[next++]);
    }
    this.#turnedAt = performance.now();
    this.#options.onTurn();
    this.#space?.resolve();
    this.#space = undefined;
  }
}
