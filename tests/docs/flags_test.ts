import assert from "node:assert/strict";
import { HelpRequest } from "../../lib/program/flags/flags.ts";
import { parseClientFlags } from "../../lib/program/flags/client_flags.ts";
import { parseServerFlags } from "../../lib/program/flags/server_flags.ts";
import { readPage, readUserPages, section, tableRows } from "./pages.ts";

const PROGRAMS = { "server.ts": parseServerFlags, "client.ts": parseClientFlags };
type ProgramFile = keyof typeof PROGRAMS;

/** Flags on these pages that belong to other programs: to Deno, to the lab, to ncat. */
const OTHERS = [
  ...[
    "--allow-net",
    "--allow-read",
    "--allow-write",
    "--allow-env",
    "--allow-sys",
    "--allow-run",
    "--frozen",
    "--no-prompt",
  ],
  ...["--step", "--ssl", "--ssl-verify"],
];

const { text: page } = await readPage("docs/flags.md");

function help(program: ProgramFile, ...task: readonly string[]): string {
  const parsed = PROGRAMS[program]([...task, "--help"]);
  assert.ok(parsed instanceof HelpRequest);
  return parsed.text;
}

/** The flags that a help lists, each with its value: `--listen <HOST:PORT>`. */
function listedFlags(text: string): readonly string[] {
  return [...text.matchAll(/^ {2}(?:-h, )?(--[a-z-]+(?:\[=[a-z]+\]| <[^>]+>)?)(?= |$)/gm)]
    .map(([, flag = ""]) => flag);
}

/** The tasks that a help lists, each with its argument: `revoke ID`. */
function listedTasks(program: ProgramFile, ...group: readonly string[]): readonly string[] {
  const [, list = ""] = help(program, ...group).split("\nCommands:\n");
  return [...list.matchAll(/^ {2}([a-z]+)(?: \[options\])?( [<[][A-Z]+[>\]])?/gm)]
    .map(([, name, argument = ""]) => `${name}${argument.replaceAll(/[<>[\]]/g, "")}`);
}

/** What the first cells of a part of the page name, in code. */
function documented(heading: string): readonly string[] {
  return tableRows(section(page, heading)).map(([cell = ""]) => cell.replaceAll("`", ""));
}

Deno.test("flags: the page lists those of --help, with their values, and no others", () => {
  const both = documented("## Both programs");
  for (const program of ["server.ts", "client.ts"] as const) {
    const flags = [...both, ...documented(`## ${program}`)];
    assert.deepEqual(flags.toSorted(), [...listedFlags(help(program))].sort(), program);
  }
});

Deno.test("flags: the page lists every task of both programs, and its flags", () => {
  const rows = documented("## Tasks");
  const tasks = (["server.ts", "client.ts"] as const).flatMap((program) =>
    listedTasks(program).flatMap((task) =>
      task === "history" ? listedTasks(program, task).map((part) => `${task} ${part}`) : [task]
    ).map((task) => `${program} ${task}`)
  );
  assert.ok(tasks.length >= 12);
  const idFlags = listedFlags(help("client.ts", "id")).filter((flag) => flag !== "--help");
  assert.deepEqual(listedFlags(help("server.ts", "id")), [...idFlags, "--help"]);
  const forgetFlags = listedFlags(help("server.ts", "history", "forget"))
    .filter((flag) => flag !== "--help");
  assert.deepEqual(rows.toSorted(), [...tasks, ...idFlags, ...forgetFlags].sort());
});

Deno.test("flags: every flag that a page names exists", async () => {
  const known = new Set([
    ...OTHERS,
    ...[
      help("server.ts"),
      help("client.ts"),
      help("client.ts", "id"),
      help("server.ts", "history", "forget"),
    ].flatMap(listedFlags)
      .map((flag) => flag.replace(/[ [].*/, "")),
  ]);
  let count = 0;
  for (const { path, text } of await readUserPages()) {
    for (const [flag] of text.matchAll(/(?<![\w|-])--[a-z][a-z-]*/g)) {
      assert.ok(known.has(flag), `${path}: there is no ${flag}`);
      count++;
    }
  }
  assert.ok(count > 50);
});
