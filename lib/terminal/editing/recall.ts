import { EditBuffer } from "./edit_buffer.ts";

/** How many entries are remembered. */
export const MAX_ENTRIES = 1_000;

/** How much text they may have together, in UTF-16 code units: eight of the longest pastes. */
const MAX_KEPT = 2_097_152;

/**
 * What was entered before, and the draft below it, as a list that one moves in. As in bash, an entry
 * that was edited keeps its changes while one moves on; entering something ends that.
 */
export class Recall {
  readonly #entries: string[] = [];
  #kept = 0;
  #at = 0;
  /** The draft, and the entries with changes, by their place in the list. */
  #edited = new Map<number, EditBuffer>();
  #buffer = new EditBuffer();

  /** What is edited now. */
  get buffer(): EditBuffer {
    return this.#buffer;
  }

  /** Which entry that is, counted from 0; as many as there are, if it is the draft. */
  get at(): number {
    return this.#at;
  }

  /** How many entries there are. */
  get length(): number {
    return this.#entries.length;
  }

  /** The text at a place in the list, with its changes. */
  textAt(place: number): string {
    if (place === this.#at) return this.#buffer.text;
    return this.#edited.get(place)?.text ?? this.#entries[place] ?? "";
  }

  /** Goes to a place in the list, with the cursor at the end of a text that has no changes. */
  go(place: number): void {
    if (place < 0 || place > this.length || place === this.#at) return;
    if (this.#at === this.length || this.#buffer.isChanged) {
      this.#edited.set(this.#at, this.#buffer);
    }
    this.#at = place;
    this.#buffer = this.#edited.get(place) ?? new EditBuffer(this.#entries[place]);
  }

  /**
   * Puts older entries in front of all, as many as there is room for.
   *
   * @returns How many: by so much each place in the list is further on.
   */
  addOlder(entries: readonly string[]): number {
    const room = MAX_ENTRIES - this.length;
    const older = entries.slice(Math.max(0, entries.length - room));
    this.#entries.unshift(...older);
    for (const { length } of older) this.#kept += length;
    this.#at += older.length;
    this.#edited = new Map(
      [...this.#edited].map(([place, buffer]) => [place + older.length, buffer]),
    );
    return older.length;
  }

  /** Adds an entry, unless it is the same as the last one, and begins an empty draft. */
  enter(entry: string | undefined): void {
    this.#remember(entry);
    this.#begin(new EditBuffer());
  }

  /** Adds an entry, and keeps what is edited, and what can be undone in it, as the draft. */
  putAside(entry: string | undefined): void {
    this.#remember(entry);
    this.#begin(this.#buffer);
  }

  #remember(entry: string | undefined): void {
    if (entry === undefined || entry === this.#entries.at(-1)) return;
    this.#entries.push(entry);
    this.#kept += entry.length;
    while (this.length > 1 && (this.length > MAX_ENTRIES || this.#kept > MAX_KEPT)) {
      this.#kept -= this.#entries.shift()?.length ?? 0;
    }
  }

  #begin(buffer: EditBuffer): void {
    this.#edited.clear();
    this.#at = this.length;
    this.#buffer = buffer;
  }
}
