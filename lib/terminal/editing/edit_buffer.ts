/** How many changes can be undone. */
const MAX_CHANGES = 1_000;

/** How much text all of them may keep, in UTF-16 code units: two of the longest pastes, and more. */
const MAX_KEPT = 1_048_576;

/** So many typed characters are undone together, as in readline. */
const TYPED_TOGETHER = 20;

/** What was put in the place of what. */
interface Change {
  readonly at: number;
  readonly removed: string;
  inserted: string;
  /** Where the cursor stood. */
  readonly cursor: number;
  readonly isTyped: boolean;
}

/** A text that is edited, its cursor, and what can be undone. */
export class EditBuffer {
  #text: string;
  #cursor: number;
  #changes: Change[] = [];
  #kept = 0;

  /** Begins with a text, and the cursor at its end. */
  constructor(text = "") {
    this.#text = text;
    this.#cursor = text.length;
  }

  /** The text. */
  get text(): string {
    return this.#text;
  }

  /** The cursor's place in it, in UTF-16 code units. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Whether there is something to undo. */
  get isChanged(): boolean {
    return this.#changes.length > 0;
  }

  /** Moves the cursor. */
  move(place: number): void {
    this.#cursor = Math.max(0, Math.min(place, this.#text.length));
  }

  /** Puts a text in the place of a part of this one, and the cursor behind it. */
  replace(start: number, end: number, inserted: string): void {
    this.#replace(start, end, inserted, false);
  }

  /** Puts a typed character at the cursor: it is undone together with those typed in front of it. */
  type(character: string): void {
    this.#replace(this.#cursor, this.#cursor, character, true);
  }

  /** Takes back the last change. */
  undo(): void {
    const change = this.#changes.pop();
    if (change === undefined) return;
    const { at, removed, inserted, cursor } = change;
    this.#kept -= removed.length + inserted.length;
    this.#text = this.#text.slice(0, at) + removed + this.#text.slice(at + inserted.length);
    this.#cursor = cursor;
  }

  /** Takes back every change. */
  undoAll(): void {
    while (this.isChanged) this.undo();
  }

  #replace(start: number, end: number, inserted: string, isTyped: boolean): void {
    const removed = this.#text.slice(start, end);
    if (removed === "" && inserted === "") return;
    this.#note({ at: start, removed, inserted, cursor: this.#cursor, isTyped });
    this.#text = this.#text.slice(0, start) + inserted + this.#text.slice(end);
    this.#cursor = start + inserted.length;
  }

  #note(change: Change): void {
    this.#kept += change.removed.length + change.inserted.length;
    const last = this.#changes.at(-1);
    if (
      last?.isTyped && change.isTyped && last.at + last.inserted.length === change.at &&
      last.inserted.length < TYPED_TOGETHER
    ) {
      last.inserted += change.inserted;
      return;
    }
    this.#changes.push(change);
    while (this.#changes.length > MAX_CHANGES || this.#kept > MAX_KEPT) {
      const oldest = this.#changes.shift();
      this.#kept -= (oldest?.removed.length ?? 0) + (oldest?.inserted.length ?? 0);
    }
  }
}
