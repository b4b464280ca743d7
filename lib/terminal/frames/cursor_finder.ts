import { ASK_POSITION, type CursorPosition } from "../keyboard/typed_input.ts";

/** How long an answer may take, in milliseconds. */
const TIMEOUT = 500;

/** Asks a terminal where its cursor stands. One that has not answered is not asked again. */
export class CursorFinder {
  #answers = true;
  #waiter: ((position: CursorPosition | undefined) => void) | undefined;

  /**
   * Asks.
   *
   * @param write sends the question to the terminal.
   * @returns `undefined` if there is no answer in time.
   */
  async find(write: (question: string) => Promise<void>): Promise<CursorPosition | undefined> {
    if (!this.#answers) return undefined;
    const { promise, resolve } = Promise.withResolvers<CursorPosition | undefined>();
    this.#waiter = resolve;
    await write(ASK_POSITION);
    const timer = setTimeout(() => this.hear(undefined), TIMEOUT);
    const position = await promise;
    clearTimeout(timer);
    this.#answers = position !== undefined;
    return position;
  }

  /** Takes the answer. */
  hear(position: CursorPosition | undefined): void {
    this.#waiter?.(position);
    this.#waiter = undefined;
  }
}
