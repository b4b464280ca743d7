/**
 * Real programs, of which it is remembered what they make of what happens to them.
 *
 * @module
 */
import { setImmediate } from "node:timers";

/** A program that runs. */
export interface Running<Input, Output, View> {
  /** Something happens to it; what it says, when everything has happened that follows from it. */
  take(input: Input): Promise<readonly Output[]>;
  /** What it is like now. */
  view(): View | Promise<View>;
  /** Ends it. */
  end(): Promise<void>;
}

/** What a program has become by all that has happened to it so far. */
export interface Moment<Input, Output, View> {
  /** Which one it is, of this program. */
  readonly number: number;
  /** What it said at the last thing that happened to it. */
  readonly outputs: readonly Output[];
  readonly view: View;
  readonly before: Moment<Input, Output, View> | undefined;
  readonly by: Input | undefined;
  readonly next: Map<string, Moment<Input, Output, View>>;
}

/**
 * A program that is deterministic, and hears of nothing but what it is given. So it is run once for
 * each sequence of things that can happen to it, in however many worlds they do.
 */
export class Actor<Input, Output, View> {
  readonly #start: () => Running<Input, Output, View>;
  readonly #nameOf: (input: Input) => string;
  #running: Running<Input, Output, View> | undefined;
  /** What the one that runs has become. */
  #at: Moment<Input, Output, View> | undefined;
  #count = 0;

  /**
   * A program that has not begun.
   *
   * @param start Starts it.
   * @param nameOf The same for inputs that are the same.
   */
  constructor(start: () => Running<Input, Output, View>, nameOf: (input: Input) => string) {
    this.#start = start;
    this.#nameOf = nameOf;
  }

  /** How many sequences of things it has been through. */
  get count(): number {
    return this.#count;
  }

  /** What it is at the beginning. */
  async begin(): Promise<Moment<Input, Output, View>> {
    await this.end();
    this.#running = this.#start();
    const view = await this.#running.view();
    return this.#at = this.#moment([], view, undefined, undefined);
  }

  /** What it becomes by one thing more. */
  after(
    moment: Moment<Input, Output, View>,
    input: Input,
  ): Moment<Input, Output, View> | Promise<Moment<Input, Output, View>> {
    return moment.next.get(this.#nameOf(input)) ?? this.#run(moment, input);
  }

  /** Ends it. */
  async end(): Promise<void> {
    await this.#running?.end();
    this.#running = undefined;
  }

  async #run(
    moment: Moment<Input, Output, View>,
    input: Input,
  ): Promise<Moment<Input, Output, View>> {
    const running = this.#at === moment && this.#running || await this.#replay(moment);
    const outputs = await running.take(input);
    const after = this.#moment(outputs, await running.view(), moment, input);
    moment.next.set(this.#nameOf(input), after);
    return this.#at = after;
  }

  async #replay(moment: Moment<Input, Output, View>): Promise<Running<Input, Output, View>> {
    await this.end();
    const running = this.#running = this.#start();
    const inputs: Input[] = [];
    for (let at = moment; at.before !== undefined; at = at.before) {
      if (at.by !== undefined) inputs.unshift(at.by);
    }
    for (const input of inputs) await running.take(input);
    return running;
  }

  #moment(
    outputs: readonly Output[],
    view: View,
    before: Moment<Input, Output, View> | undefined,
    by: Input | undefined,
  ): Moment<Input, Output, View> {
    return { number: this.#count++, outputs, view, before, by, next: new Map() };
  }
}

/** Lets everything happen that follows from what has happened. */
export function consequences(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => resolve()));
}
