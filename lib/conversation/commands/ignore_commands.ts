import { nickKey } from "../../chat/names/nick.ts";
import { UsageError } from "../../errors.ts";
import { fingerprint } from "../../identity/fingerprint.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";
import type { IgnoredPeople } from "../../trust/ignored_people.ts";
import { findPerson, type Occupants } from "../room/find_person.ts";
import type { PromptCommand } from "./command_table.ts";

/** What the commands work with. */
export interface IgnoreCommandOptions {
  readonly ignored: IgnoredPeople;
  readonly room: Occupants;
}

/** Whose messages are hidden on this side: `/ignore`, `/unignore`. */
export function ignoreCommands(options: IgnoreCommandOptions): readonly PromptCommand[] {
  const { ignored, room } = options;
  return [
    {
      name: "/ignore",
      group: "people",
      parameters: [{ name: "NAME", isOptional: true }],
      help: "hide what a member says, whatever name they take; without NAME, list them",
      details: "It holds for the key, also next time, until you type /unignore NAME.",
      examples: ["/ignore bob", "/ignore"],
      async run({ tell }, { name }) {
        if (name === undefined) {
          const names = [...ignored.names.values()].map(sanitiseLine).join(", ");
          return await tell(names === "" ? "you ignore nobody" : `you ignore ${names}`);
        }
        const member = findPerson(room, name);
        const nick = sanitiseLine(member.nick);
        await ignored.add(member);
        await tell(
          ignored.isUnsaved
            ? `${nick} is ignored until this program ends or you type /unignore ${nick}: saving is off`
            : `${nick} is ignored, next time as well, until you type /unignore ${nick}`,
        );
      },
    },
    {
      name: "/unignore",
      group: "people",
      parameters: [{ name: "NAME" }],
      help: "show what a member says again",
      details: "NAME is the name that they have, or had when you ignored them, or a fingerprint.",
      async run({ tell }, { name = "" }) {
        const now = room.others.find(({ nick }) => nickKey(nick) === nickKey(name));
        const key = now && fingerprint(now.key);
        const entries = [...ignored.names];
        const entry = entries.find(([shown]) => shown === key || shown === name) ??
          entries.find(([, nick]) => nickKey(nick) === nickKey(name));
        if (entry === undefined) throw new UsageError("usage", `${name} is not ignored`);
        await ignored.remove(entry[0]);
        await tell(`${sanitiseLine(entry[1])} is no longer ignored`);
      },
    },
  ];
}
