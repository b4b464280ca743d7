import assert from "node:assert/strict";
import { UsageError } from "../../lib/errors.ts";
import { Pruner } from "../../lib/history/pruner.ts";

Deno.test("pruner: a file that cannot be read any more is nobody's unhandled rejection", async () => {
  const damaged = new UsageError("bad-file", "the file is damaged");
  const retention = {
    isTooLarge: true,
    forgetSome: () => false,
    waitFrom: () => {
      throw damaged;
    },
  };
  const pruner = new Pruner({
    retention: retention as unknown as ConstructorParameters<typeof Pruner>[0]["retention"],
    now: () => 0,
    onPruned() {},
  });
  // Nobody awaits what this begins.
  pruner.onAdded();
  await assert.doesNotReject(pruner.prune());
  await pruner.close();
});
