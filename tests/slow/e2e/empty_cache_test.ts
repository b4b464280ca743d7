import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../../support/doubles.ts";

/** Packages that only tests need. */
const FOR_TESTS = /^(?:fast-check|pure-rand|parse5|entities|@xterm\/|@types\/|undici-types)/;

/** The packages in Deno's cache: `cborg`, `@noble/hashes`. */
function packagesIn(cache: string): string[] {
  const names: string[] = [];
  for (const registry of Deno.readDirSync(`${cache}/npm`)) {
    const folder = `${cache}/npm/${registry.name}`;
    if (!registry.isDirectory) continue;
    for (const { name } of Deno.readDirSync(folder)) {
      if (!name.startsWith("@")) names.push(name);
      else {for (const inner of Deno.readDirSync(`${folder}/${name}`)) {
          names.push(`${name}/${inner.name}`);
        }}
    }
  }
  return names;
}

for (const program of ["server", "client"] as const) {
  Deno.test(`empty cache: ${program}.ts fetches nothing that only tests need`, async (test) => {
    using cache = temporaryFolder();
    const root = fileURLToPath(new URL("../../../", import.meta.url));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--frozen", `${root}${program}.ts`, "--version"],
      cwd: cache.path,
      // And what it takes here to reach the registry.
      env: { DENO_DIR: cache.path, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" },
    }).output();
    const told = new TextDecoder().decode(stderr);
    if (!success && /error sending request|client error/.test(told)) {
      console.log(`${test.name}: skipped, the registry cannot be reached`);
      return;
    }
    assert.ok(success, told);
    assert.match(new TextDecoder().decode(stdout), /^(?:server|client)\.ts \d/);
    const packages = packagesIn(cache.path);
    assert.ok(packages.includes("cborg"), packages.join());
    assert.deepEqual(packages.filter((name) => FOR_TESTS.test(name)), []);
  });
}
