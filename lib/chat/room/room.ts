import { equalConstantTime, sha256 } from "../../crypto/mod.ts";
import { AuthenticationError, NetworkError } from "../../errors.ts";
import { NickRegistry } from "../names/nick_registry.ts";
import { DEFAULT_LIMITS, type RoomLimits } from "../wire/limits.ts";
import type { Participant, RoomMessage, Topic } from "../wire/messages.ts";
import { refusal } from "../wire/refusal.ts";
import { Broadcast } from "./broadcast.ts";
import { Conducts } from "./conduct.ts";
import { Crowd } from "./crowd.ts";
import { History } from "./history.ts";
import type { Membership, Receipt } from "./membership.ts";
import { type BanList, Moderation } from "./moderation.ts";
import { moderate, type ModerationRequest, type Subject } from "./operators.ts";
import type { DepartureReason, RoomObserver } from "./room_observer.ts";
import type { Seat } from "./seat.ts";

/** How many bytes the last messages may have together: everybody who comes is sent them. */
const MAX_HISTORY_SIZE = 256 * 1024;

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
  /** The static public key (32 bytes) of the room's owner, whom nobody can moderate. */
  readonly ownerKey?: Uint8Array;
}

/** A member and what belongs to it. */
interface Occupant {
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
  readonly #owner: Uint8Array | undefined;
  readonly #occupants = new Set<Occupant>();
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
    this.#owner = options.ownerKey && sha256(options.ownerKey);
    this.#crowd = new Crowd(options.gatherFor ?? 0);
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#conducts = new Conducts(this.limits.messagesPerSecond);
    // At most half of a queue: the rest is for the members, and for what is said meanwhile.
    const historySize = Math.min(MAX_HISTORY_SIZE, this.limits.queueSize / 2);
    this.#history = new History(this.limits.history, historySize);
  }

  /** Everybody, in the order in which they came. */
  get members(): readonly Participant[] {
    return Array.from(this.#occupants, ({ member }) => member);
  }

  /** What the room is about, if anything. */
  get topic(): Topic | undefined {
    return this.#topic;
  }

  /** The last messages, oldest first. */
  get history(): readonly Broadcast[] {
    return this.#history.broadcasts;
  }

  /** Lets a key come back at once whose ban was ended in the list: by its SHA-256. */
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
   * @param isOperator Whether it may moderate the others.
   * @throws {NetworkError} With code `room-full`.
   * @throws {AuthenticationError} With code `key-refused`, if it is being banned.
   */
  join(nick: string, key: Uint8Array, seat: Seat, isOperator = false): Membership {
    if (this.#occupants.size >= this.limits.members) {
      throw new NetworkError(
        "room-full",
        `the room is full (${this.limits.members} members); try again when a member has left`,
      );
    }
    const target = sha256(key);
    if (this.#moderation.isLeaving(target)) {
      throw new AuthenticationError("key-refused", "you are banned");
    }
    const name = this.#names.claim(nick);
    const member: Participant = { nick: name, key, ...(isOperator && { operator: true }) };
    const occupant: Occupant = { member, seat, target };
    this.#tell({ type: "member", change: "joined", member });
    this.#occupants.add(occupant);
    this.#crowd.add(seat);
    this.#observer.joined?.(member, this.#occupants.size);
    return this.#membership(occupant);
  }

  #membership(occupant: Occupant): Membership {
    const moderation = this.#moderation;
    const conduct = this.#conducts.take(occupant.target);
    return {
      conduct,
      get member() {
        return occupant.member;
      },
      get slowness() {
        return moderation.slowness(occupant.target);
      },
      post: (id, body) => this.#post(occupant, id, body),
      whisper: (to, id, body) => this.#whisper(occupant, to, id, body),
      rename: (nick) => this.#rename(occupant, nick),
      setTopic: (topic) => this.#setTopic(occupant, topic),
      moderate: (request) => this.#moderate(occupant, request),
      notify: (text) => this.#notify(occupant, text),
      answer: (message) => this.#crowd.deliver(occupant.seat, new Broadcast(message)),
      ready: (to) => {
        if (to === undefined) return this.#crowd.ready(occupant.seat);
        const other = this.#find(to);
        return other && this.#crowd.ready(occupant.seat, other.seat);
      },
      leave: (why = "left", reason) => this.#leave(occupant, why, reason),
    };
  }

  #post(occupant: Occupant, id: Uint8Array, body: Uint8Array): Receipt {
    this.#assertMaySpeak(occupant, body);
    const start = performance.now();
    const seq = ++this.#seq;
    const time = this.#now();
    const message = new Broadcast({ type: "message", id, seq, time, from: occupant.member, body });
    this.#history.add(message);
    this.#crowd.deliverToAll(message, occupant.seat);
    this.#observer.message?.("room", body.length);
    this.#observer.fanOut?.(this.#occupants.size - 1, performance.now() - start);
    return { seq, time };
  }

  #whisper(occupant: Occupant, to: Participant, id: Uint8Array, body: Uint8Array): Receipt {
    this.#assertMaySpeak(occupant, body);
    const other = this.#find(to);
    if (other === undefined) {
      throw refusal(`${to.nick} has left, or has another name now; the message was not delivered`);
    }
    const time = this.#now();
    const message = { type: "message", id, seq: 0, time, from: occupant.member, body } as const;
    this.#crowd.deliver(other.seat, new Broadcast(message));
    this.#observer.message?.("private", body.length);
    return { seq: 0, time };
  }

  #rename(occupant: Occupant, nick: string): void {
    this.#assertMaySpeak(occupant);
    const previous = occupant.member.nick;
    if (nick === previous) return;
    if (!this.#names.rename(previous, nick)) {
      throw refusal(`the name ${nick}, or one that looks like it, is taken`);
    }
    occupant.member = { ...occupant.member, nick };
    this.#tell({ type: "member", change: "renamed", member: occupant.member, previous });
    this.#observer.renamed?.(occupant.member, previous);
  }

  #setTopic(occupant: Occupant, topic: string): void {
    this.#assertMaySpeak(occupant);
    const change = { topic, by: occupant.member, time: this.#now() };
    this.#topic = topic === "" ? undefined : change;
    this.#tell({ type: "topic", ...change });
  }

  async #moderate(occupant: Occupant, request: ModerationRequest): Promise<void> {
    const { bans } = this.#options;
    const tools = { moderation: this.#moderation, bans, owner: this.#owner };
    const present = Array.from(this.#occupants, (other) => this.#subject(other));
    const whom = await moderate(tools, this.#subject(occupant), present, request);
    this.#observer.moderated?.(request.action, occupant.member, whom);
  }

  #subject(occupant: Occupant): Subject {
    const { member, target, seat } = occupant;
    return {
      member,
      target,
      notify: (text) => this.#notify(occupant, text),
      expel: (removal, told) => {
        this.#leave(occupant, "removed", told);
        seat.remove(removal);
      },
    };
  }

  #leave(occupant: Occupant, why: DepartureReason, reason?: string): void {
    if (!this.#occupants.delete(occupant)) return;
    // What was said while it had its place is for it as well.
    this.#crowd.catchUp(occupant.seat);
    this.#crowd.remove(occupant.seat);
    this.#conducts.release(
      occupant.target,
      this.#moderation.slowness(occupant.target) !== undefined,
    );
    const { member } = occupant;
    this.#names.release(member.nick);
    this.#tell({ type: "member", change: "left", member, ...(reason !== undefined && { reason }) });
    this.#observer.left?.(member, this.#occupants.size, why);
  }

  #notify(occupant: Occupant, text: string): void {
    this.#crowd.deliver(occupant.seat, new Broadcast({ type: "notice", text }));
  }

  #tell(message: RoomMessage): void {
    this.#crowd.deliverToAll(new Broadcast(message));
  }

  /** The member that is meant: a name alone could be another's by now. */
  #find({ nick, key }: Participant): Occupant | undefined {
    for (const occupant of this.#occupants) {
      if (occupant.member.nick === nick && equalConstantTime(occupant.member.key, key)) {
        return occupant;
      }
    }
    return undefined;
  }

  #assertMaySpeak(occupant: Occupant, body?: Uint8Array): void {
    const why = this.#moderation.muted(occupant.target);
    if (why !== undefined) {
      throw refusal(`an operator has muted you${why === "" ? "" : `; reason: ${why}`}`);
    }
    const { messageSize } = this.limits;
    if (body !== undefined && body.length > messageSize) {
      throw refusal(`a message in this room may have at most ${messageSize} bytes`);
    }
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}
