import { isShortEnough, MAX_TOPIC_SIZE, nickProblem } from "../../chat/mod.ts";
import { UsageError } from "../../errors.ts";
import { quoted } from "../../quoted.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";
import { asked, type IsVerified } from "../../terminal/events/room_events.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";
import type { PromptCommand } from "./command_table.ts";
import { findPerson } from "./find_person.ts";
import type { PendingRequest, RoomAccess } from "./room_access.ts";
import type { Voice } from "./voice.ts";

/** What the commands work with. */
export interface RoomCommandOptions {
  readonly room: RoomAccess;
  readonly voice: Voice;
  /** Shows something to the person alone. */
  show(event: ChatEvent): Promise<void>;
  /** The members who are here, as they are shown. */
  occupants(): ChatEvent & { event: "members" };
  readonly isVerified: IsVerified;
}

/** What everybody in a room can do: `/who`, `/nick`, `/msg`, `/me`, `/say`, `/topic`, `/pending`. */
export function roomCommands(options: RoomCommandOptions): readonly PromptCommand[] {
  const { room, voice, show, occupants, isVerified } = options;
  return [
    {
      name: "/who",
      help: "show who is here, with fingerprints",
      run: async ({ tell }) => {
        if (!room.isConnected) await tell("Not connected: this is who was here last.");
        await show(occupants());
      },
    },
    {
      name: "/nick",
      parameters: [{ name: "NAME" }],
      help: "change your nickname",
      async run({ id, line }, { name = "" }) {
        const nick = name.normalize("NFC");
        const problem = nickProblem(nick, room.isHost ? "host" : "guest");
        if (problem !== undefined) throw new UsageError("usage", problem);
        await room.request({ type: "rename", nick }, id, line);
      },
    },
    {
      name: "/msg",
      parameters: [{ name: "TO" }, { name: "TEXT", isRest: true }],
      help: "send a private message",
      async run({ tell, id, line }, { to = "", text = "" }) {
        const reader = findPerson(room, to);
        await voice.say(text, { to: reader, id, line });
        if (reader.away) {
          await tell(
            `${
              sanitiseLine(reader.nick)
            } is away; the message waits until they are back, or you are ` +
              "told that it was not read",
          );
        }
      },
    },
    {
      name: "/me",
      parameters: [{ name: "TEXT", isRest: true }],
      help: "say what you do: /me waves",
      run: ({ id, line }, { text = "" }) => voice.say(text, { isAction: true, id, line }),
    },
    {
      name: "/say",
      parameters: [{ name: "TEXT", isRest: true }],
      help: "send a text as it is, even if it begins with /",
      run: ({ id, line }, { text = "" }) => voice.say(text, { id, line }),
    },
    {
      name: "/topic",
      parameters: [{ name: "TEXT", isOptional: true, isRest: true }],
      help: "show or change the topic; /topic - removes it",
      async run({ tell, id, line }, { text }) {
        if (text === undefined) {
          const { topic } = room;
          if (topic === undefined) return await tell("there is no topic");
          return await tell(sanitiseLine(`${topic.by.nick} set the topic: ${quoted(topic.topic)}`));
        }
        const topic = text === "-" ? "" : text.replaceAll(/\s+/g, " ");
        if (!isShortEnough(topic, MAX_TOPIC_SIZE)) {
          throw new UsageError("usage", `a topic has at most ${MAX_TOPIC_SIZE} bytes`);
        }
        await room.request({ type: "topic", topic }, id, line);
      },
    },
    {
      name: "/pending",
      help: "show what you sent that is not confirmed yet",
      run: () => show(pendingEvent(room.pending, isVerified)),
    },
  ];
}

function pendingEvent(pending: readonly PendingRequest[], isVerified: IsVerified): ChatEvent {
  const messages = pending
    .map(({ id, request }) => asked(id, request, isVerified))
    .filter((message) => message !== undefined);
  return { event: "pending", messages };
}
