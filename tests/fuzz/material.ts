import fc from "npm:fast-check@4.10.2";
import { ReportedError } from "../../lib/errors.ts";
import { Dice } from "../support/dice.ts";

/** What the cases of a target are made from: the same for the same seed. */
export class Material extends Dice {
  /** So many bytes at random. */
  bytes(size: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length: size }, () => this.below(256));
  }

  /** A size that is mostly small, and seldom up to a limit. */
  size(limit: number): number {
    return this.below(1 + this.below(this.chance(0.1) ? limit : Math.min(limit, 64)));
  }

  /** One of several, of which there is at least one. */
  one<T>(all: readonly T[]): T {
    const picked = this.pick(all);
    if (picked === undefined) throw new RangeError("nothing to choose from");
    return picked;
  }

  /** A value of a structure. */
  sample<T>(arbitrary: fc.Arbitrary<T>): T {
    const [value] = fc.sample(arbitrary, { numRuns: 1, seed: this.below(2 ** 31) });
    return value;
  }

  /** Bytes that were right, and mostly are not any more. */
  mutate(valid: Uint8Array): Uint8Array<ArrayBuffer> {
    let bytes = new Uint8Array(valid);
    for (let times = this.below(4); times > 0; times--) bytes = this.#mutateOnce(bytes);
    return bytes;
  }

  #mutateOnce(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const at = this.below(bytes.length + 1);
    const to = Math.min(bytes.length, at + 1 + this.size(bytes.length));
    const [before, part, after] = [bytes.slice(0, at), bytes.slice(at, to), bytes.slice(to)];
    switch (this.below(7)) {
      case 0:
        if (at < bytes.length) bytes[at] ^= 1 << this.below(8);
        return bytes;
      case 1:
        if (at < bytes.length) bytes[at] = this.one([0, 1, 0x7f, 0x80, 0xff, this.below(256)]);
        return bytes;
      case 2:
        return before;
      case 3:
        return joined(before, after);
      case 4:
        return joined(before, part, part, after);
      case 5:
        return joined(before, this.bytes(this.size(64)), part, after);
      default:
        return joined(after, before, part);
    }
  }

  /** A text that was right, and mostly is not any more. */
  mutateText(valid: string): string {
    const characters = Array.from(valid);
    for (let times = this.below(4); times > 0; times--) {
      const at = this.below(characters.length + 1);
      const count = this.below(3) * this.below(10);
      const other = this.chance(0.5)
        ? [...valid].slice(at, at + this.below(20))
        : Array.from({ length: this.below(4) }, () => this.character());
      characters.splice(at, count, ...other);
    }
    return characters.join("");
  }

  /** A character; often one of those that make trouble. */
  character(): string {
    if (this.chance(0.5)) return String.fromCharCode(0x20 + this.below(0x5f));
    if (this.chance(0.7)) return this.one(TROUBLE);
    const code = this.below(this.chance(0.5) ? 0x3000 : 0x110000);
    return code >= 0xd800 && code < 0xe000 ? String.fromCharCode(code) : String.fromCodePoint(code);
  }

  /** A text of them. */
  text(limit: number): string {
    return Array.from({ length: this.size(limit) }, () => this.character()).join("");
  }
}

const TROUBLE = [
  ..."\0\x01\x07\b\t\n\v\f\r\x1b\x7f\x80\x85\x9b\x9c\xa0\xad:%[]/#@\"'\\ ",
  ...["\r\n", "\u0300", "\u0316\u0316\u0316", "\u0915\u094d", "\u1bab", "\u1161", "\u200b"],
  ...["\u200c", "\u200d", "\u200e", "\u2028", "\u202e", "\u2066", "\u2800", "\u3002", "\u3164"],
  ...["\ufe0f", "\ufeff", "\uff0e", "\ufff9", "\ufffd", "\uffff", "\ud800", "\udfff"],
  ...["\u{1f468}\u200d\u{1f469}", "\u{1f1e9}\u{1f1ea}", "\u{e0001}", "\u{e0041}", "\u{10ffff}"],
  ...["漢", "ａ", "が", "한", "ا", "ﷺ", "ß", "ſ", "İ", "ı", "\u{1d400}"],
];

/** Byte strings, one behind the other. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * What comes of some work; `undefined` if it refuses with an error that has a class and a code.
 *
 * @throws Any other error.
 */
export function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof ReportedError) return undefined;
    throw error;
  }
}

/** The same for work that takes a while. */
export async function attemptLater<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ReportedError) return undefined;
    throw error;
  }
}
