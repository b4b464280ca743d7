import assert from "node:assert/strict";
import { MAX_PENDING_HANDSHAKES } from "../../../lib/channel/mod.ts";
import { DEFAULT_LIMITS, MAX_BODY_SIZE, MIN_QUEUE_SIZE } from "../../../lib/chat/mod.ts";
import { UsageError } from "../../../lib/errors.ts";
import {
  commonFlags,
  HelpRequest,
  type Task,
  TaskRequest,
} from "../../../lib/program/flags/flags.ts";
import { LOG_FORMATS, LOG_LEVELS } from "../../../lib/server/log/log_format.ts";
import { parseServerFlags, type ServerFlags } from "../../../lib/program/flags/server_flags.ts";
import { MAX_PER_ADDRESS } from "../../../lib/server/door/limits.ts";

const DEFAULTS = {
  listen: [{ hostname: "127.0.0.1", port: 12345 }],
  grace: 120_000,
  headless: false,
  limits: DEFAULT_LIMITS,
  maxHandshakes: MAX_PENDING_HANDSHAKES,
  maxPerAddress: undefined,
  logFormat: undefined,
  logLevel: undefined,
  invite: false,
  inviteOnly: false,
  expires: undefined,
  singleUse: false,
  publicAddress: undefined,
  allow: undefined,
  history: undefined,
  keep: undefined,
  keepSize: undefined,
};

function flagsOf(...args: readonly string[]): ServerFlags {
  const parsed = parseServerFlags(args);
  assert.ok("listen" in parsed);
  return parsed;
}

/** The sentence with which arguments are refused. */
function complaint(...args: readonly string[]): string {
  try {
    parseServerFlags(args);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    assert.equal(error.code, "usage");
    assert.doesNotMatch(error.message, /\n|^error|undefined/);
    return error.message;
  }
  return assert.fail(`${JSON.stringify(args)} should be wrong`);
}

/** The help, without the breaks of its lines. */
function help(): string {
  const parsed = parseServerFlags(["--help"]);
  assert.ok(parsed instanceof HelpRequest);
  return parsed.text.replaceAll(/\s+/g, " ");
}

Deno.test("server flags: what holds where none is given", () => {
  assert.deepEqual(flagsOf(), { ...commonFlags("server", {}), ...DEFAULTS });
});

Deno.test("server flags: who may enter, and how others come", () => {
  const args = ["--invite", "--invite-only", "--expires", "24h", "--single-use"];
  const more = ["--public", "chat.example:9", "--allow", "guests", "--headless"];
  assert.deepEqual(flagsOf(...args, ...more), {
    ...commonFlags("server", {}),
    ...DEFAULTS,
    headless: true,
    invite: true,
    inviteOnly: true,
    expires: 24 * 60 * 60 * 1000,
    singleUse: true,
    publicAddress: "chat.example:9",
    allow: "guests",
  });
});

Deno.test("server flags: --listen may be given several times, and only what was given counts", () => {
  assert.deepEqual(flagsOf("--listen=:7").listen, [{ hostname: "127.0.0.1", port: 7 }]);
  const several = flagsOf(
    "--listen",
    "[::1]:0",
    "--json",
    "--listen=0.0.0.0:99",
    "--listen",
    "example.org",
  );
  assert.deepEqual(several.listen, [
    { hostname: "::1", port: 0 },
    { hostname: "0.0.0.0", port: 99 },
    { hostname: "example.org", port: 12345 },
  ]);
  // Nothing is left from one time to the next.
  assert.deepEqual(flagsOf().listen, DEFAULTS.listen);
});

