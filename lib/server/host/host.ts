import { orAborted } from "../../abort.ts";
import type { SecureChannel } from "../../channel/mod.ts";
import type { Participant, Room } from "../../chat/mod.ts";
import type { PromptCommand } from "../../conversation/commands/command_table.ts";
import { Conversation } from "../../conversation/conversation.ts";
import { hex } from "../../crypto/mod.ts";
import { NetworkError } from "../../errors.ts";
import { safetyWords } from "../../identity/safety_words.ts";
import { errorEvent } from "../../terminal/events/error_event.ts";
import { connectedEvent, person } from "../../terminal/events/room_events.ts";
import type { Screen } from "../../terminal/screens/screen.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";
import type { HighlightList } from "../../terminal/text/highlight_list.ts";
import type { IgnoredPeople } from "../../trust/ignored_people.ts";
import type { OwnNick } from "../../trust/own_nick.ts";
import type { VerifiedPeople } from "../../trust/verified_people.ts";
import type { Entry } from "../door/admission.ts";
import { Flow } from "./flow.ts";
import { HostAccess } from "./host_access.ts";
import { HostSeat } from "./host_seat.ts";

/** What a host needs. */
export interface HostOptions {
  readonly room: Room;
  readonly screen: Screen;
  readonly ownNick: Pick<OwnNick, "name" | "keep">;
  /** 32 bytes. */
  readonly serverKey: Uint8Array;
  readonly people: VerifiedPeople;
  readonly ignored: IgnoredPeople;
  /** Which words stand out for the person, if one sits there. */
  readonly highlights?: HighlightList | undefined;
  /** What was known of a guest when it was let in, by the key of its channel. */
  entryOf(key: Uint8Array): Entry;
  readonly commands: readonly PromptCommand[];
  readonly json: boolean;
}

/** The person who sits at the server, or the programs that read and write in their place. */
export class Host {
  readonly #options: HostOptions;
  readonly #place: HostAccess;
  readonly #conversation: Conversation;
  readonly #heard = new Flow();
  readonly #spoken = new Flow();
  /** Resolves when a guest has come, come back, or left. */
  #coming = Promise.withResolvers<void>();
  #saidCount = 0;
  /** How much had been said when each key came first: what came later may be lost with its holder. */
  readonly #heardFrom = new Map<string, number>();
  /** Why the connections of those ended who have not come back, by their keys. */
  readonly #lost = new Map<string, unknown>();

