import { equalConstantTime, hex, sha256 } from "../../crypto/mod.ts";
import { CloseCode } from "../../channel/mod.ts";
import { settledWithin } from "../../abort.ts";
import { AuthenticationError, NetworkError } from "../../errors.ts";
import { ContinuedLog } from "../log/continued_log.ts";
import { MemoryLog } from "../log/memory_log.ts";
import type { RoomLog } from "../log/room_log.ts";
import { readPast } from "../log/search.ts";
import { NickRegistry } from "../names/nick_registry.ts";
import { DEFAULT_LIMITS, type RoomLimits } from "../wire/limits.ts";
import type { Participant, Position, Topic } from "../wire/messages.ts";
import type { RoomMessage } from "../wire/room_messages.ts";
import { refusal } from "../wire/refusal.ts";
import { Broadcast } from "./broadcast.ts";
import { catchUp } from "./catch_up.ts";
import { Crowd } from "./crowd.ts";
import { History } from "./history.ts";
import { type Arrival, Arrivals, type Origin, SHORT_STAY } from "../conduct/arrivals.ts";
import { type Keyholder, Keyholders, REMEMBERED_FOR } from "../conduct/keyholders.ts";
import type { Hearing, Membership, Receipt } from "./membership.ts";
import { type BanList, Moderation, type Slowness } from "../conduct/moderation.ts";
import { newOccupant, type Occupant, withPresence } from "./occupant.ts";
import { moderate, type ModerationRequest, type Subject } from "./operators.ts";
import type { DepartureReason, RoomObserver } from "./room_observer.ts";
import type { Seat } from "./seat.ts";
import { Sequence } from "./sequence.ts";

/** How many bytes the last messages may have together: everybody who comes is sent them. */
const MAX_HISTORY_SIZE = 256 * 1024;

/** In a crowd of more, messages are gathered for longer: each round costs a record for everybody. */
const SMALL_CROWD = 100;

/** For how many times as long, at most. */
const MAX_STRETCH = 10;

/** Who was here for a moment only is waited for no longer than this, in milliseconds, … */
const SHORT_GRACE = 5_000;

/** … and so many times as long as it was here. */
const GRACE_FOR_STAY = 4;

/** One that is back within this, in milliseconds, was never away for the others. */
const AWAY_AFTER = 1_000;

/** What a room is like. */
export interface RoomOptions {
  /** How much it takes. */
  readonly limits?: Partial<RoomLimits>;
  /** The clock: milliseconds since 1970, UTC. Default `Date.now`. */
  readonly now?: () => number;
  /**
   * For how many milliseconds things are gathered that follow each other fast, so that the log takes,
   * and each member gets, several at once; in a crowd over a hundred for longer, up to ten times.
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

/** How somebody joins. */
export interface JoinDetails {
  /** Whether it may moderate the others. Default false. */
  readonly isOperator?: boolean;
  /** By which the room knows it when it comes back: 16 bytes. */
  readonly visit?: Uint8Array;
  /** Whether it was here before, as it says: perhaps in an earlier run of the server. Default false. */
  readonly hasBeenHere?: boolean;
  /** The turn that it has taken to join, if it had to: see {@linkcode Room.admit}. */
  readonly arrival?: Arrival;
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
  readonly #options: RoomOptions;
  readonly #observer: RoomObserver;
  readonly #owner: Uint8Array | undefined;
  readonly #occupants = new Set<Occupant>();
  readonly #crowd = new Crowd();
  readonly #names = new NickRegistry();
  readonly #sequence: Sequence;
  readonly #recent: History;
  readonly #moderation = new Moderation();
  readonly #arrivals = new Arrivals();
  readonly #holders: Keyholders;
  /** When it began, by `performance.now`. */
  readonly #since = performance.now();
  /** Resolves when somebody has come, or the room is closed. */
  #arrival = Promise.withResolvers<void>();
  /** How many bytes wait for those who may come back to a room that has begun anew. */
  #awaitedSize = 0;
  #isClosed = false;
  /** The logs that failed, and up to where their numbers still hold. */
  readonly #earlierLogs: Position[] = [];
  readonly #catchingUp = new Set<Promise<void>>();
  /** The number of the last message that was handed on. */
  #handedOn: number;

