import {
  encodeAction,
  encodeText,
  isNick,
  isShortEnough,
  MAX_NICK_LENGTH,
  MAX_TOPIC_SIZE,
  type Participant,
} from "../../chat/mod.ts";
import { UsageError } from "../../errors.ts";
import type { CommandContext, PromptCommand } from "./command_table.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";
import { findPerson } from "./find_person.ts";
import { maxTextSize, type Place } from "./place.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";

/** What the commands work with. */
export interface RoomCommandOptions {
  readonly place: Place;
  /** Shows something to the person alone. */
  show(event: ChatEvent): Promise<void>;
  /** Who is there, as it is shown. */
  occupants(): ChatEvent & { event: "members" };
  /** Called with what this side said itself. */
  onSaid(text: string, options: { readonly isAction: boolean; readonly to?: Participant }): void;
}

/** What everybody in a room can do: `/who`, `/nick`, `/msg`, `/me`, `/topic`. */
export function roomCommands(options: RoomCommandOptions): readonly PromptCommand[] {
  const { place, show, occupants, onSaid } = options;
  const say = async (
    text: string,
    { id }: CommandContext,
    how: { readonly isAction: boolean; readonly to?: Participant },
  ) => {
    const size = maxTextSize(place);
    if (!isShortEnough(text, size)) {
      throw new UsageError("usage", `that is too long: a message has at most ${size} bytes here`);
    }
    onSaid(text, how);
    const body = how.isAction ? encodeAction(text) : encodeText(text);
    await place.request({ type: "send", body, ...(how.to && { to: how.to }) }, id);
  };
  return [
    { name: "/who", help: "show who is here, with fingerprints", run: () => show(occupants()) },
    {
      name: "/nick",
      parameters: [{ name: "NAME" }],
      help: "take another name",
      async run({ id }, { name = "" }) {
        const nick = name.normalize("NFC");
        if (!isNick(nick)) throw new UsageError("usage", BAD_NICK);
        await place.request({ type: "rename", nick }, id);
      },
    },
    {
      name: "/msg",
      parameters: [{ name: "TO" }, { name: "TEXT", isRest: true }],
      help: "say something to one person alone",
      run: (context, { to = "", text = "" }) =>
        say(text, context, { isAction: false, to: findPerson(place, to) }),
    },
    {
      name: "/me",
      parameters: [{ name: "TEXT", isRest: true }],
      help: "say what you do: /me waves",
      run: (context, { text = "" }) => say(text, context, { isAction: true }),
    },
    {
      name: "/say",
      parameters: [{ name: "TEXT", isRest: true }],
      help: "say something, whatever it begins with",
      run: (context, { text = "" }) => say(text, context, { isAction: false }),
    },
    {
      name: "/topic",
      parameters: [{ name: "TEXT", isOptional: true, isRest: true }],
      help: "show what the room is about, or change it; /topic - takes it away",
      async run({ tell, id }, { text }) {
        if (text === undefined) {
          return await tell(sanitiseLine(place.topic?.topic ?? "there is no topic"));
        }
        const topic = text === "-" ? "" : text.replaceAll(/\s+/g, " ");
        if (!isShortEnough(topic, MAX_TOPIC_SIZE)) {
          throw new UsageError("usage", `a topic has at most ${MAX_TOPIC_SIZE} bytes`);
        }
        await place.request({ type: "topic", topic }, id);
      },
    },
  ];
}

/** What is wrong with a name that nobody may have. */
export const BAD_NICK: string =
  `a nickname has 1 to ${MAX_NICK_LENGTH} visible characters, no spaces and no colon`;
