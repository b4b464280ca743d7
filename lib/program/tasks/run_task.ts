import { StateFolder } from "../../trust/state_folder.ts";
import { ExitStatus } from "../../terminal/events/error_event.ts";
import type { CommonFlags, Task, TaskRequest } from "../flags/flags.ts";
import { endBan, showBans } from "./bans.ts";
import { forget } from "./forget.ts";
import { runHistoryTask } from "./history.ts";
import { showIdentity } from "./identity.ts";
import { invite, revoke, showInvitations } from "./invitations.ts";
import { closePrompt } from "./task_terminal.ts";

/**
 * Does something besides talking, and prints what came of it.
 *
 * @returns The exit status.
 * @throws {UsageError} If it cannot be done.
 */
export async function runTask({ task, flags }: TaskRequest): Promise<number> {
  const folder = new StateFolder(flags.home);
  try {
    if (task.kind === "history") return await runHistoryTask(task, flags, folder);
    await run(task, flags, folder);
    return ExitStatus.fine;
  } finally {
    await closePrompt();
  }
}

async function run(
  task: Exclude<Task, { kind: "history" }>,
  flags: CommonFlags,
  folder: StateFolder,
): Promise<void> {
  switch (task.kind) {
    case "id":
      return await showIdentity(task, flags, folder);
    case "forget":
      return await forget(task, flags, folder);
    case "invite":
      return await invite(task, flags, folder);
    case "invitations":
      return await showInvitations(flags, folder);
    case "revoke":
      return await revoke(task.id, flags, folder);
    case "bans":
      return await showBans(flags, folder);
    case "unban":
      return await endBan(task.whom, flags, folder);
  }
}
