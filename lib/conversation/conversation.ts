import { type MemberEvent, nickKey, type Participant } from "../chat/mod.ts";
import { fingerprint } from "../identity/mod.ts";
import type { ChatEvent } from "../terminal/events/events.ts";
import { type IsVerified, memberEvent, person } from "../terminal/events/room_events.ts";
import type { Screen } from "../terminal/screens/screen.ts";
import type { VerifiedPeople } from "../trust/verified_people.ts";
import { commandTable, type PromptCommand } from "./commands/command_table.ts";
import { complete } from "./commands/completion.ts";
import { operatorCommands } from "./commands/operator_commands.ts";
import type { RoomAccess } from "./commands/room_access.ts";
import { roomCommands } from "./commands/room_commands.ts";
import { Scrollback } from "./commands/scrollback.ts";
import { verificationCommands, verifiedNote, warnOf } from "./commands/verification_commands.ts";
import { viewCommands } from "./commands/view_commands.ts";
import { Voice } from "./commands/voice.ts";
import { speak, type SpeechHooks } from "./speech.ts";

/** What a conversation needs. */
export interface ConversationOptions {
  readonly screen: Screen;
  readonly room: RoomAccess;
  readonly people: VerifiedPeople;
  /** The members whose keys were proved to this side, so that they can be verified. */
  verifiable(): readonly Participant[];
  /** Whether a key was verified, as far as this side can tell. */
  readonly isVerified: IsVerified;
  /** Whether piped lines may be command objects, in JSON. */
  readonly json: boolean;
  /** Commands that only one of the programs has. */
  readonly ownCommands?: readonly PromptCommand[];
}

/** What one person sees of a room, and what they can do there: the same for a host and a guest. */
export class Conversation {
  /** Everything that can be typed besides texts. */
  readonly commands: readonly PromptCommand[];
  readonly #options: ConversationOptions;
  readonly #voice: Voice;
  readonly #scrollback = new Scrollback();
  readonly #ignored = new Map<string, string>();

  /** A conversation that has just begun. */
  constructor(options: ConversationOptions) {
    const { screen, room, people, isVerified, ownCommands = [] } = options;
    this.#options = options;
    this.#voice = new Voice(room, this.#scrollback, isVerified);
    const show = (event: ChatEvent) => screen.show(event);
    this.commands = commandTable([
      ...roomCommands({
        room,
        voice: this.#voice,
        show,
        occupants: () => this.#occupants(),
      }),
      ...viewCommands({
        scrollback: this.#scrollback,
        ignored: this.#ignored,
        room,
        show,
      }),
      ...verificationCommands({
        screen,
        ownKey: room.self.key,
        people,
        others: options.verifiable,
        isHere: (name) => room.others.some(({ nick }) => nickKey(nick) === nickKey(name)),
        onChange: () => this.updatePrompt(),
      }),
      ...ownCommands,
      // A host has the list of bans itself, and can end one by name.
      ...operatorCommands(room).filter(({ name }) => !ownCommands.some((own) => own.name === name)),
    ]);
    screen.setCompleter((line) =>
      complete(line, this.commands, room.others.map(({ nick }) => nick))
    );
    this.updatePrompt();
  }

  /** Shows what the room says. Resolves when there is room for more. */
  async hear(event: MemberEvent, isHistory = false): Promise<void> {
    const { screen, people, isVerified } = this.#options;
    if (event.type === "member") this.updatePrompt();
    if (this.#isIgnored(event)) return;
    const shown = memberEvent(event, isVerified, isHistory);
    if (shown.event === "message") this.#scrollback.add(shown);
    await screen.show(shown);
    if (event.type === "member" && event.change !== "left") {
      await warnOf(event.member, people, screen);
    }
  }

  /** Shows who is here. */
  showOccupants(): Promise<void> {
    return this.#options.screen.show(this.#occupants());
  }

  /**
   * Says what is typed or piped in, line by line, until its end or `/quit`.
   *
   * @returns How many lines there were.
   * @throws {NetworkError} If the connection to the room was lost.
   */
  speak(hooks: SpeechHooks = {}): Promise<number> {
    const { screen, json } = this.#options;
    return speak({ ...hooks, screen, json, commands: this.commands, voice: this.#voice });
  }

  /** Shows this side's nickname at the prompt, and whether the others are verified. */
  updatePrompt(): void {
    const { screen, room, people, verifiable } = this.#options;
    const { nick, key } = room.self;
    screen.setPrompt(nick, verifiedNote(verifiable(), people), fingerprint(key));
  }

  #isIgnored(event: MemberEvent): boolean {
    if (this.#ignored.size === 0) return false;
    const by = event.type === "message"
      ? event.from
      : event.type === "topic"
      ? event.by
      : event.type === "member"
      ? event.member
      : undefined;
    return by !== undefined && this.#ignored.has(fingerprint(by.key));
  }

  #occupants(): ChatEvent & { event: "members" } {
    const { room, isVerified } = this.#options;
    const members = [room.self, ...room.others].map((member, index) => ({
      ...person(member, isVerified),
      operator: member.operator === true,
      you: index === 0,
    }));
    return { event: "members", members };
  }
}
