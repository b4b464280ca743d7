/**
 * The documents, and what stands in them: tables, links, headings and code.
 *
 * @module
 */

/** The repository's folder. */
export const ROOT: URL = new URL("../../", import.meta.url);

/** A document. */
export interface Page {
  /** From the repository's folder. */
  readonly path: string;
  readonly url: URL;
  readonly text: string;
}

/** Reads a document. */
export async function readPage(path: string): Promise<Page> {
  const url = new URL(path, ROOT);
  return { path, url, text: await Deno.readTextFile(url) };
}

/** The documents of the front page and of `docs/`, in the order of their names. */
export async function readPages(): Promise<readonly Page[]> {
  const paths = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"];
  const names: string[] = [];
  for await (const { name } of Deno.readDir(new URL("docs/", ROOT))) {
    if (name.endsWith(".md")) names.push(`docs/${name}`);
  }
  return await Promise.all([...paths, ...names.sort()].map(readPage));
}

/** The pages that tell a user what to do, without those that tell a reader how it works. */
export async function readUserPages(): Promise<readonly Page[]> {
  const pages = await readPages();
  return pages.filter(({ path }) => !/^C|[A-Z]{4,}\.md$/.test(path.replace("README.md", "")));
}

/** A document without its blocks of code. */
export function prose(text: string): string {
  return text.replaceAll(/^```.*\n[^]*?^```$/gm, "");
}

/** The lines of all code blocks in one of these languages; `""` is a block without one. */
export function codeLines(text: string, ...languages: readonly string[]): readonly string[] {
  return [...text.matchAll(/^```(.*)\n([^]*?)^```$/gm)]
    .flatMap(([, language = "", code = ""]) => languages.includes(language) ? [code] : [])
    .flatMap((code) => code.split("\n").filter((line) => line !== ""));
}

/** What a heading is called in a link: `#make-sure`. */
export function anchors(text: string): ReadonlySet<string> {
  const headings = prose(text).matchAll(/^#{1,6} (.*)$/gm);
  return new Set(
    [...headings].map(([, heading = ""]) =>
      heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-")
    ),
  );
}

/** The links of a document: what is shown, and where it leads. */
export function links(text: string): readonly { readonly shown: string; readonly to: string }[] {
  const inline = prose(text).matchAll(/\[([^\]]*)\]\(([^)\s]+)\)/g);
  const defined = prose(text).matchAll(/^\[([^\]]+)\]: (\S+)$/gm);
  return [...inline, ...defined].map(([, shown = "", to = ""]) => ({ shown, to }));
}

/** The part of a document below a heading, up to the next one of its level or above. */
export function section(text: string, heading: string): string {
  const [marks = ""] = /^#+/.exec(heading) ?? [];
  const start = text.indexOf(`\n${heading}\n`);
  if (start === -1) throw new Error(`there is no heading ${heading}`);
  const rest = text.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${marks.length}} `, "m"));
  return end === -1 ? rest : rest.slice(0, end);
}

/** The rows of all tables, without their heads, each as its cells. */
export function tableRows(text: string): readonly (readonly string[])[] {
  const lines = prose(text).split("\n");
  return lines.flatMap((line, index) => {
    const isRule = (line = "") => /^\|[ :|-]+\|$/.test(line);
    if (!line.startsWith("|") || isRule(line) || isRule(lines[index + 1])) return [];
    // A stroke inside a cell is escaped.
    return [line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim())];
  });
}