/** Every limit: its flag, where its value goes, what holds otherwise, and its range. */
const LIMITS: readonly {
  readonly flag: string;
  value(flags: ServerFlags): number | undefined;
  readonly usual: number;
  readonly range: readonly [number, number];
}[] = [
  {
    flag: "--max-members",
    value: ({ limits }) => limits.members,
    usual: DEFAULT_LIMITS.members,
    range: [1, 100_000],
  },
  {
    flag: "--max-per-address",
    value: ({ maxPerAddress }) => maxPerAddress,
    usual: MAX_PER_ADDRESS,
    range: [1, 100_000],
  },
  {
    flag: "--max-handshakes",
    value: ({ maxHandshakes }) => maxHandshakes,
    usual: MAX_PENDING_HANDSHAKES,
    range: [1, 100_000],
  },
  {
    flag: "--max-rate",
    value: ({ limits }) => limits.messagesPerSecond,
    usual: DEFAULT_LIMITS.messagesPerSecond,
    range: [1, 1_000_000],
  },
  {
    flag: "--max-message",
    value: ({ limits }) => limits.messageSize,
    usual: DEFAULT_LIMITS.messageSize,
    range: [256, MAX_BODY_SIZE],
  },
  {
    flag: "--max-queue",
    value: ({ limits }) => limits.queueSize,
    usual: DEFAULT_LIMITS.queueSize,
    range: [MIN_QUEUE_SIZE, 2 ** 30],
  },
  {
    flag: "--history-size",
    value: ({ limits }) => limits.history,
    usual: DEFAULT_LIMITS.history,
    range: [0, 100_000],
  },
];

for (const { flag, value, usual, range: [least, greatest] } of LIMITS) {
  Deno.test(`server flags: ${flag} takes a whole number from ${least} to ${greatest}`, () => {
    for (const count of [least, least + 1, usual, greatest]) {
      const flags = flagsOf(flag, String(count));
      assert.equal(value(flags), count);
      // The others stay as they are.
      for (const other of LIMITS.filter((other) => other.flag !== flag)) {
        const expected = other.flag === "--max-per-address" ? undefined : other.usual;
        assert.equal(other.value(flags), expected);
      }
    }
    assert.equal(value(flagsOf(`${flag}=${least + 1}`)), least + 1);
    const grouped = String(greatest).replace(/\B(?=(\d{3})+$)/g, "_");
    assert.equal(value(flagsOf(flag, grouped)), greatest, grouped);
  });

  Deno.test(`server flags: ${flag} with a wrong value is told of in a sentence`, () => {
    const wrong = ["", " ", "x", "-1", "+5", "1.5", "1e3", "0x100", "5k", "٣٠٠", "Infinity", "NaN"];
    const outside = [String(least - 1), String(greatest + 1), "9".repeat(400)];
    for (const text of [...wrong, "_", "__", ...outside]) {
      const message = complaint(flag, text);
      assert.ok(message.includes(flag), message);
      assert.match(
        message,
        new RegExp(`it must be a whole number from ${least} to ${greatest}; see --help$`),
      );
    }
    assert.match(complaint(flag), /argument missing/);
  });

  Deno.test(`server flags: the help says what ${flag} is where it is not given`, () => {
    const text = help();
    const start = text.indexOf(`${flag} <`);
    assert.ok(start >= 0);
    const next = text.indexOf(" --", start + 1);
    assert.match(text.slice(start, next), new RegExp(`\\(default: ${usual}[;)]`));
  });
}

Deno.test("server flags: the help names every limit, and no other", () => {
  const named = new Set(help().match(/--(max-[a-z-]+|history-size)\b/g));
  assert.deepEqual(named, new Set(LIMITS.map(({ flag }) => flag)));
});

Deno.test("server flags: --log-format and --log-level take what there is", () => {
  for (const format of LOG_FORMATS) assert.equal(flagsOf("--log-format", format).logFormat, format);
  for (const level of LOG_LEVELS) assert.equal(flagsOf("--log-level", level).logLevel, level);
  const text = help();
  for (const name of [...LOG_FORMATS, ...LOG_LEVELS]) assert.ok(text.includes(`"${name}"`), name);
  for (const wrong of ["", "JSON", "Info", "warn", "verbose"]) {
    assert.match(complaint("--log-level", wrong), /Allowed choices are trace, debug, info, /);
    assert.match(complaint("--log-format", wrong), /Allowed choices are text, json/);
  }
});

Deno.test("server flags: where nobody sits, nothing is explained to anybody, but to a page", () => {
  for (const explain of ["--explain", "--explain=secrets"]) {
    assert.throws(
      () => parseServerFlags(["--headless", explain]),
      /^UsageError: --explain .*--headless .*: use --explain-to FILE$/,
    );
  }
  const flags = parseServerFlags(["--headless", "--explain-to", "page.html"]);
  assert.ok("headless" in flags);
  assert.deepEqual([flags.headless, flags.explainTo], [true, "page.html"]);
});

