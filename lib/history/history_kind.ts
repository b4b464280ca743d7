import { decodeCbor } from "../chat/wire/cbor.ts";
import { LOG_ID_SIZE } from "../chat/wire/messages.ts";
import type { PastMessage } from "../chat/wire/room_messages.ts";
import { randomBytes } from "../crypto/mod.ts";
import type { Database } from "../storage/database.ts";
import type { DatabaseKind } from "../storage/open_database.ts";
import { BlockStore, type MarkedEntry } from "./block_store.ts";
import { createBlockTables } from "./block_table.ts";

/** What a history file is. */
export const HISTORY: DatabaseKind = {
  name: "history file",
  writer: "a running server",
  // "X255" in ASCII.
  applicationId: 0x58323535,
  migrations: [
    (database) => {
      // One row a message.
      database.execute(`CREATE TABLE entries (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id BLOB NOT NULL UNIQUE,
        time INTEGER NOT NULL,
        sealed BLOB NOT NULL
      ) STRICT`);
      database.set("log", randomBytes(LOG_ID_SIZE));
    },
    (database) => {
      // Many messages a row: each took an encryption of its own, and a page of the index of ids, which
      // are random. That held a server to some 10,000 messages a second, and searches to 20,000.
      createBlockTables(database);
      const store = new BlockStore(database);
      store.add(version1Entries(database));
      store.keepLast(
        database.prepare("SELECT coalesce(max(seq), 0) AS last FROM sqlite_sequence").get()
          ?.number("last") ?? 0,
      );
      database.execute("DROP TABLE entries");
    },
  ],
};

/** The messages of a file of version 1. */
function* version1Entries(database: Database): Generator<MarkedEntry> {
  const statement = database.prepare("SELECT * FROM entries WHERE seq > ? ORDER BY seq LIMIT 64");
  for (let position = 0;;) {
    const rows = statement.all(position);
    if (rows.length === 0) return;
    for (const row of rows) {
      const [seq, id, time] = [row.number("seq"), row.bytes("id"), row.number("time")];
      const opened = decodeCbor(database.open("entries", seq, row.bytes("sealed")));
      const { from, body } = opened as Pick<PastMessage, "from" | "body">;
      yield { seq, id, time, from, body, mark: database.mark(id) };
      position = seq;
    }
  }
}
