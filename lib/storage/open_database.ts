import { randomBytes } from "../crypto/mod.ts";
import { AuthenticationError, UsageError } from "../errors.ts";
import { mayWrite } from "../identity/files/permissions.ts";
import { BUSY_TIMEOUT, Database } from "./database.ts";
import { findDatabaseFile, prepareDatabaseFile, refuseReadOnly } from "./database_file.ts";
import { SALT_SIZE, Sealer } from "./sealer.ts";
import { connect, type Connection, Statement } from "./sqlite.ts";
import { Damage, reportingOpening, reportingStorage, type Use } from "./storage_errors.ts";
import { WriterLock } from "./writer_lock.ts";

/** What is kept in a database. */
export interface DatabaseKind {
  /** What to call it in a sentence: "history file". Its keys depend on this, too. */
  readonly name: string;
  /** What to call a program that writes it, in a sentence: "a running server". */
  readonly writer: string;
  /** The number, of 31 bits and not 0, by which a file of this kind is known. */
  readonly applicationId: number;
  /**
   * The first one makes version 1 of the layout out of nothing, each other one the next version out of the
   * one before. All that a file needs are run as one change.
   */
  readonly migrations: readonly ((database: Database) => void)[];
}

/** Which database to open. */
export interface OpenOptions {
  /** Its file. */
  readonly path: string;
  /** What should be in it. */
  readonly kind: DatabaseKind;
  /** The X25519 private key of its owner: 32 bytes. */
  readonly privateKey: Uint8Array;
  /**
   * Whether only to read. Then the file has to be there, and another program may be writing it. Default
   * false: the file is made if there is none, and one program at a time has it.
   */
  readonly readOnly?: boolean;
}

/** What stands sealed in each database, by which a wrong key is told from damage. */
const CHECK = new TextEncoder().encode("the right key");
const CHECK_PLACE = ["meta", 0] as const;

/**
 * Opens a database, with its layout brought up to date.
 *
 * @throws {UsageError} With code `permission` if Deno does not allow it; with code `bad-file` if the file
 *   cannot be used: it cannot be written, is damaged or something else, comes from a newer version or
 *   another identity, or another program is writing it.
 */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  return await reportingOpening(() =>
    options.readOnly === true ? openToRead(options) : openToWrite(options)
  );
}

async function openToWrite({ path, kind, privateKey }: OpenOptions): Promise<Database> {
  const target = await prepareDatabaseFile(path);
  const lock = await WriterLock.take(path, target, kind.writer);
  let connection: Connection | undefined;
  try {
    await refuseReadOnly(path, target);
    connection = await connect(target, false);
    prepare(connection, path, "write");
    const version = versionOf(connection, path, kind);
    makeLasting(connection, path, version === 0);
    const salt = version === 0 ? randomBytes(SALT_SIZE) : metaOf(connection, path, "salt");
    const sealer = new Sealer(privateKey, salt, kind.name);
    if (version > 0) refuseOtherKey(sealer, connection, path);
    const database = new Database({ path, connection, sealer, lock });
    migrate(database, kind, version, salt);
    return database;
  } catch (error) {
    connection?.close();
    lock.release();
    throw error;
  }
}

async function openToRead(options: OpenOptions): Promise<Database> {
  const { path, kind, privateKey } = options;
  const target = await findDatabaseFile(path);
  // A connection that may write takes away the files that SQLite puts beside it, when it is closed.
  const connection = await connect(target, !mayWrite(target));
  try {
    prepare(connection, path, "read");
    const version = versionOf(connection, path, kind);
    if (version === 0) throw notOfKind(path, kind);
    if (version === kind.migrations.length) {
      const sealer = new Sealer(privateKey, metaOf(connection, path, "salt"), kind.name);
      refuseOtherKey(sealer, connection, path);
      return new Database({ path, connection, sealer, lock: undefined });
    }
  } catch (error) {
    connection.close();
    throw error;
  }
  connection.close();
  // Nobody is writing it: that one would have brought its layout up to date.
  (await openToWrite(options)).close();
  return await openToRead(options);
}

function prepare(connection: Connection, path: string, use: Use): void {
  reportingStorage(use, path, () => {
    // Nothing that somebody has put into the file may call functions.
    connection.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT}; PRAGMA trusted_schema = OFF`);
    // Here, because of a statement that cannot be prepared Deno before 2.5 does not say why.
    connection.exec("SELECT count(*) FROM sqlite_schema");
  });
}

/** What is written is on the disk at once, and what is deleted is overwritten. */
function makeLasting(connection: Connection, path: string, isNew: boolean): void {
  reportingStorage("write", path, () => {
    // Only as long as there are no tables: so space that is free can be given back bit by bit.
    if (isNew) connection.exec("PRAGMA auto_vacuum = INCREMENTAL");
    connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    connection.exec("PRAGMA secure_delete = ON");
    // The log beside the file is emptied after 1,000 pages, and cut to 8 MiB.
    connection.exec("PRAGMA wal_autocheckpoint = 1000; PRAGMA journal_size_limit = 8388608");
  });
}

/** The version of its layout; 0 if nothing is in it yet. */
function versionOf(
  connection: Connection,
  path: string,
  kind: DatabaseKind,
): number {
  const number = (sql: string) => new Statement(connection, path, sql).get()?.number("value") ?? 0;
  const version = number("SELECT user_version AS value FROM pragma_user_version");
  const application = number("SELECT application_id AS value FROM pragma_application_id");
  const isEmpty = number("SELECT count(*) AS value FROM sqlite_schema") === 0;
  if (isEmpty && application === 0 && version === 0) return 0;
  if (application !== kind.applicationId || version === 0) throw notOfKind(path, kind);
  if (version > kind.migrations.length) {
    const what = `${path} was written by a newer version of this program`;
    throw new UsageError("bad-file", `${what}; run that one, or name another file`);
  }
  return version;
}

function notOfKind(path: string, { name }: DatabaseKind): UsageError {
  return new UsageError("bad-file", `${path} is not a ${name}`);
}

function refuseOtherKey(sealer: Sealer, connection: Connection, path: string): void {
  const check = metaOf(connection, path, "check");
  try {
    sealer.open(...CHECK_PLACE, check);
  } catch (cause) {
    sealer.destroy();
    if (!(cause instanceof AuthenticationError)) throw cause;
    const what = `${path} was written with another identity; name that one with --identity FILE`;
    throw new UsageError("bad-file", what, { cause });
  }
}

function metaOf(connection: Connection, path: string, name: string): Uint8Array {
  const statement = new Statement(connection, path, "SELECT value FROM meta WHERE name = ?");
  const row = statement.get(name);
  if (row === undefined) throw new Damage(path);
  return row.bytes("value");
}

function migrate(
  database: Database,
  { applicationId, migrations }: DatabaseKind,
  version: number,
  salt: Uint8Array,
): void {
  if (version === migrations.length) return;
  database.transaction(() => {
    if (version === 0) {
      database.execute(`PRAGMA application_id = ${applicationId}`);
      database.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT");
      database.set("salt", salt);
      database.set("check", database.seal(...CHECK_PLACE, CHECK));
    }
    for (const bring of migrations.slice(version)) bring(database);
    database.execute(`PRAGMA user_version = ${migrations.length}`);
  });
}
