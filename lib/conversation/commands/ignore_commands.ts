import { nickKey } from "../../chat/mod.ts";
import { UsageError } from "../../errors.ts";
import { fingerprint } from "../../identity/mod.ts";
import type { PromptCommand } from "./command_table.ts";
import { findPerson, type Occupants } from "./find_person.ts";

/** What the commands work with. */
export interface IgnoreCommandOptions {
  /** The fingerprints of the members who are ignored, and the names that they had. */
  readonly ignored: Map<string, string>;
  readonly room: Occupants;
}

/** Whose messages are hidden on this side: `/ignore`, `/unignore`. */
export function ignoreCommands(options: IgnoreCommandOptions): readonly PromptCommand[] {
  const { ignored, room } = options;
  return [
    {
      name: "/ignore",
      parameters: [{ name: "NAME", isOptional: true }],
      help: "hide what a member says, whatever name they take",
      async run({ tell }, { name }) {
        if (name === undefined) {
          const names = [...ignored.values()].join(", ");
          return await tell(names === "" ? "you ignore nobody" : `you ignore ${names}`);
        }
        const { nick, key } = findPerson(room, name);
        ignored.set(fingerprint(key), nick);
        await tell(`${nick} is ignored until you leave or type /unignore ${nick}`);
      },
    },
    {
      name: "/unignore",
      parameters: [{ name: "NAME" }],
      help: "show what a member says again",
      async run({ tell }, { name = "" }) {
        const now = room.others.find(({ nick }) => nickKey(nick) === nickKey(name));
        const key = now && fingerprint(now.key);
        const entry = [...ignored].find(([shown, nick]) =>
          shown === key || shown === name || nickKey(nick) === nickKey(name)
        );
        if (entry === undefined) throw new UsageError("usage", `${name} is not ignored`);
        ignored.delete(entry[0]);
        await tell(`${entry[1]} is no longer ignored`);
      },
    },
  ];
}
