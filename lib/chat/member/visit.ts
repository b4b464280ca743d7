import { equalConstantTime, randomBytes } from "../../crypto/mod.ts";
import { ProtocolError } from "../../errors.ts";
import type { Hello } from "../wire/member_messages.ts";
import { CHAT_VERSION, type Position, VISIT_ID_SIZE } from "../wire/messages.ts";
import type {
  CaughtUp,
  Delivered,
  Envelope,
  LogChange,
  Refused,
  Welcome,
} from "../wire/room_messages.ts";
import { RecentMessages } from "./recent_messages.ts";
import { type UnansweredRequest, UnansweredRequests } from "./unanswered.ts";

/** How many of the last messages are remembered, so that none is shown twice. */
const MAX_RECENT = 10_000;

/** To be given all that the room gives to newcomers. */
export const ALL_PAST = 0xffff_ffff;

/** For how long a server knows again what is sent again, in milliseconds. */
const REMEMBERED_FOR = 600_000;

/** The same, where it keeps what is said on its disk. */
const KEPT_FOR = 30 * 24 * 3_600_000;

/** What the room says about what was said, and about what this side has asked for. */
export type RoomReport = Envelope | CaughtUp | LogChange | Delivered | Refused;

/** How a connection has begun. */
export interface Beginning {
  /** How many requests are sent on it that were made before. */
  readonly resent: number;
  /** The requests that are given up, and why. */
  readonly undelivered: readonly Undelivered[];
}

/** A request that is given up: the room may have carried it out, or not. */
export interface Undelivered {
  /** What was asked for. */
  readonly request: UnansweredRequest;
  /** Why, as a part of a sentence. */
  readonly reason: string;
}

/**
 * A client's visit to a room, whatever happens to its connections: up to where it has heard the room,
 * and what the room has not answered (docs/PROTOCOL.md, "Coming back"). It does no input or output.
 */
export class Visit {
  /** By which the room knows this client again: 16 bytes. */
  readonly id: Uint8Array;
  /** What the room has not answered. */
  readonly unanswered: UnansweredRequests = new UnansweredRequests();

  readonly #now: () => number;
  readonly #recent = new RecentMessages(MAX_RECENT);
  /** This side's public key: 32 bytes. Known from the first connection on. */
  #ownKey: Uint8Array | undefined;
  /** The log that the numbers belong to. */
  #log: Uint8Array | undefined;
  /** The number up to which everything has been heard, if that is known. */
  #seq: number | undefined;
  /** Whether this connection has caught up. */
  #isCaughtUp = false;
  /** Whether what was not answered waits for this connection to have caught up. */
  #isHoldingBack = false;
  /** What was said up to this number was said before this client came. */
  #arrival = 0;
  /** How many earlier messages were asked for on arrival. */
  #past = 0;
  /** When the room was heard last: milliseconds since 1970. */
  #lastHeard = 0;

  /**
   * A visit that has not begun.
   *
   * @param id 16 bytes; drawn at random by default.
   * @param now Milliseconds since 1970; tests have their own.
   */
  constructor(id: Uint8Array = randomBytes(VISIT_ID_SIZE), now: () => number = Date.now) {
    this.id = id;
    this.#now = now;
  }

