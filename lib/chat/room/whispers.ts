import { equalConstantTime, sha256 } from "../../crypto/mod.ts";
import { REMEMBERED_FOR } from "../conduct/keyholders.ts";
import type { Crowd } from "../delivery/crowd.ts";
import type { Sequence } from "../delivery/sequence.ts";
import type { Participant } from "../wire/messages.ts";
import type { Envelope } from "../wire/room_messages.ts";
import { refusal } from "../wire/refusal.ts";
import type { Receipt } from "./membership.ts";
import type { Occupant } from "./occupant.ts";
import type { Occupants } from "./occupants.ts";
import type { Permission } from "./permission.ts";
import type { RoomObserver } from "./room_observer.ts";

/** Through what members whisper. */
export interface WhispersTools {
  readonly occupants: Occupants;
  readonly permission: Permission;
  readonly sequence: Sequence;
  readonly crowd: Crowd;
  readonly observer: RoomObserver;
  /** For how many milliseconds a member is awaited that was here before the server was started anew. */
  readonly grace: number;
  /** How many bytes may wait for all of those together. */
  readonly queueSize: number;
  /** The clock: milliseconds since 1970, UTC. */
  now(): number;
}

/** What members say to one other alone, until that has confirmed it. */
export class Whispers {
  readonly #tools: WhispersTools;
  /** When the room began, by `performance.now`. */
  readonly #since = performance.now();
  /** How many bytes wait for those who may come back to a room that has begun anew. */
  #awaitedSize = 0;

  /** The private messages of a room that begins now. */
  constructor(tools: WhispersTools) {
    this.#tools = tools;
  }

  /**
   * Puts a message into one member's mailbox, and hands it to that member. Resolves when it has confirmed
   * it.
   *
   * @param givenUp Ends the waiting for that: the message is taken back, and refused.
   * @throws {UsageError} With code `refused`, if that is not allowed, or the reader does not get it.
   */
  async whisper(
    occupant: Occupant,
    { to, id, body }: Pick<Envelope, "id" | "body"> & { readonly to: Participant },
    givenUp?: AbortSignal,
  ): Promise<Receipt> {
    const { occupants, permission, sequence, crowd, observer } = this.#tools;
    permission.assertMaySpeak(occupant.target, body);
    const other = occupants.find(to) ?? await this.#comingBack(occupant, to, body.length, givenUp);
    // It may have been muted while it waited.
    permission.assertMaySpeak(occupant.target, body);
    if (other === undefined) {
      // A client may have asked for it before, and an earlier run of this server have delivered it.
      const isNew = performance.now() - this.#since <= REMEMBERED_FOR;
      const wasNot = isNew && occupant.visit !== undefined ? "may not have been" : "was not";
      throw refusal(
        `${to.nick} has left, or has another name now; the message ${wasNot} delivered`,
      );
    }
    const time = this.#tools.now();
    const { away: _, ...from } = occupant.member;
    const envelope = { type: "message", id, seq: 0, time, from, body } as const;
    const { broadcast, read } = other.mailbox.add(envelope, to.nick, givenUp);
    const { seat } = other;
    sequence.then(() => {
      // Whoever came back meanwhile has been given it already.
      if (seat !== undefined && other.seat === seat) crowd.gather({ broadcast, only: seat });
    });
    observer.message?.("private", body.length);
    await read;
    return { seq: 0, time };
  }

  /**
   * Takes back the messages of a key, by its SHA-256, that nobody has confirmed: their readers may be
   * away.
   */
  withdraw(target: Uint8Array): void {
    const reason = "an operator has muted you; the message may not have been read";
    for (const { mailbox } of this.#tools.occupants) {
      mailbox.withdraw(({ key }) => equalConstantTime(sha256(key), target), reason);
    }
  }

  /**
   * The member that is meant, once it has come: where the server was just started anew, those who were
   * here before come back one after the other, and have as much time for it as if they were away.
   */
  async #comingBack(
    { hasBeenHere }: Occupant,
    to: Participant,
    size: number,
    givenUp: AbortSignal | undefined,
  ): Promise<Occupant | undefined> {
    const { occupants, grace, queueSize } = this.#tools;
    const until = this.#since + grace;
    const isLate = performance.now() >= until;
    if (!hasBeenHere || isLate || this.#awaitedSize + size > queueSize) return undefined;
    this.#awaitedSize += size;
    const found = await occupants.awaitMember(to, until, givenUp);
    this.#awaitedSize -= size;
    return found;
  }
}
