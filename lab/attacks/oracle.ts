/** Vaudenay's attack (2002): an attacker who learns whether a padding is right can decrypt CBC. */

const BLOCK_SIZE = 16;

/** Asks whether a forged message, 16 bytes in the place of an IV and one block, has a right padding. */
export type Question = (forged: Uint8Array) => Promise<boolean>;

/** One guess at one byte, and what it led to. */
export interface Attempt {
  /** Which byte of the block: 0 to 15. */
  readonly index: number;
  /** The value that the byte was guessed to have. */
  readonly guess: number;
  /** What was sent in the place of an IV. */
  readonly iv: Uint8Array;
  /** Whether the padding was said to be right. */
  readonly isRight: boolean;
  /** What is known of the block's plaintext after this attempt: its last bytes. */
  readonly known: Uint8Array;
}

/**
 * Decrypts one block, from its last byte to its first, and tells of every attempt.
 *
 * @param previous What stood in front of the block: the block before it, or the IV.
 */
export async function* decryptBlock(
  block: Uint8Array,
  previous: Uint8Array,
  ask: Question,
): AsyncGenerator<Attempt, void> {
  let known: Uint8Array = new Uint8Array(0);
  for (let index = BLOCK_SIZE - 1; index >= 0; index--) {
    for (const guess of guesses(known)) {
      const next = Uint8Array.of(guess, ...known);
      const iv = forgedIv(previous, next);
      const forged = Uint8Array.of(...iv, ...block);
      const isRight = await ask(forged) && await isNoAccident(forged, index, ask);
      if (isRight) known = next;
      yield { index, guess, iv, isRight, known };
      if (isRight) break;
    }
  }
}

/**
 * What to send in the place of `previous`, so that the block ends with a right padding if its plaintext
 * ends with `guessed`: with as many bytes as were guessed, each of which says how many they are.
 */
function forgedIv(previous: Uint8Array, guessed: Uint8Array): Uint8Array {
  const iv = new Uint8Array(BLOCK_SIZE);
  const start = BLOCK_SIZE - guessed.length;
  for (const [offset, byte] of guessed.entries()) {
    iv[start + offset] = previous[start + offset] ^ byte ^ guessed.length;
  }
  return iv;
}

/**
 * Whether it was the guess that made the padding right. 02 02 at the end is right as well as 01, so
 * the byte in front is changed: if the padding does not reach to it, it stays right.
 */
async function isNoAccident(forged: Uint8Array, index: number, ask: Question): Promise<boolean> {
  if (index < BLOCK_SIZE - 1) return true;
  const changed = new Uint8Array(forged);
  changed[index - 1] ^= 1;
  return await ask(changed);
}

/** All bytes, what is likely first: the byte behind (a padding repeats), letters, paddings, the rest. */
function guesses(known: Uint8Array): Set<number> {
  const letters = new TextEncoder().encode(" etaoinshrdlcumwfgypbvkjxqz,.");
  const paddings = Array.from({ length: BLOCK_SIZE }, (_, index) => index + 1);
  const all = Array.from({ length: 256 }, (_, byte) => byte);
  return new Set([...known.subarray(0, 1), ...letters, ...paddings, ...all]);
}
