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

/** Takes apart what comes from a terminal, however it is cut into chunks. Pure. */
export class PasteFilter {
  /** What has come of a paste; `undefined` outside one. */
  #pasted: string | undefined;
  #isCut = false;
  /** What may be the beginning of a marker. */
  #held = "";

  /** Whether the last chunk ended with what may be the beginning of a paste, or a key. */
  get isUndecided(): boolean {
    return this.#pasted === undefined && this.#held !== "";
  }

  /** Adds a chunk, and gives what is complete. */
  add(chunk: string): Input[] {
    const input: Input[] = [];
    if (this.#pasted !== undefined && chunk === CTRL_C) {
      // A terminal that never says where a paste ends must not lock its person in.
      input.push(this.#endPaste());
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
      if (this.#pasted === undefined) this.#pasted = "";
      else input.push(this.#endPaste());
      rest = rest.slice(end + marker.length);
    }
    return input;
  }

  /** Decides, when nothing more has come for a while, that what {@linkcode isUndecided} was a key. */
  decide(): Input[] {
    if (!this.isUndecided) return [];
    const keys = this.#held;
    this.#held = "";
    return [{ keys }];
  }

  #gather(text: string): void {
    const room = MAX_PASTE_LENGTH - (this.#pasted?.length ?? 0);
    if (text.length > room) this.#isCut = true;
    this.#pasted += text.slice(0, room);
  }

  #endPaste(): Input {
    const whole = this.#pasted ?? "";
    const isCut = this.#isCut;
    this.#pasted = undefined;
    this.#isCut = false;
    this.#held = "";
    // Half of a character is not kept.
    const pasted = isCut ? whole.replace(/[\uD800-\uDBFF]$/, "") : whole;
    return { paste: pasted.replaceAll(/\r\n?/g, "\n"), isCut };
  }
}

/** How much of the end of a text is the beginning of the marker, without being all of it. */
function lengthOfBeginning(text: string, marker: string): number {
  let length = marker.length - 1;
  while (!text.endsWith(marker.slice(0, length))) length--;
  return length;
}