  /** An empty room. */
  constructor(options: RoomOptions = {}) {
    this.#options = options;
    this.#observer = options.observer ?? {};
    this.#owner = options.ownerKey && sha256(options.ownerKey);
    this.grace = options.grace ?? 0;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#holders = new Keyholders(this.limits.messagesPerSecond, {
      pauseOf: (target) => pauseOf(this.#moderation.slowness(target)),
    });
    // At most half of a queue: the rest is for the members, and for what is said meanwhile.
    this.#recent = new History(this.limits.history, this.#historySize);
    const gatherFor = options.gatherFor ?? 0;
    this.#sequence = new Sequence({
      log: options.log ?? new MemoryLog(),
      gatherFor: () =>
        gatherFor * Math.min(MAX_STRETCH, Math.max(1, this.#crowd.size / SMALL_CROWD)),
      onTurn: () => this.#handOn(),
      onFailure: (error) => this.#continueLog(error),
    });
    this.#handedOn = this.#sequence.log.last;
  }

  /** Everybody, in the order in which they came. */
  get members(): readonly Participant[] {
    return Array.from(this.#occupants, ({ member }) => member);
  }

  /** Whether a member is connected at this moment. That it is not is told, by `away`, a little later. */
  isConnected(member: Participant): boolean {
    return this.#find(member)?.seat !== undefined;
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
  async caughtUp(): Promise<void> {
    while (this.#catchingUp.size > 0) await Promise.allSettled(this.#catchingUp);
  }

  /** Ends the room, when nobody sits in it any more: nobody is waited for, and the log is closed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#noteArrival();
    for (const occupant of this.#occupants) {
      if (occupant.seat === undefined) this.#remove(occupant, "shutdown");
    }
    await this.settle();
    await this.log.close();
  }

  /**
   * Looks for connections of a key that are dead, and stand where somebody wants to be who comes by
   * that name: resolves when each has given a sign of life, or is away. A client that comes back by its
   * visit need not be waited for.
   */
  async awaken(key: Uint8Array, nick: string, visit: Uint8Array): Promise<void> {
    const own = this.#all(sha256(key));
    if (own.some((other) => other.seat === undefined || other.visit === hex(visit))) return;
    const inTheWay = own.filter(({ member }) => isNumbered(member.nick, nick));
    await Promise.all(
      inTheWay.slice(0, MAX_AWAKENED).map(async (other) => {
        const { seat } = other;
        if (seat === undefined || await seat.isAlive() || other.seat !== seat) return;
        this.#leave(other, "silent", SILENT);
        seat.remove({ code: CloseCode.timeout, reason: SILENT });
      }),
    );
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
    const isReturn = this.#placeOf(target, nick, hex(visit)) !== undefined;
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
    const target = sha256(key);
    if (this.#moderation.isLeaving(target)) {
      throw new AuthenticationError("key-refused", "you are banned");
    }
    const visit = details.visit && hex(details.visit);
    const place = this.#placeOf(target, nick, visit);
    if (place === undefined && details.arrival?.isReturn) this.#arrivals.takeRest(details.arrival);
    const occupant = place ?? this.#newcomer(nick, key, details);
    if (place === undefined) {
      const { member } = occupant;
      this.#tell({ type: "member", change: "joined", member });
      this.#occupants.add(occupant);
      occupant.seat = seat;
      this.#crowd.add(seat);
      this.#observer.joined?.(member, this.#occupants.size);
    } else {
      this.#resume(place, seat, nick, details);
    }
    this.#noteArrival();
    return this.#membership(occupant, seat, place !== undefined);
  }

  #noteArrival(): void {
    this.#arrival.resolve();
    this.#arrival = Promise.withResolvers();
  }

  #newcomer(nick: string, key: Uint8Array, details: JoinDetails): Occupant {
    const { isOperator, visit, hasBeenHere = false } = details;
    this.#makeSpace();
    const target = sha256(key);
    const holder = this.#holders.take(target);
    const member = {
      nick: this.#names.claim(this.#nameFor(target, holder, nick)),
      key,
      ...(isOperator === true && { operator: true as const }),
    };
    holder.nick = member.nick;
    return newOccupant({
      member,
      seat: undefined,
      holder,
      visit: visit && hex(visit),
      hasBeenHere,
      arrival: details.arrival,
      queueSize: this.limits.queueSize,
    });
  }

  /** What somebody is called who joins: a name is read by everybody, as what is said is. */
  #nameFor(target: Uint8Array, holder: Keyholder, wanted: string): string {
    return wanted === holder.nick || this.#mayTakeName(target, holder)
      ? wanted
      : holder.nick ?? NEUTRAL_NICK;
  }

