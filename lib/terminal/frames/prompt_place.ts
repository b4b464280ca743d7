import type { CursorPosition } from "../keyboard/typed_input.ts";
import { type TerminalSize, terminalSize } from "../output/terminal_size.ts";
import { CursorFinder } from "./cursor_finder.ts";
import { clearPrompt, type DrawnPrompt, drawPrompt } from "./draw.ts";
import { layOutPrompt } from "./layout.ts";
import { countHidden, findPrompt, firstRows, rowsOf, saysReflow } from "./reflow.ts";

/** What is to stand at the bottom of the screen. */
export interface PromptView {
  /** What stands in front of the typed text; may be coloured. */
  readonly prompt: string;
  /** The typed text. */
  readonly line: string;
  /** The cursor's place in it, in UTF-16 code units. */
  readonly cursor: number;
}

/** The prompt as it was drawn last, and where it stands now. */
export class PromptPlace {
  /** The shape on the screen, and what it was drawn from. */
  #drawn: { source: string; shape: DrawnPrompt["shape"] } | undefined;
  /** The lengths of what was left of earlier prompts directly above the top of the screen. */
  #hidden: readonly number[] = [];
  readonly #finder = new CursorFinder();
  /** How large the window was said to be, and how large it was found to be. */
  #size = { told: terminalSize(), found: terminalSize() };
  /** Whether the terminal wraps anew what it shows when it becomes narrower or wider. */
  #reflows: boolean | undefined = saysReflow();

  /** Whether a prompt stands on the screen. */
  get isDrawn(): boolean {
    return this.#drawn !== undefined;
  }

  /** Whether it looks like this already. */
  shows(view: PromptView): boolean {
    return this.#drawn?.source === sourceOf(view, this.#currentSize());
  }

  /** The bytes that draw it, from the beginning of a row on. */
  draw(view: PromptView): string {
    const size = this.#currentSize();
    const { columns, rows } = size;
    const layout = layOutPrompt(view.prompt, view.line, view.cursor, columns);
    const { text, shape } = drawPrompt(layout, columns, rows);
    this.#drawn = {
      source: sourceOf(view, size),
      shape: {
        ...shape,
        above: [...this.#hidden, ...shape.above],
        cursorRow: rowsOf(this.#hidden, columns) + shape.cursorRow,
      },
    };
    return text;
  }

  /** The bytes that draw it in its own place. */
  redraw(view: PromptView): string {
    const hidden = this.#hidden;
    const cleared = this.clear();
    this.#hidden = hidden;
    return cleared + this.draw(view);
  }

  /** The bytes that clear it, and leave the cursor where it began; empty if none stands there. */
  clear(): string {
    const cursorRow = this.#drawn?.shape.cursorRow;
    this.forget();
    return cursorRow === undefined ? "" : clearPrompt(cursorRow);
  }

  /** Takes note that it is gone, or that nobody knows where it is. */
  forget(): void {
    this.#drawn = undefined;
    this.#hidden = [];
  }

  /** The terminal's answer that is waited for, as {@linkcode CursorFinder.answer} tells it. */
  get answer(): Promise<unknown> | undefined {
    return this.#finder.answer;
  }

  /** Takes the terminal's answer where the cursor stands. */
  hear(position: CursorPosition): void {
    this.#finder.hear(position);
  }

  /**
   * Finds it again after the window has changed its size.
   *
   * @param ask sends the terminal a question, whose answer is to be given to {@linkcode PromptPlace.hear}.
   * @param matters whether it still matters where the prompt is.
   */
  async find(ask: (question: string) => Promise<void>, matters: () => boolean): Promise<void> {
    while (this.#drawn !== undefined && matters()) {
      const told = terminalSize();
      if (isSame(told, this.#size.told)) return;
      const { source, shape } = this.#drawn;
      const look = await this.#finder.find(ask);
      if (this.#drawn?.shape !== shape) return;
      this.#size = { told, found: look?.size ?? told };
      const { columns } = this.#size.found;
      const found = findPrompt(shape, columns, look?.column, this.#reflows);
      this.#reflows = found.reflows;
      this.#hidden = look ? firstRows(shape, columns, countHidden(found, look)) : [];
      const cursorColumn = look?.column ?? shape.cursorColumn;
      const { cursorRow } = found;
      this.#drawn = { source, shape: { ...shape, columns, cursorRow, cursorColumn } };
    }
  }

  /** As found, until the kernel tells of another: while a window is dragged, it lags behind. */
  #currentSize(): TerminalSize {
    const told = terminalSize();
    if (!isSame(told, this.#size.told)) this.#size = { told, found: told };
    return this.#size.found;
  }
}

function isSame(a: TerminalSize, b: TerminalSize): boolean {
  return a.columns === b.columns && a.rows === b.rows;
}

/** All that a drawing depends on. */
function sourceOf({ prompt, line, cursor }: PromptView, { columns, rows }: TerminalSize): string {
  return `${cursor} ${columns} ${rows} ${prompt}\0${line}`;
}