  /** Takes a place in the room. */
  constructor(options: HostOptions) {
    this.#options = options;
    const { room, screen, ownNick, serverKey, people, ignored } = options;
    const before = room.log.last;
    const seat = new HostSeat({
      hear: (event) => {
        if (event.type === "member") this.#noteComing();
        const isHistory = event.type === "message" && event.seq > 0 && event.seq <= before;
        return this.#conversation.hear(event, isHistory).catch((error) =>
          this.#tell(sanitiseLine(String(error)))
        );
      },
      onPrivate: (number) => membership.got(number),
      onLeftOut: (count) =>
        this.#tell(`${count} messages were left out: they came faster than they can be shown`),
      flow: this.#heard,
      isInteractive: screen.isInteractive,
    });
    const membership = room.join(ownNick.name, serverKey, seat, { isOperator: true });
    this.#place = new HostAccess(room, membership, (event) => this.#conversation.show(event));
    this.#conversation = new Conversation({
      screen,
      room: this.#place,
      people,
      ignored,
      highlights: options.highlights,
      verifiable: () => this.#place.others,
      isVerified: people.has,
      json: options.json,
      ownCommands: options.commands,
      onNick: ownNick.keep,
    });
    screen.confirmLeaving(() => this.#leaveQuestion());
    // As a guest who comes late: a plain pipe gets only what is said from now on.
    const past = screen.isInteractive || options.json ? room.limits.history : 0;
    void membership.follow({ past }).catch((error) => this.#tell(sanitiseLine(String(error))));
  }

  /** Why something that was said may be lost, if so. */
  get lost(): unknown {
    const [error] = this.#lost.values();
    return error;
  }

  /** What the guests are to read when the conversation is over: one line, mostly empty. */
  get farewell(): string {
    return this.#conversation.farewell;
  }

  /** Greets a guest that has joined. */
  greet(channel: SecureChannel, member: Participant): void {
    const key = hex(member.key);
    if (!this.#heardFrom.has(key)) this.#heardFrom.set(key, this.#saidCount);
    // It may have lines to send, the first of which is still on its way.
    this.#heard.touch();
    void this.#show(channel, member).catch((error) => this.#tell(sanitiseLine(String(error))));
    this.#noteComing();
  }

  /** Takes note of a guest that has come back to its place, and is given what it missed. */
  meetAgain({ key }: Participant): void {
    this.#lost.delete(hex(key));
    this.#heard.touch();
    this.#noteComing();
  }

  /** Tells of a visit that ended badly. */
  failed(error: unknown, member: Participant): void {
    const { screen } = this.#options;
    const key = hex(member.key);
    if (this.#saidCount > (this.#heardFrom.get(key) ?? 0)) this.#lost.set(key, error);
    // A guest that was removed, or cut off, has left with a reason, for all to see.
    if (!(error instanceof NetworkError)) void screen.show(errorEvent(error, "guest"));
  }

  /** Resolves when nothing of what is being piped in is on its way any more. */
  readonly finishSpeaking = (): Promise<void> => this.#spoken.idle();

  /**
   * Says nothing more, whatever is still piped in: nobody would hear it any more, and nobody must be
   * told that it was delivered.
   */
  fallSilent(): void {
    this.#place.end();
  }

  /**
   * Says what is typed or piped in, until its end, and waits until nothing more is heard. What is piped
   * in waits for guests, and in the end for those who were cut off and may come back for it.
   *
   * @param signal Ends the waiting for a guest to come.
   */
  async speak(signal: AbortSignal): Promise<void> {
    const { screen } = this.#options;
    const lines = await this.#conversation.speak({
      whyNot: () =>
        this.#isAlone && !this.#options.room.log.isKept
          ? "nobody else is here; the message was not sent"
          : undefined,
      beforeSaying: async () => {
        // What is piped in waits for somebody. A person speaks alone only to those who come later.
        while (!screen.isInteractive && !this.#isHeard) await this.#coming.promise;
        signal.throwIfAborted();
        this.#saidCount++;
        this.#spoken.touch();
      },
    }).finally(() => {
      this.#spoken.stop();
      screen.confirmLeaving(() => undefined);
    });
    await orAborted(this.#place.allAnswered(), signal);
    if (screen.isInteractive) return;
    while (this.#isMissed) await orAborted(this.#coming.promise, signal);
    // Started with nothing to read, as by `< /dev/null` or a service manager: then it only serves.
    await (lines > 0 ? this.#heard.idle() : new Promise<never>(() => {}));
  }

  /** What the host is asked before one key ends the room for everybody. */
  #leaveQuestion(): string | undefined {
    const { length } = this.#place.others.filter((other) => this.#options.room.isConnected(other));
    if (length === 0) return undefined;
    return `${length} ${length === 1 ? "is" : "are"} here; end the room?`;
  }

  get #isAlone(): boolean {
    return this.#options.room.members.length === 1;
  }

  /** Whether somebody is connected. */
  get #isHeard(): boolean {
    return this.#place.others.some((other) => this.#options.room.isConnected(other));
  }

  /** Whether somebody may come back who has not heard everything. */
  get #isMissed(): boolean {
    return this.#place.others.some((other) =>
      this.#lost.has(hex(other.key)) && !this.#options.room.isConnected(other)
    );
  }

  #noteComing(): void {
    this.#coming.resolve();
    this.#coming = Promise.withResolvers();
  }

  async #show(channel: SecureChannel, member: Participant): Promise<void> {
    const { screen, people, entryOf, serverKey, json } = this.#options;
    const peer = person(member, people.has);
    // How a guest is connected is for programs, and for a conversation of two: not for a crowd.
    if (json || this.#place.others.length === 1) {
      const { trust, listedAs } = entryOf(channel.peer.publicKey);
      const words = await safetyWords(serverKey, member.key);
      const you = person(this.#place.self, people.has);
      void screen.show(
        connectedEvent(channel, {
          peer,
          you,
          safetyWords: words,
          trust,
          kept: this.#options.room.log.isKept,
          ...(listedAs !== undefined && { listedAs }),
        }),
      );
    }
    await this.#conversation.hear({ type: "member", change: "joined", member });
  }

  #tell(text: string): void {
    void this.#options.screen.show({ event: "notice", text, important: true });
  }
}
