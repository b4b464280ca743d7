import { characterWidth, graphemes } from "../text/clusters.ts";
import { sanitiseLine } from "../text/sanitise.ts";

/**
 * The half-typed line on a terminal on which nothing can be drawn: it is written once, as it is typed,
 * and again when something has come in between. Pure; the terminal knows CR, LF and BS.
 */
export class PlainLine {
  readonly #write: (text: string) => void;
  readonly #columns: () => number;
  #text = "";
  /** How many columns of the present row, and of those it has been wrapped from, show the line. */
  #shown = 0;

  /**
   * Begins with nothing typed.
   *
   * @param columns The terminal's width.
   */
  constructor(write: (text: string) => void, columns: () => number) {
    this.#write = write;
    this.#columns = columns;
  }

  /** What has been typed. */
  get text(): string {
    return this.#text;
  }

  /** Adds text without control characters, a tab aside. */
  insert(text: string): void {
    this.#show();
    this.#text += text;
    this.#echo(text);
  }

  /** Takes away the last character. */
  eraseCharacter(): void {
    this.#eraseFrom(lastCluster(this.#text));
  }

  /** Takes away the last word, and the blanks behind it. */
  eraseWord(): void {
    this.#eraseFrom(this.#text.replace(/\S*\s*$/, "").length);
  }

  /** Takes away everything. */
  eraseAll(): void {
    this.#eraseFrom(0);
  }

  /** Ends the row, and gives what was typed. */
  enter(): string {
    this.#show();
    const text = this.#text;
    this.#text = "";
    this.#write("\n");
    this.#shown = 0;
    return text;
  }

  /** Forgets what was typed, and ends the row, behind a word on why. */
  cancel(why = ""): void {
    this.#text = "";
    if (this.#shown > 0 || why !== "") this.#write(`${why}\n`);
    this.#shown = 0;
  }

  /** Ends the row, if it shows the line, so that something else can be written below. */
  leave(): void {
    if (this.#shown > 0) this.#write("\n");
    this.#shown = 0;
  }

  /** Writes the line again, in a new row. */
  showAgain(): void {
    this.leave();
    this.#show();
  }

  #show(): void {
    if (this.#shown === 0 && this.#text !== "") this.#echo(this.#text);
  }

  #echo(text: string): void {
    const shown = sanitiseLine(text);
    this.#write(shown);
    this.#shown += columnsOf(shown);
  }

  #eraseFrom(start: number): void {
    if (this.#text === "") return;
    this.#show();
    const erased = this.#text.slice(start);
    this.#text = this.#text.slice(0, start);
    const columns = columnsOf(sanitiseLine(erased));
    // BS does not go back to the row above, and how wide a cluster is, terminals disagree on.
    const isInRow = this.#shown < this.#columns() && /^[ -~\p{Script=Latin}]*$/u.test(erased);
    if (!isInRow) {
      if (this.#text === "") this.leave();
      else this.showAgain();
      return;
    }
    this.#write("\b \b".repeat(columns));
    this.#shown -= columns;
  }
}

function columnsOf(text: string): number {
  return [...text].reduce((columns, character) => columns + characterWidth(character), 0);
}

/** Where the last of what people take for a character begins. */
function lastCluster(text: string): number {
  return graphemes.segment(text).containing(text.length - 1)?.index ?? 0;
}
