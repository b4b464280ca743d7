import type { RoomLog } from "../chat/mod.ts";
import { needsSavedIdentity, type OwnIdentity } from "../trust/own_identity.ts";

/** What of a conversation is kept on the disk. */
export interface HistoryFlags {
  /** In which file; `undefined` for nothing. */
  readonly history: string | undefined;
  /** For how long, in milliseconds; `undefined` for ever. */
  readonly keep: number | undefined;
  /** How many bytes, at most; `undefined` for any number. */
  readonly keepSize: number | undefined;
}

/**
 * Opens the log in which a server keeps what is said, if it is to keep it.
 *
 * @param identity The server's own, by which the log is encrypted.
 * @throws {UsageError} If the file cannot be used, or the identity lasts for this run only.
 */
export async function openHistory(
  { history, keep, keepSize }: HistoryFlags,
  { keyPair, file }: OwnIdentity,
): Promise<RoomLog | undefined> {
  if (history === undefined) return undefined;
  refuseTemporary(file);
  const { SqliteLog } = await import("../history/sqlite_log.ts");
  return await SqliteLog.open(history, keyPair.privateKey, { keep: { age: keep, size: keepSize } });
}

/**
 * Throws unless the identity is kept in a file: what is encrypted by it could never be read again.
 *
 * @param file Where it is.
 */
export function refuseTemporary(file: string | undefined): void {
  if (file !== undefined) return;
  throw needsSavedIdentity("a history");
}
