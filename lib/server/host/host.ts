import type { SecureChannel } from "../../channel/mod.ts";
import type { Participant, Room } from "../../chat/mod.ts";
import type { PromptCommand } from "../../conversation/commands/command_table.ts";
import { Conversation } from "../../conversation/conversation.ts";
import { NetworkError } from "../../errors.ts";
import { safetyWords } from "../../identity/mod.ts";
import { errorEvent } from "../../terminal/events/error_event.ts";
import { connectedEvent, person } from "../../terminal/events/room_events.ts";
import type { Screen } from "../../terminal/screens/screen.ts";
import type { VerifiedPeople } from "../../trust/verified_people.ts";
import type { Entry } from "../door/admission.ts";
import { Flow } from "./flow.ts";
import { HostAccess } from "./host_access.ts";
import { HostSeat } from "./host_seat.ts";

/** What a host needs. */
export interface HostOptions {
  readonly room: Room;
  readonly screen: Screen;
  readonly nick: string;
  /** 32 bytes. */
  readonly serverKey: Uint8Array;
  readonly people: VerifiedPeople;
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
  #arrival = Promise.withResolvers<void>();
  #saidCount = 0;
  /** How much had been said when each guest came: what came later may be lost with its connection. */
  readonly #heardFrom = new WeakMap<Participant, number>();
  #lost: unknown;

  /** Takes a place in the room. */
  constructor(options: HostOptions) {
    this.#options = options;
    const { room, screen, nick, serverKey, people } = options;
    const seat = new HostSeat({
      hear: (event) => this.#conversation.hear(event).catch((error) => this.#tell(String(error))),
      onLeftOut: (count) =>
        this.#tell(`${count} messages were left out: they came faster than they can be shown`),
      flow: this.#heard,
      isInteractive: screen.isInteractive,
    });
    const membership = room.join(nick, serverKey, seat, true);
    this.#place = new HostAccess(room, membership, (event) => screen.show(event));
    this.#conversation = new Conversation({
      screen,
      room: this.#place,
      people,
      verifiable: () => this.#place.others,
      isVerified: people.has,
      json: options.json,
      ownCommands: options.commands,
    });
  }

  /** Why something that was said may be lost, if so. */
  get lost(): unknown {
    return this.#lost;
  }

  /** Greets a guest that has joined. */
  greet(channel: SecureChannel, member: Participant): void {
    this.#heardFrom.set(member, this.#saidCount);
    // It may have lines to send, the first of which is still on its way.
    this.#heard.touch();
    void this.#show(channel, member).catch((error) => this.#tell(String(error)));
    this.#arrival.resolve();
    this.#arrival = Promise.withResolvers();
  }

  /** Tells of a visit that ended badly. */
  failed(error: unknown, member: Participant): void {
    const { screen } = this.#options;
    if (this.#saidCount > (this.#heardFrom.get(member) ?? 0)) this.#lost = error;
    // A guest that was removed, or cut off, has left with a reason, for all to see.
    if (!(error instanceof NetworkError)) void screen.show(errorEvent(error));
  }

  /** Resolves when nothing of what is being piped in is on its way any more. */
  readonly finishSpeaking = (): Promise<void> => this.#spoken.idle();

  /**
   * Says what is typed or piped in, until its end, and waits until nothing more is heard.
   *
   * @param signal Ends the waiting for a guest to come.
   */
  async speak(signal: AbortSignal): Promise<void> {
    const { screen } = this.#options;
    const lines = await this.#conversation.speak({
      whyNot: () => this.#isAlone ? "nobody else is here; the message was not sent" : undefined,
      beforeSaying: async () => {
        while (this.#isAlone) await this.#arrival.promise;
        signal.throwIfAborted();
        this.#saidCount++;
        this.#spoken.touch();
      },
    }).finally(() => this.#spoken.stop());
    if (screen.isInteractive) return;
    // Started with nothing to read, as by `< /dev/null` or a service manager: then it only serves.
    await (lines > 0 ? this.#heard.idle() : new Promise<never>(() => {}));
  }

  get #isAlone(): boolean {
    return this.#options.room.members.length === 1;
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
          ...(listedAs !== undefined && { listedAs }),
        }),
      );
    }
    await this.#conversation.hear({ type: "member", change: "joined", member });
  }

  #tell(text: string): void {
    void this.#options.screen.show({ event: "notice", text });
  }
}
