import { isNick, isShortEnough, MAX_NICK_LENGTH, MAX_TOPIC_SIZE } from "../../chat/mod.ts";
import { UsageError } from "../../errors.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";
import type { PromptCommand } from "./command_table.ts";
import { findPerson } from "./find_person.ts";
import type { RoomAccess } from "./room_access.ts";
import type { Voice } from "./voice.ts";

/** What the commands work with. */
export interface RoomCommandOptions {
  readonly room: RoomAccess;
  readonly voice: Voice;
  /** Shows something to the person alone. */
  show(event: ChatEvent): Promise<void>;
  /** The members who are here, as they are shown. */
  occupants(): ChatEvent & { event: "members" };
}

/** What everybody in a room can do: `/who`, `/nick`, `/msg`, `/me`, `/say`, `/topic`. */
export function roomCommands(options: RoomCommandOptions): readonly PromptCommand[] {
  const { room, voice, show, occupants } = options;
  return [
    { name: "/who", help: "show who is here, with fingerprints", run: () => show(occupants()) },
    {
      name: "/nick",
      parameters: [{ name: "NAME" }],
      help: "change your nickname",
      async run({ id }, { name = "" }) {
        const nick = name.normalize("NFC");
        if (!isNick(nick)) throw new UsageError("usage", BAD_NICK);
        await room.request({ type: "rename", nick }, id);
      },
    },
    {
      name: "/msg",
      parameters: [{ name: "TO" }, { name: "TEXT", isRest: true }],
      help: "send a private message",
      run: ({ id }, { to = "", text = "" }) => voice.say(text, { to: findPerson(room, to), id }),
    },
    {
      name: "/me",
      parameters: [{ name: "TEXT", isRest: true }],
      help: "say what you do: /me waves",
      run: ({ id }, { text = "" }) => voice.say(text, { isAction: true, id }),
    },
    {
      name: "/say",
      parameters: [{ name: "TEXT", isRest: true }],
      help: "send a text as it is, even if it begins with /",
      run: ({ id }, { text = "" }) => voice.say(text, { id }),
    },
    {
      name: "/topic",
      parameters: [{ name: "TEXT", isOptional: true, isRest: true }],
      help: "show or change the topic; /topic - removes it",
      async run({ tell, id }, { text }) {
        if (text === undefined) {
          return await tell(sanitiseLine(room.topic?.topic ?? "there is no topic"));
        }
        const topic = text === "-" ? "" : text.replaceAll(/\s+/g, " ");
        if (!isShortEnough(topic, MAX_TOPIC_SIZE)) {
          throw new UsageError("usage", `a topic has at most ${MAX_TOPIC_SIZE} bytes`);
        }
        await room.request({ type: "topic", topic }, id);
      },
    },
  ];
}

/** What is wrong with a name that nobody may have. */
export const BAD_NICK: string =
  `a nickname has 1 to ${MAX_NICK_LENGTH} visible characters, no spaces and no colon`;
