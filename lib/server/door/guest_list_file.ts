import { UsageError } from "../../errors.ts";
import { fileStore } from "../../identity/files/file_store.ts";
import { GuestList } from "../../identity/books/guest_list.ts";
import { readTextFile } from "../../identity/files/snapshot.ts";

/**
 * The guest list that `--allow` names.
 *
 * @param tell Told of lines that cannot be used, a sentence each.
 * @throws {UsageError} With code `bad-file`, if there is no such file, or it cannot be read.
 */
export async function openGuestList(
  path: string | undefined,
  tell: (text: string) => void,
): Promise<GuestList | undefined> {
  if (path === undefined) return undefined;
  if (await readTextFile(path) === undefined) {
    throw new UsageError(
      "bad-file",
      `there is no file ${path}; it should list the public keys that may enter, one per line`,
    );
  }
  const guests = new GuestList(fileStore(path, { required: true }), tell);
  await guests.load();
  return guests;
}
