import type { Room } from "../../chat/mod.ts";
import type { PromptCommand } from "../../conversation/commands/command_table.ts";
import type { Screen } from "../../terminal/screens/screen.ts";
import { banCommands } from "../door/ban_commands.ts";
import { invitationCommands } from "../door/invitation_commands.ts";
import type { Door } from "../door/open_door.ts";

/** What the person at the server can type besides what every member can. */
export function hostCommands(
  { inviter, invitations, isClosed, bans }: Door,
  room: Room,
  screen: Screen,
): readonly PromptCommand[] {
  return [
    ...invitationCommands(inviter, invitations, screen, isClosed),
    ...banCommands(bans, (target) => room.pardon(target)),
  ];
}
