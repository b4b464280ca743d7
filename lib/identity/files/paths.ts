import { UsageError } from "../../errors.ts";
import { demand } from "./permissions.ts";
import { type FolderOptions, refuseForeignFolders } from "./strict_modes.ts";

/**
 * The file that a symbolic link leads to, so that the link stays when the file is replaced; any other
 * path as it is.
 *
 * @throws {Deno.errors.NotFound} If there is nothing by this name.
 */
export async function followLink(path: string): Promise<string> {
  demand("read", path);
  if (!(await Deno.lstat(path)).isSymlink) return path;
  const target = await Deno.realPath(path).catch(orElse(undefined));
  if (target !== undefined) {
    demand("read", path, target);
    return target;
  }
  // The shell's pipes, such as /dev/fd/63, are links that can be opened and lead to no path.
  if (await Deno.stat(path).catch(orElse(undefined)) !== undefined) return path;
  throw new UsageError("bad-file", `${path} is a symbolic link to a file that is not there`);
}

/** The folder of a file, with the separator at its end if there is one. */
export function folderOf(path: string): string {
  const name = Deno.build.os === "windows" ? /[^/\\]*$/ : /[^/]*$/;
  return path.replace(name, "") || ".";
}

/**
 * Makes sure that the folder of a file is there, may be changed, and is nobody else's, and returns it.
 *
 * @throws {UsageError} As {@linkcode refuseForeignFolders} does.
 */
export async function prepareFolder(path: string, options?: FolderOptions): Promise<string> {
  const folder = folderOf(path);
  // The temporary file and the lock stand beside the file, under names of their own.
  demand("read", path, folder);
  demand("write", path, folder);
  const isThere = await refuseForeignFolders(path, options);
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  // Somebody else may have been faster.
  if (!isThere) await refuseForeignFolders(path, options);
  return folder;
}

/** For `catch`: a value in the place of what is not there. */
export function orElse<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Deno.errors.NotFound) return value;
    throw error;
  };
}
