import assert from "node:assert/strict";
import { Scope } from "../../bench/harness/scope.ts";

Deno.test("bench: a round that fails leaves no process and no folder", async () => {
  let folder = "";
  let status: Promise<Deno.CommandStatus> | undefined;
  const round = async () => {
    await using scope = new Scope();
    folder = await scope.folder();
    await Deno.writeTextFile(`${folder}/file`, "");
    // It would wait for ever.
    const args = ["eval", "setInterval(() => {}, 1e9)"];
    status = scope.spawn(Deno.execPath(), { args }).status;
    throw new Error("the peer has hung up");
  };
  await assert.rejects(round(), /hung up/);
  assert.equal((await status)?.signal, "SIGKILL");
  await assert.rejects(Deno.stat(folder), Deno.errors.NotFound);
});
