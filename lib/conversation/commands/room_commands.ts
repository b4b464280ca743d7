import { isShortEnough } from "../../chat/wire/text.ts";
import { MAX_TOPIC_SIZE } from "../../chat/wire/messages.ts";
import { UsageError } from "../../errors.ts";
import { quoted } from "../../quoted.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";
import { asked, type IsVerified } from "../../terminal/events/room_events.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";
import type { PendingRequest, RoomAccess } from "../room/room_access.ts";
import type { Speaker } from "../room/speaker.ts";
import type { PromptCommand } from "./command_table.ts";

/** What the commands work with. */
export interface RoomCommandOptions {
  readonly room: RoomAccess;
  readonly speaker: Pick<Speaker, "say" | "said">;
  /** Shows something to the person alone. */
  show(event: ChatEvent): Promise<void>;
  readonly isVerified: IsVerified;
  /** Clears the screen, where there is one to be cleared. */
  readonly clear?: (() => void) | undefined;
}

/** What everybody in a room can do: `/me`, `/say`, `/topic`, `/pending`, `/clear`. */
export function roomCommands(options: RoomCommandOptions): readonly PromptCommand[] {
  const { room, speaker, show, isVerified, clear } = options;
  return [
    {
      name: "/me",
      aliases: ["/action"],
      group: "talk",
      parameters: [{ name: "TEXT", isRest: true }],
      help: "say what you do: /me waves",
      examples: ["/me waves"],
      says: ({ text = "" }) => speaker.said({ text, isAction: true }),
      run: ({ id, line }, { text = "" }) => speaker.say(text, { isAction: true, id, line }),
    },
    {
      name: "/say",
      group: "talk",
      parameters: [{ name: "TEXT", isRest: true }],
      help: "send a text as it is, even if it begins with /",
      examples: ["/say /etc/hosts is a file"],
      says: ({ text = "" }) => speaker.said({ text }),
      run: ({ id, line }, { text = "" }) => speaker.say(text, { id, line }),
    },
    {
      name: "/topic",
      group: "room",
      parameters: [{ name: "TEXT", isOptional: true, isRest: true }],
      help: "show or change the topic; /topic - removes it",
      examples: ["/topic", "/topic Lunch at noon", "/topic -"],
      async run({ tell, id, line }, { text }) {
        if (text === undefined) {
          const { topic } = room;
          if (!room.isConnected) await tell("Not connected: this was the topic last.");
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
      group: "room",
      help: "show what you sent that is not confirmed yet",
      run: () => show(pendingEvent(room.pending, isVerified)),
    },
    {
      name: "/clear",
      aliases: ["/cls"],
      group: "room",
      help: "clear the screen (or press Ctrl-L); /history shows messages again",
      run() {
        if (clear === undefined) throw new UsageError("usage", "there is no screen to clear here");
        clear();
      },
    },
  ];
}

function pendingEvent(pending: readonly PendingRequest[], isVerified: IsVerified): ChatEvent {
  const messages = pending
    .map(({ id, request }) => asked(id, request, isVerified))
    .filter((message) => message !== undefined);
  return { event: "pending", messages };
}
