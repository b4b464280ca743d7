import { equalConstantTime, sha256 } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import { isKept, type KeptEntry } from "../../history/block.ts";
import { BlockStore } from "../../history/block_store.ts";
import { forgetMessages } from "../../history/forget_messages.ts";
import { writeTopic } from "../../history/topic.ts";
import { fingerprint, parseFingerprint } from "../../identity/fingerprint.ts";
import type { Database } from "../../storage/database.ts";
import { countMessages } from "../../terminal/text/count_messages.ts";
import type { HistoryWork } from "../flags/flags.ts";

/**
 * Forgets messages for good, and says how many. Where all are forgotten, the topic is as well.
 *
 * @throws {UsageError} If nobody, or more than one person, is meant.
 */
export async function forgetHistory(
  database: Database,
  { before, from }: HistoryWork & { kind: "forget" },
): Promise<string> {
  const store = new BlockStore(database);
  const count = await forgetMessages(store, { upTo: store.last, ...filter(store, before, from) });
  if (before === undefined && from === undefined) writeTopic(database, undefined);
  // Not before this is it gone from the log beside the file, too.
  database.checkpoint();
  return `Forgot ${countMessages(count)}`;
}

/** Which messages are meant; nothing for all of them. */
function filter(
  store: BlockStore,
  before: number | undefined,
  from: string | undefined,
): { isGone?(entry: KeptEntry): boolean } {
  if (before === undefined && from === undefined) return {};
  const key = from === undefined ? undefined : findKey(store, from);
  return {
    isGone: ({ time, from }) =>
      (before === undefined || time < before) &&
      (key === undefined || equalConstantTime(from.key, key)),
  };
}

/** Whose messages are meant: the key counts, not the name, of which a person may have had several. */
function findKey(store: BlockStore, whom: string): Uint8Array {
  const target = parseFingerprint(whom);
  const nick = whom.normalize("NFC");
  const keys = new Map<string, Uint8Array>();
  for (const block of store.blocks.from(0)) {
    for (const { from } of store.openIfWhole(block)?.filter(isKept) ?? []) {
      const isMeant = target === undefined
        ? from.nick === nick
        : equalConstantTime(sha256(from.key), target);
      if (isMeant) keys.set(fingerprint(from.key), from.key);
    }
  }
  const [key, another] = keys.values();
  if (key === undefined) throw new UsageError("usage", `${whom} has said nothing that is kept`);
  if (another === undefined) return key;
  const list = [...keys.keys()].join(", ");
  throw new UsageError(
    "usage",
    `several people were called ${whom}; give the fingerprint: ${list}`,
  );
}
