/** What comes of an experiment. */

/** A place in the code that an attack runs into. */
export interface Check {
  /** The file, from the repository's root. */
  readonly file: string;
  /** One line of it, without the blanks around it. It is there once. */
  readonly code: string;
}

/** What came of one attack on one protocol. */
export interface Finding {
  /** What Eve tried, in a few words. */
  readonly attack: string;
  /** Whether it is to succeed. */
  readonly expected: boolean;
  /** Whether it did. */
  readonly succeeded: boolean;
  /** What could be seen of it, in a few words. */
  readonly result: string;
  /** What stopped it, if something did. */
  readonly check?: Check | undefined;
}

/** What came of an experiment. */
export interface Outcome {
  readonly naive: readonly Finding[];
  readonly here: readonly Finding[];
}

/** Whether everything came out as it has to. */
export function isAsExpected({ naive, here }: Outcome): boolean {
  const findings = [...naive, ...here];
  return naive.length > 0 && here.length > 0 &&
    findings.every(({ expected, succeeded }) => succeeded === expected);
}

/** Where a check stands, as `file:line`; `undefined` if the line is not there once, and only once. */
export async function locate({ file, code }: Check): Promise<string | undefined> {
  const text = await Deno.readTextFile(new URL(`../${file}`, import.meta.url));
  const lines = text.split("\n").map((line) => line.trim());
  const first = lines.indexOf(code);
  return first === -1 || lines.includes(code, first + 1) ? undefined : `${file}:${first + 1}`;
}
