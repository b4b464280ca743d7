import type { NewRequest, UnansweredRequest } from "../chat/mod.ts";
import { decodeMemberMessage } from "../chat/wire/wire.ts";
import { VISIT_ID_SIZE } from "../chat/wire/messages.ts";
import { equalConstantTime, hex, randomBytes } from "../crypto/mod.ts";
import { ProtocolError, UsageError } from "../errors.ts";
import type { Database } from "../storage/database.ts";
import { type DatabaseKind, openDatabase } from "../storage/open_database.ts";
import { Damage } from "../storage/storage_errors.ts";

/** What an outbox file is. */
const OUTBOX: DatabaseKind = {
  name: "outbox file",
  writer: "a running client",
  // "X25O" in ASCII.
  applicationId: 0x5832354f,
  migrations: [
    (database) =>
      database.execute(`CREATE TABLE requests (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        time INTEGER NOT NULL,
        sent INTEGER NOT NULL,
        sealed BLOB NOT NULL
      ) STRICT`),
  ],
};

/** Where the key of the server is sealed. */
const SERVER_PLACE = ["server", 0] as const;

/** A request that an outbox has kept. */
export interface KeptRequest {
  /** 16 bytes. */
  readonly id: Uint8Array;
  readonly request: NewRequest;
  /** When it was made: milliseconds since 1970, UTC. */
  readonly time: number;
  /** Whether it may have been sent. */
  readonly wasSent: boolean;
}

/** What changes in an outbox at once. */
export interface OutboxChange {
  readonly added: readonly Pick<UnansweredRequest, "id" | "bytes" | "time">[];
  /** Whether those may be sent as soon as they are kept. */
  readonly isSent: boolean;
  /** The ids of those that need not be kept any more. */
  readonly removed: readonly Uint8Array[];
}

/**
 * The file that keeps what a client has asked a room for, and what is not confirmed yet: a database whose
 * rows only the client's own identity can read.
 */
export class OutboxFile {
  readonly #database: Database;
  readonly #numbers = new Map<string, number>();

  private constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Opens the file, or makes it.
   *
   * @param privateKey The client's X25519 private key: 32 bytes.
   * @throws {UsageError} If it cannot be used, as {@linkcode openDatabase} says.
   */
  static async open(path: string, privateKey: Uint8Array): Promise<OutboxFile> {
    return new OutboxFile(await openDatabase({ path, kind: OUTBOX, privateKey }));
  }

  /**
   * Begins to keep what is for one server.
   *
   * @param serverKey The server's public key: 32 bytes.
   * @returns The id of the visit, 16 bytes, and what was kept before, oldest first.
   * @throws {UsageError} With code `bad-file` if messages for another server are kept there; with code
   *   `storage` if the file is damaged, or cannot be written.
   */
  begin(serverKey: Uint8Array): { visit: Uint8Array; kept: readonly KeptRequest[] } {
    const database = this.#database;
    const kept = [...this.#load()];
    const sealed = database.get("server");
    const isSame = sealed !== undefined &&
      equalConstantTime(database.open(...SERVER_PLACE, sealed), serverKey);
    if (!isSame && kept.length > 0) {
      throw new UsageError(
        "bad-file",
        `${database.path} keeps messages for another server; name another file with --outbox`,
      );
    }
    const known = isSame ? database.get("visit") : undefined;
    const visit = known?.length === VISIT_ID_SIZE ? known : randomBytes(VISIT_ID_SIZE);
    database.transaction(() => {
      database.set("server", database.seal(...SERVER_PLACE, serverKey));
      database.set("visit", visit);
    });
    return { visit, kept };
  }

  /** Makes a change. When this returns, all of it is on the disk; if it throws, nothing of it. */
  change({ added, isSent, removed }: OutboxChange): void {
    const database = this.#database;
    const numbers: [string, number][] = [];
    database.transaction(() => {
      const remove = database.prepare("DELETE FROM requests WHERE number = ?");
      for (const id of removed) {
        const number = this.#numbers.get(hex(id));
        if (number !== undefined) remove.run(number);
      }
      const insert = database.prepare("INSERT INTO requests VALUES (?, ?, ?, ?)");
      for (const { id, bytes, time } of added) {
        const number = this.#last + numbers.length + 1;
        insert.run(number, time, Number(isSent), database.seal("requests", number, bytes));
        numbers.push([hex(id), number]);
      }
    });
    for (const id of removed) this.#numbers.delete(hex(id));
    for (const [key, number] of numbers) this.#numbers.set(key, number);
    this.#last += numbers.length;
  }

  /** Notes that everything in it may be sent from now on. */
  markSent(): void {
    this.#database.transaction(() => {
      this.#database.prepare("UPDATE requests SET sent = 1 WHERE sent = 0").run();
    });
  }

  /** Lets go of the file. */
  close(): void {
    this.#database.close();
  }

  /** The last number that was ever used: what was sealed under it must not stand in another row. */
  #last = 0;

  *#load(): Generator<KeptRequest> {
    const database = this.#database;
    this.#last = database.prepare("SELECT coalesce(max(seq), 0) AS last FROM sqlite_sequence").get()
      ?.number("last") ?? 0;
    for (const row of database.prepare("SELECT * FROM requests ORDER BY number").all()) {
      const number = row.number("number");
      const bytes = database.open("requests", number, row.bytes("sealed"));
      const message = readMessage(bytes, database.path);
      if (message.type === "hello" || message.type === "got" || message.type === "pong") {
        throw new Damage(database.path);
      }
      const { id, ...request } = message;
      this.#numbers.set(hex(id), number);
      yield { id, request, time: row.number("time"), wasSent: row.number("sent") !== 0 };
    }
  }
}

function readMessage(bytes: Uint8Array, path: string): ReturnType<typeof decodeMemberMessage> {
  try {
    return decodeMemberMessage(bytes);
  } catch (error) {
    throw error instanceof ProtocolError ? new Damage(path, error) : error;
  }
}
