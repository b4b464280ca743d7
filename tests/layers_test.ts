import assert from "node:assert/strict";
import { ALONE, sharing } from "./support/together.ts";

const ROOT = new URL("..", import.meta.url);
const SLOW = "tests/slow/";
const TOGETHER = "tests/together/";

const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));

/** The paths of all modules in the repository, relative to it. */
async function modules(folder = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(new URL(`./${folder}`, ROOT))) {
    if (isDirectory && !/^(\..*|dist|node_modules)$/.test(name)) {
      found.push(...await modules(`${folder}${name}/`));
    } else if (name.endsWith(".ts")) found.push(folder + name);
  }
  return found;
}

Deno.test("layers: every test is in the fast one, or in the folder of slow ones", async () => {
  // Which of two layers a file is in is a matter of its folder alone, so none is in neither.
  // No path behind it: where a file is named, Deno ignores nothing.
  assert.match(tasks.test.command, /^deno test (--\S+ )*--ignore=tests\/slow,\S+$/);
  assert.match(tasks["test:slow"].command, /^deno test .* tests\/slow$/);
  const all = await modules();
  const tests = all.filter((path) => path.endsWith("_test.ts"));
  assert.deepEqual(tests.filter((path) => !path.startsWith("tests/")), []);
  const slow = tests.filter((path) => path.startsWith(SLOW));
  assert.ok(slow.length > 5 && tests.length > 200, `${slow.length} of ${tests.length}`);
  // Deno would not find a test in a file of another name.
  for (const path of all.filter((path) => path.startsWith(SLOW) && !path.endsWith("_test.ts"))) {
    const text = await Deno.readTextFile(new URL(path, ROOT));
    assert.doesNotMatch(text, /^Deno\.test\(|^toolTest\(/m, path);
  }
});

Deno.test("layers: what the fast one leaves to tests/together is loaded there, once", async () => {
  const [, ignored = ""] = /--ignore=(\S+)/.exec(tasks.test.command) ?? [];
  const folders = ignored.split(",").filter((path) => `${path}/` !== SLOW)
    .map((path) => path.replace("tests/", ""));
  const expected = [
    ...folders.map((folder) =>
      `import { together } from "../support/together.ts";\n\nawait together("${folder}");\n`
    ),
    ...ALONE.map((path) => `import "../${path}";\n`),
  ];
  const all = await modules("tests/");
  const loaders = all.filter((path) => path.startsWith(TOGETHER));
  const texts = loaders.map((path) => Deno.readTextFileSync(new URL(path, ROOT)));
  assert.deepEqual(texts.sort(), expected.sort());

  const loaded = (await Promise.all(folders.map(sharing))).flat().concat(ALONE);
  const left = all.filter((path) =>
    path.endsWith("_test.ts") && folders.some((folder) => path.startsWith(`tests/${folder}/`))
  );
  assert.deepEqual(loaded.map((path) => `tests/${path}`).sort(), left.sort());
  assert.ok(left.length > 150, `${left.length}`);
});

Deno.test("layers: other people's tools are needed in the slow one alone", async () => {
  for (const path of await modules("tests/")) {
    if (path.startsWith(SLOW)) continue;
    const text = await Deno.readTextFile(new URL(path, ROOT));
    assert.doesNotMatch(text, /from "[^"]*\/slow\//, path);
  }
});

Deno.test("layers: test:all and .ci/run run all of them", async () => {
  const ci = await Deno.readTextFile(new URL(".ci/run", ROOT));
  for (const layer of Object.keys(tasks).filter((name) => /^test(:|$)/.test(name))) {
    if (layer === "test:all") continue;
    const called = new RegExp(`\\btask ${layer}(?![:\\w])`);
    assert.match(tasks["test:all"].command, called);
    assert.match(ci, called);
  }
});
