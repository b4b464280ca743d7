import { type MemberEvent, MESSAGE_ID_SIZE, nickKey, type Participant } from "../chat/mod.ts";
import { hex, randomBytes } from "../crypto/mod.ts";
import { fingerprint } from "../identity/mod.ts";
import { type IsVerified, memberEvent, person } from "../terminal/events/chat_events.ts";
import { commandTable, type PromptCommand } from "./commands/command_table.ts";
import { complete } from "./commands/completion.ts";
import type { ChatEvent } from "../terminal/events/events.ts";
import { operatorCommands } from "./commands/operator_commands.ts";
import type { Place } from "./commands/place.ts";
import { roomCommands } from "./commands/room_commands.ts";
import type { Screen } from "../terminal/screens/screen.ts";
import { Scrollback } from "./commands/scrollback.ts";
import { verificationCommands, verifiedNote, warnOf } from "./commands/verification_commands.ts";
import type { VerifiedPeople } from "../trust/verified_people.ts";
import { viewCommands } from "./commands/view_commands.ts";

/** What a conversation needs. */
export interface ConversationOptions {
  readonly screen: Screen;
  readonly place: Place;
  readonly people: VerifiedPeople;
  /** Those whose keys this side has seen proved, so that they can be verified. */
  verifiable(): readonly Participant[];
  /** Whether a key was verified, as far as this side can tell. */
  readonly isVerified: IsVerified;
  /** Commands that only one of the programs has. */
  readonly ownCommands?: readonly PromptCommand[];
}

/** What one person sees of a room, and what they can do there: the same for a host and a guest. */
export class Conversation {
  /** Everything that can be typed besides texts. */
  readonly commands: readonly PromptCommand[];
  readonly #options: ConversationOptions;
  readonly #scrollback = new Scrollback();
  readonly #ignored = new Map<string, string>();

  /** A conversation that has just begun. */
  constructor(options: ConversationOptions) {
    const { screen, place, people, ownCommands = [] } = options;
    this.#options = options;
    const show = (event: ChatEvent) => screen.show(event);
    this.commands = commandTable([
      ...roomCommands({
        place,
        show,
        occupants: () => this.#occupants(),
        onSaid: (text, how) => this.noteSaid(text, how),
      }),
      ...viewCommands({
        scrollback: this.#scrollback,
        ignored: this.#ignored,
        place,
        show,
      }),
      ...verificationCommands({
        screen,
        ownKey: place.self.key,
        people,
        others: options.verifiable,
        isHere: (name) => place.others.some(({ nick }) => nickKey(nick) === nickKey(name)),
        onChange: () => this.updatePrompt(),
      }),
      ...ownCommands,
      // A host has the list of bans itself, and can end one by name.
      ...operatorCommands(place).filter(({ name }) =>
        !ownCommands.some((own) => own.name === name)
      ),
    ]);
    screen.setCompleter((line) =>
      complete(line, this.commands, place.others.map(({ nick }) => nick))
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

  /** Remembers what was said here, for whoever looks back. */
  noteSaid(
    text: string,
    { isAction = false, to }: { readonly isAction?: boolean; readonly to?: Participant } = {},
  ): void {
    const { place, isVerified } = this.#options;
    this.#scrollback.add({
      event: "message",
      id: hex(randomBytes(MESSAGE_ID_SIZE)),
      seq: 0,
      time: new Date().toISOString(),
      from: person(place.self, isVerified),
      text,
      private: to !== undefined,
      ...(to !== undefined && { to: person(to, isVerified) }),
      action: isAction,
      history: true,
    });
  }

  /** Shows at the prompt who one is, and whether the others are verified. */
  updatePrompt(): void {
    const { screen, place, people, verifiable } = this.#options;
    const { nick, key } = place.self;
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
    const { place, isVerified } = this.#options;
    const members = [place.self, ...place.others].map((member, index) => ({
      ...person(member, isVerified),
      operator: member.operator === true,
      you: index === 0,
    }));
    return { event: "members", members };
  }
}
