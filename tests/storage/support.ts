/**
 * What the tests of databases share.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import type { Database } from "../../lib/storage/database.ts";
import { type DatabaseKind, openDatabase } from "../../lib/storage/open_database.ts";

/** The key of the databases here. */
export const KEY: Uint8Array = new Uint8Array(32).fill(7);

/** One table with rows that are sealed. */
export const NOTES: DatabaseKind = {
  name: "notebook",
  writer: "a running writer",
  applicationId: 0x0a0b0c0d,
  migrations: [
    (database) =>
      database.execute("CREATE TABLE notes (number INTEGER PRIMARY KEY, sealed BLOB) STRICT"),
  ],
};

/** Opens such a database, to write by default. */
export function openNotes(path: string, readOnly = false, kind = NOTES): Promise<Database> {
  return openDatabase({ path, kind, privateKey: KEY, readOnly });
}

/** Adds a note, sealed. */
export function addNote(database: Database, number: number, text: string): void {
  database.transaction(() => {
    const sealed = database.seal("notes", number, new TextEncoder().encode(text));
    database.prepare("INSERT INTO notes VALUES (?, ?)").run(number, sealed);
  });
}

/** All notes, in their order. */
export function notesIn(database: Database): string[] {
  return database.prepare("SELECT number, sealed FROM notes ORDER BY number").all().map((row) =>
    new TextDecoder().decode(database.open("notes", row.number("number"), row.bytes("sealed")))
  );
}

/** Does something to a database by SQLite itself, past all that this project does. */
export async function withSqlite(
  path: string,
  work: (sqlite: DatabaseSync) => void,
): Promise<void> {
  const { DatabaseSync } = await import("node:sqlite");
  const sqlite = new DatabaseSync(path);
  try {
    work(sqlite);
  } finally {
    sqlite.close();
  }
}
