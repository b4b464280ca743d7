import assert from "node:assert/strict";
import { isThisMachine } from "../../../lib/channel/tcp/this_machine.ts";

Deno.test("this machine: its own addresses are told from all others", () => {
  for (
    const hostname of ["127.0.0.1", "127.255.1.2", "::1", "::ffff:127.0.0.1", "::FFFF:127.0.0.1"]
  ) assert.equal(isThisMachine(hostname), true, hostname);
  for (
    const hostname of [
      "",
      "0.0.0.0",
      "::",
      "::2",
      "10.127.0.1",
      "1127.0.0.1",
      "::ffff:10.0.0.1",
      "fe80::1",
      "localhost.example.org",
    ]
  ) assert.equal(isThisMachine(hostname), false, hostname);
});
