/**
 * Places in a text: where characters, words and lines begin and end. Pure; a place is an index in
 * UTF-16 code units.
 *
 * @module
 */

import { graphemes } from "../text/clusters.ts";

/** As in readline's Emacs mode, letters and digits make a word, and nothing else. */
const WORD_CHARACTER = /^[\p{L}\p{N}\p{M}]/u;

const BLANK = /^\s/u;

/** Where the character in front of a place begins; the place itself at the text's beginning. */
export function characterBefore(text: string, place: number): number {
  return graphemes.segment(text).containing(place - 1)?.index ?? 0;
}

/** Where the character behind a place ends; the place itself at the text's end. */
export function characterBehind(text: string, place: number): number {
  const cluster = graphemes.segment(text).containing(place);
  return cluster === undefined ? text.length : cluster.index + cluster.segment.length;
}

/** Where the word begins that a place is in, or behind. */
export function wordBefore(text: string, place: number): number {
  return backwards(text, place, WORD_CHARACTER);
}

/** Where the word ends that a place is in, or in front of. */
export function wordBehind(text: string, place: number): number {
  const pattern = /[^\p{L}\p{N}\p{M}]*[\p{L}\p{N}\p{M}]*/uy;
  pattern.lastIndex = place;
  const end = place + (pattern.exec(text)?.[0].length ?? 0);
  return startsCharacter(text, end) ? end : characterBehind(text, end);
}

/** Where what stands between blanks begins that a place is in, or behind. */
export function chunkBefore(text: string, place: number): number {
  const end = skipBack(text, place, (character) => BLANK.test(character));
  return whole(text, skipBack(text, end, (character) => !BLANK.test(character)));
}

/** Where the line begins that a place is in. */
export function lineStart(text: string, place: number): number {
  return place === 0 ? 0 : text.lastIndexOf("\n", place - 1) + 1;
}

/** Where the line ends that a place is in, in front of its line break. */
export function lineEnd(text: string, place: number): number {
  const end = text.indexOf("\n", place);
  return end < 0 ? text.length : end;
}

function backwards(text: string, place: number, kind: RegExp): number {
  const end = skipBack(text, place, (character) => !kind.test(character));
  return whole(text, skipBack(text, end, (character) => kind.test(character)));
}

/** Goes back over code points of one kind. */
function skipBack(text: string, place: number, is: (character: string) => boolean): number {
  while (place > 0) {
    const isPair = place > 1 && (text.codePointAt(place - 2) ?? 0) > 0xffff;
    const start = place - (isPair ? 2 : 1);
    if (!is(text.slice(start, place))) break;
    place = start;
  }
  return place;
}

/** The place, or the beginning of the character that it would cut. */
function whole(text: string, place: number): number {
  return graphemes.segment(text).containing(place)?.index ?? text.length;
}

function startsCharacter(text: string, place: number): boolean {
  return whole(text, place) === place;
}
