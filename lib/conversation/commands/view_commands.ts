import { nickKey } from "../../chat/mod.ts";
import { UsageError } from "../../errors.ts";
import { fingerprint } from "../../identity/mod.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";
import type { PromptCommand } from "./command_table.ts";
import { findPerson, type Occupants } from "./find_person.ts";
import type { Scrollback } from "./scrollback.ts";

/** How many messages `/history` shows without a COUNT. */
const USUAL_COUNT = 20;

/** What the commands work with. */
export interface ViewCommandOptions {
  readonly scrollback: Scrollback;
  /** The fingerprints of the members who are ignored, and the names that they had. */
  readonly ignored: Map<string, string>;
  readonly room: Occupants;
  show(event: ChatEvent): Promise<void>;
}

/** What changes only what this side sees: `/history`, `/ignore`, `/unignore`. */
export function viewCommands(options: ViewCommandOptions): readonly PromptCommand[] {
  const { scrollback, ignored, room, show } = options;
  return [
    {
      name: "/history",
      parameters: [{ name: "COUNT", isOptional: true }],
      help: `show the last COUNT messages again (default: ${USUAL_COUNT})`,
      async run({ tell }, { count = String(USUAL_COUNT) }) {
        if (!/^[1-9]\d{0,3}$/.test(count)) {
          throw new UsageError("usage", "write /history, or /history 50");
        }
        const messages = scrollback.last(Number(count));
        if (messages.length === 0) return await tell("nothing has been said yet");
        for (const message of messages) await show(message);
      },
    },
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
