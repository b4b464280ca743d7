import { CloseCode } from "../../channel/mod.ts";
import { hex, sha256 } from "../../crypto/mod.ts";
import { NetworkError } from "../../errors.ts";
import type { Arrival, Arrivals } from "../conduct/arrivals.ts";
import type { Keyholders } from "../conduct/keyholders.ts";
import type { Announcer } from "../delivery/announcer.ts";
import type { Crowd } from "../delivery/crowd.ts";
import type { Seat } from "../delivery/seat.ts";
import type { RoomLimits } from "../wire/limits.ts";
import type { Departures } from "./departures.ts";
import type { Naming } from "./naming.ts";
import { newOccupant, type Occupant, withPresence } from "./occupant.ts";
import type { Occupants } from "./occupants.ts";
import type { RoomObserver } from "./room_observer.ts";

/** How somebody joins. */
export interface JoinDetails {
  /** Whether it may moderate the others. Default false. */
  readonly isOperator?: boolean;
  /** By which the room knows it when it comes back: 16 bytes. */
  readonly visit?: Uint8Array;
  /** Whether it was here before, as it says: perhaps in an earlier run of the server. Default false. */
  readonly hasBeenHere?: boolean;
  /** The turn that it has taken to join, if it had to: what `Room.admit` gave. */
  readonly arrival?: Arrival;
}

/** What places are given away with. */
export interface PlacesTools {
  readonly occupants: Occupants;
  readonly departures: Departures;
  readonly crowd: Crowd;
  readonly announcer: Announcer;
  readonly naming: Naming;
  readonly holders: Keyholders;
  readonly arrivals: Arrivals;
  readonly observer: RoomObserver;
  readonly limits: Pick<RoomLimits, "members" | "queueSize">;
}

/** Whose place is whose: a newcomer gets one, and one that comes back gets its own. */
export class Places {
  readonly #tools: PlacesTools;

  /** The places of one room. */
  constructor(tools: PlacesTools) {
    this.#tools = tools;
  }

  /**
   * Gives a member its place, and tells the others.
   *
   * @param key Its static public key: 32 bytes.
   * @throws {NetworkError} With code `room-full`, or `too-many-connections`.
   */
  take(
    nick: string,
    key: Uint8Array,
    seat: Seat,
    details: JoinDetails,
  ): { occupant: Occupant; hasReturned: boolean } {
    const { occupants, arrivals } = this.#tools;
    const place = occupants.placeOf(sha256(key), nick, details.visit && hex(details.visit));
    if (place === undefined && details.arrival?.isReturn) arrivals.takeRest(details.arrival);
    const occupant = place ?? this.#newcomer(nick, key, details);
    if (place === undefined) this.#settleIn(occupant, seat);
    else this.#resume(place, seat, nick, details);
    occupants.noteArrival();
    return { occupant, hasReturned: place !== undefined };
  }

  #newcomer(nick: string, key: Uint8Array, details: JoinDetails): Occupant {
    const { isOperator, visit, hasBeenHere = false, arrival } = details;
    const { holders, naming, limits } = this.#tools;
    this.#makeSpace();
    const target = sha256(key);
    const holder = holders.take(target);
    return newOccupant({
      member: {
        nick: naming.claim(target, holder, nick),
        key,
        ...(isOperator === true && { operator: true as const }),
      },
      seat: undefined,
      target,
      holder,
      visit: visit && hex(visit),
      hasBeenHere,
      arrival,
      queueSize: limits.queueSize,
    });
  }

  #settleIn(occupant: Occupant, seat: Seat): void {
    const { occupants, crowd, announcer, observer } = this.#tools;
    const { member } = occupant;
    announcer.tellPresence({ type: "member", change: "joined", member });
    occupants.add(occupant);
    occupant.seat = seat;
    crowd.add(seat);
    observer.joined?.(member, occupants.size);
  }

  #resume(occupant: Occupant, seat: Seat, nick: string, details: JoinDetails): void {
    const { isOperator = false, visit, arrival } = details;
    const { crowd, announcer, naming, observer } = this.#tools;
    const before = occupant.seat;
    if (before !== undefined) {
      crowd.remove(before);
      before.remove({ code: CloseCode.timeout, reason: "you have connected again" });
    }
    clearTimeout(occupant.timer);
    const wasAway = occupant.member.away === true;
    const { operator: _, ...member } = withPresence(occupant.member, false);
    occupant.member = isOperator ? { ...member, operator: true } : member;
    if (visit !== undefined) occupant.visit = hex(visit);
    occupant.origin = arrival?.origin;
    occupant.seat = undefined;
    occupant.mailbox.open();
    // Told before it sits down: everybody knows it but the one whom it is about.
    if (wasAway) {
      announcer.tellPresence({ type: "member", change: "back", member: occupant.member });
    }
    const previous = member.nick;
    if (naming.renameReturning(occupant, nick)) {
      announcer.tell({ type: "member", change: "renamed", member: occupant.member, previous });
      observer.renamed?.(occupant.member, previous);
    }
    occupant.seat = seat;
    crowd.add(seat);
    observer.back?.(occupant.member);
  }

  /**
   * Those who are away hold their places only as long as nobody else needs them. The one goes whose
   * time would be over first: so whoever connects and drops in a loop pushes out its own ghosts.
   */
  #makeSpace(): void {
    const { occupants, departures, limits } = this.#tools;
    if (occupants.size < limits.members) return;
    const next = occupants.nextToGo();
    if (next !== undefined) return departures.remove(next, "cut", "the connection was cut");
    throw new NetworkError(
      "room-full",
      `the room is full (${limits.members} members); try again when a member has left`,
    );
  }
}
