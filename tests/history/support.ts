/**
 * What the tests of a room's log in a file share.
 *
 * @module
 */
import type { NewEntry, Participant } from "../../lib/chat/mod.ts";
import { HISTORY } from "../../lib/history/history_kind.ts";
import { SqliteLog, type SqliteLogOptions } from "../../lib/history/sqlite_log.ts";
import type { Database } from "../../lib/storage/database.ts";
import { openDatabase } from "../../lib/storage/open_database.ts";

/** The server's private key. */
export const KEY: Uint8Array = new Uint8Array(32).fill(0x42);

/** Enough for everything. */
export const ALL = { count: 1_000_000, size: Infinity };

/** Two people. */
export const ADA: Participant = { nick: "ada", key: new Uint8Array(32).fill(1), operator: true };
export const BOB: Participant = { nick: "bob", key: new Uint8Array(32).fill(2) };

/** A day, in milliseconds. */
export const DAY = 24 * 60 * 60 * 1000;

/** When everything is said here. */
export const NOW: number = Date.UTC(2026, 0, 1);

let ids = 0;

/** An id that no other message has. */
export function newId(): Uint8Array {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(0, ++ids);
  return id;
}

/** A message that nobody has sent before. */
export function entry(text: string, from = ADA, time = NOW): NewEntry {
  return { id: newId(), time, from, body: new TextEncoder().encode(text) };
}

/** The texts of messages. */
export function texts(messages: readonly { readonly body: Uint8Array }[]): string[] {
  return messages.map(({ body }) => new TextDecoder().decode(body));
}

/** All that can be read in a log. */
export async function textsIn(log: SqliteLog): Promise<string[]> {
  return texts(await log.readAfter(0, ALL));
}

/** Opens a log at the time at which everything is said, or another one. */
export function openLog(path: string, options: SqliteLogOptions = {}): Promise<SqliteLog> {
  return SqliteLog.open(path, KEY, { now: () => NOW, ...options });
}

/** Opens a history file without its log. */
export function openHistoryFile(path: string): Promise<Database> {
  return openDatabase({ path, kind: HISTORY, privateKey: KEY });
}
