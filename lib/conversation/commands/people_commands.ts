import type { Participant } from "../../chat/mod.ts";
import { nickKey, nickProblem } from "../../chat/names/nick.ts";
import { equalConstantTime } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import { fingerprint } from "../../identity/fingerprint.ts";
import type { ChatEvent, Occupant } from "../../terminal/events/events.ts";
import { dateAndTime } from "../../terminal/text/dates.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";
import type { IgnoredPeople } from "../../trust/ignored_people.ts";
import type { VerifiedPeople } from "../../trust/verified_people.ts";
import { findPerson } from "../room/find_person.ts";
import type { RoomAccess } from "../room/room_access.ts";
import type { Stays } from "../room/stays.ts";
import type { PromptCommand } from "./command_table.ts";

/** How many names `/names` shows: in a crowd the rest is a number. */
const MAX_NAMES = 100;

/** What the commands work with. */
export interface PeopleCommandOptions {
  readonly room: RoomAccess;
  readonly people: Pick<VerifiedPeople, "has" | "about">;
  readonly ignored: Pick<IgnoredPeople, "has">;
  readonly stays: Pick<Stays, "since">;
  /** Whether this person has pasted the fingerprint of a key at the first contact. */
  readonly isCompared?: ((key: Uint8Array) => boolean) | undefined;
  /** The members whose keys were proved to this side, so that they can be verified. */
  verifiable(): readonly Participant[];
  /** The members who are here, as they are shown. */
  occupants(): ChatEvent & { event: "members" };
  /** Shows something to the person alone. */
  show(event: ChatEvent): Promise<void>;
  /** Told of the nickname that the person asks for, which the room may refuse. */
  asksForNick?(nick: string): void;
}

/** Who is here, and under which name: `/who`, `/names`, `/whois`, `/nick`. */
export function peopleCommands(options: PeopleCommandOptions): readonly PromptCommand[] {
  const { room, occupants, show } = options;
  return [
    {
      name: "/who",
      group: "people",
      help: "show who is here, with fingerprints",
      details:
        "Before a name, @ is an operator, and ✓ a key that you have verified. A member whose " +
        "connection was cut is away; of /away it shows nothing.",
      async run({ tell }) {
        if (!room.isConnected) await tell("Not connected: this is who was here last.");
        await show(occupants());
      },
    },
    {
      name: "/names",
      aliases: ["/users"],
      group: "people",
      help: "show who is here, in one line",
      details: "Before a name, @ is an operator.",
      run: ({ tell }) => tell(namesLine(occupants().members, room.isConnected)),
    },
    {
      name: "/whois",
      aliases: ["/wi"],
      group: "people",
      parameters: [{ name: "NAME" }],
      help: "show what is known of a member: fingerprint, verified or not",
      details:
        "NAME is a name, or a fingerprint. Of members who came after you it also shows since " +
        "when they are here.",
      examples: ["/whois bob"],
      run: ({ tell }, { name = "" }) => tell(portrait(options, name)),
    },
    {
      name: "/nick",
      aliases: ["/name"],
      group: "people",
      parameters: [{ name: "NAME" }],
      help: "change your nickname",
      examples: ["/nick bob"],
      async run({ id, line }, { name = "" }) {
        const nick = name.normalize("NFC");
        const problem = nickProblem(nick, room.isHost ? "host" : "guest");
        if (problem !== undefined) throw new UsageError("usage", problem);
        options.asksForNick?.(nick);
        await room.request({ type: "rename", nick }, id, line);
      },
    },
  ];
}

function namesLine(members: readonly Occupant[], isConnected: boolean): string {
  const names = members.slice(0, MAX_NAMES).map(({ nick, operator, you, away }) => {
    const states = [...(you ? ["you"] : []), ...(away ? ["away"] : [])].join(", ");
    return `${operator ? "@" : ""}${sanitiseLine(nick)}${states === "" ? "" : ` (${states})`}`;
  });
  const rest = members.length - names.length;
  if (rest > 0) names.push(rest === 1 ? "1 other" : `${rest} others`);
  return `${isConnected ? "" : "Not connected; last here: "}${names.join(", ")}`;
}

/** What is known of a member, a line each. */
function portrait(options: PeopleCommandOptions, name: string): string {
  const { room, ignored, stays } = options;
  const { self } = room;
  const isSelf = nickKey(name) === nickKey(self.nick);
  const member = isSelf ? self : findPerson(room, name);
  const nick = sanitiseLine(member.nick);
  const since = stays.since(member);
  const isOwnKey = equalConstantTime(member.key, self.key);
  const states = [
    ...(isSelf ? ["you"] : []),
    ...(member.operator ? ["operator"] : []),
    ...(member.away ? ["away: the connection was cut, and they may come back"] : []),
    ...(since === undefined ? [] : [`here since ${dateAndTime(since)}`]),
    ...(ignored.has(fingerprint(member.key)) ? [`ignored, until you type /unignore ${nick}`] : []),
  ];
  return [
    `${nick}: ${fingerprint(member.key)}`,
    ...(states.length === 0 ? [] : [`  ${states.join("; ")}`]),
    `  ${isOwnKey ? "this is your own key" : verification(options, member)}`,
  ].join("\n");
}

/** Whether a key was verified, and what to do if not. Of most members a client has only the server's word. */
function verification(options: PeopleCommandOptions, { nick, key }: Participant): string {
  const { people, verifiable, isCompared } = options;
  const shown = sanitiseLine(nick);
  const about = people.about(key);
  const isProved = verifiable().some((other) => equalConstantTime(other.key, key));
  const verified = about === undefined
    ? undefined
    : `verified${about.date === "" ? "" : ` on ${about.date}`} as ${sanitiseLine(about.name)}`;
  if (!isProved) {
    const known = verified === undefined ? "" : `; a key that you ${verified}`;
    return `only the server says that this is ${shown}'s key${known}; the host can verify it`;
  }
  if (verified !== undefined) return verified;
  return isCompared?.(key)
    ? `you pasted the fingerprint at the first contact; /verify ${shown} compares both keys by voice`
    : `not verified; /verify ${shown} shows how to`;
}
