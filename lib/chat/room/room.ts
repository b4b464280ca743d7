import { equalConstantTime, sha256 } from "../../crypto/mod.ts";
import { AuthenticationError, NetworkError } from "../../errors.ts";
import { formatFingerprint } from "../../identity/fingerprint.ts";
import { Broadcast } from "./broadcast.ts";
import { type Conduct, Conducts } from "./conduct.ts";
import { Crowd } from "./crowd.ts";
import { History } from "./history.ts";
import { DEFAULT_LIMITS, type RoomLimits } from "../wire/limits.ts";
import type {
  Delivered,
  ModerationAction,
  Participant,
  Refused,
  RoomMessage,
  Topic,
} from "../wire/messages.ts";
import { type BanList, Moderation, type Slowness } from "./moderation.ts";
import { NickRegistry } from "../names/nick_registry.ts";
import type { DepartureReason, RoomObserver } from "./room_observer.ts";
import { moderate, type ModerationRequest, type Subject } from "./operators.ts";
import { refusal } from "../wire/refusal.ts";
import type { Seat } from "./seat.ts";

/** How many bytes the last messages may have together: everybody who comes is sent them. */
const MAX_HISTORY_SIZE = 256 * 1024;

/** What the room made of a message. */
export interface Receipt {
  /** Its place in the room's order, counted from 1; 0 for a private message, which has none. */
  readonly seq: number;
  /** When the room took it, in milliseconds since 1970, UTC. */
  readonly time: number;
}

/** What a room is like. */
export interface RoomOptions {
  /** How much it takes. */
  readonly limits?: Partial<RoomLimits>;
  /** The clock: milliseconds since 1970, UTC. Default `Date.now`. */
  readonly now?: () => number;
  /**
   * For how many milliseconds messages are gathered that follow each other fast, so that each member
   * gets several at once. Default 0: each goes on its way at once.
   */
  readonly gatherFor?: number;
  /** Told of what happens. */
  readonly observer?: RoomObserver;
  /** Where bans are kept; without it nobody can be banned. */
  readonly bans?: BanList;
  /** The static public key (32 bytes) of whoever runs the room, whom nobody can put out. */
  readonly ownerKey?: Uint8Array;
}

/** A member's place in the room, to be given up with {@linkcode leave}. */
export interface Membership {
  /** The member, under the nickname that it has now. */
  readonly member: Participant;
  /**
   * Puts a message into the room's order and hands it to everybody else.
   *
   * @throws {UsageError} With code `refused`, as the other methods do, if that may not be.
   */
  post(id: Uint8Array, body: Uint8Array): Receipt;
  /** Hands a message to one member alone. */
  whisper(to: Participant, id: Uint8Array, body: Uint8Array): Receipt;
  /** Takes another name. */
  rename(nick: string): void;
  /** Says what the room is about; an empty text takes the topic away. */
  setTopic(topic: string): void;
  /** Acts on somebody, as an operator. */
  moderate(request: ModerationRequest): Promise<void>;
  /** How slowly an operator lets this member speak, if one does. */
  readonly slowness: Slowness | undefined;
  /** How fast the holder of this member's key goes, over all its connections. */
  readonly conduct: Conduct;
  /** Tells this member alone something. */
  notify(text: string): void;
  /** Answers a request of this member, behind all that was said to everybody before. */
  answer(message: Delivered | Refused): void;
  /**
   * Resolves when this member may go on to speak, to all or to one; `undefined` if it may at once.
   * Whoever speaks is to wait for it first.
   */
  ready(to?: Participant): Promise<void> | undefined;
  /** Gives the place up and tells the others, with a reason if it is not by its own will. */
  leave(why?: DepartureReason, reason?: string): void;
}

/** What an operator is told that was done. */
const DONE: Readonly<Record<ModerationAction, string>> = {
  kick: "put out:",
  ban: "put out for good:",
  unban: "may enter again:",
  mute: "muted:",
  unmute: "may speak again:",
  slow: "has another pace now:",
};

/** A member and what belongs to it. */
interface Place {
  member: Participant;
  readonly seat: Seat;
  /** The SHA-256 of its key. */
  readonly target: Uint8Array;
}

