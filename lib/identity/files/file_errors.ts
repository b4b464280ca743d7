import { UsageError } from "../../errors.ts";
import type { Action } from "./permissions.ts";

/** {@linkcode reporting} for what changes `path`; `outcome` says how that leaves it. */
export function reportingWrite<T>(
  path: string,
  outcome: string,
  work: () => Promise<T>,
): Promise<T> {
  return reporting("write", path, `; ${outcome}`, work);
}

/** Does some work, and puts the system's errors into words. */
export async function reporting<T>(
  action: Action,
  path: string,
  outcome: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    // All that was demanded is granted, so this is a place like /dev/fd, which takes everything.
    if (cause instanceof Deno.errors.NotCapable) {
      throw new UsageError("permission", `to ${action} ${path}, run with --allow-all`, { cause });
    }
    const reason = reasonOf(cause);
    if (reason === undefined) throw cause;
    throw new UsageError("bad-file", `cannot ${action} ${path}: ${reason}${outcome}`, { cause });
  }
}

/** The system's errors, as POSIX names them, in words that say more than its own. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["EACCES", "permission denied"],
  ["EEXIST", "a part of its path is not a folder"],
  ["EINVAL", "a file cannot have this name"],
  ["EISDIR", "it is a folder"],
  ["ELOOP", "its symbolic links lead in a circle"],
  ["ENAMETOOLONG", "its name is too long"],
  ["ENOSPC", "no space is left"],
  ["ENOTDIR", "a part of its path is not a folder"],
  ["EPERM", "permission denied"],
  ["EROFS", "the disk is read-only"],
]);

/** Why the system refused, or `undefined` if this is no error of the system. */
function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const reason = "code" in error ? REASONS.get(String(error.code)) : undefined;
  // Not every one has a code; but each has the system's own words, and its number behind them.
  const words = /^(.+?) \(os error \d+\)/.exec(error.message)?.[1];
  return reason ?? words?.toLowerCase();
}