Deno.test("server flags: --grace takes a span of time, or 0, and a day at most", () => {
  for (const [text, grace] of [["0", 0], ["30s", 30_000], ["1d", 86_400_000]] as const) {
    assert.equal(flagsOf("--grace", text).grace, grace);
  }
  for (const text of ["2d", "-1s", "soon", ""]) complaint("--grace", text);
});

const BAD: readonly (readonly string[])[] = [
  ["somewhere:1"],
  ["--listen"],
  ["--listen", ""],
  ["--allow", ""],
  ["--listen", "a:b"],
  ["--listen", "a:65536"],
  ["--listen", "127.0.0.1:1", "--listen", "a:b"],
  ["--single-use"],
  ["--expires", "24h"],
  ["--invite-only", "--expires", "24h"],
  ["--invite", "--expires", "0s"],
  ["--invite", "--expires", "tomorrow"],
  ["--public", "a:b"],
  ["--headless=yes"],
  ["--max-speed", "5"],
  ["invite", "bob", "--public", "chat.example:9"],
  ["invite", "--public", "a:b"],
  ["invite", "--public", "chat.example:9", "--expires", "tomorrow"],
  ["revoke"],
  ["revoke", "a", "b"],
  ["unban"],
  ["unban", "a", "b"],
  ["bans", "all"],
  ["invitations", "all"],
  // What only the client takes.
  ["--accept-new"],
  ["--strict"],
  ["--known-hosts", "hosts"],
  ["--invite-file", "invitation"],
  ["forget", "a:1"],
];

for (const args of BAD) {
  Deno.test(`server flags: ${JSON.stringify(args)} is wrong`, () => void complaint(...args));
}

const INVITE: Task = {
  listening: { hostname: "127.0.0.1", port: 12345 },
  kind: "invite",
  lifetime: undefined,
  singleUse: false,
  publicAddress: "chat.example:9",
};

const TASKS: readonly (readonly [args: string[], task: Task])[] = [
  [["invite", "--public", "chat.example:9"], INVITE],
  [["--public", "chat.example:9", "invite", "--single-use"], { ...INVITE, singleUse: true }],
  [
    ["invite", "--public", "chat.example:9", "--expires", "24h"],
    { ...INVITE, lifetime: 24 * 60 * 60 * 1000 },
  ],
  [["invitations"], { kind: "invitations" }],
  [["revoke", "0123abcd"], { kind: "revoke", id: "0123abcd" }],
  [["bans"], { kind: "bans" }],
  [["unban", "eve"], { kind: "unban", whom: "eve" }],
  [["unban", "SHA256:abc"], { kind: "unban", whom: "SHA256:abc" }],
];

for (const [args, task] of TASKS) {
  Deno.test(`server flags: ${args.join(" ")} is a task`, () => {
    const common = ["--home", "/somewhere", "--json"];
    for (const all of [[...common, ...args], [...args, ...common]]) {
      const parsed = parseServerFlags(all);
      assert.ok(parsed instanceof TaskRequest);
      assert.deepEqual(parsed.task, task);
      assert.deepEqual([parsed.flags.home, parsed.flags.json], ["/somewhere", true]);
    }
  });
}

Deno.test("server flags: the help names every task", () => {
  const text = help();
  for (
    const task of ["invite", "invitations", "revoke <ID>", "bans", "unban <WHOM>", "id [options]"]
  ) {
    assert.ok(text.includes(` ${task} `), task);
  }
});

Deno.test("server flags: where what is said is kept, for how long, and how much of it", () => {
  const { history, keep, keepSize } = flagsOf(
    ...["--history", "room.db", "--keep", "30d", "--keep-size", "1.5GiB"],
  );
  assert.deepEqual([history, keep, keepSize], ["room.db", 30 * 24 * 60 * 60 * 1000, 1_610_612_736]);
  assert.equal(flagsOf("--history", "room.db").keep, undefined);
  for (const flags of [["--keep", "30d"], ["--keep-size", "1GiB"]]) {
    assert.equal(
      complaint(...flags),
      "--keep and --keep-size apply to what is kept on the disk: add --history FILE",
    );
  }
  assert.match(complaint("--history", ""), /the path is empty/);
  assert.match(complaint("--history", "a", "--keep", "soon"), /a span of time is written like/);
  assert.match(complaint("--history", "a", "--keep-size", "1MB"), /a size is written like/);
});
