import assert from "node:assert/strict";
import { formatPublicKeyLine } from "../../../lib/identity/mod.ts";
import { doorNotice, isThisMachine, openGuestList } from "../../../lib/server/door/door.ts";
import { parseServerFlags, type ServerFlags } from "../../../lib/program/flags/server_flags.ts";
import { key, temporaryFolder } from "../../support/doubles.ts";

function flags(...args: string[]): ServerFlags {
  const parsed = parseServerFlags(args);
  assert.ok("listen" in parsed);
  return parsed;
}

const LOOPBACK = { hostname: "127.0.0.1", port: 1 };
const OUTSIDE = { hostname: "0.0.0.0", port: 1 };

Deno.test("door: an open server says so, where others than this machine can reach it", () => {
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

Deno.test("door: of several addresses those are named by which others come", () => {
  const notice = (...hostnames: string[]) =>
    doorNotice(flags(), hostnames.map((hostname, index) => ({ hostname, port: index + 1 })));
  assert.deepEqual(notice("127.0.0.1", "::1"), { text: "Everybody on this machine may enter." });
  const { text } = notice("10.0.0.1", "127.0.0.1", "::");
  assert.match(text, /^OPEN: everybody who can reach 10\.0\.0\.1:1 or \[::\]:3 may enter\.\n/);
});

Deno.test("door: this machine's own addresses are told from all others", () => {
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

Deno.test("door: a closed server says who may enter, wherever it listens", () => {
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

Deno.test("door: without --allow there is no list", async () => {
  assert.equal(await openGuestList(undefined, () => {}), undefined);
});

Deno.test("door: the list is read at the start, and lines of no use are told of", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/guests`;
  await Deno.writeTextFile(path, `${formatPublicKeyLine(key(1))} Ada\nssh-rsa AAAA somebody\n`);
  const told: string[] = [];
  const guests = await openGuestList(path, (text) => void told.push(text));
  assert.deepEqual(await guests?.find(key(1)), { name: "Ada", isOperator: false });
  assert.equal(await guests?.find(key(2)), undefined);
  assert.equal(told.length, 1);
  assert.ok(told[0].startsWith(`${path}, line 2: `), told[0]);
  // It is edited while the server runs.
  await Deno.writeTextFile(path, `${formatPublicKeyLine(key(2))} Bob, the second\n`);
  assert.equal(await guests?.find(key(1)), undefined);
  assert.deepEqual(await guests?.find(key(2)), { name: "Bob, the second", isOperator: false });
  // While an editor has it in hand, the last good list holds.
  await Deno.remove(path);
  assert.deepEqual(await guests?.find(key(2)), { name: "Bob, the second", isOperator: false });
  assert.equal(await guests?.find(key(1)), undefined);
  assert.equal(told.length, 2);
});

Deno.test("door: a list that is not there, or broken, keeps the server from opening", async () => {
  using folder = temporaryFolder();
  const path = `${folder.path}/guests`;
  // Else a mistyped name would be a list with nobody on it, or worse, none.
  await assert.rejects(openGuestList(path, () => {}), {
    code: "bad-file",
    message: `there is no file ${path}; it lists who may enter, a key a line`,
  });
  await Deno.writeTextFile(path, "# guests\nx25519 nonsense!\n");
  await assert.rejects(openGuestList(path, () => {}), {
    code: "bad-file",
    message: new RegExp(`^${path}, line 2: `),
  });
  await assert.rejects(openGuestList(folder.path, () => {}), { code: "bad-file" });
});
