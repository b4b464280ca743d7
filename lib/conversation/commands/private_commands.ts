import type { Participant } from "../../chat/mod.ts";
import { UsageError } from "../../errors.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";
import { findPerson } from "../room/find_person.ts";
import type { PrivateTalk } from "../room/private_talk.ts";
import type { RoomAccess } from "../room/room_access.ts";
import type { Voice } from "../room/voice.ts";
import type { CommandContext, PromptCommand } from "./command_table.ts";

/** What the commands work with. */
export interface PrivateCommandOptions {
  readonly room: RoomAccess;
  readonly voice: Pick<Voice, "say">;
  readonly privateTalk: PrivateTalk;
  /** Called when lines go to somebody else. */
  onChange(): void;
}

/** What is said to one member alone: `/msg`, `/reply`, `/query`. */
export function privateCommands(options: PrivateCommandOptions): readonly PromptCommand[] {
  const { room, voice, privateTalk, onChange } = options;
  const whisper = async (to: Participant, text: string, context: CommandContext) => {
    const { tell, id, line } = context;
    await voice.say(text, { to, id, line });
    if (!to.away) return;
    await tell(
      `${sanitiseLine(to.nick)} is away; the message waits until they are back, or you are told ` +
        "that it was not read",
    );
  };
  return [
    {
      name: "/msg",
      aliases: ["/m", "/w", "/whisper", "/tell"],
      group: "talk",
      parameters: [{ name: "TO" }, { name: "TEXT", isRest: true }],
      help: "send a private message",
      details: "TO is a name, or a fingerprint. The server reads private messages as well.",
      examples: ["/msg bob see you at noon"],
      says: ({ to = "", text = "" }) => ({ text, to: findPerson(room, to) }),
      run: (context, { to = "", text = "" }) => whisper(findPerson(room, to), text, context),
    },
    {
      name: "/reply",
      aliases: ["/r"],
      group: "talk",
      parameters: [{ name: "TEXT", isRest: true }],
      help: "answer the last private message",
      details: "It goes to the key that has sent it: nobody else gets it by taking the name.",
      examples: ["/r yes, at noon"],
      says: ({ text = "" }) => ({ text, to: privateTalk.writer() }),
      run: (context, { text = "" }) => whisper(privateTalk.writer(), text, context),
    },
    {
      name: "/query",
      aliases: ["/q"],
      group: "talk",
      parameters: [{ name: "NAME", isOptional: true }],
      help: "send your next lines to NAME alone; /query ends this",
      details:
        "The prompt says to whom lines go. They go to that key: if NAME leaves, or another " +
        "member takes the name, nothing is sent.",
      examples: ["/query bob", "/query"],
      async run({ tell }, { name }) {
        if (name === undefined) {
          const before = privateTalk.partner;
          if (before === undefined) {
            throw new UsageError("usage", "your lines go to everybody; write /query NAME");
          }
          privateTalk.turnTo(undefined);
          onChange();
          return await tell("your lines go to everybody again");
        }
        const partner = findPerson(room, name);
        privateTalk.turnTo(partner);
        onChange();
        await tell(`your lines go to ${sanitiseLine(partner.nick)} alone, until you type /query`);
      },
    },
  ];
}
