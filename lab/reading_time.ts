/** How fast a person reads who has not seen such things before, in characters a second. */
const SPEED = 30;

const SHORTEST = 600;
const LONGEST = 20_000;

/** How long a text is to stand before the next one comes, in milliseconds: 600 to 20,000. */
export function readingTime(text: string): number {
  // Rules, frames and gaps are seen, not read; nor are colours.
  const { length } = text.trim().replace(/\x1b\[\d*m|[─═│┌└]|\s+(?=\s)/g, "");
  return Math.min(Math.max(1_000 * length / SPEED, SHORTEST), LONGEST);
}
