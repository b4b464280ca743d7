import { UsageError } from "../../errors.ts";
import { shellWord } from "./plain_text.ts";

/** What is done with a file. */
export type Action = "read" | "write";

/** Whether a file, or all of a folder, may be read. Never asks the user. */
export function mayRead(path: string): boolean {
  return isGranted("read", path);
}

/** Whether a file, or all of a folder, may be written. Never asks the user. */
export function mayWrite(path: string): boolean {
  return isGranted("write", path);
}

function isGranted(name: Action, path: string): boolean {
  // Of an empty path the question itself is an error.
  return path !== "" && Deno.permissions.querySync({ name, path }).state === "granted";
}

/**
 * Throws unless `place`, which it takes to read or to write `path`, may be read or written. Without
 * this, Deno would ask the user in the middle of a conversation.
 */
export function demand(action: Action, path: string, place = path): void {
  if (path === "") throw new UsageError("bad-file", "the name of a file is empty");
  if (isGranted(action, place)) return;
  // Where only the file was allowed, the sentence says what else is needed.
  const what = isGranted(action, path) ? `=${shellWord(place)}` : "";
  throw new UsageError("permission", `to ${action} ${path}, run with --allow-${action}${what}`);
}