/** Who is here, and the order of what they say. It knows nothing of connections or terminals. */
export class Room {
  /** How much it takes. */
  readonly limits: RoomLimits;
  readonly #options: RoomOptions;
  readonly #observer: RoomObserver;
  readonly #places = new Set<Place>();
  readonly #crowd: Crowd;
  readonly #names = new NickRegistry();
  readonly #history: History;
  readonly #moderation = new Moderation();
  readonly #conducts: Conducts;
  #topic: Topic | undefined;
  #seq = 0;

  /** An empty room. */
  constructor(options: RoomOptions = {}) {
    this.#options = options;
    this.#observer = options.observer ?? {};
    this.#crowd = new Crowd(options.gatherFor ?? 0);
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#conducts = new Conducts(this.limits.messagesPerSecond);
    // At most half of a queue: the rest is for the members, and for what is said meanwhile.
    const historySize = Math.min(MAX_HISTORY_SIZE, this.limits.queueSize / 2);
    this.#history = new History(this.limits.history, historySize);
  }

  /** Everybody, in the order in which they came. */
  get members(): readonly Participant[] {
    return Array.from(this.#places, ({ member }) => member);
  }

  /** What the room is about, if anything. */
  get topic(): Topic | undefined {
    return this.#topic;
  }

  /** The last messages, oldest first. */
  get history(): readonly Broadcast[] {
    return this.#history.broadcasts;
  }

  /** Lets somebody come back at once whose ban was ended in the list: by the SHA-256 of their key. */
  pardon(target: Uint8Array): void {
    this.#moderation.returning(target);
  }

  /** Hands on now what has been gathered to be said to all. */
  flush(): void {
    this.#crowd.handOn();
  }

  /**
   * Takes a member in and tells the others.
   *
   * @param nick What it would like to be called; a number is added if that, or a name that looks like
   *   it, is taken.
   * @param key Its static public key: 32 bytes.
   * @param isOperator Whether it may put others out.
   * @throws {NetworkError} With code `room-full`.
   * @throws {AuthenticationError} With code `key-refused`, if it is being banned.
   */
  join(nick: string, key: Uint8Array, seat: Seat, isOperator = false): Membership {
    if (this.#places.size >= this.limits.members) {
      throw new NetworkError(
        "room-full",
        `the room is full (${this.limits.members} members); try again when somebody has left`,
      );
    }
    const target = sha256(key);
    if (this.#moderation.isLeaving(target)) {
      throw new AuthenticationError("key-refused", "you were put out for good");
    }
    const name = this.#names.claim(nick);
    const member: Participant = { nick: name, key, ...(isOperator && { operator: true }) };
    const place: Place = { member, seat, target };
    this.#tell({ type: "member", change: "joined", member });
    this.#places.add(place);
    this.#crowd.add(seat);
    this.#observer.joined?.(member, this.#places.size);
    return this.#membership(place);
  }

  #membership(place: Place): Membership {
    const moderation = this.#moderation;
    const conduct = this.#conducts.take(place.target);
    return {
      conduct,
      get member() {
        return place.member;
      },
      get slowness() {
        return moderation.slowness(place.target);
      },
      post: (id, body) => this.#post(place, id, body),
      whisper: (to, id, body) => this.#whisper(place, to, id, body),
      rename: (nick) => this.#rename(place, nick),
      setTopic: (topic) => this.#setTopic(place, topic),
      moderate: (request) => this.#moderate(place, request),
      notify: (text) => this.#notify(place, text),
      answer: (message) => this.#crowd.deliver(place.seat, new Broadcast(message)),
      ready: (to) => {
        if (to === undefined) return this.#crowd.ready(place.seat);
        const other = this.#find(to);
        return other && this.#crowd.ready(place.seat, other.seat);
      },
      leave: (why = "left", reason) => this.#leave(place, why, reason),
    };
  }

