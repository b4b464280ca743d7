/**
 * Tells what is pasted from what is typed, as far as a terminal says so.
 *
 * In bracketed paste mode (xterm control sequences, DEC private mode 2004) a terminal sends `ESC [
 * 200 ~` in front of pasted text and `ESC [ 201 ~` behind it. If the text itself holds the second
 * sequence, what follows it counts as typed: no program can tell the difference, and terminals
 * therefore take the sequence out of what they paste.
 *
 * @module
 */

/** The longest paste that is kept, in UTF-16 code units. */
export const MAX_PASTE_LENGTH = 262_144;

/** What comes from the keyboard: keys as the terminal encodes them, or one whole paste. */
export type Input =
  | { readonly keys: string }
  | {
    /** Verbatim, but with LF for each CR and CR LF. */
    readonly paste: string;
    /** Whether it was longer than {@linkcode MAX_PASTE_LENGTH}; its end is missing then. */
    readonly isCut: boolean;
  };

/** Makes a terminal mark what is pasted. Others ignore it. */
export const MARK_PASTES = "\x1b[?2004h";
/** Makes it stop. */
export const LEAVE_PASTES_UNMARKED = "\x1b[?2004l";

const PASTE_START = "\x1b[200~";
const PASTE_END = "\x1b[201~";
const CTRL_C = "\x03";

/** For how long the rest of a marker, or of a key, may take, in milliseconds. */
const KEY_PATIENCE = 100;

/** For how long a paste may rest, in milliseconds, before its end counts as lost. */
export const PASTE_PATIENCE = 1_000;

/** One key, or several that a person holds down: Escape alone may begin the end of a paste. */
const KEYS =
  /^(?:[^\x1b]|(?:[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]|\x1b(?:\[[0-9;:]*[A-Za-z~]|O[A-Za-z]|[^\x1b[O]))+)$/su;
/** After these keys nobody waits for the end of a paste. */
const DECISIVE_KEYS = ["\r", "\n", CTRL_C];

/**
 * Takes apart what comes from a terminal, however it is cut into chunks. Pure.
 *
 * The end of a paste may be lost: with a connection, or in a terminal that does not send it. After a
 * rest, {@linkcode decide} gives what has come, and from then on a chunk that is a single key is typed.
 * Longer ones still belong to the paste, which may have been held up on a slow link: a line of it must not
 * count as entered.
 */
export class PasteFilter {
  /** What has come of a paste, and was not given yet; `undefined` outside one. */
  #pasted: string | undefined;
  /** How much more of it is kept. */
  #room = MAX_PASTE_LENGTH;
  #isCut = false;
  /** Whether it has rested for so long that its end may be lost. */
  #hasRested = false;
  /** What may be the beginning of a marker. */
  #held = "";

  /**
   * For how long nothing may come, in milliseconds, before {@linkcode decide} is to be called: something
   * is held back. `undefined` if nothing is.
   */
  get patience(): number | undefined {
    if (this.#pasted === undefined) {
      // Nobody types so much of a marker, and a torn one would have a paste count as typed.
      if (this.#held.length > "\x1b[".length) return PASTE_PATIENCE;
      return this.#held === "" ? undefined : KEY_PATIENCE;
    }
    if (!this.#hasRested) return PASTE_PATIENCE;
    return this.#pasted + this.#held === "" ? undefined : KEY_PATIENCE;
  }

  /** Adds a chunk, and gives what is complete. */
  add(chunk: string): Input[] {
    const input: Input[] = [];
    if (this.#pasted !== undefined && this.#isKey(chunk)) {
      input.push(...this.#givePasted());
      // A terminal that never says where a paste ends must not lock its person in.
      if (DECISIVE_KEYS.includes(chunk)) this.#endPaste();
      else return [...input, { keys: chunk }];
    }
    let rest = this.#held + chunk;
    this.#held = "";
    while (rest !== "") {
      const marker = this.#pasted === undefined ? PASTE_START : PASTE_END;
      const found = rest.indexOf(marker);
      const end = found < 0 ? rest.length - lengthOfBeginning(rest, marker) : found;
      if (this.#pasted !== undefined) this.#gather(rest.slice(0, end));
      else if (end > 0) input.push({ keys: rest.slice(0, end) });
      if (found < 0) {
        this.#held = rest.slice(end);
        break;
      }
      if (this.#pasted === undefined) {
        this.#pasted = "";
      } else {
        const hasRested = this.#hasRested;
        const pasted = this.#givePasted();
        this.#endPaste();
        // All of it may have been given already.
        if (pasted.length > 0 || !hasRested) {
          input.push(pasted[0] ?? { paste: "", isCut: false });
        }
      }
      rest = rest.slice(end + marker.length);
    }
    return input;
  }

  /** Decides, when nothing has come for as long as {@linkcode patience} says, what is held back. */
  decide(): Input[] {
    const held = this.#held;
    this.#held = "";
    if (this.#pasted === undefined) return held === "" ? [] : [{ keys: held }];
    this.#hasRested = true;
    return [...this.#givePasted(), ...(held === "" ? [] : [{ keys: held }])];
  }

  #isKey(chunk: string): boolean {
    if (!this.#hasRested) return chunk === CTRL_C;
    return this.#held === "" && KEYS.test(chunk) && !chunk.includes(PASTE_END);
  }

  #gather(text: string): void {
    if (text.length > this.#room) this.#isCut = true;
    const kept = text.slice(0, this.#room);
    this.#room -= kept.length;
    this.#pasted += kept;
  }

  /** What has come of the paste since it was last given. */
  #givePasted(): Input[] {
    const whole = this.#pasted ?? "";
    const isCut = this.#isCut;
    this.#pasted = "";
    this.#isCut = false;
    if (whole === "" && !isCut) return [];
    // Half of a character is not kept.
    const pasted = isCut ? whole.replace(/[\uD800-\uDBFF]$/, "") : whole;
    return [{ paste: pasted.replaceAll(/\r\n?/g, "\n"), isCut }];
  }

  #endPaste(): void {
    this.#pasted = undefined;
    this.#room = MAX_PASTE_LENGTH;
    this.#isCut = false;
    this.#hasRested = false;
    this.#held = "";
  }
}

/** How much of the end of a text is the beginning of the marker, without being all of it. */
function lengthOfBeginning(text: string, marker: string): number {
  let length = marker.length - 1;
  while (!text.endsWith(marker.slice(0, length))) length--;
  return length;
}
