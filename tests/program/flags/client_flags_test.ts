import assert from "node:assert/strict";
import { UsageError } from "../../../lib/errors.ts";
import { formatInvitation } from "../../../lib/identity/mod.ts";
import { type ClientFlags, parseClientFlags } from "../../../lib/program/flags/client_flags.ts";
import {
  commonFlags,
  HelpRequest,
  type Task,
  TaskRequest,
} from "../../../lib/program/flags/flags.ts";

const DEFAULTS = {
  invitation: undefined,
  inviteFile: undefined,
  acceptNew: false,
  strict: false,
  knownHosts: undefined,
  reconnect: true,
  reconnectFor: undefined,
  outbox: undefined,
};

function flagsOf(...args: readonly string[]): ClientFlags {
  const parsed = parseClientFlags(args);
  assert.ok("acceptNew" in parsed);
  return parsed;
}

Deno.test("client flags: what holds where none is given", () => {
  assert.deepEqual(flagsOf(), {
    ...commonFlags("client", {}),
    ...DEFAULTS,
    address: { hostname: "127.0.0.1", port: 12345 },
  });
});

Deno.test("client flags: all that only the client takes, around the address", () => {
  const trust = ["--accept-new", "--known-hosts", "hosts", "--nick", "ada"];
  for (const args of [["example.org:99", ...trust], [...trust, "example.org:99"]]) {
    assert.deepEqual(flagsOf(...args), {
      ...commonFlags("client", { nick: "ada" }),
      ...DEFAULTS,
      acceptNew: true,
      knownHosts: "hosts",
      address: { hostname: "example.org", port: 99 },
    });
  }
  assert.equal(flagsOf("--strict").strict, true);
  const lost = flagsOf("--reconnect-for", "90s", "--outbox", "box");
  assert.deepEqual([lost.reconnect, lost.reconnectFor, lost.outbox], [true, 90_000, "box"]);
  assert.equal(flagsOf("--no-reconnect").reconnect, false);
  const { inviteFile, invitation } = flagsOf("--invite-file", "invitation");
  assert.deepEqual([inviteFile, invitation], ["invitation", undefined]);
});

const BAD: readonly (readonly string[])[] = [
  [""],
  ["a:b"],
  ["a:65536"],
  ["a:1", "b:2"],
  ["--accept-new", "--strict"],
  ["--invite-file", "invitation", "a:1"],
  ["--invite-file"],
  ["--known-hosts"],
  ["--no-reconnect", "--reconnect-for", "10s"],
  ["--reconnect-for", "10"],
  ["--reconnect-for", "0s"],
  ["--outbox", ""],
  ["--known-hosts", ""],
  ["--invite-file", ""],
  ["id", "--new-passphrase-file", ""],
  ["forget"],
  ["forget", "a:1", "b:2"],
  // What only the server takes.
  ["--listen", "127.0.0.1:0"],
  ["--headless"],
  ["--invite"],
  ["--allow", "guests"],
  ["--max-members", "5"],
  ["--log-format", "json"],
  ["revoke", "0123abcd"],
  ["invitations", "all"],
  ["bans", "all"],
  ["unban", "eve"],
];

for (const args of BAD) {
  Deno.test(`client flags: ${JSON.stringify(args)} is wrong`, () => {
    assert.throws(() => parseClientFlags(args), (error) => {
      assert.ok(error instanceof UsageError, String(error));
      assert.equal(error.code, "usage");
      assert.doesNotMatch(error.message, /\n|^error|undefined/);
      return true;
    });
  });
}

Deno.test("client flags: an invitation gives the address", () => {
  const serverKey = new Uint8Array(32).fill(1);
  const secret = new Uint8Array(16).fill(2);
  const line = formatInvitation({ address: "Example.org:99", serverKey, secret });
  for (const text of [line, ` <${line}>\n`]) {
    const flags = flagsOf(text);
    assert.deepEqual(flags.address, { hostname: "example.org", port: 99 });
    assert.deepEqual(flags.invitation, { address: "example.org:99", serverKey, secret });
  }
  for (const mistyped of [line.slice(0, -1), line.replace("99", "98"), "x25519-chat://"]) {
    assert.throws(() => parseClientFlags([mistyped]), (error) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.code, "bad-invitation");
      assert.ok(!error.message.includes(mistyped), "the sentence holds nothing of the secret");
      return true;
    });
  }
});

const TASKS: readonly (readonly [args: string[], task: Task])[] = [
  [["forget", "a:1"], { kind: "forget", whom: "a:1", knownHosts: undefined }],
  [
    ["forget", "ada", "--known-hosts", "hosts"],
    { kind: "forget", whom: "ada", knownHosts: "hosts" },
  ],
];

for (const [args, task] of TASKS) {
  Deno.test(`client flags: ${args.join(" ")} is a task`, () => {
    const common = ["--home", "/somewhere", "--json"];
    for (const all of [[...common, ...args], [...args, ...common]]) {
      const parsed = parseClientFlags(all);
      assert.ok(parsed instanceof TaskRequest);
      assert.deepEqual(parsed.task, task);
      assert.deepEqual([parsed.flags.home, parsed.flags.json], ["/somewhere", true]);
    }
  });
}

Deno.test("client flags: the help names what the client takes, and nothing of the server's", () => {
  const help = parseClientFlags(["--help"]);
  assert.ok(help instanceof HelpRequest);
  for (const flag of ["--invite-file", "--accept-new", "--strict", "--known-hosts", "forget"]) {
    assert.ok(help.text.includes(flag), flag);
  }
  assert.doesNotMatch(help.text, /--(listen|headless|max-|log-|history-size)/);
});
