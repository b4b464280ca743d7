import type { Participant } from "../wire/messages.ts";

/**
 * Why a member is no longer there: it said goodbye, its connection was cut, its program ended the
 * connection without a goodbye and may come back, or will not, an operator removed it, it read too
 * slowly, nothing was heard of it for too long, it sent what the protocol does not allow, or the server
 * ends.
 */
export type DepartureReason =
  | "left"
  | "cut"
  | "broke-off"
  | "gave-up"
  | "removed"
  | "too-slow"
  | "silent"
  | "malformed"
  | "shutdown";

/** Whom a message is for: everybody in the room, or one member. */
export type MessageKind = "room" | "private";

/** Which way bytes went, seen from the server. */
export type ByteDirection = "in" | "out";

/**
 * Told what happens in a room, for logs and metrics. No method may
 * throw, or keep the caller waiting. None is given what a message says.
 */
export interface RoomObserver {
  /** A member has its place in the room, in which there are now so many members. */
  joined?(member: Participant, members: number): void;
  /** A member gave up its place, or lost it; so many members are left. */
  left?(member: Participant, members: number, why: DepartureReason): void;
  /** A member's connection ended without a goodbye; it keeps its place for a while. */
  away?(member: Participant, why: DepartureReason): void;
  /** A member that was away, or whose connection was dead, has come back to its place. */
  back?(member: Participant): void;
  /** What is said is not kept any more, because the log cannot be written. */
  logFailed?(error: unknown): void;
  /** A member is called something else than before. */
  renamed?(member: Participant, previous: string): void;
  /** The room took a message, whose body has so many bytes. */
  message?(kind: MessageKind, size: number): void;
  /** One message or several were queued for so many seats, which took so many milliseconds. */
  fanOut?(seats: number, milliseconds: number): void;
  /** So many bytes crossed the wire. */
  bytes?(direction: ByteDirection, count: number): void;
  /** A member's request of some kind (`send`, `rename`, …) was not carried out. */
  refused?(request: string): void;
  /** An operator did something to a member, who goes by the name of `target`. */
  moderated?(action: string, by: Participant, target: string): void;
  /** A member is throttled: it says more than it may. */
  throttled?(member: Participant): void;
}

/** An observer that tells each of several, in their order. */
export function combineObservers(...observers: readonly RoomObserver[]): RoomObserver {
  return {
    joined: (...event) => observers.forEach((observer) => observer.joined?.(...event)),
    left: (...event) => observers.forEach((observer) => observer.left?.(...event)),
    away: (...event) => observers.forEach((observer) => observer.away?.(...event)),
    back: (...event) => observers.forEach((observer) => observer.back?.(...event)),
    logFailed: (...event) => observers.forEach((observer) => observer.logFailed?.(...event)),
    renamed: (...event) => observers.forEach((observer) => observer.renamed?.(...event)),
    message: (...event) => observers.forEach((observer) => observer.message?.(...event)),
    fanOut: (...event) => observers.forEach((observer) => observer.fanOut?.(...event)),
    bytes: (...event) => observers.forEach((observer) => observer.bytes?.(...event)),
    refused: (...event) => observers.forEach((observer) => observer.refused?.(...event)),
    moderated: (...event) => observers.forEach((observer) => observer.moderated?.(...event)),
    throttled: (...event) => observers.forEach((observer) => observer.throttled?.(...event)),
  };
}
