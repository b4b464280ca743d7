import { checkHistory, type HistoryReport } from "../../history/check_history.ts";
import { compactHistory } from "../../history/compact_history.ts";
import { HISTORY } from "../../history/history_kind.ts";
import { refuseTemporary } from "../../server/open_history.ts";
import type { Database } from "../../storage/database.ts";
import { findDatabaseFile } from "../../storage/database_file.ts";
import { openDatabase } from "../../storage/open_database.ts";
import { ExitStatus } from "../../terminal/events/error_event.ts";
import { dateAndTime } from "../../terminal/text/dates.ts";
import { loadIdentity } from "../../trust/own_identity.ts";
import type { StateFolder } from "../../trust/state_folder.ts";
import type { CommonFlags, Task } from "../flags/flags.ts";
import { exportHistory } from "./history_export.ts";
import { forgetHistory } from "./history_forget.ts";
import { askSecret, closePrompt, print, tellAside } from "./task_terminal.ts";

/**
 * `history export`, `check`, `compact` and `forget`. The first two may be run while a server writes the
 * file.
 *
 * @returns The exit status: not 0 if something in the file is damaged.
 */
export async function runHistoryTask(
  { file, work }: Task & { kind: "history" },
  flags: CommonFlags,
  folder: StateFolder,
): Promise<number> {
  // Before the others, because a wrong name is the likeliest, and nobody wants to type a passphrase for it.
  const target = await findDatabaseFile(file);
  const identity = await loadIdentity(flags, askSecret);
  refuseTemporary(identity.file);
  if (identity.notice?.important) await tellAside(identity.notice.text);
  await closePrompt();
  const { privateKey } = identity.keyPair;
  const readOnly = work.kind === "export" || work.kind === "check";
  const database = await openDatabase({ path: file, kind: HISTORY, privateKey, readOnly });
  try {
    switch (work.kind) {
      case "export":
        return await exportHistory(database, flags, folder);
      case "check":
        return await check(database, flags);
      case "compact":
        await compact(database, target, flags);
        return ExitStatus.fine;
      case "forget":
        await print(await forgetHistory(database, work), flags);
        return ExitStatus.fine;
    }
  } finally {
    database.close();
  }
}

async function check(database: Database, flags: CommonFlags): Promise<number> {
  const report = checkHistory(database);
  const { problems } = report;
  const result = problems.length === 0 ? "nothing is damaged" : "something is damaged";
  const lines = [...problems, `${database.path}: ${extent(report)}; ${result}`];
  await print(lines.join("\n"), flags);
  return problems.length === 0 ? ExitStatus.fine : ExitStatus.unexpected;
}

function extent({ count, firstTime, lastTime }: HistoryReport): string {
  if (firstTime === undefined || lastTime === undefined) return "no messages";
  const [from, to] = [firstTime, lastTime].map((time) => dateAndTime(new Date(time)));
  return count === 1 ? `1 message, from ${from}` : `${count} messages, from ${from} to ${to}`;
}

async function compact(database: Database, target: string, flags: CommonFlags): Promise<void> {
  const before = await Deno.stat(target);
  compactHistory(database);
  const after = await Deno.stat(target);
  const [had, has] = [before, after].map(({ size }) => `${(size / 1024).toFixed(0)} KiB`);
  await print(`${database.path} had ${had}, and has ${has} now`, flags);
}
