import assert from "node:assert/strict";
import { openStore, StateFolder } from "../../lib/trust/state_folder.ts";
import { temporaryFolder } from "../support/doubles.ts";

const NOT_PERMITTED = "saving is off; run with --allow-read --allow-write --allow-env";

Deno.test("state folder: what is kept in a named one lasts", async () => {
  using folder = temporaryFolder();
  const home = `${folder.path}/home`;
  const first = new StateFolder(home);
  assert.deepEqual([first.path, first.isNamed, first.whyNot], [home, true, undefined]);
  const store = await first.store("known_hosts");
  assert.equal(await store.read(), "");
  await store.update(() => "kept\n");
  assert.equal(await (await new StateFolder(home).store("known_hosts")).read(), "kept\n");
  assert.equal(await Deno.readTextFile(`${home}/known_hosts`), "kept\n");
});

Deno.test({
  name: "state folder: without permissions it keeps things for this run, and says why",
  permissions: { read: false, write: false, env: false },
  async fn() {
    for (const named of [undefined, "/somewhere"]) {
      const folder = new StateFolder(named);
      assert.equal(folder.path, named);
      assert.equal(folder.isNamed, named !== undefined);
      assert.equal(folder.whyNot, NOT_PERMITTED);
      const store = await folder.store("known_hosts");
      await store.update((text) => `${text}one\n`);
      assert.equal(await store.read(), "one\n");
      assert.equal(store.isUnsaved, true);
      assert.equal(await (await folder.store("known_hosts")).read(), "");
    }
  },
});

const READABLE = Deno.makeTempDirSync({ prefix: "x25519-chat-test-" });
Deno.writeTextFileSync(`${READABLE}/known_hosts`, "from before\n");
Deno.writeTextFileSync(`${READABLE}/secret`, "from before\n", { mode: 0o644 });
globalThis.addEventListener("unload", () => Deno.removeSync(READABLE, { recursive: true }));

Deno.test({
  name:
    "state folder: what may be read but not written is the beginning of what lasts for this run",
  permissions: { read: [READABLE], write: false, env: false },
  async fn() {
    const folder = new StateFolder(READABLE);
    assert.equal(folder.whyNot, NOT_PERMITTED);
    const store = await folder.store("known_hosts");
    assert.equal(store.name, `${READABLE}/known_hosts`);
    assert.equal(store.isUnsaved, true);
    await store.update((text) => `${text}and new\n`);
    assert.equal(await store.read(), "from before\nand new\n");
    assert.equal(Deno.readTextFileSync(`${READABLE}/known_hosts`), "from before\n");
    assert.equal(await (await folder.store("not_there")).read(), "");
  },
});

Deno.test({
  name: "state folder: a secret that others may read is refused, written or not",
  ignore: Deno.build.os === "windows",
  async fn() {
    const path = `${READABLE}/secret`;
    const store = await openStore(path, { secret: true });
    await assert.rejects(store.read(), { code: "bad-file", message: /chmod/ });
  },
});
