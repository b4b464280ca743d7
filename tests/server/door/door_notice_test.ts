import assert from "node:assert/strict";
import { doorNotice } from "../../../lib/server/door/door_notice.ts";
import { parseServerFlags, type ServerFlags } from "../../../lib/program/flags/server_flags.ts";

function flags(...args: string[]): ServerFlags {
  const parsed = parseServerFlags(args);
  assert.ok("listen" in parsed);
  return parsed;
}

const LOOPBACK = { hostname: "127.0.0.1", port: 1 };
const OUTSIDE = { hostname: "0.0.0.0", port: 1 };

Deno.test("door notice: an open server says so, where others than this machine can reach it", () => {
  for (const hostname of ["127.0.0.1", "127.9.9.9", "::1", "localhost"]) {
    const notice = doorNotice(flags(), [{ hostname, port: 1 }]);
    assert.deepEqual(notice, { text: "Everybody on this machine may enter." });
  }
  for (
    const [hostname, shown] of [["0.0.0.0", "0.0.0.0"], ["::", "[::]"], ["10.0.0.1", "10.0.0.1"]]
  ) {
    const { text: notice, important } = doorNotice(flags(), [LOOPBACK, { hostname, port: 1 }]);
    assert.equal(important, true, "whoever wants it quiet has to know this as well");
    assert.match(notice, /^OPEN: everybody who can reach /);
    assert.ok(notice.includes(`${shown}:1 may enter`), notice);
    assert.match(notice, /--invite or --allow FILE/);
  }
});

Deno.test("door notice: of several addresses those are named by which others come", () => {
  const notice = (...hostnames: string[]) =>
    doorNotice(flags(), hostnames.map((hostname, index) => ({ hostname, port: index + 1 })));
  assert.deepEqual(notice("127.0.0.1", "::1"), { text: "Everybody on this machine may enter." });
  const { text } = notice("10.0.0.1", "127.0.0.1", "::");
  assert.match(text, /^OPEN: everybody who can reach 10\.0\.0\.1:1 or \[::\]:3 may enter\.\n/);
});

Deno.test("door notice: a closed server says who may enter, wherever it listens", () => {
  for (const address of [LOOPBACK, OUTSIDE]) {
    for (const args of [["--invite"], ["--invite-only"], ["--invite", "--invite-only"]]) {
      assert.deepEqual(doorNotice(flags(...args), [address]), {
        text: "Only the invited may enter.",
      });
    }
    for (const args of [[], ["--invite"], ["--invite-only"]]) {
      const notice = doorNotice(flags("--allow", "guests.txt", ...args), [address]);
      assert.deepEqual(notice, {
        text: "Only those listed in guests.txt, and the invited, may enter.",
      });
    }
  }
});
