import { decodeCbor, encodeCbor } from "../chat/wire/cbor.ts";
import type { Topic } from "../chat/wire/messages.ts";
import type { Database } from "../storage/database.ts";

/** Where the topic is sealed. */
const PLACE = ["topic", 0] as const;

/** What a room is about, if anything, as its history file has it. */
export function readTopic(database: Database): Topic | undefined {
  const sealed = database.get("topic");
  return sealed && decodeCbor(database.open(...PLACE, sealed)) as Topic;
}

/** Keeps what a room is about in its history file. */
export function writeTopic(database: Database, topic: Topic | undefined): void {
  database.set("topic", topic && database.seal(...PLACE, encodeCbor(topic)));
}
