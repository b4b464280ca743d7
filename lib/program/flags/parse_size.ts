import { UsageError } from "../../errors.ts";

const UNITS: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["kb", 1000],
  ["mb", 1000 ** 2],
  ["gb", 1000 ** 3],
  ["tb", 1000 ** 4],
  ["kib", 1024],
  ["mib", 1024 ** 2],
  ["gib", 1024 ** 3],
  ["tib", 1024 ** 4],
]);

/**
 * A number of bytes, such as `1073741824`, `500MiB`, `1.5GiB` or `500MB` (of 1,000 KB of 1,000 bytes).
 *
 * @throws {UsageError} With code `usage` if it is none, or less than 1 MiB.
 */
export function parseSize(text: string): number {
  const [, count, unit = ""] = /^([0-9]+(?:\.[0-9]+)?) ?([a-z]*)$/i.exec(text) ?? [];
  const size = Math.round(Number(count) * (UNITS.get(unit.toLowerCase()) ?? NaN));
  if (size >= 1024 ** 2 && Number.isSafeInteger(size)) return size;
  throw new UsageError(
    "usage",
    "a size is written like 500MiB, 1GiB or 1073741824, and is at least 1 MiB",
  );
}
