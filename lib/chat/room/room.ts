import { hex, sha256 } from "../../crypto/mod.ts";
import { AuthenticationError } from "../../errors.ts";
import { type Arrival, Arrivals, type Origin } from "../conduct/arrivals.ts";
import { Keyholders } from "../conduct/keyholders.ts";
import { type BanList, Moderation } from "../conduct/moderation.ts";
import { Announcer } from "../delivery/announcer.ts";
import { Crowd } from "../delivery/crowd.ts";
import { Listeners } from "../delivery/listeners.ts";
import type { Seat } from "../delivery/seat.ts";
import { Sequence } from "../delivery/sequence.ts";
import { MemoryLog } from "../log/memory_log.ts";
import type { RoomLog } from "../log/room_log.ts";
import { DEFAULT_LIMITS, type RoomLimits } from "../wire/limits.ts";
import type { Participant, Topic } from "../wire/messages.ts";
import { Departures } from "./departures.ts";
import { MemberPlace, type MemberPlaceTools } from "./member_place.ts";
import type { Membership } from "./membership.ts";
import { Moderators } from "./moderators.ts";
import { Naming } from "./naming.ts";
import { Occupants } from "./occupants.ts";
import { pauseOf, Permission } from "./permission.ts";
import { type JoinDetails, Places } from "./places.ts";
import type { RoomObserver } from "./room_observer.ts";
import { Speech } from "./speech.ts";
import { Whispers } from "./whispers.ts";

/** In a crowd of more, messages are gathered for longer: each round costs a record for everybody. */
const SMALL_CROWD = 100;

/** For how many times as long, at most. */
const MAX_STRETCH = 10;

/** So many times as long where only news of members waits, who come or go: in a crowd of more than … */
const NEWS_STRETCH = 5;

/** … so many, in which a record for each of them costs more than they do. */
const SMALL_CROWD_FOR_NEWS = SMALL_CROWD / NEWS_STRETCH;

/** What a room is like. */
export interface RoomOptions {
  /** How much it takes. */
  readonly limits?: Partial<RoomLimits>;
  /** The clock: milliseconds since 1970, UTC. Default `Date.now`. */
  readonly now?: () => number;
  /**
   * For how many milliseconds things are gathered that follow each other fast, so that the log takes,
   * and each member gets, several at once; in a crowd over a hundred for longer, up to ten times. Who
   * comes and goes is told five times as long after, where nothing else is to be told.
   * Default 0: each goes on its way at once.
   */
  readonly gatherFor?: number;
  /**
   * For how many milliseconds a member keeps its place whose connection was cut. Default 0: it loses it
   * at once.
   */
  readonly grace?: number;
  /** Where what is said is kept. Default: in memory. */
  readonly log?: RoomLog;
  /** Told of what happens. */
  readonly observer?: RoomObserver;
  /** Where bans are kept; without it nobody can be banned. */
  readonly bans?: BanList;
  /** The static public key (32 bytes) of the room's owner, whom nobody can moderate. */
  readonly ownerKey?: Uint8Array;
}

/** Who wants to join. */
export interface Arriving {
  /** What it would like to be called. */
  readonly nick: string;
  /** Its static public key: 32 bytes. */
  readonly key: Uint8Array;
  /** By which the room knows it when it comes back: 16 bytes. */
  readonly visit: Uint8Array;
  /** The address that it comes from, if that is to count. */
  readonly origin?: Origin | undefined;
}

/** Who is here, and the order of what they say. It knows nothing of connections or terminals. */
export class Room {
  /** How much it takes. */
  readonly limits: RoomLimits;
  /** For how many milliseconds a member keeps its place whose connection was cut. */
  readonly grace: number;
  readonly #observer: RoomObserver;
  readonly #occupants = new Occupants();
  readonly #crowd = new Crowd();
  readonly #moderation = new Moderation();
  readonly #arrivals = new Arrivals();
  readonly #sequence: Sequence;
  readonly #listeners: Listeners;
  readonly #departures: Departures;
  readonly #places: Places;
  /** What its members' places share. */
  readonly #tools: MemberPlaceTools;

