import assert from "node:assert/strict";

const ROOT = new URL("../../", import.meta.url);
const security = await Deno.readTextFile(new URL("docs/SECURITY.md", ROOT));
const claims = security.split(/^### (?=\d+\. )/m).slice(1)
  .map((claim) => claim.split(/^## /m)[0]);

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(new URL(path, ROOT)).then((file) => file.isFile, () => false);
}

Deno.test("security: each claim names tests, and every test that it names is there", async () => {
  assert.ok(claims.length >= 19);
  for (const claim of claims) {
    const [title] = claim.split("\n");
    const tests = [...claim.matchAll(/`([a-z0-9_/]+_test\.ts)`/g)].map(([, path]) => path);
    assert.ok(tests.length > 0, `${title}: no test is named`);
    for (const path of tests) assert.ok(await exists(`tests/${path}`), `${title}: ${path}`);
  }
});

Deno.test("security: every file that a claim names as its place in the code is there", async () => {
  const folders =
    "crypto|noise|channel|chat|identity|terminal|explain|trust|conversation|client|server|program";
  for (const claim of claims) {
    const places = claim.matchAll(new RegExp(`\`((?:${folders})/[a-z0-9_/]+\\.ts)\``, "g"));
    for (const [, path] of places) {
      if (path.endsWith("_test.ts")) continue;
      assert.ok(await exists(`lib/${path}`), `${claim.split("\n")[0]}: ${path}`);
    }
  }
});
