import { nickKeys, nickReadings } from "./confusable_nicks.ts";

/** What a nickname looks like, and may be read as. */
interface Looks {
  readonly keys: readonly string[];
  readonly readings: readonly string[];
}

/**
 * Nicknames, to be found by others that look like them (`looksLike`), however many there are.
 */
export class LookAlikes {
  readonly #looks = new Map<string, Looks>();
  readonly #byKey = new Map<string, Set<string>>();
  readonly #byReading = new Map<string, Set<string>>();

  /** Adds a nickname; one that is there already is left alone. */
  add(nick: string): void {
    if (this.#looks.has(nick)) return;
    const looks = looksOf(nick);
    this.#looks.set(nick, looks);
    for (const key of looks.keys) put(this.#byKey, key, nick);
    for (const key of looks.readings) put(this.#byReading, key, nick);
  }

  /** Takes a nickname away. One that is not there is left alone. */
  delete(nick: string): void {
    const { keys = [], readings = [] } = this.#looks.get(nick) ?? {};
    this.#looks.delete(nick);
    for (const key of keys) take(this.#byKey, key, nick);
    for (const key of readings) take(this.#byReading, key, nick);
  }

  /** Those that look like a nickname, itself among them. */
  find(nick: string): ReadonlySet<string> {
    const { keys, readings } = this.#looks.get(nick) ?? looksOf(nick);
    const found = new Set<string>();
    for (const key of keys) {
      for (const other of this.#byKey.get(key) ?? []) found.add(other);
      for (const other of this.#byReading.get(key) ?? []) found.add(other);
    }
    for (const key of readings) for (const other of this.#byKey.get(key) ?? []) found.add(other);
    return found;
  }
}

function looksOf(nick: string): Looks {
  return { keys: nickKeys(nick), readings: nickReadings(nick) };
}

function put(index: Map<string, Set<string>>, key: string, nick: string): void {
  const nicks = index.get(key);
  if (nicks === undefined) index.set(key, new Set([nick]));
  else nicks.add(nick);
}

function take(index: Map<string, Set<string>>, key: string, nick: string): void {
  const nicks = index.get(key);
  nicks?.delete(nick);
  if (nicks?.size === 0) index.delete(key);
}
