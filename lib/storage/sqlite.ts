import type { DatabaseSync, StatementSync } from "node:sqlite";
import { Damage, reportingStorage, type Use } from "./storage_errors.ts";

/** SQLite's own object: one connection to one file. */
export type Connection = DatabaseSync;

/** A value that goes into a statement. */
export type Value = null | number | string | Uint8Array;

/** Connects to a file. SQLite is loaded with the first one: most programs never need it. */
export async function connect(path: string, readOnly: boolean): Promise<Connection> {
  const { DatabaseSync } = await import("node:sqlite");
  return reportingStorage("read", path, () => new DatabaseSync(path, { readOnly }));
}

/** A prepared statement. Whatever fails throws a {@linkcode UsageError} with code `storage`. */
export class Statement {
  readonly #path: string;
  readonly #statement: StatementSync;

  /** @param path The database's file. */
  constructor(connection: Connection, path: string, sql: string) {
    this.#path = path;
    this.#statement = this.#report("read", () => connection.prepare(sql));
  }

  /** Runs it, and says how many rows it has changed. */
  run(...values: readonly Value[]): number {
    return this.#report("write", () => Number(this.#statement.run(...values).changes));
  }

  /** The first row. */
  get(...values: readonly Value[]): Row | undefined {
    return this.#report("read", () => {
      const row = this.#statement.get(...values);
      return row && new Row(row, this.#path);
    });
  }

  /** All rows. */
  all(...values: readonly Value[]): Row[] {
    return this.#report(
      "read",
      () => this.#statement.all(...values).map((row) => new Row(row, this.#path)),
    );
  }

  #report<T>(use: Use, work: () => T): T {
    return reportingStorage(use, this.#path, work);
  }
}

/** One row, by the names of its columns. What is not of the type that it should be is damage. */
export class Row {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;

  /** @param path The database's file. */
  constructor(values: Readonly<Record<string, unknown>>, path: string) {
    this.#values = values;
    this.#path = path;
  }

  /** A whole number. */
  number(column: string): number {
    const value = this.#values[column];
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    throw new Damage(this.#path);
  }

  /** Text. */
  text(column: string): string {
    const value = this.#values[column];
    if (typeof value === "string") return value;
    throw new Damage(this.#path);
  }

  /** Bytes. */
  bytes(column: string): Uint8Array {
    const value = this.#values[column];
    if (value instanceof Uint8Array) return value;
    throw new Damage(this.#path);
  }

  /** Bytes, or nothing. */
  optionalBytes(column: string): Uint8Array | undefined {
    return this.#values[column] === null ? undefined : this.bytes(column);
  }
}
