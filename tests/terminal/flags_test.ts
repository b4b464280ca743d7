import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { UsageError } from "../../lib/errors.ts";
import {
  HelpRequest,
  parseClientFlags,
  parseServerFlags,
  type Task,
  TaskRequest,
} from "../../lib/terminal/flags.ts";
import { formatInvitation } from "../../lib/identity/mod.ts";
import { VERSION } from "../../lib/version.ts";

const COMMON = {
  identity: undefined,
  home: undefined,
  passphraseFile: undefined,
  cipher: undefined,
  classical: false,
  json: false,
  quiet: false,
  verbose: false,
};

const SERVER = {
  invite: false,
  inviteOnly: false,
  expires: undefined,
  singleUse: false,
  publicAddress: undefined,
  allow: undefined,
};
const CLIENT = {
  invitation: undefined,
  inviteFile: undefined,
  acceptNew: false,
  strict: false,
  knownHosts: undefined,
};

Deno.test("flags: what holds where none is given", () => {
  const address = { hostname: "127.0.0.1", port: 12345 };
  assert.deepEqual(parseServerFlags([]), { ...COMMON, ...SERVER, nick: "host", listen: address });
  assert.deepEqual(parseClientFlags([]), { ...COMMON, ...CLIENT, nick: "guest", address });
});

Deno.test("flags: all of them", () => {
  const args = [
    "--nick",
    "Ada",
    "--cipher",
    "gcm",
    "--classical",
    "--json",
    "--quiet",
    "--verbose",
    "--identity",
    "key.pem",
    "--home",
    "/somewhere",
    "--passphrase-file",
    "passphrase",
  ];
  const common = {
    identity: "key.pem",
    home: "/somewhere",
    passphraseFile: "passphrase",
    nick: "Ada",
    cipher: "gcm",
    classical: true,
    json: true,
    quiet: true,
    verbose: true,
  };
  const door = ["--invite", "--invite-only", "--expires", "24h", "--single-use"];
  const more = ["--public", "chat.example:9", "--allow", "guests"];
  assert.deepEqual(parseServerFlags(["--listen", "[::1]:0", ...args, ...door, ...more]), {
    ...common,
    listen: { hostname: "::1", port: 0 },
    invite: true,
    inviteOnly: true,
    expires: 24 * 60 * 60 * 1000,
    singleUse: true,
    publicAddress: "chat.example:9",
    allow: "guests",
  });
  const trust = ["--accept-new", "--known-hosts", "hosts"];
  for (
    const where of [["example.org:99", ...args, ...trust], [...trust, ...args, "example.org:99"]]
  ) {
    assert.deepEqual(parseClientFlags(where), {
      ...common,
      invitation: undefined,
      inviteFile: undefined,
      acceptNew: true,
      strict: false,
      knownHosts: "hosts",
      address: { hostname: "example.org", port: 99 },
    });
  }
  assert.deepEqual(parseServerFlags(["--listen=:7", "--cipher=cbc"]), {
    ...COMMON,
    ...SERVER,
    nick: "host",
    cipher: "cbc",
    listen: { hostname: "127.0.0.1", port: 7 },
  });
});

Deno.test("flags: a nickname is brought into its composed form", () => {
  const flags = parseClientFlags(["--nick", "Zoe\u0308", "--invite-file", "invitation"]);
  assert.ok(!(flags instanceof HelpRequest || flags instanceof TaskRequest));
  assert.deepEqual([flags.inviteFile, flags.invitation], ["invitation", undefined]);
  assert.equal(flags.nick, "Zo\u00eb");
});

const BAD: readonly (readonly [program: "server" | "client" | "both", args: string[]])[] = [
  ["both", ["--no-such-flag"]],
  ["both", ["-x"]],
  ["both", ["--nick"]],
  ["both", ["--nick", ""]],
  ["both", ["--nick", "a b"]],
  ["both", ["--nick", "x".repeat(33)]],
  ["both", ["--cipher"]],
  ["both", ["--cipher", "CBC"]],
  ["both", ["--json=yes"]],
  ["server", ["somewhere:1"]],
  ["server", ["--listen"]],
  ["server", ["--listen", ""]],
  ["server", ["--listen", "a:b"]],
  ["server", ["--listen", "a:65536"]],
  ["client", ["--listen", "127.0.0.1:0"]],
  ["client", [""]],
  ["client", ["a:b"]],
  ["client", ["a:1", "b:2"]],
  ["client", ["--accept-new", "--strict"]],
  ["client", ["--invite-file", "invitation", "a:1"]],
  ["client", ["--invite"]],
  ["client", ["revoke", "0123abcd"]],
  ["client", ["forget"]],
  ["client", ["forget", "a:1", "b:2"]],
  ["server", ["--accept-new"]],
  ["server", ["--single-use"]],
  ["server", ["--expires", "24h"]],
  ["server", ["--invite", "--expires", "0s"]],
  ["server", ["--invite", "--expires", "tomorrow"]],
  ["server", ["--public", "a:b"]],
  ["server", ["revoke"]],
  ["server", ["forget", "a:1"]],
  ["both", ["--identity"]],
  ["both", ["id", "me"]],
  ["both", ["id", "--no-such-flag"]],
];

