import { UsageError } from "../errors.ts";

/**
 * Gives a file a second name beside it, under which it stays when it is replaced.
 *
 * @returns The second name, or `undefined` if there is no such file.
 * @throws {UsageError} If that cannot be done.
 */
export async function keepCopy(path: string): Promise<string | undefined> {
  for (let number = 1;; number++) {
    const copy = number === 1 ? `${path}.old` : `${path}.old-${number}`;
    try {
      // A link to a symbolic link would show the new file as soon as there is one.
      await Deno.link(await Deno.realPath(path), copy);
      return copy;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      if (error instanceof Deno.errors.AlreadyExists) continue;
      throw new UsageError("bad-file", `cannot keep ${path} as ${copy}; nothing was changed`, {
        cause: error,
      });
    }
  }
}
