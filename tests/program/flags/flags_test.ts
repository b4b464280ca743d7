import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { DEFAULT_ADDRESS } from "../../../lib/channel/tcp/address.ts";
import { UsageError } from "../../../lib/errors.ts";
import { parseClientFlags } from "../../../lib/program/flags/client_flags.ts";
import {
  commonFlags,
  HelpRequest,
  type Task,
  TaskRequest,
} from "../../../lib/program/flags/flags.ts";
import { parseServerFlags } from "../../../lib/program/flags/server_flags.ts";
import { VERSION } from "../../../lib/version.ts";

const PARSERS = [parseServerFlags, parseClientFlags];

const DEFAULTS = {
  program: "client",
  inputHistory: true,
  nick: undefined,
  identity: undefined,
  home: undefined,
  passphraseFile: undefined,
  cipher: undefined,
  classical: false,
  json: false,
  quiet: false,
  plain: false,
  timestamps: undefined,
  bell: undefined,
  notify: undefined,
  verbose: false,
  explain: undefined,
  explainTo: undefined,
};

/** For `assert.throws`: a usage error in one sentence. */
function isUsage(error: unknown): boolean {
  assert.ok(error instanceof UsageError, String(error));
  assert.equal(error.code, "usage");
  assert.doesNotMatch(error.message, /\n|^error|undefined/);
  return true;
}

Deno.test("flags: what holds for both programs where none is given", () => {
  assert.deepEqual(commonFlags("client", { nick: "ada" }), { ...DEFAULTS, nick: "ada" });
  for (const [index, program] of (["server", "client"] as const).entries()) {
    const flags = PARSERS[index]([]);
    assert.ok("json" in flags);
    assert.deepEqual(commonFlags(program, flags), { ...DEFAULTS, program });
  }
  assert.equal(DEFAULT_ADDRESS, "127.0.0.1:12345");
});

Deno.test("flags: all that both programs take", () => {
  const args = [
    ["--nick", "Ada"],
    ["--cipher", "gcm"],
    ["--classical"],
    ["--json"],
    ["--quiet"],
    ["--no-input-history"],
    ["--plain"],
    ["--timestamps", "full"],
    ["--bell", "all"],
    ["--notify", "private"],
    ["--verbose"],
    ["--identity", "key.pem"],
    ["--home", "/somewhere"],
    ["--passphrase-file", "passphrase"],
    ["--explain"],
    ["--explain-to", "page.html"],
  ];
  for (const parse of PARSERS) {
    for (const ordered of [args, args.toReversed()]) {
      const flags = parse(ordered.flat());
      assert.ok("json" in flags);
      assert.deepEqual(commonFlags("client", flags), {
        program: "client",
        identity: "key.pem",
        home: "/somewhere",
        passphraseFile: "passphrase",
        nick: "Ada",
        cipher: "gcm",
        classical: true,
        json: true,
        quiet: true,
        inputHistory: false,
        plain: true,
        timestamps: "full",
        bell: "all",
        notify: "private",
        verbose: true,
        explain: "masked",
        explainTo: "page.html",
      });
    }
  }
});

Deno.test("flags: a nickname is brought into its composed form", () => {
  for (const parse of PARSERS) {
    const flags = parse(["--nick", "Zoe\u0308"]);
    assert.ok("nick" in flags);
    assert.equal(flags.nick, "Zo\u00eb");
  }
});

Deno.test("flags: only an equals sign gives --explain a value", () => {
  const flags = parseClientFlags(["--explain", "127.0.0.1:1"]);
  assert.ok("address" in flags);
  assert.deepEqual([flags.explain, flags.address.port], ["masked", 1]);
  for (const args of [["--explain=secrets"], ["--explain", "--explain=secrets"]]) {
    for (const parse of PARSERS) {
      for (const all of [args, args.toReversed(), [...args, "--json"]]) {
        const flags = parse(all);
        assert.ok("json" in flags);
        assert.equal(flags.explain, "secrets");
      }
    }
  }
  // Behind two hyphens there are no flags any more.
  const other = parseClientFlags(["--", "--explain=no"]);
  assert.ok("address" in other);
  assert.deepEqual([other.explain, other.address.hostname], [undefined, "--explain=no"]);
});

Deno.test("flags: any other value of --explain is told of in one sentence, and help shows the one", () => {
  for (const parse of PARSERS) {
    for (const value of ["", "masked", "Secrets", "127.0.0.1:1"]) {
      assert.throws(
        () => parse([`--explain=${value}`]),
        /^UsageError: --explain takes no value but secrets, as in --explain=secrets; see --help$/,
      );
    }
    const help = parse(["--help"]);
    assert.ok(help instanceof HelpRequest);
    assert.match(help.text, /^ {2}--explain\[=secrets\] {2,}\w/m);
    assert.match(help.text, /^ {2}--explain-to <FILE> {2,}\w/m);
  }
});

