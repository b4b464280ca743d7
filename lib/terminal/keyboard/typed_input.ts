/**
 * Tells what a person types from what a terminal says by itself (ECMA-48, section 5; xterm control
 * sequences): answers to questions that nobody here has asked, mouse and focus reports, and the like
 * arrive where keys do, and are not text.
 *
 * @module
 */
import { keyOfCode } from "./key_codes.ts";

/** Where the cursor stands, counted from 1. */
export interface CursorPosition {
  /** From the top of the screen. */
  readonly row: number;
  /** From its left. */
  readonly column: number;
}

/** What comes outside of pastes. */
export type TypedInput =
  /** As `node:readline` knows keys. */
  | { readonly keys: string }
  /** The answer to {@linkcode ASK_POSITION}. */
  | { readonly position: CursorPosition };

/** Asks a terminal where its cursor stands (DSR 6). */
export const ASK_POSITION = "\x1b[6n";

/** For how long the input may rest, in milliseconds, before what has begun counts as over. */
export const PATIENCE = {
  /** A key of several characters, which are sent in one piece. */
  key: 100,
  /** What a terminal says at length. Meanwhile nothing can be typed. */
  string: 1_000,
} as const;

/** How much of a string is waited for after a rest in it, in UTF-16 code units. */
const MAX_REST = 4_096;

/** A control sequence that is longer than this is none, in UTF-16 code units. */
const MAX_SEQUENCE = 64;