  /** Whether the holder of a key may have a new name read at this moment: in slow mode it takes a turn. */
  #mayTakeName(target: Uint8Array, { conduct }: Keyholder): boolean {
    if (this.#moderation.muted(target) !== undefined) return false;
    const slowness = this.#moderation.slowness(target);
    if (slowness === undefined) return true;
    const now = performance.now();
    if (conduct.lastSpoken + pauseOf(slowness) > now) return false;
    conduct.lastSpoken = now;
    return true;
  }

  /**
   * Those who are away hold their places only as long as nobody else needs them. The one goes whose
   * time would be over first: so whoever connects and drops in a loop pushes out its own ghosts.
   */
  #makeSpace(): void {
    if (this.#occupants.size < this.limits.members) return;
    let next: Occupant | undefined;
    for (const occupant of this.#occupants) {
      if (occupant.seat !== undefined) continue;
      if (next === undefined || occupant.awaitedUntil < next.awaitedUntil) next = occupant;
    }
    if (next !== undefined) return this.#remove(next, "cut", "the connection was cut");
    throw new NetworkError(
      "room-full",
      `the room is full (${this.limits.members} members); try again when a member has left`,
    );
  }

  /** The place that the holder of a key has left without a goodbye, if there is one. */
  #placeOf(target: Uint8Array, nick: string, visit: string | undefined): Occupant | undefined {
    const own = this.#all(target);
    const away = own.filter(({ seat }) => seat === undefined);
    return own.find((other) => visit !== undefined && other.visit === visit) ??
      away.find(({ member }) => member.nick === nick) ?? away[0];
  }

  #all(target: Uint8Array): Occupant[] {
    return Array.from(this.#occupants).filter((other) => equalConstantTime(other.target, target));
  }

  #resume(occupant: Occupant, seat: Seat, nick: string, details: JoinDetails): void {
    const { isOperator = false, visit } = details;
    const before = occupant.seat;
    if (before !== undefined) {
      this.#crowd.remove(before);
      before.remove({ code: CloseCode.timeout, reason: "you have connected again" });
    }
    clearTimeout(occupant.timer);
    const wasAway = occupant.member.away === true;
    const { operator: _, ...member } = withPresence(occupant.member, false);
    occupant.member = isOperator ? { ...member, operator: true } : member;
    if (visit !== undefined) occupant.visit = hex(visit);
    occupant.origin = details.arrival?.origin;
    occupant.seat = undefined;
    // Told before it sits down: everybody knows it but the one whom it is about.
    if (wasAway) this.#tell({ type: "member", change: "back", member: occupant.member });
    const previous = member.nick;
    if (nick !== previous && this.#mayRename(occupant) && this.#names.rename(previous, nick)) {
      occupant.member = { ...occupant.member, nick };
      occupant.holder.nick = nick;
      this.#tell({ type: "member", change: "renamed", member: occupant.member, previous });
      this.#observer.renamed?.(occupant.member, previous);
    }
    occupant.seat = seat;
    this.#crowd.add(seat);
    this.#observer.back?.(occupant.member);
  }

  /** Whether one that comes back may have another name at once: otherwise it keeps the one it has. */
  #mayRename({ target, holder, origin }: Occupant): boolean {
    return holder.conduct.changes.waitFor(1) === 0 && this.#mayTakeName(target, holder) &&
      this.#arrivals.takeNews(origin) === 0 && holder.conduct.changes.tryTake();
  }

  #membership(occupant: Occupant, seat: Seat, hasReturned: boolean): Membership {
    const moderation = this.#moderation;
    const isGone = () => occupant.seat !== seat;
    const connection = ++occupant.connections;
    return {
      holder: occupant.holder,
      hasReturned,
      get hasSuccessor() {
        return occupant.connections > connection;
      },
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
      readPast: (query) => readPast(this.log, query),
      gone: (hearing) => this.#gone(hearing),
      follow: (hearing) => this.#track(this.#follow(occupant, seat, hearing)),
      got: (upTo) => occupant.mailbox.got(upTo),
      notify: (text) => this.#notify(occupant, text),
      answer: (message) => void this.#crowd.deliver(seat, new Broadcast(message)),
      ready: (to) => {
        const { space } = this.#sequence;
        if (space !== undefined) return space;
        if (to === undefined) return this.#crowd.ready(seat);
        const other = this.#find(to);
        return other?.seat && this.#crowd.ready(seat, other.seat);
      },
      settle: () => this.#sequence.settle(),
      leave: (why = "left", reason) => {
        if (!isGone()) this.#leave(occupant, why, reason);
      },
    };
  }

  async #post(occupant: Occupant, id: Uint8Array, body: Uint8Array): Promise<Receipt> {
    const { member: { away: _, ...from }, seat } = occupant;
    try {
      this.#assertMaySpeak(occupant, body);
    } catch (refused) {
      // Its client asks again for what was said before: that is in the log all the same.
      const before = await this.log.find(id, from.key).catch(() => undefined);
      if (before === undefined) throw refused;
      return before;
    }
    const time = this.#now();
    const { promise, resolve } = Promise.withResolvers<Receipt | undefined>();
    this.#sequence.post({ id, time, from, body }, (appended) => {
      resolve(appended);
      if (!appended?.isNew) return;
      const { seq } = appended;
      const message = new Broadcast({ type: "message", id, seq, time: appended.time, from, body });
      this.#handedOn = seq;
      this.#recent.add(message);
      this.#crowd.gather({ broadcast: message, except: seat });
      this.#observer.message?.("room", body.length);
    });
    const receipt = await promise;
    if (receipt === undefined) throw refusal("the id of that message is another member's");
    const { seq, time: taken } = receipt;
    return { seq, time: taken };
  }

  async #whisper(
    occupant: Occupant,
    to: Participant,
    id: Uint8Array,
    body: Uint8Array,
  ): Promise<Receipt> {
    this.#assertMaySpeak(occupant, body);
    const other = this.#find(to) ?? await this.#comingBack(occupant, to, body.length);
    // It may have been muted while it waited.
    this.#assertMaySpeak(occupant, body);
    if (other === undefined) {
      // A client may have asked for it before, and an earlier run of this server have delivered it.
      const isNew = performance.now() - this.#since <= REMEMBERED_FOR;
      const wasNot = isNew && occupant.visit !== undefined ? "may not have been" : "was not";
      throw refusal(
        `${to.nick} has left, or has another name now; the message ${wasNot} delivered`,
      );
    }
    const time = this.#now();
    const { away: _, ...from } = occupant.member;
    const envelope = { type: "message", id, seq: 0, time, from, body } as const;
    const { broadcast, read } = other.mailbox.add(envelope);
    const { seat } = other;
    this.#sequence.then(() => {
      // Whoever came back meanwhile has been given it already.
      if (seat !== undefined && other.seat === seat) {
        this.#crowd.gather({ broadcast, only: seat });
      }
    });
    this.#observer.message?.("private", body.length);
    await read;
    return { seq: 0, time };
  }

  /**
   * The member that is meant, once it has come: where the server was just started anew, those who were
   * here before come back one after the other, and have as much time for it as if they were away.
   */
  async #comingBack(
    { hasBeenHere }: Occupant,
    to: Participant,
    size: number,
  ): Promise<Occupant | undefined> {
    const rest = this.#since + this.grace - performance.now();
    if (!hasBeenHere || rest <= 0 || this.#awaitedSize + size > this.limits.queueSize) {
      return undefined;
    }
    this.#awaitedSize += size;
    const end = performance.now() + rest;
    let found: Occupant | undefined;
    while (found === undefined && performance.now() < end && !this.#isClosed) {
      await settledWithin(this.#arrival.promise, end - performance.now());
      found = this.#find(to);
    }
    this.#awaitedSize -= size;
    return found;
  }

  #rename(occupant: Occupant, nick: string): Promise<void> {
    this.#assertMaySpeak(occupant);
    const previous = occupant.member.nick;
    if (nick === previous) return Promise.resolve();
    if (!this.#names.rename(previous, nick)) {
      throw refusal(`the name ${nick}, or one that looks like it, is taken`);
    }
    occupant.member = { ...occupant.member, nick };
    occupant.holder.nick = nick;
    this.#observer.renamed?.(occupant.member, previous);
    return this.#tell({ type: "member", change: "renamed", member: occupant.member, previous });
  }

  async #setTopic(occupant: Occupant, topic: string): Promise<void> {
    this.#assertMaySpeak(occupant);
    const { away: _, ...by } = occupant.member;
    const change = { topic, by, time: this.#now() };
    await Promise.all([
      this.#sequence.keepTopic(topic === "" ? undefined : change),
      this.#tell({ type: "topic", ...change }),
    ]);
  }

  async #moderate(occupant: Occupant, request: ModerationRequest): Promise<void> {
    // Who is kicked, and why, is told to all.
    if (request.reason !== "") this.#assertMaySpeak(occupant);
    const { bans } = this.#options;
    const tools = { moderation: this.#moderation, bans, owner: this.#owner };
    const present = this.#occupants.values().map((other) => this.#subject(other));
    const whom = await moderate(tools, this.#subject(occupant), present, request);
    if (request.action === "mute") this.#withdraw(request.target);
    this.#observer.moderated?.(request.action, occupant.member, whom);
  }

  /** Takes back the private messages of a key that nobody has confirmed: their readers may be away. */
  #withdraw(target: Uint8Array): void {
    const reason = "an operator has muted you; the message may not have been read";
    for (const { mailbox } of this.#occupants) {
      mailbox.withdraw(({ key }) => equalConstantTime(sha256(key), target), reason);
    }
  }

  #subject(occupant: Occupant): Subject {
    const { member, target } = occupant;
    return {
      member,
      target,
      notify: (text) => this.#notify(occupant, text),
      expel: (removal, told) => {
        const { seat } = occupant;
        this.#remove(occupant, "removed", told);
        seat?.remove(removal);
      },
    };
  }

  /** What number of this log a position is; `undefined` if it means nothing here. */
  #numberOf({ log, seq }: Position): number | undefined {
    if (equalConstantTime(log, this.log.id)) return seq <= this.log.last ? seq : undefined;
    const earlier = this.#earlierLogs.find((other) => equalConstantTime(other.log, log));
    return earlier !== undefined && seq <= earlier.seq ? seq : undefined;
  }

  #gone({ after }: Hearing): number {
    const heard = after && this.#numberOf(after);
    return heard === undefined ? 0 : Math.max(0, this.log.first - 1 - heard);
  }

  /** Takes note of somebody who catches up, until that is done. */
  #track(following: Promise<void>): Promise<void> {
    const tracked = following.finally(() => this.#catchingUp.delete(tracked));
    this.#catchingUp.add(tracked);
    return tracked;
  }

  async #follow(occupant: Occupant, seat: Seat, { after, past }: Hearing): Promise<void> {
    for (const letter of occupant.mailbox.waiting) this.#crowd.deliver(seat, letter);
    const heard = after && this.#numberOf(after);
    await catchUp({
      from: heard ?? this.#beginningAnew(after) ?? this.#beginningFor(past) ??
        await this.#readBeginning(past),
      // By way of the crowd: otherwise others would speak faster than it can catch up.
      seat: {
        deliver: (broadcast) => this.#crowd.deliver(seat, broadcast),
        drained: () => seat.drained(),
      },
      log: () => this.log,
      recent: this.#recent,
      handedOn: () => this.#handedOn,
      isGone: () => occupant.seat !== seat,
      onForgotten: (count) => this.#notify(occupant, forgottenMeanwhile(count)),
      onUnreadable: () => this.#notify(occupant, UNREADABLE),
      onCaughtUp: (seq) => {
        this.#crowd.follow(seat);
        this.#crowd.deliver(seat, new Broadcast({ type: "caught-up", seq }));
      },
    });
  }

  /**
   * Behind which number somebody begins who comes from another log, where this one has begun since then:
   * everything in it was said meanwhile.
   */
  #beginningAnew(after: Position | undefined): number | undefined {
    const { id, isKept, first, last } = this.log;
    if (after === undefined || isKept) return undefined;
    const known = [id, ...this.#earlierLogs.map(({ log }) => log)];
    if (known.some((log) => equalConstantTime(log, after.log))) return undefined;
    return Math.max(first - 1, last - MAX_ANEW);
  }

  /** Behind which number somebody begins who wants the last messages, if that is known at once. */
  #beginningFor(past: number): number | undefined {
    const count = Math.min(past, this.limits.history);
    if (count === 0) return this.#handedOn;
    return this.#recent.beginningOf(count, this.log.first);
  }

  async #readBeginning(past: number): Promise<number> {
    const count = Math.min(past, this.limits.history);
    const limits = { count, size: this.#historySize };
    // What is handed on while the log reads is not one of the messages before: it is missed otherwise.
    const last = this.#handedOn;
    const [first] = await this.log.readBefore(last + 1, limits).catch(() => []);
    return first === undefined ? last : first.seq - 1;
  }

  #leave(occupant: Occupant, why: DepartureReason, reason?: string): void {
    this.#noteStay(occupant);
    const { seat } = occupant;
    const grace = MAY_COME_BACK.has(why) ? this.#graceFor(occupant) : 0;
    if (seat === undefined || grace === 0) return this.#remove(occupant, why, reason);
    this.#crowd.remove(seat);
    occupant.seat = undefined;
    occupant.awaitedUntil = performance.now() + grace;
    this.#awaitReturn(occupant, Math.min(AWAY_AFTER, grace), why, reason);
    this.#observer.away?.(occupant.member, why);
  }

  /**
   * Waits for one that is cut off. That it is away is told when it is its turn: a cut that is mended at
   * once is no news to anybody, and many of them are none either.
   */
  #awaitReturn(occupant: Occupant, wait: number, why: DepartureReason, reason?: string): void {
    occupant.timer = setTimeout(() => {
      const rest = occupant.awaitedUntil - performance.now();
      if (rest <= 0) return this.#remove(occupant, why, reason);
      const forTurn = occupant.member.away ? rest : this.#arrivals.takeNews(occupant.origin);
      if (forTurn === 0) this.#tellAway(occupant, reason);
      const next = forTurn === 0 ? rest : Math.min(forTurn, rest);
      this.#awaitReturn(occupant, next, why, reason);
    }, wait);
  }

  #tellAway(occupant: Occupant, reason?: string): void {
    occupant.member = withPresence(occupant.member, true);
    const { member } = occupant;
    this.#tell({ type: "member", change: "away", member, ...(reason !== undefined && { reason }) });
  }

  /** Takes note of one that goes, if it has hardly been here. */
  #noteStay(occupant: Occupant): void {
    const { arrival, since } = occupant;
    occupant.arrival = undefined;
    if (arrival !== undefined && performance.now() - since < SHORT_STAY) {
      this.#arrivals.leftSoon(arrival);
    }
  }

  /** Whoever connects and drops in a loop does not fill the room with places that wait for nobody. */
  #graceFor({ since }: Occupant): number {
    return Math.min(this.grace, SHORT_GRACE + GRACE_FOR_STAY * (performance.now() - since));
  }

  #remove(occupant: Occupant, why: DepartureReason, reason?: string): void {
    if (!this.#occupants.delete(occupant)) return;
    this.#noteStay(occupant);
    clearTimeout(occupant.timer);
    if (occupant.seat !== undefined) this.#crowd.remove(occupant.seat);
    occupant.seat = undefined;
    this.#holders.release(occupant.target);
    const member = withPresence(occupant.member, false);
    occupant.mailbox.close(`${member.nick} has left, and may not have read the message`);
    this.#names.release(member.nick);
    this.#tell({ type: "member", change: "left", member, ...(reason !== undefined && { reason }) });
    this.#observer.left?.(member, this.#occupants.size, why);
  }

  #handOn(): void {
    const start = performance.now();
    const isMessage = this.#crowd.handOn();
    if (isMessage) this.#observer.fanOut?.(this.#crowd.size - 1, performance.now() - start);
  }

  #notify({ seat }: Occupant, text: string): void {
    if (seat === undefined) return;
    const broadcast = new Broadcast({ type: "notice", text });
    this.#sequence.then(() => this.#crowd.gather({ broadcast, only: seat }));
  }

  /** Tells everybody who is here now, in its turn. */
  #tell(message: RoomMessage): Promise<void> {
    const broadcast = new Broadcast(message);
    const upTo = this.#crowd.count;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#sequence.then(() => {
      this.#crowd.gather({ broadcast, upTo });
      resolve();
    });
    return promise;
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

  /** Goes on in memory where the log cannot be written any more, and says so. */
  #continueLog(error: unknown): RoomLog {
    const before = this.log;
    this.#earlierLogs.push({ log: before.id, seq: before.last });
    const log = new ContinuedLog(before);
    // What the log has, and nobody was given yet, comes behind this.
    const seq = this.#handedOn;
    this.#crowd.gather({
      broadcast: new Broadcast({ type: "log", log: log.id, seq, kept: false }),
    });
    this.#observer.logFailed?.(error);
    return log;
  }

  get #historySize(): number {
    return Math.min(MAX_HISTORY_SIZE, this.limits.queueSize / 2);
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

