/**
 * Test vectors: hexadecimal to and from bytes, and the public vector files that stand beside the
 * repository in `../shared/vectors`, where they are there.
 *
 * @module
 */

const FOLDER = new URL("../../../shared/vectors/", import.meta.url);

/** A vector file that may not be there. */
export interface SharedVectors<T> {
  /** Whether the folder is there, so whether `test` runs anything. */
  readonly isAvailable: boolean;
  /**
   * A test over the file's contents. Without the folder the test is ignored and its name says why.
   * A file that is missing from a folder that is there makes the test fail.
   */
  test(name: string, body: (contents: T) => void | Promise<void>): void;
}

/** The vector file `name` (without `.json`) of `../shared/vectors`, relative to the repository. */
export function sharedVectors<T>(name: string): SharedVectors<T> {
  const isAvailable = isFolder(FOLDER);
  return {
    isAvailable,
    test(testName, body) {
      if (!isAvailable) {
        const reason = "ignored: ../shared/vectors is not beside the repository";
        Deno.test({ name: `${testName} (${reason})`, ignore: true, fn: () => {} });
        return;
      }
      Deno.test(testName, async () => {
        await body(JSON.parse(await Deno.readTextFile(new URL(`${name}.json`, FOLDER))));
      });
    },
  };
}

function isFolder(url: URL): boolean {
  try {
    return Deno.statSync(url).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** What every case of a Wycheproof file has. */
export interface WycheproofCase {
  readonly tcId: number;
  readonly comment: string;
  readonly flags: readonly string[];
  readonly result: "valid" | "invalid" | "acceptable";
}

/** A Wycheproof file: groups of cases that share parameters. */
export interface WycheproofFile<Group, Case extends WycheproofCase> {
  readonly numberOfTests: number;
  readonly testGroups: readonly (Group & { readonly tests: readonly Case[] })[];
}

/**
 * Every case of a file with its group. Refuses a file that holds another number of cases than it
 * says, or none; the caller still has to count what it ran.
 */
export function wycheproofCases<Group, Case extends WycheproofCase>(
  file: WycheproofFile<Group, Case>,
): { group: Group; test: Case }[] {
  const cases = file.testGroups.flatMap((group) => group.tests.map((test) => ({ group, test })));
  if (cases.length !== file.numberOfTests || cases.length === 0) {
    throw new Error(`the file says ${file.numberOfTests} cases and holds ${cases.length}`);
  }
  return cases;
}

/** The bytes of a hexadecimal string; white space between the digits is allowed. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replace(/\s+/g, "");
  if (digits.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(digits)) {
    throw new Error(`not hexadecimal: ${text}`);
  }
  const bytes = new Uint8Array(digits.length / 2);
  for (let index = 0; index < bytes.length; index++) {
    bytes[index] = Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16);
  }
  return bytes;
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
