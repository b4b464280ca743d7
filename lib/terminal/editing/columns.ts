import stringWidth from "npm:string-width@9.0.0";
import { characterBehind, lineEnd, lineStart } from "./places.ts";

/** How many characters' widths are remembered. */
const MAX_KNOWN_WIDTHS = 4_096;

/** Finding out the width of what is not ASCII takes time, and a line may be long. */
const knownWidths = new Map<string, number>();

function widthOf(character: string): number {
  if (character >= " " && character <= "~") return 1;
  const known = knownWidths.get(character);
  if (known !== undefined) return known;
  const width = stringWidth(character);
  if (knownWidths.size >= MAX_KNOWN_WIDTHS) knownWidths.clear();
  knownWidths.set(character, width);
  return width;
}

/** How many columns of the terminal a place is away from the beginning of its line. */
export function columnOf(text: string, place: number): number {
  let column = 0;
  for (const character of text.slice(lineStart(text, place), place)) column += widthOf(character);
  return column;
}

/**
 * The place in a line that is nearest to a column, from the left; the line's end if it is too short.
 *
 * @param start Where the line begins.
 */
export function placeAt(text: string, start: number, column: number): number {
  const end = lineEnd(text, start);
  let place = start;
  let left = column;
  for (const character of text.slice(start, end)) {
    left -= widthOf(character);
    if (left < 0) break;
    place += character.length;
  }
  if (place >= end) return end;
  // Not into the middle of what people take for one character.
  const next = characterBehind(text, place);
  return place > start && characterBehind(text, place - 1) === next ? next : place;
}
