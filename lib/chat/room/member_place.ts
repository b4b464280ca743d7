import type { Keyholder } from "../conduct/keyholders.ts";
import type { Moderation, Slowness } from "../conduct/moderation.ts";
import type { Announcer } from "../delivery/announcer.ts";
import { Broadcast } from "../delivery/broadcast.ts";
import type { Crowd } from "../delivery/crowd.ts";
import type { Hearing, Listeners } from "../delivery/listeners.ts";
import type { Seat } from "../delivery/seat.ts";
import type { Sequence } from "../delivery/sequence.ts";
import { type PastPage, type PastQuery, readPast } from "../log/search.ts";
import { quotedFarewell } from "../wire/farewell.ts";
import type { Participant } from "../wire/messages.ts";
import type { Delivered, Page, Refused } from "../wire/room_messages.ts";
import type { Departures } from "./departures.ts";
import type { Membership, Receipt } from "./membership.ts";
import type { Moderators } from "./moderators.ts";
import type { Occupant } from "./occupant.ts";
import type { Occupants } from "./occupants.ts";
import type { ModerationRequest } from "./operators.ts";
import type { Permission } from "./permission.ts";
import type { DepartureReason } from "./room_observer.ts";
import type { Speech } from "./speech.ts";
import type { Whispers } from "./whispers.ts";

/** What the places of a room share. */
export interface MemberPlaceTools {
  readonly occupants: Occupants;
  readonly crowd: Crowd;
  readonly moderation: Moderation;
  readonly sequence: Sequence;
  readonly announcer: Announcer;
  readonly listeners: Listeners;
  readonly permission: Permission;
  readonly departures: Departures;
  readonly speech: Speech;
  readonly whispers: Whispers;
  readonly moderators: Moderators;
}

/**
 * The place of a member, as long as it sits in one seat. A class, because a room has thousands of them: an
 * object with a function for each method would take 3 KB.
 */
export class MemberPlace implements Membership {
  readonly hasReturned: boolean;
  readonly #tools: MemberPlaceTools;
  readonly #occupant: Occupant;
  readonly #seat: Seat;
  /** The how manyth connection of the occupant this is. */
  readonly #connection: number;

  /** The place of `occupant` on its newest connection, which `seat` is. */
  constructor(tools: MemberPlaceTools, occupant: Occupant, seat: Seat, hasReturned: boolean) {
    this.#tools = tools;
    this.#occupant = occupant;
    this.#seat = seat;
    this.#connection = ++occupant.connections;
    this.hasReturned = hasReturned;
  }

  get holder(): Keyholder {
    return this.#occupant.holder;
  }

  get hasSuccessor(): boolean {
    return this.#occupant.connections > this.#connection;
  }

  get member(): Participant {
    return this.#occupant.member;
  }

  get slowness(): Slowness | undefined {
    return this.#tools.moderation.slowness(this.#occupant.target);
  }

  watchSlowness(changed: () => void): () => void {
    return this.#tools.moderation.watchSlowness(changed);
  }

  post(id: Uint8Array, body: Uint8Array): Promise<Receipt> {
    return this.#tools.speech.post(this.#occupant, id, body);
  }

  whisper(
    to: Participant,
    id: Uint8Array,
    body: Uint8Array,
    givenUp?: AbortSignal,
  ): Promise<Receipt> {
    return this.#tools.whispers.whisper(this.#occupant, { to, id, body }, givenUp);
  }

  rename(nick: string): Promise<void> {
    return this.#tools.speech.rename(this.#occupant, nick);
  }

  setTopic(topic: string): Promise<void> {
    return this.#tools.speech.setTopic(this.#occupant, topic);
  }

  moderate(request: ModerationRequest): Promise<void> {
    return this.#tools.moderators.moderate(this.#occupant, request);
  }

  readPast(query: PastQuery): Promise<PastPage> {
    return readPast(this.#tools.sequence.log, query);
  }

  gone(hearing: Hearing): number {
    return this.#tools.listeners.gone(hearing);
  }

  follow(hearing: Hearing): Promise<void> {
    const { crowd, listeners } = this.#tools;
    for (const letter of this.#occupant.mailbox.waiting) crowd.deliver(this.#seat, letter);
    return listeners.follow(this.#seat, hearing, () => this.#isGone);
  }

  got(upTo: number): boolean {
    return this.#occupant.mailbox.got(upTo);
  }

  stopReading(): void {
    if (!this.#isGone) this.#occupant.mailbox.close(this.#occupant.member.nick);
  }

  notify(text: string): void {
    this.#tools.announcer.notify(this.#occupant.seat, text);
  }

  answer(message: Delivered | Refused | Page): void {
    this.#tools.crowd.deliver(this.#seat, new Broadcast(message));
  }

  ready(to?: Participant): Promise<void> | undefined {
    const { sequence, crowd, occupants } = this.#tools;
    const { space } = sequence;
    if (space !== undefined) return space;
    if (to === undefined) return crowd.ready(this.#seat);
    const other = occupants.find(to);
    return other?.seat && crowd.ready(this.#seat, other.seat);
  }

  settle(): Promise<void> {
    return this.#tools.sequence.settleMessages();
  }

  sayGoodbye(farewell: string): void {
    if (this.#isGone) return;
    const { permission, departures } = this.#tools;
    const { target, holder } = this.#occupant;
    const said = quotedFarewell(farewell);
    const isSaid = said !== undefined && permission.mayBeRead(target, holder);
    departures.leave(this.#occupant, "left", isSaid ? said : undefined);
  }

  leave(why: DepartureReason = "left", reason?: string): void {
    if (!this.#isGone) this.#tools.departures.leave(this.#occupant, why, reason);
  }

  /** Whether the member has another seat meanwhile, or none. */
  get #isGone(): boolean {
    return this.#occupant.seat !== this.#seat;
  }
}
