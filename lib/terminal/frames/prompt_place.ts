import type { CursorPosition } from "../keyboard/typed_input.ts";
import { type TerminalSize, terminalSize } from "../output/terminal_size.ts";
import { CursorFinder } from "./cursor_finder.ts";
import { clearPrompt, type DrawnPrompt, drawPrompt } from "./draw.ts";
import { layOutPrompt } from "./layout.ts";
import { findPrompt, saysReflow } from "./reflow.ts";

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
  readonly #finder = new CursorFinder();
  /** Whether the terminal wraps anew what it shows when it becomes narrower or wider. */
  #reflows: boolean | undefined = saysReflow();

  /** Whether a prompt stands on the screen. */
  get isDrawn(): boolean {
    return this.#drawn !== undefined;
  }

  /** Whether it looks like this already. */
  shows(view: PromptView, size: TerminalSize): boolean {
    return this.#drawn?.source === sourceOf(view, size);
  }

  /** The bytes that draw it, from the beginning of a row on. */
  draw(view: PromptView, size: TerminalSize): string {
    const { columns, rows } = size;
    const layout = layOutPrompt(view.prompt, view.line, view.cursor, columns);
    const { text, shape } = drawPrompt(layout, columns, rows);
    this.#drawn = { source: sourceOf(view, size), shape };
    return text;
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
  }

  /** Takes the terminal's answer where the cursor stands. */
  hear(position: CursorPosition): void {
    this.#finder.hear(position);
  }

  /**
   * Finds it again after the window has changed its width.
   *
   * @param ask sends the terminal a question, whose answer is to be given to {@linkcode PromptPlace.hear}.
   * @param matters whether it still matters where the prompt is.
   */
  async find(ask: (question: string) => Promise<void>, matters: () => boolean): Promise<void> {
    while (this.#drawn !== undefined && matters()) {
      const { columns } = terminalSize();
      const { source, shape } = this.#drawn;
      if (columns === shape.columns) return;
      const position = await this.#finder.find(ask);
      if (this.#drawn?.shape !== shape) return;
      // While a person drags the corner of the window, the answer may be about another width.
      if (terminalSize().columns !== columns) continue;
      const column = position && position.column - 1;
      const { cursorRow, reflows } = findPrompt(shape, columns, column, this.#reflows);
      this.#reflows = reflows;
      this.#drawn = { source, shape: { ...shape, columns, cursorRow } };
    }
  }
}

/** All that a drawing depends on. */
function sourceOf({ prompt, line, cursor }: PromptView, { columns, rows }: TerminalSize): string {
  return `${cursor} ${columns} ${rows} ${prompt}\0${line}`;
}