/** How many connections of one key are asked for a sign of life, at most, when another one comes. */
const MAX_AWAKENED = 4;

/** Whether a name is another one, perhaps with the number that is added where it is taken. */
function isNumbered(nick: string, base: string): boolean {
  return nick === base || nick.startsWith(`${base}-`) && /^\d+$/.test(nick.slice(base.length + 1));
}

function forgottenMeanwhile(count: number): string {
  const messages = count === 1
    ? "1 message that you have missed is"
    : `${count} messages that you have missed are`;
  return `${messages} gone: the room has forgotten more than you could read meanwhile`;
}

/** How many messages of a new log are given to those who come back from another one, at most. */
const MAX_ANEW = 10_000;

const UNREADABLE = "what was said before cannot be read: the server's disk does not give it back";

/** What a member is called that may not choose its name, and had none here lately. */
const NEUTRAL_NICK = "guest";

/** How long a member has to pause between two things that it says, in milliseconds. */
function pauseOf(slowness: Slowness | undefined): number {
  return (slowness?.seconds ?? 0) * 1000;
}

const SILENT = "no sign of life was given";

/** Why a member may be gone without wanting to be. */
const MAY_COME_BACK: ReadonlySet<DepartureReason> = new Set([
  "cut",
  "broke-off",
  "silent",
  "too-slow",
]);