for (const [program, args] of BAD) {
  Deno.test(`flags: ${program}: ${JSON.stringify(args)} is wrong`, () => {
    const isUsage = (error: unknown) => {
      assert.ok(error instanceof UsageError, String(error));
      assert.equal(error.code, "usage");
      assert.doesNotMatch(error.message, /\n|^error/);
      return true;
    };
    if (program !== "client") assert.throws(() => parseServerFlags(args), isUsage);
    if (program !== "server") assert.throws(() => parseClientFlags(args), isUsage);
  });
}

Deno.test("flags: an invitation gives the address", () => {
  const serverKey = new Uint8Array(32).fill(1);
  const secret = new Uint8Array(16).fill(2);
  const line = formatInvitation({ address: "Example.org:99", serverKey, secret });
  for (const text of [line, ` <${line}>\n`]) {
    const flags = parseClientFlags([text]);
    assert.ok(!(flags instanceof HelpRequest || flags instanceof TaskRequest));
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

const ID_TASK = {
  kind: "id",
  isNew: false,
  changePassphrase: false,
  newPassphraseFile: undefined,
  exportPublic: false,
} as const;

const TASKS: readonly (readonly [program: "server" | "client" | "both", string[], Task])[] = [
  ["both", ["id"], ID_TASK],
  ["both", ["id", "--new"], { ...ID_TASK, isNew: true }],
  ["both", ["id", "--passphrase"], { ...ID_TASK, changePassphrase: true }],
  [
    "both",
    ["id", "--new-passphrase-file", "next"],
    { ...ID_TASK, changePassphrase: true, newPassphraseFile: "next" },
  ],
  ["both", ["id", "--export-public"], { ...ID_TASK, exportPublic: true }],
  ["client", ["forget", "a:1"], { kind: "forget", whom: "a:1", knownHosts: undefined }],
  [
    "client",
    ["forget", "ada", "--known-hosts", "hosts"],
    { kind: "forget", whom: "ada", knownHosts: "hosts" },
  ],
  ["server", ["invitations"], { kind: "invitations" }],
  ["server", ["revoke", "0123abcd"], { kind: "revoke", id: "0123abcd" }],
];

for (const [program, args, task] of TASKS) {
  Deno.test(`flags: ${program}: ${args.join(" ")} is a task`, () => {
    for (const parse of [parseServerFlags, parseClientFlags]) {
      if (program === (parse === parseServerFlags ? "client" : "server")) continue;
      // The flags that concern a task may stand in front of it or behind.
      const common = ["--home", "/somewhere", "--json"];
      for (const all of [[...common, ...args], [...args, ...common]]) {
        const parsed = parse(all);
        assert.ok(parsed instanceof TaskRequest);
        assert.deepEqual(parsed.task, task);
        assert.deepEqual([parsed.flags.home, parsed.flags.json], ["/somewhere", true]);
      }
    }
  });
}

Deno.test("flags: help and version are no errors", () => {
  for (const parse of [parseServerFlags, parseClientFlags]) {
    for (const flag of ["--help", "-h"]) {
      const help = parse([flag]);
      assert.ok(help instanceof HelpRequest);
      assert.match(help.text, /^Usage: (server|client)\.ts /);
      assert.match(help.text, /Exit status: 0 fine/);
      assert.ok(help.text.endsWith("\n"));
    }
    const version = parse(["--version"]);
    assert.ok(version instanceof HelpRequest);
    assert.match(
      version.text,
      new RegExp(`^(server|client)\\.ts ${VERSION.replaceAll(".", "\\.")}\n$`),
    );
  }
  const help = parseServerFlags(["--help"]);
  assert.ok(help instanceof HelpRequest);
  assert.match(help.text.replaceAll(/\s+/g, " "), /\(default: 127\.0\.0\.1:12345\)/);
});

Deno.test("flags: whatever is given, there are flags, help or a usage error", () => {
  const known = [
    "--nick",
    "--cipher",
    "cbc",
    "--json",
    "--listen",
    "localhost:1",
    "--",
    "-",
    "--help",
    "--invite",
    "--expires",
    "1h",
    "id",
    "--new",
    "forget",
    "revoke",
    "x25519-chat://a:1/A",
  ];
  const args = fc.array(fc.oneof(fc.constantFrom(...known), fc.string({ unit: "binary" })));
  fc.assert(fc.property(args, (args) => {
    for (const parse of [parseServerFlags, parseClientFlags]) {
      try {
        parse(args);
      } catch (error) {
        assert.ok(error instanceof UsageError, String(error));
      }
    }
  }));
});
