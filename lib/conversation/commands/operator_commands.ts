import type { ModerationAction } from "../../chat/mod.ts";
import { isShortEnough } from "../../chat/wire/text.ts";
import { MAX_MODERATION_REASON_SIZE, MAX_SLOWNESS } from "../../chat/wire/messages.ts";
import { UsageError } from "../../errors.ts";
import type { Arguments, Parameter, PromptCommand } from "./command_table.ts";
import { findTarget } from "../room/find_person.ts";
import type { RoomAccess } from "../room/room_access.ts";

const WHO: Parameter = { name: "WHO" };
const REASON: Parameter = { name: "REASON", isOptional: true, isRest: true };

/** What operators can do to others, by name or fingerprint. The room decides whether they may. */
export function operatorCommands(room: RoomAccess): readonly PromptCommand[] {
  const command = (
    action: ModerationAction,
    help: string,
    parameters: readonly Parameter[] = [WHO, REASON],
  ): PromptCommand => ({
    name: `/${action}`,
    group: "operator",
    details: "WHO is a name, or a fingerprint. It holds for the key, whatever name it takes.",
    parameters,
    help,
    isOffered: () => room.self.operator === true,
    async run({ id, line }, given) {
      const { who = "", reason = "" } = given;
      const words = reason.replaceAll(/\s+/g, " ");
      if (!isShortEnough(words, MAX_MODERATION_REASON_SIZE)) {
        throw new UsageError("usage", `a reason has at most ${MAX_MODERATION_REASON_SIZE} bytes`);
      }
      const target = findTarget(room, who);
      const seconds = secondsOf(given);
      await room.request({ type: "moderate", action, target, reason: words, seconds }, id, line);
    },
  });
  return [
    command("kick", "disconnect a member; they may come back"),
    command("ban", "disconnect a member, and keep their key out"),
    command("unban", "end a ban, by fingerprint"),
    command("mute", "mute a member: nobody gets their messages"),
    command("unmute", "unmute a member"),
    command("slow", "slow mode: one message from a member every SECONDS; 0 ends it", [
      WHO,
      { name: "SECONDS" },
      REASON,
    ]),
  ];
}

function secondsOf({ seconds }: Arguments): number {
  if (seconds === undefined) return 0;
  const count = /^\d+s?$/.test(seconds) ? parseInt(seconds) : NaN;
  if (count <= MAX_SLOWNESS) return count;
  throw new UsageError("usage", `SECONDS must be a whole number, at most ${MAX_SLOWNESS}`);
}
