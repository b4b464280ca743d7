import { UsageError } from "../errors.ts";

/** What was being done to a database when something went wrong. */
export type Use = "read" | "write";

/** SQLite's own sentences, of which each belongs to one of its result codes, in words that say more. */
const REASONS: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/disk is full/, "no space is left on the disk"],
  [/readonly database/, "it or its folder is read-only"],
  [/disk I\/O error/, "the disk reports an error"],
  [/unable to open database file/, "it cannot be opened"],
  [/is locked/, "another program is using it"],
  [/out of memory/, "there is not enough memory"],
];

/** What SQLite says of contents that it did not write. */
const DAMAGED = /malformed|corrupt/;
const NO_DATABASE = /not a database/;

/**
 * Does some work, and puts SQLite's errors into words.
 *
 * @throws {UsageError} With code `storage`.
 */
export function reportingStorage<T>(use: Use, path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw isSqliteError(cause) ? storageError(use, path, cause) : cause;
  }
}

/**
 * Does what it takes to open a database, whose errors are those of the file then.
 *
 * @throws {UsageError} With code `bad-file` in the place of `storage`.
 */
export async function reportingOpening<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof UsageError && cause.code === "storage")) throw cause;
    throw new UsageError("bad-file", cause.message, { cause });
  }
}

/** The contents of a file cannot be right. */
export class Damage extends UsageError {
  /** @param path What to call the file in a sentence. */
  constructor(path: string, cause?: unknown) {
    const what = `${path} is damaged; restore it from a copy, or move it away to begin a new one`;
    super("storage", what, { cause });
  }
}

function storageError(use: Use, path: string, cause: SqliteError): UsageError {
  const { message } = cause;
  // A number that JavaScript cannot hold: none that this program has written.
  if (cause.code === OUT_OF_RANGE) return new Damage(path, cause);
  if (DAMAGED.test(message)) return new Damage(path, cause);
  if (NO_DATABASE.test(message)) {
    return new UsageError("storage", `${path} is not a database`, { cause });
  }
  const reason = REASONS.find(([pattern]) => pattern.test(message))?.[1] ?? message;
  return new UsageError("storage", `cannot ${use} ${path}: ${reason}`, { cause });
}

/** Deno hands on SQLite's sentence and this mark, but not its result code. */
interface SqliteError extends Error {
  readonly code: typeof SQLITE_ERROR | typeof OUT_OF_RANGE;
}

const SQLITE_ERROR = "ERR_SQLITE_ERROR";
const OUT_OF_RANGE = "ERR_OUT_OF_RANGE";

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && "code" in error &&
    (error.code === SQLITE_ERROR || error.code === OUT_OF_RANGE);
}
