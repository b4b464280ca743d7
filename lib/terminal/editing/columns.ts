import { characterWidth } from "../text/clusters.ts";
import { characterBehind, lineEnd, lineStart } from "./places.ts";

/** How many columns of the terminal a place is away from the beginning of its line. */
export function columnOf(text: string, place: number): number {
  let column = 0;
  for (const character of text.slice(lineStart(text, place), place)) {
    column += characterWidth(character);
  }
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
    left -= characterWidth(character);
    if (left < 0) break;
    place += character.length;
  }
  if (place >= end) return end;
  // Not into the middle of what people take for one character.
  const next = characterBehind(text, place);
  return place > start && characterBehind(text, place - 1) === next ? next : place;
}
