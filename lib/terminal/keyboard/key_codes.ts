/**
 * Keys that a terminal sends by their number, as kitty's keyboard protocol (`CSI number ; modifiers u`)
 * and xterm's modifyOtherKeys (`CSI 27 ; modifiers ; number ~`) have it. Nobody here asks for that, but
 * another program may have, and not have taken it back.
 *
 * @module
 */

const SHIFT = 1;
const ALT = 2;
const CTRL = 4;
/** Super, Hyper and Meta: no key of ours. */
const OTHERS = 8 | 16 | 32;
const CAPS_LOCK = 64;

/** Kitty's numbers for the keys of the number pad. */
const PAD_TEXT = new Map<number, string>([
  ...Array.from("0123456789./*-+", (text, index) => [57_399 + index, text] as const),
  [57_415, "="],
]);
const PAD_KEYS = new Map<number, string>([
  [57_414, "\r"],
  [57_417, "\x1b[D"],
  [57_418, "\x1b[C"],
  [57_419, "\x1b[A"],
  [57_420, "\x1b[B"],
  [57_421, "\x1b[5~"],
  [57_422, "\x1b[6~"],
  [57_423, "\x1b[H"],
  [57_424, "\x1b[F"],
  [57_425, "\x1b[2~"],
  [57_426, "\x1b[3~"],
]);

/** Where kitty's numbers for other keys are: Unicode's first private use area. */
const isPrivate = (code: number) => code >= 0xe000 && code <= 0xf8ff;

/**
 * The key in the encoding that all terminals share; nothing if it has none.
 *
 * @param codes the character without Shift, and perhaps, behind a colon, with it.
 * @param modifiers 1 and the sum of what is held down, and perhaps, behind a colon, what happened: 3 if
 * the key was let go. Nothing stands for 1.
 * @param text the numbers of the characters that it writes, if the terminal says so.
 */
export function keyOfCode(codes: string, modifiers: string, text: string): string {
  const [code = 0, shifted = 0] = codes.split(":").map(Number);
  const [held = 1, event = 1] = modifiers.split(":").map((number) => Number(number) || 1);
  const mask = held - 1;
  if (event === 3 || (mask & OTHERS) !== 0) return "";
  const alt = (mask & ALT) !== 0 ? "\x1b" : "";
  const ctrl = (mask & CTRL) !== 0;
  const shift = (mask & SHIFT) !== 0;
  switch (code) {
    case 13:
      // People who have such a terminal know Shift-Enter as a line break.
      return shift ? "\x1b\r" : alt + "\r";
    case 9:
      return shift ? "\x1b[Z" : "\t";
    case 27:
      return "\x1b";
    case 8:
    case 127:
      return (ctrl ? "\x1b" : alt) + "\x7f";
  }
  const pad = PAD_KEYS.get(code) ?? PAD_TEXT.get(code);
  if (pad !== undefined) return pad;
  if (isPrivate(code)) return "";
  if (ctrl) return alt + controlOf(code);
  if (text !== "" && alt === "") {
    return text.split(":").map((part) => characterOf(Number(part))).join("");
  }
  const typed = characterOf(shift && shifted > 0 ? shifted : code);
  const isUpper = shift !== ((mask & CAPS_LOCK) !== 0);
  return typed === "" ? "" : alt + (isUpper ? typed.toUpperCase() : typed);
}

/** What Ctrl with a character has always sent; nothing if it has no such meaning. */
function controlOf(code: number): string {
  const character = characterOf(code).toUpperCase();
  if (/^[@-_]$/.test(character)) return String.fromCharCode(character.charCodeAt(0) & 31);
  if (character === " ") return "\0";
  return character === "/" || character === "-" ? "\x1f" : "";
}

function characterOf(code: number): string {
  const isCharacter = Number.isInteger(code) && code >= 0x20 && code <= 0x10ffff &&
    !(code >= 0x7f && code < 0xa0) && !(code >= 0xd800 && code < 0xe000) && !isPrivate(code);
  return isCharacter ? String.fromCodePoint(code) : "";
}
