import type { MemberEvent, Participant } from "../chat/mod.ts";
import { hex } from "../crypto/mod.ts";
import { fingerprint } from "../identity/fingerprint.ts";
import { quoted } from "../quoted.ts";
import type { ChatEvent } from "../terminal/events/events.ts";
import { asked, type IsVerified, memberEvent, person } from "../terminal/events/room_events.ts";
import type { Screen } from "../terminal/screens/screen.ts";
import type { HighlightList } from "../terminal/text/highlight_list.ts";
import type { VerifiedPeople } from "../trust/verified_people.ts";
import type { IgnoredPeople } from "../trust/ignored_people.ts";
import { awayCommands } from "./commands/away_commands.ts";
import type { PromptCommand } from "./commands/command_table.ts";
import { commandTable } from "./commands/common_commands.ts";
import { HELP_KEYS } from "./commands/help_keys.ts";
import { highlightCommands } from "./commands/highlight_commands.ts";
import { ignoreCommands } from "./commands/ignore_commands.ts";
import { operatorCommands } from "./commands/operator_commands.ts";
import { pastCommands } from "./commands/past_commands.ts";
import { peopleCommands } from "./commands/people_commands.ts";
import { privateCommands } from "./commands/private_commands.ts";
import { roomCommands } from "./commands/room_commands.ts";
import { verificationCommands, verifiedNote, warnOf } from "./commands/verification_commands.ts";
import { complete } from "./completion.ts";
import { Absence, IS_BACK } from "./room/absence.ts";
import { PrivateTalk } from "./room/private_talk.ts";
import type { PendingRequest, RoomAccess } from "./room/room_access.ts";
import { Scrollback } from "./room/scrollback.ts";
import { Speaker } from "./room/speaker.ts";
import { Stays } from "./room/stays.ts";
import { Voice } from "./room/voice.ts";
import { saidBy } from "./run_command.ts";
import { speak, type SpeechHooks } from "./speech.ts";

/** What a conversation needs. */
export interface ConversationOptions {
  readonly screen: Screen;
  readonly room: RoomAccess;
  readonly people: VerifiedPeople;
  readonly ignored: IgnoredPeople;
  /** Which words stand out in what others say, where somebody may see it. */
  readonly highlights?: HighlightList | undefined;
  /** The members whose keys were proved to this side, so that they can be verified. */
  verifiable(): readonly Participant[];
  /** Whether a key was verified, as far as this side can tell. */
  readonly isVerified: IsVerified;
  /** Whether this person has pasted the fingerprint of a key at the first contact. Default: of none. */
  readonly isCompared?: (key: Uint8Array) => boolean;
  /** Whether piped lines may be command objects, in JSON. */
  readonly json: boolean;
  /** Commands that only one of the programs has. */
  readonly ownCommands?: readonly PromptCommand[];
  /** Told of each nickname that this person has asked for, once the room has given it. */
  onNick?(nick: string): Promise<void>;
}

/** What one person sees of a room, and what they can do there: the same for a host and a guest. */
export class Conversation {
  /** Everything that can be typed besides texts. */
  readonly commands: readonly PromptCommand[];
  readonly #options: ConversationOptions;
  /** Only for a person: a program has every event already. */
  readonly #scrollback: Scrollback | undefined;
  readonly #voice: Voice;
  readonly #speaker: Speaker;
  readonly #privateTalk: PrivateTalk;
  readonly #absence: Absence;
  readonly #stays = new Stays();
  #farewell = "";
  /** Why nobody would read what is typed, if so. */
  #whyNot: () => string | undefined = () => undefined;
  /** The nickname that this person has asked for last. */
  #askedNick: string | undefined;
  /** Resolves when the program has taken note of it. */
  #nickKept: Promise<void> | undefined;
  /** Aborted when nothing more is said here: then nobody waits for what is being read, either. */
  readonly #spoken = new AbortController();

