import { UsageError } from "../../errors.ts";
import { fingerprint } from "../../identity/fingerprint.ts";
import { KeyBook, type KeyBookEntry } from "../../identity/books/key_book.ts";
import { parseKnownHostName } from "../../trust/known_host_name.ts";
import { NOT_PERMITTED, openStore, type StateFolder } from "../../trust/state_folder.ts";
import type { CommonFlags, Task } from "../flags/flags.ts";
import { print } from "./task_terminal.ts";

/** `forget`: removes the key of a server, or of a verified person. */
export async function forget(
  { whom, knownHosts }: Task & { kind: "forget" },
  flags: CommonFlags,
  folder: StateFolder,
): Promise<void> {
  const hosts = new KeyBook(
    knownHosts === undefined ? await folder.store("known_hosts") : await openStore(knownHosts),
  );
  const people = new KeyBook(await folder.store("verified_keys"));
  if (knownHosts === undefined && folder.whyNot !== undefined) {
    throw new UsageError("permission", `nothing can be forgotten: ${folder.whyNot}`);
  }
  // A bare name is a person's, if there is one of that name.
  const isPerson = (await people.entries()).some(({ subject }) => subject === whom);
  const address = isPerson && !whom.includes(":") ? undefined : parseKnownHostName(whom);
  const goners: readonly [KeyBook, (entry: KeyBookEntry) => boolean][] = [
    [
      hosts,
      ({ subject, key }) =>
        (address !== undefined && parseKnownHostName(subject) === address) ||
        fingerprint(key) === whom,
    ],
    [people, ({ subject, key }) => subject === whom || fingerprint(key) === whom],
  ];
  const found = await Promise.all(goners.map(async ([book, isGone]) => {
    return { book, isGone, entries: (await book.entries()).filter(isGone) };
  }));
  // All or nothing, and no word of what is still in a file.
  if (found.some(({ book, entries }) => book.isUnsaved && entries.length > 0)) {
    throw new UsageError("permission", `nothing can be forgotten: ${NOT_PERMITTED}`);
  }
  const gone: string[] = [];
  for (const { book, isGone, entries } of found) {
    if (entries.length > 0) await book.remove(isGone);
    gone.push(...entries.map(({ subject, key }) => `Forgot ${subject}, ${fingerprint(key)}`));
  }
  if (gone.length > 0) return await print(gone.join("\n"), flags);
  throw new UsageError("usage", `${whom} is not known here; ${hosts.name} lists the known servers`);
}
