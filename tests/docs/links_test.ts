import assert from "node:assert/strict";
import { anchors, links, readPage, readPages } from "./pages.ts";

const pages = [...await readPages(), await readPage("lab/README.md")];

for (const { path, url, text } of pages) {
  const local = links(text).filter(({ to }) => !/^[a-z]+:/.test(to));

  Deno.test(`links: those of ${path} lead to files and headings that are there`, async () => {
    for (const { to } of local) {
      const [file = "", anchor] = to.split("#");
      const target = file === "" ? url : new URL(file, url);
      assert.ok(await isFile(target), `${to}: there is no such file`);
      // `#L12` is a line of code; tests/docs/course_test.ts holds those.
      if (anchor === undefined || /^L\d+$/.test(anchor)) continue;
      const names = anchors(await Deno.readTextFile(target));
      assert.ok(names.has(anchor), `${to}: there is no such heading`);
    }
  });

  Deno.test(`links: names of code in ${path} stand in the files that they lead to`, async () => {
    for (const { shown, to } of local) {
      const [, name] = /^`([\w.#]+)`$/.exec(shown) ?? [];
      if (name === undefined || !to.endsWith(".ts") || name.endsWith(".ts")) continue;
      const code = await Deno.readTextFile(new URL(to, url));
      assert.match(code, new RegExp(`(?<![\\w])${name}\\b`), `${to} has no ${name}`);
    }
  });
}

Deno.test("links: the picture and every page can be reached from the front page", async () => {
  const [front] = pages;
  assert.equal(front?.path, "README.md");
  const reached = new Set(links(front.text).map(({ to }) => to.split("#")[0]));
  assert.ok(reached.has("docs/session.svg"));
  for (const { path } of await readPages()) {
    if (path !== "README.md") assert.ok(reached.has(path), `README.md does not lead to ${path}`);
  }
});

async function isFile(url: URL): Promise<boolean> {
  return await Deno.stat(url).then((file) => file.isFile, () => false);
}
