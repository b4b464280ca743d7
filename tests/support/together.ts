/**
 * The tests of a whole folder in one worker.
 *
 * `deno test` gives every file a worker of its own, which loads all that the file imports anew. That
 * takes longer than most of the tests in it, so `deno task test` loads folder by folder instead: each
 * file in `tests/together` stands for one folder. The tests are the same, and so are the lines that a
 * failure names. While you work on one folder, `deno test tests/FOLDER` finds its files by itself.
 *
 * @module
 */

/** The folder with all tests. */
const TESTS = new URL("../", import.meta.url);

/**
 * Files that need a worker of their own, relative to `tests/`: they change it for good, as does what
 * they import. A file in `tests/together` imports each.
 */
export const ALONE: readonly string[] = [
  "crypto/sync_noble_test.ts",
  "crypto/x25519/noble_test.ts",
  "crypto/x25519/web_test.ts",
  "server/log/log_test.ts",
];

/**
 * The test files below a folder of `tests/` that one worker can run, relative to `tests/`, in
 * alphabetical order.
 */
export async function sharing(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(folder, TESTS))) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...await sharing(path));
    else if (name.endsWith("_test.ts") && !ALONE.includes(path)) found.push(path);
  }
  return found.sort();
}

/** Loads the tests of a folder of `tests/`, file by file. */
export async function together(folder: string): Promise<void> {
  for (const path of await sharing(folder)) await import(new URL(path, TESTS).href);
}
