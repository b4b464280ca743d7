/**
 * Links to lines of code: `[file](../file#L12)`, with the line itself in a code block behind it.
 * `deno run -A tests/docs/code_links.ts` sets the numbers in `lab/README.md` right.
 *
 * @module
 */

/** A document with such links. */
export const COURSE = new URL("../../lab/README.md", import.meta.url);

/** A link, and the line of code that the document says is there. */
export interface CodeLink {
  /** As it stands in the link, relative to the document. */
  readonly path: string;
  readonly line: number;
  readonly code: string;
}

const CODE_LINK = /\]\(([^)#\s]+)#L(\d+)\)[^[`]*?\n\n```ts ignore\n(.*)\n```/g;

/** All links of a document. */
export function codeLinks(document: string): CodeLink[] {
  return [...document.matchAll(CODE_LINK)].map(([, path, line, code]) => ({
    path,
    line: Number(line),
    code,
  }));
}

/**
 * Where a line stands in a file: 1 is its first line.
 *
 * @throws If the file does not have it, or has it more than once.
 */
export function lineOf(file: string, code: string): number {
  const lines = file.split("\n").map((line) => line.trim());
  const first = lines.indexOf(code);
  if (first === -1) throw new Error(`there is no line ${code}`);
  if (lines.includes(code, first + 1)) throw new Error(`there is more than one line ${code}`);
  return first + 1;
}

if (import.meta.main) {
  let document = await Deno.readTextFile(COURSE);
  for (const { path, line, code } of codeLinks(document)) {
    const right = lineOf(await Deno.readTextFile(new URL(path, COURSE)), code);
    const behind = new RegExp(
      `(?<=#L)${line}(?=\\)[^[\`]*?\\n\\n\`\`\`ts ignore\\n${escape(code)}\\n)`,
    );
    document = document.replace(behind, String(right));
  }
  await Deno.writeTextFile(COURSE, document);
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
