import type { Participant } from "../../chat/mod.ts";
import { nickKey } from "../../chat/names/nick.ts";
import { sha256 } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import { fingerprint, parseFingerprint } from "../../identity/fingerprint.ts";
import { quoted } from "../../quoted.ts";
import type { RoomAccess } from "./room_access.ts";

/** The people who are present. */
export type Occupants = Pick<RoomAccess, "self" | "others">;

/**
 * The member with a name, whatever its case or width, or with a fingerprint.
 *
 * @throws {UsageError} If nobody present has it.
 */
export function findPerson({ self, others }: Occupants, whom: string): Participant {
  const person = others.find(({ nick }) => nickKey(nick) === nickKey(whom)) ??
    others.find(({ key }) => fingerprint(key) === whom);
  if (person !== undefined) return person;
  if (nickKey(self.nick) === nickKey(whom)) throw new UsageError("usage", "that is you");
  if (others.length === 0) throw new UsageError("usage", "nobody else is here");
  throw new UsageError("usage", `no ${quoted(whom)} here; present: ${someNames(others)}`);
}

/** The names of the people present; in a crowd, of the first eight. */
export function someNames(others: readonly Participant[]): string {
  const names = others.slice(0, MAX_NAMES).map(({ nick }) => nick).join(", ");
  return others.length > MAX_NAMES ? `${names}, …` : names;
}

/** How many names an error names. */
const MAX_NAMES = 8;

/**
 * The SHA-256 of a key (32 bytes), by the name of a member who is present, or by any fingerprint.
 *
 * @throws {UsageError} If it is neither.
 */
export function findTarget(occupants: Occupants, whom: string): Uint8Array {
  return parseFingerprint(whom) ?? sha256(findPerson(occupants, whom).key);
}
