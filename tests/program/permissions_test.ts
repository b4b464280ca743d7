import assert from "node:assert/strict";
import { askForPermissions } from "../../lib/program/permissions.ts";
import { TASK_VARIABLE } from "../../lib/program_name.ts";

Deno.test({
  name: "permissions: what to type is how the program was started",
  permissions: { net: false, env: [TASK_VARIABLE], read: true },
  fn() {
    const before = Deno.env.get(TASK_VARIABLE);
    const address = { hostname: "127.0.0.1", port: 7 };
    const flags = {
      home: undefined,
      identity: undefined,
      passphraseFile: undefined,
      explainTo: undefined,
      address,
    };
    try {
      for (const [value, command] of [["1", "deno task"], [undefined, "deno run -NRWE"]] as const) {
        if (value === undefined) Deno.env.delete(TASK_VARIABLE);
        else Deno.env.set(TASK_VARIABLE, value);
        const program = value === undefined ? "client.ts" : "client";
        assert.throws(() => askForPermissions(flags), {
          code: "permission",
          message: "this program is not allowed to connect to 127.0.0.1:7; run it with: " +
            `${command} ${program}`,
        });
      }
    } finally {
      if (before !== undefined) Deno.env.set(TASK_VARIABLE, before);
    }
  },
});
