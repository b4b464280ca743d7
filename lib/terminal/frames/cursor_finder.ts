import { ASK_POSITION, type CursorPosition } from "../keyboard/typed_input.ts";
import type { TerminalSize } from "../output/terminal_size.ts";

/** How long an answer may take, in milliseconds. */
export const ANSWER_TIMEOUT = 500;

/** The cursor is held up by the last row and column; DECSC and DECRC bring it back. */
const ASK_SIZE = `\x1b7\x1b[9999;9999H${ASK_POSITION}\x1b8`;

/** What a terminal has answered. */
export interface Look {
  /** The cursor's row, counted from 0. */
  readonly row: number;
  /** The cursor's column, counted from 0. */
  readonly column: number;
  /** How large the screen was at that moment: the kernel may not know of it yet, or no more. */
  readonly size: TerminalSize;
}

/** Asks a terminal where its cursor stands. One that has not answered is not asked again. */
export class CursorFinder {
  #answers = true;
  readonly #heard: CursorPosition[] = [];
  #waiter: ((look: Look | undefined) => void) | undefined;
  #answer: Promise<unknown> | undefined;

  /** Resolves when the question that is open has its answer, or its time is over; `undefined` if none is. */
  get answer(): Promise<unknown> | undefined {
    return this.#answer;
  }

  /**
   * Asks.
   *
   * @param write sends the question to the terminal.
   * @returns `undefined` if there is no answer in time.
   */
  async find(write: (question: string) => Promise<void>): Promise<Look | undefined> {
    if (!this.#answers) return undefined;
    const { promise, resolve } = Promise.withResolvers<Look | undefined>();
    this.#waiter = resolve;
    this.#answer = promise;
    this.#heard.length = 0;
    // In one piece, so that both answers are about the same moment.
    await write(ASK_POSITION + ASK_SIZE);
    const timer = setTimeout(() => resolve(undefined), ANSWER_TIMEOUT);
    const look = await promise;
    clearTimeout(timer);
    this.#waiter = undefined;
    this.#answer = undefined;
    this.#answers = look !== undefined;
    return look;
  }

  /** Takes an answer. */
  hear(position: CursorPosition): void {
    this.#heard.push(position);
    const [cursor, corner] = this.#heard;
    if (cursor === undefined || corner === undefined) return;
    const size = { columns: corner.column, rows: corner.row };
    // Behind a full row, tmux says that the cursor is beyond the last column.
    const column = Math.min(cursor.column, size.columns) - 1;
    this.#waiter?.({ row: cursor.row - 1, column, size });
  }
}