  /** An empty room. */
  constructor(options: RoomOptions = {}) {
    const limits = { ...DEFAULT_LIMITS, ...options.limits };
    const { grace = 0, gatherFor = 0, observer = {}, now = () => Date.now() } = options;
    this.limits = limits;
    this.grace = grace;
    this.#observer = observer;
    const occupants = this.#occupants;
    const crowd = this.#crowd;
    const moderation = this.#moderation;
    const arrivals = this.#arrivals;

    // The order of what happens, and who hears it.
    const sequence = new Sequence({
      log: options.log ?? new MemoryLog(),
      gatherFor: () => gatherFor * stretch(crowd.size / SMALL_CROWD, MAX_STRETCH),
      gatherNewsFor: () =>
        gatherFor * stretch(crowd.size / SMALL_CROWD_FOR_NEWS, NEWS_STRETCH * MAX_STRETCH),
      onTurn: () => this.#handOn(),
      onFailure: (error) => this.#continueLog(error),
    });
    const announcer = new Announcer(sequence, crowd);
    const listeners = new Listeners({ sequence, crowd, announcer, limits });
    this.#sequence = sequence;
    this.#listeners = listeners;

    // Who is here, and under which name.
    const permission = new Permission(moderation, limits.messageSize);
    const naming = new Naming(permission, arrivals);
    const holders = new Keyholders(limits.messagesPerSecond, {
      pauseOf: (target) => pauseOf(moderation.slowness(target)),
    });
    const common = { occupants, crowd, announcer, naming, holders, arrivals, observer };
    const departures = new Departures({ ...common, grace });
    this.#departures = departures;
    this.#places = new Places({ ...common, departures, limits });

    // What they do.
    const means = { occupants, permission, sequence, crowd, announcer, observer, now };
    const whispers = new Whispers({ ...means, grace, queueSize: limits.queueSize });
    const speech = new Speech({ ...means, listeners, naming });
    const owner = options.ownerKey && sha256(options.ownerKey);
    const { bans } = options;
    const moderators = new Moderators({ ...means, departures, whispers, moderation, bans, owner });
    this.#tools = {
      occupants,
      crowd,
      moderation,
      sequence,
      announcer,
      listeners,
      permission,
      departures,
      speech,
      whispers,
      moderators,
    };
  }

  /** Everybody, in the order in which they came. */
  get members(): readonly Participant[] {
    return Array.from(this.#occupants, ({ member }) => member);
  }

  /** Whether a member is connected at this moment. That it is not is told, by `away`, a little later. */
  isConnected(member: Participant): boolean {
    return this.#occupants.find(member)?.seat !== undefined;
  }

  /** What has been said. */
  get log(): RoomLog {
    return this.#sequence.log;
  }

  /** What the room is about, if anything. */
  get topic(): Topic | undefined {
    return this.log.topic;
  }

  /** Lets a key come back at once whose ban was ended in the list: by its SHA-256. */
  pardon(target: Uint8Array): void {
    this.#moderation.returning(target);
  }

  /** Hands on now what has been gathered, and resolves when that is done. */
  settle(): Promise<void> {
    return this.#sequence.settle();
  }

  /** Resolves when everybody who is there has been given what was said before. */
  caughtUp(): Promise<void> {
    return this.#listeners.caughtUp();
  }

  /** Ends the room, when nobody sits in it any more: nobody is waited for, and the log is closed. */
  async close(): Promise<void> {
    this.#occupants.close();
    for (const occupant of this.#occupants) {
      if (occupant.seat === undefined) this.#departures.remove(occupant, "shutdown");
    }
    await this.settle();
    await this.log.close();
  }

  /**
   * Looks for connections of a key that are dead, and stand where somebody wants to be who comes by
   * that name: resolves when each has given a sign of life, or is away. A client that comes back by its
   * visit need not be waited for.
   */
  awaken(key: Uint8Array, nick: string, visit: Uint8Array): Promise<void> {
    return this.#departures.awaken(sha256(key), nick, hex(visit));
  }

  /**
   * Waits until it is the turn of somebody who wants to join: no key, and no address, may come and go as
   * often as it likes, because everybody is told of that.
   *
   * @param signal Ends the waiting, with its reason.
   * @returns What {@linkcode join} is to be given.
   * @throws {NetworkError} With code `too-many-connections`, if that would take longer than five seconds.
   */
  async admit(arriving: Arriving, signal?: AbortSignal): Promise<Arrival> {
    const { nick, key, visit, origin } = arriving;
    const target = sha256(key);
    const isReturn = this.#occupants.placeOf(target, nick, hex(visit)) !== undefined;
    const arrival = { target, origin, isReturn };
    await this.#arrivals.turn(arrival, signal);
    return arrival;
  }

  /**
   * Takes a member in and tells the others; or gives it the place back that it has left without a
   * goodbye.
   *
   * @param nick What it would like to be called; a number is added if that, or a name that looks like
   *   it, is taken. A member that is muted does not choose: its name is the last one that it had here.
   * @param key Its static public key: 32 bytes.
   * @throws {NetworkError} With code `room-full`; with code `too-many-connections`, if the place to which
   *   it wanted to return is gone, and too many have joined and left at once.
   * @throws {AuthenticationError} With code `key-refused`, if it is being banned.
   */
  join(nick: string, key: Uint8Array, seat: Seat, details: JoinDetails = {}): Membership {
    if (this.#moderation.isLeaving(sha256(key))) {
      throw new AuthenticationError("key-refused", "you are banned");
    }
    const { occupant, hasReturned } = this.#places.take(nick, key, seat, details);
    return new MemberPlace(this.#tools, occupant, seat, hasReturned);
  }

  #handOn(): void {
    const start = performance.now();
    const isMessage = this.#crowd.handOn();
    if (isMessage) this.#observer.fanOut?.(this.#crowd.size - 1, performance.now() - start);
  }

  #continueLog(error: unknown): RoomLog {
    const log = this.#listeners.continueLog();
    this.#observer.logFailed?.(error);
    return log;
  }
}

function stretch(times: number, most: number): number {
  return Math.min(most, Math.max(1, times));
}
