import { columnOf, placeAt } from "./columns.ts";
import type { EditBuffer } from "./edit_buffer.ts";
import { KillRing } from "./kill_ring.ts";
import {
  characterBefore,
  characterBehind,
  chunkBefore,
  lineEnd,
  lineStart,
  wordBefore,
  wordBehind,
} from "./places.ts";

/** Where a key moves the cursor, or up to where it deletes. */
type Place = (text: string, cursor: number) => number;

/** The line's beginning; from there, the draft's. */
const toStart: Place = (text, cursor) => {
  const start = lineStart(text, cursor);
  return start === cursor ? 0 : start;
};

/** The line's end; from there, the draft's. */
const toEnd: Place = (text, cursor) => {
  const end = lineEnd(text, cursor);
  return end === cursor ? text.length : end;
};

/** Where keys move the cursor. */
const MOVES: Readonly<Record<string, Place>> = {
  "left": characterBefore,
  "C-b": characterBefore,
  "right": characterBehind,
  "C-f": characterBehind,
  "M-b": wordBefore,
  "C-left": wordBefore,
  "M-left": wordBefore,
  "M-f": wordBehind,
  "C-right": wordBehind,
  "M-right": wordBehind,
  "home": toStart,
  "C-a": toStart,
  "end": toEnd,
  "C-e": toEnd,
};

/** From where, or up to where, keys delete. What is deleted by more than a character can be put back. */
const KILLS: Readonly<Record<string, Place>> = {
  "M-backspace": wordBefore,
  "C-w": chunkBefore,
  "M-d": wordBehind,
  "C-delete": wordBehind,
  // At the line's own end or beginning, the line break.
  "C-u": (text, cursor) => Math.min(lineStart(text, cursor), characterBefore(text, cursor)),
  "C-k": (text, cursor) => Math.max(lineEnd(text, cursor), characterBehind(text, cursor)),
};

const DELETIONS: Readonly<Record<string, Place>> = {
  "backspace": characterBefore,
  "delete": characterBehind,
  "C-d": characterBehind,
};

/** What keys make of the rest of a word. */
const CASES: Readonly<Record<string, (word: string) => string>> = {
  "M-u": (word) => word.toLocaleUpperCase(),
  "M-l": (word) => word.toLocaleLowerCase(),
  "M-c": (word) =>
    word.toLocaleLowerCase().replace(/[\p{L}\p{N}]/u, (first) => first.toLocaleUpperCase()),
};

/** What a key has done that the next one may go on with. */
type Deed = "killed" | "put back" | "moved between lines" | "other";

/** What the keys do to one text, as in readline's Emacs mode. */
export class Desk {
  readonly #kills = new KillRing();
  /** The column to which Up and Down go back in a longer line. */
  #column: number | undefined;
  /** Where the text begins that was put back last. */
  #putBackAt: number | undefined;

  /**
   * Lets a key edit a text.
   *
   * @param name As `keyName` gives it.
   * @returns Whether there is such a key.
   */
  press(name: string, buffer: EditBuffer): boolean {
    const deed = this.#do(name, buffer);
    this.#note(deed);
    return deed !== undefined;
  }

  /** Says that something else was done. */
  rest(): void {
    this.#note("other");
  }

  /** Moves a line up (-1) or down (1), and stays in the column. @returns False if there is none. */
  moveLine(buffer: EditBuffer, by: -1 | 1): boolean {
    const { text, cursor } = buffer;
    const start = lineStart(text, cursor);
    const end = lineEnd(text, cursor);
    if (by < 0 ? start === 0 : end === text.length) return false;
    const column = this.#column ?? columnOf(text, cursor);
    buffer.move(placeAt(text, by < 0 ? lineStart(text, start - 1) : end + 1, column));
    this.#note("moved between lines");
    this.#column = column;
    return true;
  }

  /** Empties a text that can be put back. */
  kill(buffer: EditBuffer): void {
    this.rest();
    this.#kills.add(buffer.text, "before");
    this.rest();
    buffer.replace(0, buffer.text.length, "");
  }

  #do(name: string, buffer: EditBuffer): Deed | undefined {
    const { text, cursor } = buffer;
    const move = MOVES[name];
    const deletion = DELETIONS[name];
    const kill = KILLS[name];
    const change = CASES[name];
    if (move !== undefined) buffer.move(move(text, cursor));
    else if (deletion !== undefined) remove(buffer, deletion(text, cursor));
    else if (kill !== undefined) return this.#kill(buffer, kill(text, cursor));
    else if (change !== undefined) {
      const end = wordBehind(text, cursor);
      buffer.replace(cursor, end, change(text.slice(cursor, end)));
    } else if (name === "C-y") return this.#putBack(buffer, cursor);
    else if (name === "M-y") return this.#putBackAnother(buffer);
    else if (name === "C-t") transpose(buffer);
    else if (name === "C-_") buffer.undo();
    else if (name === "M-r") buffer.undoAll();
    else return undefined;
    return "other";
  }

  #kill(buffer: EditBuffer, place: number): Deed {
    const { cursor } = buffer;
    this.#kills.add(remove(buffer, place), place < cursor ? "before" : "behind");
    return "killed";
  }

  #putBack(buffer: EditBuffer, start: number): Deed {
    buffer.replace(start, buffer.cursor, this.#kills.last);
    this.#putBackAt = start;
    return "put back";
  }

  #putBackAnother(buffer: EditBuffer): Deed {
    if (this.#putBackAt === undefined) return "other";
    this.#kills.rotate();
    return this.#putBack(buffer, this.#putBackAt);
  }

  #note(deed: Deed | undefined): void {
    if (deed !== "killed") this.#kills.rest();
    if (deed !== "put back") this.#putBackAt = undefined;
    if (deed !== "moved between lines") this.#column = undefined;
  }
}

/** Deletes from the cursor to a place on either side, and returns what was deleted. */
function remove(buffer: EditBuffer, place: number): string {
  const { text, cursor } = buffer;
  const [start, end] = place < cursor ? [place, cursor] : [cursor, place];
  buffer.replace(start, end, "");
  return text.slice(start, end);
}

/** Exchanges the characters around the cursor; at a line's end, the two in front of it. */
function transpose(buffer: EditBuffer): void {
  const { text, cursor } = buffer;
  const middle = cursor === lineEnd(text, cursor) ? characterBefore(text, cursor) : cursor;
  const start = characterBefore(text, middle);
  const end = characterBehind(text, middle);
  if (start === middle || middle === end || start < lineStart(text, cursor)) return;
  buffer.replace(start, end, text.slice(middle, end) + text.slice(start, middle));
}
