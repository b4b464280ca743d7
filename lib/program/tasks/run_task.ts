import { StateFolder } from "../../trust/state_folder.ts";
import type { TaskRequest } from "../flags/flags.ts";
import { endBan, showBans } from "./bans.ts";
import { forget } from "./forget.ts";
import { showIdentity } from "./identity.ts";
import { invite, revoke, showInvitations } from "./invitations.ts";
import { closePrompt } from "./task_terminal.ts";

/**
 * Does something besides talking, and prints what came of it.
 *
 * @throws {UsageError} If it cannot be done.
 */
export async function runTask({ task, flags }: TaskRequest): Promise<void> {
  const folder = new StateFolder(flags.home);
  try {
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
  } finally {
    await closePrompt();
  }
}
