import assert from "node:assert/strict";
import { UsageError } from "../../../lib/errors.ts";
import { parseClientFlags } from "../../../lib/program/flags/client_flags.ts";
import { TaskRequest } from "../../../lib/program/flags/flags.ts";
import { runTask } from "../../../lib/program/tasks/run_task.ts";

const HOME = Deno.makeTempDirSync({ prefix: "x25519-chat-test-" });
const LINE = `x25519 ${btoa(String.fromCharCode(9, ...new Uint8Array(31)))} 2026-01-01\n`;
const BOOKS = [["known_hosts", "a:1"], ["verified_keys", "ada"], ["hosts", "b:2"]] as const;
for (const [name, subject] of BOOKS) {
  Deno.writeTextFileSync(`${HOME}/${name}`, `${subject} ${LINE}`, { mode: 0o600 });
}
globalThis.addEventListener("unload", () => Deno.removeSync(HOME, { recursive: true }));

Deno.test({
  name: "forget: what cannot be saved is not said to be forgotten",
  permissions: { read: [HOME], write: false, env: false },
  async fn() {
    for (const args of [["a:1"], ["ada"], ["b:2", "--known-hosts", `${HOME}/hosts`]]) {
      const task = parseClientFlags(["forget", ...args, "--home", HOME]);
      assert.ok(task instanceof TaskRequest);
      await assert.rejects(runTask(task), (error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, /^nothing can be forgotten: saving is off; run with --allow-/);
        return true;
      });
    }
  },
});