const BAD: readonly (readonly string[])[] = [
  ["--no-such-flag"],
  ["-x"],
  ["--nick"],
  ["--nick", ""],
  ["--nick", "a b"],
  ["--nick", "a:b"],
  ["--nick", "\u202eada"],
  ["--nick", "x".repeat(33)],
  ["--cipher"],
  ["--cipher", "CBC"],
  ["--cipher", ""],
  ["--json=yes"],
  ["--plain=yes"],
  ["--identity"],
  ["--identity", ""],
  ["--home", ""],
  ["--passphrase-file", ""],
  ["--explain=yes"],
  ["--explain-to"],
  ["--explain-to", ""],
  ["id", "me"],
  ["id", "--no-such-flag"],
];

for (const args of BAD) {
  Deno.test(`flags: ${JSON.stringify(args)} is wrong`, () => {
    for (const parse of PARSERS) assert.throws(() => parse(args), isUsage);
  });
}

const SENTENCES: readonly (readonly [
  parse: (args: readonly string[]) => unknown,
  args: readonly string[],
  sentence: string,
])[] = [
  [parseServerFlags, ["--no-such-flag"], "unknown option '--no-such-flag'"],
  [parseServerFlags, ["--listen"], "option '--listen <HOST:PORT>' argument missing"],
  [
    parseClientFlags,
    ["--cipher", "rot13"],
    "option '--cipher <NAME>' argument 'rot13' is invalid: Allowed choices are cbc, gcm",
  ],
  [
    parseClientFlags,
    ["one:1", "two:2"],
    "too many arguments. Expected 1 argument but got 2: one:1, two:2",
  ],
  [
    parseServerFlags,
    ["one:1"],
    "too many arguments. Expected 0 arguments but got 1: one:1",
  ],
  [
    parseServerFlags,
    ["--nick", "two words"],
    "option '--nick <NAME>' argument 'two words' is invalid: a nickname cannot have \u201c \u201d (U+0020): " +
    "it has letters, digits, emoji, and - . _ ~ ^ & + ' only, no spaces and no colon",
  ],
];

for (const [parse, args, sentence] of SENTENCES) {
  Deno.test(`flags: what is wrong with ${args.join(" ")} is said`, () => {
    assert.throws(() => parse(args), {
      code: "usage",
      message: `${sentence}; see --help`,
    });
  });
}

const ID_TASK = {
  kind: "id",
  isNew: false,
  changePassphrase: false,
  newPassphraseFile: undefined,
  exportPublic: false,
} as const;

const TASKS: readonly (readonly [args: string[], task: Task])[] = [
  [["id"], ID_TASK],
  [["id", "--new"], { ...ID_TASK, isNew: true }],
  [["id", "--passphrase"], { ...ID_TASK, changePassphrase: true }],
  [
    ["id", "--new-passphrase-file", "next"],
    { ...ID_TASK, changePassphrase: true, newPassphraseFile: "next" },
  ],
  [["id", "--export-public"], { ...ID_TASK, exportPublic: true }],
];

for (const [args, task] of TASKS) {
  Deno.test(`flags: ${args.join(" ")} is a task`, () => {
    for (const parse of PARSERS) {
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
  for (const parse of PARSERS) {
    for (const flag of ["--help", "-h"]) {
      const help = parse([flag]);
      assert.ok(help instanceof HelpRequest);
      assert.match(help.text, /^Usage: (server|client)\.ts /);
      assert.match(help.text, /Exit status: 0 /);
      assert.match(help.text, /\(default:\s+127\.0\.0\.1:12345\)/);
      assert.ok(help.text.endsWith("\n"));
      for (const line of help.text.split("\n")) assert.ok(line.length <= 80, line);
    }
    const version = parse(["--version"]);
    assert.ok(version instanceof HelpRequest);
    assert.match(
      version.text,
      new RegExp(`^(server|client)\\.ts ${VERSION.replaceAll(".", "\\.")}\n$`),
    );
  }
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
    "--max-rate",
    "5",
    "--log-level",
    "info",
    "--headless",
    "--explain",
    "--explain=secrets",
    "--explain=",
    "--explain-to",
    "id",
    "--new",
    "forget",
    "revoke",
    "bans",
    "unban",
    "x25519-chat://a:1/A",
  ];
  const args = fc.array(fc.oneof(fc.constantFrom(...known), fc.string({ unit: "binary" })));
  fc.assert(fc.property(args, (args) => {
    for (const parse of PARSERS) {
      try {
        parse(args);
      } catch (error) {
        assert.ok(error instanceof UsageError, String(error));
      }
    }
  }));
});
