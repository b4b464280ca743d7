import { equalConstantTime } from "../../crypto/mod.ts";
import { ContinuedLog } from "../log/continued_log.ts";
import type { RoomLog } from "../log/room_log.ts";
import type { RoomLimits } from "../wire/limits.ts";
import type { Position } from "../wire/messages.ts";
import type { Envelope } from "../wire/room_messages.ts";
import type { Announcer } from "./announcer.ts";
import { Broadcast } from "./broadcast.ts";
import { catchUp } from "./catch_up.ts";
import type { Crowd } from "./crowd.ts";
import { History } from "./history.ts";
import type { Seat } from "./seat.ts";
import type { Sequence } from "./sequence.ts";

/** How many bytes the last messages may have together: everybody who comes is sent them. */
const MAX_HISTORY_SIZE = 256 * 1024;

/** How many messages of a new log are given to those who come back from another one, at most. */
const MAX_ANEW = 10_000;

const UNREADABLE = "what was said before cannot be read: the server's disk does not give it back";

/** What a member has already. */
export interface Hearing {
  /** Up to where it has heard the room. */
  readonly after?: Position | undefined;
  /** How many of the last messages it wants, where the room cannot tell what came after. */
  readonly past: number;
}

/** With what listeners are served. */
export interface ListenersTools {
  readonly sequence: Sequence;
  readonly crowd: Crowd;
  readonly announcer: Announcer;
  readonly limits: Pick<RoomLimits, "history" | "queueSize">;
}

/** Who has heard what: from where each seat begins, and what it is given until it follows the rest. */
export class Listeners {
  readonly #tools: ListenersTools;
  readonly #recent: History;
  readonly #historySize: number;
  /** The logs that failed, and up to where their numbers still hold. */
  readonly #earlierLogs: Position[] = [];
  readonly #catchingUp = new Set<Promise<void>>();
  /** The number of the last message that was handed on. */
  #handedOn: number;

  /** Nobody yet, and nothing said but what the log has. */
  constructor(tools: ListenersTools) {
    const { limits, sequence } = tools;
    this.#tools = tools;
    // At most half of a queue: the rest is for the members, and for what is said meanwhile.
    this.#historySize = Math.min(MAX_HISTORY_SIZE, limits.queueSize / 2);
    this.#recent = new History(limits.history, this.#historySize);
    this.#handedOn = sequence.log.last;
  }

  get #log(): RoomLog {
    return this.#tools.sequence.log;
  }

  /** Hands a message that the log has taken to all who follow, but for the seat of its sender. */
  handOn(message: Envelope, sender: Seat | undefined): void {
    const broadcast = new Broadcast(message);
    this.#handedOn = message.seq;
    this.#recent.add(broadcast);
    this.#tools.crowd.gather({ broadcast, except: sender });
  }

  /** Goes on in memory where the log cannot be written any more, and tells everybody. */
  continueLog(): RoomLog {
    const before = this.#log;
    this.#earlierLogs.push({ log: before.id, seq: before.last });
    const log = new ContinuedLog(before);
    // What the log has, and nobody was given yet, comes behind this.
    const seq = this.#handedOn;
    this.#tools.crowd.gather({
      broadcast: new Broadcast({ type: "log", log: log.id, seq, kept: false }),
    });
    return log;
  }

  /** How many messages that a member has not heard are gone for good. */
  gone({ after }: Hearing): number {
    const heard = after && this.#numberOf(after);
    return heard === undefined ? 0 : Math.max(0, this.#log.first - 1 - heard);
  }

  /**
   * Gives a seat what was said since it heard the room last, and lets it follow what is said from then
   * on. Resolves when it follows, or is given up.
   *
   * @param isGone Whether it has been given up meanwhile.
   */
  follow(seat: Seat, hearing: Hearing, isGone: () => boolean): Promise<void> {
    const tracked = this.#follow(seat, hearing, isGone)
      .finally(() => this.#catchingUp.delete(tracked));
    this.#catchingUp.add(tracked);
    return tracked;
  }

  /** Resolves when every seat that is there follows. */
  async caughtUp(): Promise<void> {
    while (this.#catchingUp.size > 0) await Promise.allSettled(this.#catchingUp);
  }

  async #follow(seat: Seat, { after, past }: Hearing, isGone: () => boolean): Promise<void> {
    const { announcer, crowd } = this.#tools;
    const heard = after && this.#numberOf(after);
    await catchUp({
      from: heard ?? this.#beginningAnew(after) ?? this.#beginningFor(past) ??
        await this.#readBeginning(past),
      // By way of the crowd: otherwise others would speak faster than it can catch up.
      seat: {
        deliverAll: (bundle) => crowd.deliverAll(seat, bundle),
        drained: () => seat.drained(),
      },
      log: () => this.#log,
      recent: this.#recent,
      handedOn: () => this.#handedOn,
      isGone,
      onForgotten: (count) => announcer.notify(seat, forgottenMeanwhile(count)),
      onUnreadable: () => announcer.notify(seat, UNREADABLE),
      onCaughtUp: (seq) => {
        crowd.follow(seat);
        crowd.deliver(seat, new Broadcast({ type: "caught-up", seq }));
      },
    });
  }

  /** What number of this log a position is; `undefined` if it means nothing here. */
  #numberOf({ log, seq }: Position): number | undefined {
    if (equalConstantTime(log, this.#log.id)) return seq <= this.#log.last ? seq : undefined;
    const earlier = this.#earlierLogs.find((other) => equalConstantTime(other.log, log));
    return earlier !== undefined && seq <= earlier.seq ? seq : undefined;
  }

  /**
   * Behind which number somebody begins who comes from another log, where this one has begun since then:
   * everything in it was said meanwhile.
   */
  #beginningAnew(after: Position | undefined): number | undefined {
    const { id, isKept, first, last } = this.#log;
    if (after === undefined || isKept) return undefined;
    const known = [id, ...this.#earlierLogs.map(({ log }) => log)];
    if (known.some((log) => equalConstantTime(log, after.log))) return undefined;
    return Math.max(first - 1, last - MAX_ANEW);
  }

  /** Behind which number somebody begins who wants the last messages, if that is known at once. */
  #beginningFor(past: number): number | undefined {
    const count = Math.min(past, this.#tools.limits.history);
    if (count === 0) return this.#handedOn;
    return this.#recent.beginningOf(count, this.#log.first);
  }

  async #readBeginning(past: number): Promise<number> {
    const count = Math.min(past, this.#tools.limits.history);
    const limits = { count, size: this.#historySize };
    // What is handed on while the log reads is not one of the messages before: it is missed otherwise.
    const last = this.#handedOn;
    const [first] = await this.#log.readBefore(last + 1, limits).catch(() => []);
    return first === undefined ? last : first.seq - 1;
  }
}

function forgottenMeanwhile(count: number): string {
  const messages = count === 1
    ? "1 message that you have missed is"
    : `${count} messages that you have missed are`;
  return `${messages} gone: the room has forgotten more than you could read meanwhile`;
}
