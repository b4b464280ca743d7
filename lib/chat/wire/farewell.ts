import { quoted } from "../../quoted.ts";
import { MAX_FAREWELL_SIZE, MAX_SENTENCE_SIZE } from "./messages.ts";
import { cutText, isShortEnough } from "./text.ts";

/** A hidden character that a cut has left a part of. */
const HALF_A_NAME = /<[U+][^<>]*…$/;

/**
 * What the others are told that a member says on leaving: in quotation marks, which tell it from the
 * room's own words. What is hidden in it is shown by longer names, so it is cut if it no longer fits.
 *
 * @returns `undefined` if it says nothing, or has more than 256 bytes of UTF-8.
 */
export function quotedFarewell(words: string): string | undefined {
  if (words.trim() === "" || !isShortEnough(words, MAX_FAREWELL_SIZE)) return undefined;
  const whole = quoted(words);
  if (isShortEnough(whole, MAX_SENTENCE_SIZE)) return whole;
  const [open, close] = [whole.slice(0, 1), whole.slice(-1)];
  const space = MAX_SENTENCE_SIZE - new TextEncoder().encode(open + close).length;
  return open + cutText(whole.slice(1, -1), space).replace(HALF_A_NAME, "…") + close;
}
