import assert from "node:assert/strict";
import { UsageError } from "../../../lib/errors.ts";
import { HelpRequest, type HistoryWork, TaskRequest } from "../../../lib/program/flags/flags.ts";
import { parseServerFlags } from "../../../lib/program/flags/server_flags.ts";

const DAY = 24 * 60 * 60 * 1000;

/** What `history …` asks for, and of which file. */
function parsed(...args: readonly string[]): { file: string; work: HistoryWork } {
  const request = parseServerFlags(["history", ...args]);
  assert.ok(request instanceof TaskRequest && request.task.kind === "history");
  return request.task;
}

/** The sentence with which arguments are refused. */
function complaint(...args: readonly string[]): string {
  try {
    parseServerFlags(["history", ...args]);
  } catch (error) {
    assert.ok(error instanceof UsageError && error.code === "usage", String(error));
    return error.message;
  }
  return assert.fail(`${args} should be wrong`);
}

/** From when on messages stay. */
function before(text: string): number {
  const { work } = parsed("forget", "room.db", "--before", text);
  assert.ok(work.kind === "forget" && work.before !== undefined);
  return work.before;
}

Deno.test("history flags: a task and its file, which may stand in two places", () => {
  for (const kind of ["export", "check", "compact"] as const) {
    const expected = { kind: "history", file: "room.db", work: { kind } };
    assert.deepEqual(parsed(kind, "room.db"), expected);
    assert.deepEqual(parsed(kind, "--history", "room.db"), expected);
    assert.deepEqual(parsed(kind, "room.db", "--history", "room.db", "--json"), expected);
  }
  assert.match(complaint("export"), /^which file\? /);
  assert.equal(complaint("export", "a.db", "--history", "b.db"), "two files are named; name one");
  assert.match(complaint("export", "a.db", "b.db"), /too many arguments/);
});

Deno.test("history flags: the tasks are named where none is, or another", () => {
  const sentence = "history what? export, check, compact or forget; see history --help";
  assert.equal(complaint(), sentence);
  assert.equal(complaint("erase"), sentence);
  const help = parseServerFlags(["history", "--help"]);
  assert.ok(help instanceof HelpRequest);
  for (const name of ["export", "check", "compact", "forget"]) {
    assert.match(help.text, new RegExp(`^  ${name} `, "m"));
  }
});

Deno.test("history flags: what to forget has to be said", () => {
  const all = { kind: "forget", before: undefined, from: undefined };
  assert.deepEqual(parsed("forget", "room.db", "--all").work, all);
  assert.deepEqual(parsed("forget", "room.db", "--from", "ada").work, { ...all, from: "ada" });
  const sentence = "forget what? --all, or --before TIME, --from WHOM, or both";
  assert.equal(complaint("forget", "room.db"), sentence);
  assert.equal(complaint("forget", "room.db", "--all", "--from", "ada"), sentence);
  assert.equal(complaint("forget", "room.db", "--all", "--before", "30d"), sentence);
});

Deno.test("history flags: a moment is a day or a time, here or elsewhere, or so long ago", () => {
  assert.equal(before("2026-01-31"), new Date(2026, 0, 31).getTime());
  assert.equal(before("2026-01-31T14:05"), new Date(2026, 0, 31, 14, 5).getTime());
  assert.equal(before("2026-01-31 14:05"), new Date(2026, 0, 31, 14, 5).getTime());
  assert.equal(before("2026-01-31T14:05:06Z"), Date.UTC(2026, 0, 31, 14, 5, 6));
  assert.equal(before("2026-01-31T14:05+02:00"), Date.UTC(2026, 0, 31, 12, 5));
  const now = Date.now();
  const age = now - before("30d");
  assert.ok(age <= 30 * DAY && age > 30 * DAY - 60_000, `${age}`);
  for (
    const text of ["", "yesterday", "2026-02-31x", "31.1.2026", "9999-01-01", "30", "-1d", "2026"]
  ) {
    assert.match(complaint("forget", "room.db", "--before", text), /'--before <TIME>'/, text);
  }
});