  #post(place: Place, id: Uint8Array, body: Uint8Array): Receipt {
    this.#assertMaySpeak(place, body);
    const start = performance.now();
    const seq = ++this.#seq;
    const time = this.#now();
    const message = new Broadcast({ type: "message", id, seq, time, from: place.member, body });
    this.#history.add(message);
    this.#crowd.deliverToAll(message, place.seat);
    this.#observer.message?.("room", body.length);
    this.#observer.fanOut?.(this.#places.size - 1, performance.now() - start);
    return { seq, time };
  }

  #whisper(place: Place, to: Participant, id: Uint8Array, body: Uint8Array): Receipt {
    this.#assertMaySpeak(place, body);
    const other = this.#find(to);
    if (other === undefined) {
      throw refusal(`${to.nick} is not here any more, or has another name; nobody got it`);
    }
    const time = this.#now();
    const message = { type: "message", id, seq: 0, time, from: place.member, body } as const;
    this.#crowd.deliver(other.seat, new Broadcast(message));
    this.#observer.message?.("private", body.length);
    return { seq: 0, time };
  }

  #rename(place: Place, nick: string): void {
    this.#assertMaySpeak(place);
    const previous = place.member.nick;
    if (nick === previous) return;
    if (!this.#names.rename(previous, nick)) {
      throw refusal(`the name ${nick}, or one that looks like it, is taken here`);
    }
    place.member = { ...place.member, nick };
    this.#tell({ type: "member", change: "renamed", member: place.member, previous });
    this.#observer.renamed?.(place.member, previous);
  }

  #setTopic(place: Place, topic: string): void {
    this.#assertMaySpeak(place);
    const change = { topic, by: place.member, time: this.#now() };
    this.#topic = topic === "" ? undefined : change;
    this.#tell({ type: "topic", ...change });
  }

  async #moderate(by: Place, request: ModerationRequest): Promise<void> {
    const { action, target } = request;
    if (by.member.operator !== true) throw refusal("only operators may do that");
    const { ownerKey } = this.#options;
    if (ownerKey !== undefined && equalConstantTime(sha256(ownerKey), target)) {
      throw refusal("nobody can do that to whoever runs the room");
    }
    const places = [...this.#places].filter((place) => equalConstantTime(place.target, target));
    if (places.includes(by)) throw refusal("nobody can do that to themselves");
    const subjects = places.map((place): Subject => ({
      member: place.member,
      notify: (text) => this.#notify(place, text),
      expel: (removal, told) => {
        this.#leave(place, "removed", told);
        place.seat.remove(removal);
      },
    }));
    const tools = { moderation: this.#moderation, bans: this.#options.bans };
    await moderate(tools, by.member.nick, subjects, request);
    // People name each other, but it is the key that counts: so both are told.
    const shown = formatFingerprint(target);
    const whom = subjects.length === 0 ? shown : `${subjects[0].member.nick} (${shown})`;
    this.#notify(by, `${DONE[action]} ${whom}`);
    this.#observer.moderated?.(action, by.member, whom);
  }

  #leave(place: Place, why: DepartureReason, reason?: string): void {
    if (!this.#places.delete(place)) return;
    // What was said while it had its place is for it as well.
    this.#crowd.catchUp(place.seat);
    this.#crowd.remove(place.seat);
    this.#conducts.release(place.target, this.#moderation.slowness(place.target) !== undefined);
    const { member } = place;
    this.#names.release(member.nick);
    this.#tell({ type: "member", change: "left", member, ...(reason !== undefined && { reason }) });
    this.#observer.left?.(member, this.#places.size, why);
  }

  #notify(place: Place, text: string): void {
    this.#crowd.deliver(place.seat, new Broadcast({ type: "notice", text }));
  }

  #tell(message: RoomMessage): void {
    this.#crowd.deliverToAll(new Broadcast(message));
  }

  /** The one who is meant: a name alone could be somebody else's by now. */
  #find({ nick, key }: Participant): Place | undefined {
    for (const place of this.#places) {
      if (place.member.nick === nick && equalConstantTime(place.member.key, key)) return place;
    }
    return undefined;
  }

  #assertMaySpeak(place: Place, body?: Uint8Array): void {
    const why = this.#moderation.muted(place.target);
    if (why !== undefined) {
      throw refusal(`an operator has muted you${why === "" ? "" : `; reason: ${why}`}`);
    }
    const { messageSize } = this.limits;
    if (body !== undefined && body.length > messageSize) {
      throw refusal(`a message has at most ${messageSize} bytes in this room`);
    }
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}
