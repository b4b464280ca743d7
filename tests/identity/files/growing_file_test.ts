import assert from "node:assert/strict";
import { readTextFile } from "../../../lib/identity/mod.ts";

Deno.test("growing file: what is added while it is read is read too, up to what is too much", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/text`;
  const { stat } = Deno.FsFile.prototype;
  try {
    // As if all but the first bytes were written after this side has looked how many there are.
    Deno.FsFile.prototype.stat = async function () {
      return { ...await stat.call(this), size: 3 };
    };
    for (const text of ["", "ab", "abc", "abcd", "x".repeat(100_000)]) {
      await Deno.writeTextFile(path, text, { mode: 0o600 });
      assert.ok(await readTextFile(path) === text, `${text.length} bytes`);
    }
    const size = Deno.stat;
    try {
      Deno.stat = async (name) => ({ ...await size(name), size: 3 });
      await Deno.writeTextFile(path, "x".repeat(2 ** 20 + 1));
      await assert.rejects(readTextFile(path), { code: "bad-file" });
    } finally {
      Deno.stat = size;
    }
  } finally {
    Deno.FsFile.prototype.stat = stat;
    await Deno.remove(folder, { recursive: true });
  }
});