  /** A conversation that has just begun. */
  constructor(options: ConversationOptions) {
    const { screen, room, people, ignored, isVerified, verifiable, ownCommands = [] } = options;
    const { highlights } = options;
    this.#options = options;
    this.#scrollback = screen.isInteractive ? new Scrollback() : undefined;
    const voice = new Voice(room, this.#scrollback, isVerified);
    const onChange = () => this.updatePrompt();
    const privateTalk = new PrivateTalk(room);
    this.#voice = voice;
    this.#privateTalk = privateTalk;
    this.#absence = new Absence(voice, onChange);
    // What is piped in waits for readers instead.
    const whyNot = () => screen.isInteractive ? this.#whyNot() : undefined;
    this.#speaker = new Speaker(voice, privateTalk, this.#absence, whyNot);
    const show = (event: ChatEvent) => screen.show(event);
    const occupants = () => this.#occupants();
    const moderation = operatorCommands(room);
    this.commands = commandTable([
      ...privateCommands({ room, voice, privateTalk, onChange }),
      ...roomCommands({ room, speaker: this.#speaker, show, isVerified, clear: screen.clear }),
      ...awayCommands(this.#absence),
      ...peopleCommands({
        room,
        people,
        ignored,
        stays: this.#stays,
        isCompared: options.isCompared,
        verifiable,
        occupants,
        show,
        asksForNick: (nick) => this.#askedNick = nick,
      }),
      ...pastCommands({
        room,
        ...(this.#scrollback && { scrollback: this.#scrollback }),
        isIgnored: (fingerprint) => ignored.has(fingerprint),
        isVerified,
        isInteractive: screen.isInteractive,
        signal: this.#spoken.signal,
        show,
      }),
      ...ignoreCommands({ ignored, room }),
      ...(highlights === undefined ? [] : highlightCommands({
        highlights,
        onChange: (words) => screen.setHighlights(words),
      })),
      ...verificationCommands({ screen, room, people, verifiable, onChange }),
      ...ownCommands.filter(({ name }) => !moderation.some((other) => other.name === name)),
      // A host has the list of bans itself, and can end one by name.
      ...moderation.map((command) =>
        ownCommands.find(({ name }) => name === command.name) ?? command
      ),
    ], [{ word: "keys", about: "the keys", text: HELP_KEYS }]);
    screen.setCompleter((line) =>
      complete(line, this.commands, room.others.map(({ nick }) => nick))
    );
    screen.setEcho((line) => this.#echo(line));
    screen.setHighlights(highlights?.words ?? []);
    this.updatePrompt();
  }

  /** How a line is shown that was entered here: as the others see it, or in grey, if they do not. */
  #echo(line: string): readonly ChatEvent[] {
    const said = saidBy(line, this.commands, (text) => this.#speaker.said({ text }));
    if (said === undefined) return [{ event: "notice", text: line, important: true }];
    const event = this.#voice.eventFor(said);
    if (!this.#absence.isAway || said.to !== undefined || said.isAction) return [event];
    return [this.#voice.eventFor({ text: IS_BACK, isAction: true }), event];
  }

  /** What the others are to read when this person leaves: one line, mostly empty. */
  get farewell(): string {
    return this.#farewell;
  }

  /**
   * Shows what the room says. Resolves when there is room for more.
   *
   * @param isHistory Whether it was said, or happened, while this side was not there.
   */
  async hear(event: MemberEvent, isHistory = false): Promise<void> {
    const { isVerified } = this.#options;
    this.#stays.hear(event, isHistory);
    const isIgnored = this.#isIgnored(event);
    // An ignored member is not answered by accident; but what one has begun oneself goes on.
    if (!isIgnored || event.type === "member") this.#privateTalk.hear(event);
    if (event.type === "member") this.updatePrompt();
    this.#noteOwnNick(event);
    if (isIgnored) return;
    await this.show(memberEvent(event, isVerified, isHistory));
    if (event.type === "member" && (event.change === "joined" || event.change === "renamed")) {
      await this.warnOf(event.member);
    }
  }

  /** Warns, with `--quiet` as well, if a member's name and key do not belong together. */
  warnOf(member: Participant): Promise<void> {
    const { screen, people, verifiable } = this.#options;
    return warnOf(member, { screen, people, verifiable: verifiable() });
  }

  /** Shows an event, and takes note of what was said, and of what became of it. */
  async show(event: ChatEvent): Promise<void> {
    const shown = this.#withText(event);
    this.#remember(shown);
    await this.#options.screen.show(shown);
  }

  /** Of several private messages a person wants to know which one was refused. */
  #withText(event: ChatEvent): ChatEvent {
    if (event.event !== "refused") return event;
    const { id, reason } = event;
    const said = this.#scrollback?.unnumbered(id);
    if (!said?.private) return event;
    const { text, to } = said;
    const why = `the room says: ${quoted(reason)}`;
    return { event: "undelivered", id, command: "msg", text, ...(to && { to }), reason: why };
  }

  /**
   * Says that it is not known whether something has arrived, and that it is not sent again.
   *
   * @param reason Why, as a part of a sentence.
   * @param line The number of the line of the input that asked for it, counted from 1.
   */
  async tellUndelivered(
    { id, request }: PendingRequest,
    reason: string,
    line?: number,
  ): Promise<void> {
    const what = asked(id, request, this.#options.isVerified);
    if (what === undefined) return;
    await this.show({
      event: "undelivered",
      ...what,
      reason,
      ...(line !== undefined && { line }),
    });
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
  async speak(hooks: SpeechHooks = {}): Promise<number> {
    const { screen, json } = this.#options;
    const { commands } = this;
    if (hooks.whyNot !== undefined) this.#whyNot = hooks.whyNot;
    try {
      return await speak({
        ...hooks,
        screen,
        json,
        commands,
        speaker: this.#speaker,
        onQuit: (farewell) => this.#farewell = farewell,
      });
    } finally {
      this.#spoken.abort();
      await this.#nickKept;
    }
  }

  /**
   * Shows at the prompt this side's nickname, to whom lines go, whether one is away or offline, and that
   * the others are verified.
   */
  updatePrompt(): void {
    const { screen, room, people, verifiable } = this.#options;
    const { nick, key } = room.self;
    const { length } = room.pending;
    const offline = length === 0 ? "offline" : `offline, ${length} not confirmed`;
    const notes = [
      this.#privateTalk.note,
      this.#absence.isAway ? "away" : "",
      room.isConnected ? verifiedNote(verifiable(), people) : offline,
    ];
    screen.setPrompt(nick, notes.filter((note) => note !== "").join("; "), fingerprint(key));
  }

  /** A server can give names by itself, which are not of this person's choice. */
  #noteOwnNick(event: MemberEvent): void {
    if (event.type !== "member" || event.change !== "renamed") return;
    const { nick } = event.member;
    if (nick !== this.#askedNick || nick !== this.#options.room.self.nick) return;
    this.#askedNick = undefined;
    // Nothing that the room says waits for a file; that it cannot be kept is no matter for a conversation.
    this.#nickKept = this.#options.onNick?.(nick).catch(() => {});
  }

  /** Takes note of what is said, to be read again. */
  #remember(event: ChatEvent): void {
    if (event.event === "refused" || event.event === "undelivered") {
      this.#absence.refused(event.id);
    }
    const scrollback = this.#scrollback;
    if (scrollback === undefined) return;
    const log = hex(this.#options.room.log);
    if (event.event === "message") scrollback.add(event, log);
    else if (event.event === "delivered") scrollback.confirm(event.id, event.seq, log);
    else if (event.event === "refused" || event.event === "undelivered") {
      scrollback.remove(event.id);
    }
  }

  #isIgnored(event: MemberEvent): boolean {
    const by = event.type === "message"
      ? event.from
      : event.type === "topic"
      ? event.by
      : event.type === "member"
      ? event.member
      : undefined;
    return by !== undefined && this.#options.ignored.has(fingerprint(by.key));
  }

  #occupants(): ChatEvent & { event: "members" } {
    const { room, isVerified } = this.#options;
    const members = [room.self, ...room.others].map((member, index) => ({
      ...person(member, isVerified),
      operator: member.operator === true,
      you: index === 0,
      away: member.away === true,
    }));
    return { event: "members", members };
  }
}