/** Begins OSC, DCS, APC, PM and SOS; Alt with the same character sends it by itself. */
const STRING_START = /^\x1b[\]P_^X]/;
/** BEL and ST end what they begin. Any other control character is typed: it cannot be part of it. */
const STRING_END = /\x07|\x1b\\|[\x00-\x1f\x7f]/;
/** With `ESC [ [ A` for F1 on the Linux console, and `ESC [ 2 $` for Shift-Insert in rxvt. */
const SEQUENCE = /^\x1b\[(?:\[[A-E]|\d{1,2}\$(?!y)|[0-?]*[ -/]*[@-Z\\-~])/;
const SEQUENCE_START = /^\x1b\[(?:\[|[0-?]*[ -/]*)$/;
/** A string, or a control sequence as terminals send them, with its end; and what may become one. */
const WHOLE = /^\x1b(?:[\]P_^X][ -~]*(?:\x07|\x1b\\)|\[[0-?]*(?:\$y|[A-IM-SZacmntu~$^]))/;
const BEGUN = /^\x1b(?:[\]P_^X][ -~]*\x1b?|\[[0-?]*\$?)?$/;
/** `ESC O P` for F1, and Alt with any character. */
const SHORT_KEY = /^\x1b(?:O[ -~]|[^\x1b[O])/su;

/** Takes apart what comes outside of pastes, however it is cut into chunks. Pure. */
export class TypedInputFilter {
  /** What is not complete yet. */
  #held = "";
  /** Whether what comes is part of a string, which is dropped. */
  #inString = false;
  /**
   * What had begun when the input rested for longer than it may: on a slow connection its rest may still
   * come, and is no text either. While it is fresh, one character may be that rest, and not typed.
   */
  #torn: { readonly begun: string; readonly isFresh: boolean } | undefined;
  /** How many bytes of a mouse report in xterm's first format are still to come. */
  #mouseBytes = 0;

  /** How long to wait for more, in milliseconds, before {@linkcode decide}; `undefined` if nothing is open. */
  get patience(): number | undefined {
    if (this.#inString) return PATIENCE.string;
    if (this.#held !== "" || this.#mouseBytes > 0) return PATIENCE.key;
    return this.#torn?.isFresh ? PATIENCE.string : undefined;
  }

  /** Adds a chunk, and gives what is complete. */
  add(chunk: string): TypedInput[] {
    const input: TypedInput[] = [];
    let rest = this.#mended(this.#held + chunk);
    if (this.#torn !== undefined) {
      this.#held = rest;
      return input;
    }
    this.#held = "";
    let keys = "";
    while (rest !== "") {
      const before = rest;
      if (this.#inString) {
        rest = this.#behindString(rest);
      } else if (this.#mouseBytes > 0) {
        const [character = ""] = rest;
        this.#mouseBytes -= utf8Length(character);
        rest = rest.slice(character.length);
      } else if (!rest.startsWith("\x1b")) {
        const end = rest.indexOf("\x1b");
        keys += end < 0 ? rest : rest.slice(0, end);
        rest = end < 0 ? "" : rest.slice(end);
      } else {
        const taken = this.#takeSequence(rest);
        if (taken === undefined) break;
        rest = rest.slice(taken.length);
        if (taken.position !== undefined) {
          if (keys !== "") input.push({ keys });
          keys = "";
          input.push({ position: taken.position });
        }
        keys += taken.keys ?? "";
      }
      // What may be the beginning of a string's end.
      if (this.#inString && rest === before) break;
    }
    this.#held = rest;
    if (keys !== "") input.push({ keys });
    return input;
  }

  /** Decides, when nothing more has come for {@linkcode patience}, what that was which has begun. */
  decide(): TypedInput[] {
    const held = this.#held;
    const torn = this.#torn;
    const inString = this.#inString;
    this.#held = "";
    this.#inString = false;
    this.#mouseBytes = 0;
    this.#torn = undefined;
    if (torn !== undefined) {
      if (held !== "") return [...this.add(held), ...this.decide()];
      this.#torn = { ...torn, isFresh: false };
      return [];
    }
    const isSequence = SEQUENCE_START.test(held);
    if (inString) this.#torn = { begun: "\x1b]", isFresh: false };
    else if (isSequence) this.#torn = { begun: held, isFresh: held !== "\x1b[" };
    else if (BEGUN.test(held)) this.#torn = { begun: held, isFresh: false };
    // Half of an arrow key is no text, but Escape is a key, and Alt-] and Alt-O are.
    return /^\x1b+[^[]?$/s.test(held) ? [{ keys: held }] : [];
  }

  /**
   * What comes after such a rest, behind what had begun if it ends that. While it may do so, it is kept for
   * as long as a key may take; it is given as it came if it does not, so that nothing typed is lost.
   */
  #mended(text: string): string {
    if (this.#torn === undefined || text === "") return text;
    const { begun, isFresh } = this.#torn;
    const whole = begun + text;
    const isSequence = whole.startsWith("\x1b[");
    const mayBegin = isFresh || text.length > 1;
    const isShort = whole.length < (isSequence ? MAX_SEQUENCE : MAX_REST);
    if (mayBegin && isShort && BEGUN.test(whole)) return text;
    this.#torn = undefined;
    const end = WHOLE.exec(whole)?.[0].length;
    if (!mayBegin || end === undefined || isSequence && end > MAX_SEQUENCE) return text;
    return whole;
  }

  /** The text behind the end of a string; nothing if it is not there. */
  #behindString(text: string): string {
    const end = STRING_END.exec(text);
    if (end === null) return "";
    const [found] = end;
    // An Escape may be the beginning of ST, and otherwise begins something else.
    if (found === "\x1b" && end.index === text.length - 1) return found;
    this.#inString = false;
    return text.slice(end.index + (found === "\x07" || found.length > 1 ? found.length : 0));
  }

  /** What stands at the beginning of a text that begins with Escape; `undefined` if that is not all of it. */
  #takeSequence(
    text: string,
  ): { length: number; keys?: string; position?: CursorPosition } | undefined {
    const string = STRING_START.exec(text);
    if (string !== null) {
      if (text.length === string[0].length) return undefined;
      this.#inString = true;
      return { length: string[0].length };
    }
    const sequence = SEQUENCE.exec(text)?.[0];
    if (sequence !== undefined) {
      if (sequence === "\x1b[M") this.#mouseBytes = 3;
      const position = positionOf(sequence);
      if (position !== undefined) return { length: sequence.length, position };
      return { length: sequence.length, keys: keyOfSequence(sequence) };
    }
    const short = SHORT_KEY.exec(text)?.[0];
    if (short !== undefined) return { length: short.length, keys: short };
    // Of many, as a key that is held down sends them, all but the last two mean nothing.
    if (text.startsWith("\x1b\x1b\x1b")) return { length: 1 };
    if (text.startsWith("\x1b\x1b")) {
      // Alt with a key that is a sequence itself, in rxvt.
      const behind = this.#takeSequence(text.slice(1));
      if (behind === undefined) return undefined;
      const isKey = behind.keys !== undefined && behind.keys !== "";
      return isKey
        ? { length: behind.length + 1, keys: `\x1b${behind.keys}` }
        : { ...behind, length: behind.length + 1 };
    }
    if (text === "\x1b" || text === "\x1bO") return undefined;
    if (SEQUENCE_START.test(text) && text.length < MAX_SEQUENCE) return undefined;
    // What has begun is broken off. Its beginning was no text, and what follows is something else.
    return { length: /^\x1b\[?[0-?]*[ -/]*/.exec(text)?.[0].length ?? 1 };
  }
}

function positionOf(sequence: string): CursorPosition | undefined {
  const [, row, column] = /^\x1b\[(\d+);(\d+)R$/.exec(sequence) ?? [];
  return row === undefined ? undefined : { row: Number(row), column: Number(column) };
}

/** A control sequence as `node:readline` knows it, if it is a key. */
function keyOfSequence(sequence: string): string {
  const body = sequence.slice(2);
  if (/^(\[[A-E]|\d{1,2}[$^]|[A-HPQSZa-e])$/.test(body)) return sequence;
  const coded = /^(?:27;(?<modifiers>\d+);(?<code>\d+)~|(?<whole>[\d:;]+)u)$/.exec(body)?.groups;
  if (coded?.["whole"] !== undefined) {
    const [codes = "", modifiers = "", text = ""] = coded["whole"].split(";");
    return keyOfCode(codes, modifiers, text);
  }
  if (coded?.["code"] !== undefined) return keyOfCode(coded["code"], coded["modifiers"] ?? "", "");
  const key = /^(\d{1,2})(?:;(\d+)(?::([123]))?)?([A-HPQSZ~])$/.exec(body);
  // 3: the key is let go.
  if (key === null || key[3] === "3") return "";
  const [, number = "", modifiers = "1", , final = ""] = key;
  // Of what else is pressed, Shift, Alt and Ctrl are known; the locks change nothing.
  const known = ((Number(modifiers) - 1) & 0b111) + 1;
  if (known > 1) return `\x1b[${number};${known}${final}`;
  return final === "~" ? `\x1b[${number}~` : `\x1b[${final}`;
}

/** How many bytes a character was; what was none in UTF-8 counts for one. */
function utf8Length(character: string): number {
  return character === "\ufffd" ? 1 : new TextEncoder().encode(character).length;
}
