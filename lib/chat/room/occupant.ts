import type { Participant } from "../wire/messages.ts";
import type { Arrival, Origin } from "../conduct/arrivals.ts";
import type { Keyholder } from "../conduct/keyholders.ts";
import { Mailbox } from "../delivery/mailbox.ts";
import type { Seat } from "../delivery/seat.ts";

/** A member and what belongs to it, whether it is connected or away. */
export interface Occupant {
  member: Participant;
  /** Where it is reached; `undefined` while it is away. */
  seat: Seat | undefined;
  /** The SHA-256 of its key. */
  readonly target: Uint8Array;
  readonly holder: Keyholder;
  readonly mailbox: Mailbox;
  /** By which a client is known that comes back: 32 hexadecimal digits. */
  visit: string | undefined;
  /** Whether it was here before, as it says: perhaps in an earlier run of the server. */
  readonly hasBeenHere: boolean;
  /** The turn with which it came, until it goes for the first time. */
  arrival: Arrival | undefined;
  /** Where it came from last, if that is to count. */
  origin: Origin | undefined;
  /** How many connections it has had. */
  connections: number;
  /** When it came first, by `performance.now`. */
  readonly since: number;
  /** Until when its place waits for it while it is away, by `performance.now`. */
  awaitedUntil: number;
  /** Tells that it is away, and ends its absence. */
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** A member that has just come. */
export function newOccupant(
  options:
    & Pick<Occupant, "member" | "seat" | "target" | "holder" | "visit" | "hasBeenHere" | "arrival">
    & { readonly queueSize: number },
): Occupant {
  const { queueSize, ...rest } = options;
  return {
    ...rest,
    origin: options.arrival?.origin,
    mailbox: new Mailbox(queueSize),
    connections: 0,
    since: performance.now(),
    awaitedUntil: 0,
    timer: undefined,
  };
}

/** A participant who is there, or away. */
export function withPresence({ away: _, ...member }: Participant, isAway: boolean): Participant {
  return isAway ? { ...member, away: true } : member;
}
