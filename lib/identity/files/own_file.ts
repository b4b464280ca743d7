import { UsageError } from "../../errors.ts";
import { refuseForeignFile } from "./strict_modes.ts";

/**
 * Opens a file that this program writes itself, or makes it with mode 0600: never what a symbolic link
 * there leads to, nor what belongs to somebody else. What is in it stays.
 *
 * @param options.read Whether to read it as well. Default false.
 * @throws {UsageError} With code `bad-file` if something else has this name.
 */
export async function openOwnFile(
  path: string,
  { read = false }: { readonly read?: boolean } = {},
): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { createNew: true, write: true, read, mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  const there = await Deno.lstat(path);
  refuseNoFile(path, there);
  await refuseForeignFile(path, path, there);
  const file = await Deno.open(path, { write: true, read });
  const opened = await file.stat();
  if (opened.ino === there.ino && opened.dev === there.dev) return file;
  file.close();
  throw new UsageError("bad-file", `${path} was replaced at this moment; try again`);
}

function refuseNoFile(path: string, { isDirectory, isSymlink, isFile }: Deno.FileInfo): void {
  if (isFile) return;
  if (isSymlink) {
    throw new UsageError(
      "bad-file",
      `${path} is a symbolic link, which is not followed; remove it`,
    );
  }
  const what = isDirectory ? "a folder, not a file" : "not a regular file";
  throw new UsageError("bad-file", `${path} is ${what}`);
}
