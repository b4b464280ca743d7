import assert from "node:assert/strict";
import { UsageError } from "../../../lib/errors.ts";
import { parseClientFlags } from "../../../lib/program/flags/client_flags.ts";
import { parseServerFlags } from "../../../lib/program/flags/server_flags.ts";

const HINTS = [
  [parseServerFlags, ["--listen", "4000"], /write HOST:PORT, for example 127\.0\.0\.1:4000;/],
  [parseClientFlags, ["4000"], /write HOST:PORT, for example 127\.0\.0\.1:4000$/],
  [parseClientFlags, ["localhost", "4000"], /write HOST:PORT, for example localhost:4000;/],
  [parseClientFlags, ["bob@chat.example:1"], /write chat\.example:1 --nick bob$/],
  [parseClientFlags, ["a", "b"], /2: a, b; see --help$/],
] as const;

for (const [parse, args, hint] of HINTS) {
  Deno.test(`flags: ${args.join(" ")} gets a hint`, () => {
    assert.throws(() => parse(args), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, hint);
      return true;
    });
  });
}
