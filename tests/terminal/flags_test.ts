import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { UsageError } from "../../lib/errors.ts";
import { HelpRequest, parseClientFlags, parseServerFlags } from "../../lib/terminal/flags.ts";
import { VERSION } from "../../lib/version.ts";

const COMMON = {
  cipher: undefined,
  classical: false,
  json: false,
  quiet: false,
  verbose: false,
};

Deno.test("flags: what holds where none is given", () => {
  const address = { hostname: "127.0.0.1", port: 12345 };
  assert.deepEqual(parseServerFlags([]), { ...COMMON, nick: "host", listen: address });
  assert.deepEqual(parseClientFlags([]), { ...COMMON, nick: "guest", address });
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
  ];
  const common = {
    nick: "Ada",
    cipher: "gcm",
    classical: true,
    json: true,
    quiet: true,
    verbose: true,
  };
  assert.deepEqual(parseServerFlags(["--listen", "[::1]:0", ...args]), {
    ...common,
    listen: { hostname: "::1", port: 0 },
  });
  for (const where of [["example.org:99", ...args], [...args, "example.org:99"]]) {
    assert.deepEqual(parseClientFlags(where), {
      ...common,
      address: { hostname: "example.org", port: 99 },
    });
  }
  assert.deepEqual(parseServerFlags(["--listen=:7", "--cipher=cbc"]), {
    ...COMMON,
    nick: "host",
    cipher: "cbc",
    listen: { hostname: "127.0.0.1", port: 7 },
  });
});

Deno.test("flags: a nickname is brought into its composed form", () => {
  const flags = parseClientFlags(["--nick", "Zoe\u0308"]);
  assert.ok(!(flags instanceof HelpRequest));
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