  /** Up to where the room has been heard: everything up to there has reached this client. */
  get position(): Position | undefined {
    return this.#log === undefined || this.#seq === undefined
      ? undefined
      : { log: this.#log, seq: this.#seq };
  }

  /** Whether a message was said before this client came. */
  isHistory({ seq }: Pick<Envelope, "seq">): boolean {
    return seq > 0 && seq <= this.#arrival;
  }

  /**
   * What to say first on a connection.
   *
   * @param past How many of the messages before it came this client wants on arrival, at most.
   */
  hello(nick: string, past: number): Hello {
    const after = this.position;
    this.#past = past;
    return {
      type: "hello",
      version: CHAT_VERSION,
      nick,
      visit: this.id,
      ...(after && { after }),
      // A server that has begun a new log gives all that it has: it was said in the meantime.
      past: after === undefined ? past : ALL_PAST,
    };
  }

  /**
   * The room has answered the hello: everything that is unanswered is to be sent on this connection.
   *
   * @param ownKey This side's public key, as it has proved it: 32 bytes.
   */
  begin(welcome: Pick<Welcome, "log" | "seq" | "kept" | "gone">, ownKey: Uint8Array): Beginning {
    const isArrival = this.position === undefined;
    const isSameLog = this.#log !== undefined && equalConstantTime(this.#log, welcome.log);
    const undelivered = this.#giveUpLost(welcome, isSameLog);
    this.#ownKey = ownKey;
    this.#log = welcome.log;
    this.#isCaughtUp = false;
    if (isArrival) this.#arrival = welcome.seq;
    else if (!isSameLog) this.#arrival = 0;
    if (!isSameLog) this.#seq = undefined;
    // A log that was put back from a copy: what it will say from there on is new.
    else if (this.#seq !== undefined) this.#seq = Math.min(this.#seq, welcome.seq);
    // Where nothing was asked for that was said before, there is nothing to catch up with.
    if (isArrival && this.#past === 0) this.#seq = welcome.seq;
    this.#lastHeard = this.#now();
    this.unanswered.rewind();
    return { resent: this.unanswered.count, undelivered };
  }

  /** The next request to send on this connection; `undefined` while there is none. */
  take(): UnansweredRequest | undefined {
    return this.#isHoldingBack ? undefined : this.unanswered.take();
  }

  /**
   * Takes note of what the room says.
   *
   * @returns What is new of it: an own message that comes back confirms a request; one that was heard
   *   before, and an answer to a request that has been answered, is nothing.
   * @throws {ProtocolError} If it answers what was never asked.
   */
  hear(report: RoomReport): RoomReport | undefined {
    this.#lastHeard = this.#now();
    switch (report.type) {
      case "message":
        return this.#hearMessage(report);
      case "caught-up":
        if (this.#isCaughtUp) {
          throw new ProtocolError(
            "malformed-message",
            'received a second message of type "caught-up"',
          );
        }
        this.#isCaughtUp = true;
        this.#arrival = 0;
        this.#advance(report.seq);
        this.#isHoldingBack = false;
        this.unanswered.onReady();
        return report;
      case "log":
        this.#log = report.log;
        // Up to there the numbers still hold. Whoever is catching up has not heard all of that yet.
        if (this.#isCaughtUp) this.#seq = report.seq;
        return report;
      case "delivered":
      case "refused":
        return this.#hearAnswer(report);
    }
  }

  /**
   * A page has come that nobody waits for.
   *
   * @throws {ProtocolError} If nobody did, on a connection before this one either.
   */
  hearLatePage(id: Uint8Array): void {
    if (!this.unanswered.isForgiven(id)) throw unknownAnswer();
  }

  #hearMessage(message: Envelope): Envelope | Delivered | undefined {
    const { id, seq, from } = message;
    if (seq > 0) this.#advance(seq);
    // A private message to oneself is no receipt.
    const isOwn = seq > 0 && this.#ownKey !== undefined &&
      equalConstantTime(from.key, this.#ownKey);
    const request = isOwn ? this.unanswered.remove(id) : undefined;
    const isNew = this.#recent.add(id, from.key);
    if (request !== undefined) return { type: "delivered", id, seq };
    return isNew ? message : undefined;
  }

  #hearAnswer(answer: Delivered | Refused): Delivered | Refused | undefined {
    const request = this.unanswered.answer(answer.id);
    if (request === "unknown") throw unknownAnswer();
    if (answer.type === "delivered" && request !== "again") {
      // A number that is not one would have this side believe that it has heard what it has not.
      if (isToAll(request) !== answer.seq > 0) {
        throw new ProtocolError(
          "malformed-message",
          'received a message of type "delivered" whose "seq" does not fit what was asked for',
        );
      }
    }
    if (answer.type === "delivered" && answer.seq > 0) {
      // Before, it may have overtaken what was said earlier.
      if (this.#isCaughtUp) this.#advance(answer.seq);
      if (this.#ownKey !== undefined) this.#recent.add(answer.id, this.#ownKey);
    }
    if (request === "again") return undefined;
    if (answer.type === "refused") this.unanswered.onRefused(request);
    return answer;
  }

  #advance(seq: number): void {
    this.#seq = this.#isCaughtUp ? Math.max(seq, this.#seq ?? 0) : seq;
  }

  /**
   * Gives up what the room may have carried out already, and would not know again. A message to all
   * shows by itself whether it has arrived, where nothing of the log is missing: then it waits for that.
   */
  #giveUpLost({ kept, gone }: Pick<Welcome, "kept" | "gone">, isSameLog: boolean): Undelivered[] {
    const undelivered: Undelivered[] = [];
    this.#isHoldingBack = false;
    for (const request of this.unanswered.all) {
      if (!request.wasSent) continue;
      // A disk has the ids of messages to all, and nothing of anything else.
      const rememberedFor = kept && isToAll(request) ? KEPT_FOR : REMEMBERED_FOR;
      const isOld = this.#now() - Math.max(request.time, this.#lastHeard) > rememberedFor;
      // A log that is kept outlives the server, which knows no more then what it has carried out.
      const isAimed = request.request.type === "moderate" && (!isSameLog || kept);
      if (!isOld && !isAimed) continue;
      if (!isAimed && isToAll(request) && isSameLog && gone === 0 && this.position !== undefined) {
        this.#isHoldingBack = true;
        continue;
      }
      this.unanswered.remove(request.id);
      undelivered.push({ request, reason: isAimed ? ANOTHER_SERVER : TOO_OLD });
    }
    return undelivered;
  }
}

function isToAll({ request }: UnansweredRequest): boolean {
  return request.type === "send" && request.to === undefined;
}

const TOO_OLD = "the connection was lost before it was confirmed, and the server remembers for a " +
  "shorter time what it has carried out";
const ANOTHER_SERVER = "the server may have been restarted before it was confirmed";

/** The error for an answer to nothing. */
function unknownAnswer(): ProtocolError {
  return new ProtocolError(
    "malformed-message",
    "received a receipt for a message that was not sent",
  );
}
