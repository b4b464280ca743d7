import { NetworkError } from "../errors.ts";
import { freeNick } from "./nick.ts";
import type { Participant, RoomMessage } from "./messages.ts";
import { encodeMessage } from "./wire.ts";

/** A message on its way to several members: encoded once, and only if somebody needs the bytes. */
export class Broadcast {
  #bytes: Uint8Array | undefined;

  /** A broadcast of one message. */
  constructor(readonly message: RoomMessage) {}

  /** The message as it goes over a channel. */
  get bytes(): Uint8Array {
    return this.#bytes ??= encodeMessage(this.message);
  }
}

/** Where a member's messages go: a channel, or the terminal of the server itself. */
export interface Seat {
  /**
   * Takes a message. It must queue it before it returns, so that all seats see one order; the promise
   * tells when there is room for the next.
   */
  deliver(broadcast: Broadcast): Promise<void>;
}

/** What the room made of a message. */
export interface Receipt {
  /** Its place in the room's order, counted from 1. */
  readonly seq: number;
  /** When the room took it, in milliseconds since 1970, UTC. */
  readonly time: number;
  /** Resolves when every seat has room for more. */
  readonly taken: Promise<void>;
}

/** A member's place in the room, to be given up with {@linkcode leave}. */
export interface Membership {
  /** The member, under the nickname that the room gave it. */
  readonly member: Participant;
  /** Puts a message into the room's order and hands it to everybody else. */
  post(id: Uint8Array, body: Uint8Array): Receipt;
  /** Gives the place up and tells the others. */
  leave(): void;
}

/** What a room is like. */
export interface RoomOptions {
  /** How many members it has room for. */
  readonly capacity: number;
  /** The clock: milliseconds since 1970, UTC. Default `Date.now`. */
  readonly now?: () => number;
}

/** Who is here, and the order of what they say. It knows nothing of connections or terminals. */
export class Room {
  readonly #options: RoomOptions;
  readonly #seats = new Map<Participant, Seat>();
  #seq = 0;

  /** An empty room. */
  constructor(options: RoomOptions) {
    this.#options = options;
  }

  /** Everybody, in the order in which they came. */
  get members(): readonly Participant[] {
    return [...this.#seats.keys()];
  }

  /**
   * Takes a member in and tells the others.
   *
   * @param nick What it would like to be called; a number is added if that is taken.
   * @param key Its static public key: 32 bytes.
   * @throws {NetworkError} With code `room-full`.
   */
  join(nick: string, key: Uint8Array, seat: Seat): Membership {
    if (this.#seats.size >= this.#options.capacity) {
      throw new NetworkError("room-full", "the room is full; try again when somebody has left");
    }
    const member = { nick: freeNick(nick, this.members.map((other) => other.nick)), key };
    this.#tellOthers(member, { type: "member", change: "joined", member });
    this.#seats.set(member, seat);
    return {
      member,
      post: (id, body) => this.#post(member, id, body),
      leave: () => this.#leave(member),
    };
  }

  #post(from: Participant, id: Uint8Array, body: Uint8Array): Receipt {
    const seq = ++this.#seq;
    const time = (this.#options.now ?? Date.now)();
    const taken = this.#tellOthers(from, { type: "message", id, seq, time, from, body });
    return { seq, time, taken };
  }

  #leave(member: Participant): void {
    if (!this.#seats.delete(member)) return;
    this.#tellOthers(member, { type: "member", change: "left", member });
  }

  async #tellOthers(member: Participant, message: RoomMessage): Promise<void> {
    const broadcast = new Broadcast(message);
    const deliveries: Promise<void>[] = [];
    for (const [other, seat] of this.#seats) {
      // A seat that fails is about to be given up by its owner; the others are not to suffer.
      if (other !== member) deliveries.push(seat.deliver(broadcast).catch(() => {}));
    }
    await Promise.all(deliveries);
  }
}
