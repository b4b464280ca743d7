import { mayRead } from "../identity/files/permissions.ts";
import { readTextFile } from "../identity/files/snapshot.ts";
import { isMarked } from "./key_mark.ts";
import type { StateFolder } from "./state_folder.ts";

/** A key's file. */
export interface EarlierKey {
  readonly path: string;
  readonly text: string;
}

/**
 * The key that a home of an earlier version has for both programs: an `identity.pem` without a mark. One
 * with a mark is a person's, who was here before the server.
 *
 * @throws {UsageError} If it is there and cannot be read: guests would refuse a server that took a new
 *   key in its place.
 */
export async function readEarlierKey(folder: StateFolder): Promise<EarlierKey | undefined> {
  if (folder.path === undefined) return undefined;
  const path = `${folder.path}/identity.pem`;
  if (!folder.isNamed && !mayRead(path)) return undefined;
  const text = await readTextFile(path, { secret: true });
  return text === undefined || isMarked(text) ? undefined : { path, text };
}
