import { CloseCode } from "../../channel/mod.ts";
import { type Arrivals, SHORT_STAY } from "../conduct/arrivals.ts";
import type { Keyholders } from "../conduct/keyholders.ts";
import type { Announcer } from "../delivery/announcer.ts";
import type { Crowd } from "../delivery/crowd.ts";
import { MAX_SENTENCE_SIZE } from "../wire/messages.ts";
import { cutText } from "../wire/text.ts";
import type { Naming } from "./naming.ts";
import { type Occupant, withPresence } from "./occupant.ts";
import type { Occupants } from "./occupants.ts";
import type { DepartureReason, RoomObserver } from "./room_observer.ts";

/** Who was here for a moment only is waited for no longer than this, in milliseconds, … */
const SHORT_GRACE = 5_000;

/** … and so many times as long as it was here. */
const GRACE_FOR_STAY = 4;

/** One that is back within this, in milliseconds, was never away for the others. */
const AWAY_AFTER = 1_000;

/** How many connections of one key are asked for a sign of life, at most, when another one comes. */
const MAX_AWAKENED = 4;

const SILENT = "no sign of life was given";

/** Why a member may be gone without wanting to be. */
const MAY_COME_BACK: ReadonlySet<DepartureReason> = new Set([
  "cut",
  "broke-off",
  "silent",
  "too-slow",
]);

/** What departures change. */
export interface DeparturesTools {
  readonly occupants: Occupants;
  readonly crowd: Crowd;
  readonly announcer: Announcer;
  readonly naming: Naming;
  readonly holders: Keyholders;
  readonly arrivals: Arrivals;
  readonly observer: RoomObserver;
  /** For how many milliseconds a member keeps its place whose connection was cut. */
  readonly grace: number;
}

/** How members go: at once, or after their place has waited for them. */
export class Departures {
  readonly #tools: DeparturesTools;

  /** The departures from one room. */
  constructor(tools: DeparturesTools) {
    this.#tools = tools;
  }

  /** Takes a member's connection away, and its place too unless it may come back to it. */
  leave(occupant: Occupant, why: DepartureReason, reason?: string): void {
    this.#noteStay(occupant);
    const { seat } = occupant;
    const grace = MAY_COME_BACK.has(why) ? this.#graceFor(occupant) : 0;
    if (seat === undefined || grace === 0) return this.remove(occupant, why, reason);
    this.#tools.crowd.remove(seat);
    occupant.seat = undefined;
    occupant.awaitedUntil = performance.now() + grace;
    this.#awaitReturn(occupant, Math.min(AWAY_AFTER, grace), why, reason);
    this.#tools.observer.away?.(occupant.member, why);
  }

  /** Takes a member's place away, and tells the others; nothing, if it has none any more. */
  remove(occupant: Occupant, why: DepartureReason, reason?: string): void {
    const { occupants, crowd, holders, naming, announcer, observer } = this.#tools;
    if (!occupants.delete(occupant)) return;
    this.#noteStay(occupant);
    clearTimeout(occupant.timer);
    if (occupant.seat !== undefined) crowd.remove(occupant.seat);
    occupant.seat = undefined;
    holders.release(occupant.target);
    const member = withPresence(occupant.member, false);
    occupant.mailbox.close(member.nick);
    naming.release(member.nick);
    announcer.tellPresence({
      type: "member",
      change: "left",
      member,
      ...(reason !== undefined && { reason: cutText(reason, MAX_SENTENCE_SIZE) }),
    });
    observer.left?.(member, occupants.size, why);
  }

  /**
   * Takes away the connections of a key that are dead, and stand where somebody wants to be who comes by
   * that name, unless it has a place to come back to anyway.
   *
   * @param target The SHA-256 of the key: 32 bytes.
   * @param visit By which the client is known that comes: 32 hexadecimal digits.
   */
  async awaken(target: Uint8Array, nick: string, visit: string): Promise<void> {
    const own = this.#tools.occupants.of(target);
    if (own.some((other) => other.seat === undefined || other.visit === visit)) return;
    const inTheWay = own.filter(({ member }) => isNumbered(member.nick, nick));
    await Promise.all(
      inTheWay.slice(0, MAX_AWAKENED).map(async (other) => {
        const { seat } = other;
        if (seat === undefined || await seat.isAlive() || other.seat !== seat) return;
        this.leave(other, "silent", SILENT);
        seat.remove({ code: CloseCode.timeout, reason: SILENT });
      }),
    );
  }

  /**
   * Waits for one that is cut off. That it is away is told when it is its turn: a cut that is mended at
   * once is no news to anybody, and many of them are none either.
   */
  #awaitReturn(occupant: Occupant, wait: number, why: DepartureReason, reason?: string): void {
    occupant.timer = setTimeout(() => {
      const rest = occupant.awaitedUntil - performance.now();
      if (rest <= 0) return this.remove(occupant, why, reason);
      const { arrivals } = this.#tools;
      const forTurn = occupant.member.away ? rest : arrivals.takeNews(occupant.origin);
      if (forTurn === 0) this.#tellAway(occupant, reason);
      const next = forTurn === 0 ? rest : Math.min(forTurn, rest);
      this.#awaitReturn(occupant, next, why, reason);
    }, wait);
  }

  #tellAway(occupant: Occupant, reason?: string): void {
    occupant.member = withPresence(occupant.member, true);
    this.#tools.announcer.tellPresence({
      type: "member",
      change: "away",
      member: occupant.member,
      ...(reason !== undefined && { reason: cutText(reason, MAX_SENTENCE_SIZE) }),
    });
  }

  /** Takes note of one that goes, if it has hardly been here. */
  #noteStay(occupant: Occupant): void {
    const { arrival, since } = occupant;
    occupant.arrival = undefined;
    if (arrival !== undefined && performance.now() - since < SHORT_STAY) {
      this.#tools.arrivals.leftSoon(arrival);
    }
  }

  /** Whoever connects and drops in a loop does not fill the room with places that wait for nobody. */
  #graceFor({ since }: Occupant): number {
    const stayed = performance.now() - since;
    return Math.min(this.#tools.grace, SHORT_GRACE + GRACE_FOR_STAY * stayed);
  }
}

/** Whether a name is another one, perhaps with the number that is added where it is taken. */
function isNumbered(nick: string, base: string): boolean {
  return nick === base || nick.startsWith(`${base}-`) && /^\d+$/.test(nick.slice(base.length + 1));
}
