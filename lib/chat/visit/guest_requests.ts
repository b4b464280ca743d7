import { aborted, orAborted } from "../../abort.ts";
import { CloseCode, type SecureChannel, SEND_HIGH_WATER_MARK } from "../../channel/mod.ts";
import { ProtocolError } from "../../errors.ts";
import { pause, turn } from "../../pause.ts";
import { Pace } from "../conduct/pace.ts";
import { carryOut } from "../room/carry_out.ts";
import type { Membership } from "../room/membership.ts";
import type { RoomObserver } from "../room/room_observer.ts";
import type { RoomLimits } from "../wire/limits.ts";
import type { Got, MemberRequest } from "../wire/member_messages.ts";
import { MAX_UNANSWERED } from "../wire/messages.ts";
import { decodeMemberMessage } from "../wire/wire.ts";

/** Every so many bytes of a body count as a message of their own. */
const BYTES_PER_STEP = 256;

/** How many bytes of one member may wait for their answers before it is held back. */
const MAX_OPEN_SIZE = 1024 * 1024;

/**
 * How long the readers of a guest's private messages may take to confirm them once it has said goodbye,
 * in milliseconds: it cannot say any more that it is there, and waits for an answer.
 */
export const CONFIRMATION_TIMEOUT = 2_000;

/** After so many messages of one guest everything else has its time: a record may hold thousands. */
const MESSAGES_PER_TURN = 32;

/**
 * How many pongs, and receipts that confirm nothing new, a connection may send in a second: a ping comes
 * every 2.5 seconds at most.
 */
const SIGNS_PER_SECOND = 1;

/** How many of them at once: as many as there are pings while a slow link carries nothing, and more. */
const SIGNS_AT_ONCE = 60;

/** How often a member who is throttled is told so, in milliseconds. */
const TOLD_EVERY = 30_000;

/** The longest time that a timer can wait, in milliseconds: 25 days. A longer one would not wait at all. */
const MAX_TIMER = 2 ** 31 - 1;

/** The reason for which a signal is aborted when the guest is gone. */
const GONE = new Error("the guest is gone");

/** Told of requests that are not simply carried out. */
export type RequestObserver = Pick<RoomObserver, "throttled" | "refused">;

/** How requests are carried out. */
export interface GuestRequestsOptions {
  /** Told of those that are not simply carried out. */
  readonly observer?: RequestObserver | undefined;
  /** Called with everything that the guest says, pongs too. */
  readonly onSign?: (() => void) | undefined;
  /** Aborted when the server shuts down: then a goodbye waits for no answers. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Carries out what one guest asks for, in its order, no faster than it may. It does not wait for one
 * request to be answered before it takes the next: a log may take several at once.
 */
export class GuestRequests {
  readonly #channel: SecureChannel;
  readonly #membership: Membership;
  readonly #limits: RoomLimits;
  readonly #options: GuestRequestsOptions;
  #listeningSince: number | undefined;
  /** The request after the one that is held back, once it has been asked for. */
  #next: Promise<MemberRequest | undefined> | undefined;
  #toldAt = -Infinity;
  /** How many messages of this connection were taken. */
  #taken = 0;
  /** For what calls for no answer, and does nothing. */
  readonly #signs = new Pace(SIGNS_PER_SECOND, { burst: SIGNS_AT_ONCE });
  /** Aborted when nothing comes any more: nobody is kept waiting then. */
  readonly #ended = new AbortController();
  /** Up to which number private messages were confirmed on this connection. */
  #confirmed = 0;
  /** How many requests have not been answered yet, and how many bytes they have. */
  #openCount = 0;
  #openSize = 0;
  #answered: PromiseWithResolvers<void> | undefined;
  /** Ends all waiting: the guest is gone, or a request failed as it must not. */
  readonly #stop = new AbortController();
  /** The ids of the private messages that their readers have not confirmed yet. */
  readonly #whispers = new Set<Uint8Array>();

  /** The requests that arrive on one channel. */
  constructor(
    channel: SecureChannel,
    membership: Membership,
    limits: RoomLimits,
    options: GuestRequestsOptions = {},
  ) {
    this.#channel = channel;
    this.#membership = membership;
    this.#limits = limits;
    this.#options = options;
  }

  /** Since when the guest is listened to; `undefined` while it is not, because it has to wait. */
  get listeningSince(): number | undefined {
    return this.#listeningSince;
  }

  /**
   * Carries out requests until the guest says goodbye, or is gone.
   *
   * @param gone Ends all waiting.
   * @throws {ProtocolError} If the guest does not keep to the protocol.
   * @throws {NetworkError} If the connection is cut.
   */
  async carryOut(gone: Promise<void>): Promise<void> {
    // A promise would keep each callback until the end of the visit, a signal gives it back.
    const stop = this.#stop;
    void gone.then(() => stop.abort(GONE));
    void Promise.race([gone, this.#channel.closed]).then(() => this.#ended.abort());
    try {
      for (
        let request = await orAborted(this.#take(), stop.signal);
        request !== undefined;
        request = await orAborted(this.#take(), stop.signal)
      ) {
        if (await this.#waitForRefusals(stop.signal) === "left") break;
        // What is held back is dropped: a goodbye that comes before its receipt is a hurried one.
        if (await this.#hold(request, stop.signal) === "left") break;
        // Nothing may come in between: another speaker could take the space that there is.
        void this.#answer(request);
        if (await this.#waitForAnswers(stop.signal) === "left") break;
      }
      // A guest that has left may have done so by breaking the protocol, or the connection.
      if (this.#next !== undefined) await this.#take();
      // Nothing follows a goodbye: two that whisper to each other would wait for each other otherwise.
      this.#membership.stopReading();
      // What was asked for before a goodbye is answered before it.
      await this.#allAnswered();
    } catch (error) {
      if (error !== GONE) throw error;
    }
  }

  #take(): Promise<MemberRequest | undefined> {
    const next = this.#next ?? this.#receive();
    this.#next = undefined;
    return next;
  }

  async #receive(): Promise<MemberRequest | undefined> {
    this.#listeningSince = performance.now();
    try {
      for (
        let bytes = await this.#channel.receive();
        bytes !== undefined;
        bytes = await this.#channel.receive()
      ) {
        if (++this.#taken % MESSAGES_PER_TURN === 0) await turn();
        this.#options.onSign?.();
        const message = decodeMemberMessage(bytes);
        if (message.type === "hello") {
          throw new ProtocolError("malformed-message", "received a second hello");
        }
        if (message.type !== "got" && message.type !== "pong") return message;
        const isIdle = message.type === "pong" || !this.#got(message);
        const forKey = this.#membership.holder.conduct.pace.take(1);
        const wait = Math.max(forKey, isIdle ? this.#signs.take(1) : 0);
        if (wait > 0) await this.#rest(wait);
      }
      return undefined;
    } finally {
      this.#listeningSince = undefined;
    }
  }

  /** Listens to nothing for a while: that the guest is silent meanwhile is not its fault. */
  async #rest(milliseconds: number): Promise<void> {
    this.#listeningSince = undefined;
    await pause(milliseconds, this.#ended.signal).catch(() => {});
    this.#listeningSince = performance.now();
  }

  /** Takes note of a receipt; says whether it confirms something new. */
  #got({ private: number }: Got): boolean {
    if (!this.#membership.got(number)) {
      throw new ProtocolError(
        "malformed-message",
        'received a message of type "got" whose "private" no message has had',
      );
    }
    const isNew = number > this.#confirmed;
    if (isNew) this.#confirmed = number;
    return isNew;
  }

  async #answer(request: MemberRequest): Promise<void> {
    // What is for one reader waits in that one's mailbox, whose size is limited.
    const size = request.type === "send" && request.to === undefined ? request.body.length : 0;
    if (request.type === "send" && request.to !== undefined) this.#whispers.add(request.id);
    this.#openCount++;
    this.#openSize += size;
    try {
      const answer = await carryOut(this.#membership, request);
      if (answer.type === "refused") this.#noteRefusal(request);
      this.#membership.answer(answer);
    } catch (error) {
      this.#stop.abort(error);
    }
    this.#whispers.delete(request.id);
    this.#openCount--;
    this.#openSize -= size;
    this.#answered?.resolve();
    this.#answered = undefined;
  }

  #noteRefusal({ type }: MemberRequest): void {
    this.#membership.holder.conduct.refused();
    this.#options.observer?.refused?.(type);
  }

  /** Waits while too many requests of this key were refused. */
  async #waitForRefusals(gone: AbortSignal): Promise<"left" | undefined> {
    const wait = this.#membership.holder.conduct.refusalWait;
    if (wait === 0) return undefined;
    this.#tell("you are throttled: too much that you asked for was refused");
    return await this.#pause(wait, gone);
  }

  /** Waits while too much is unanswered, and while the guest does not read its own answers. */
  async #waitForAnswers(gone: AbortSignal): Promise<"left" | undefined> {
    while (this.#openCount >= MAX_UNANSWERED || this.#openSize > MAX_OPEN_SIZE) {
      const left = await this.#meanwhile(this.#nextAnswer(), gone);
      if (left !== undefined) return left;
    }
    if (this.#channel.queued <= SEND_HIGH_WATER_MARK) return undefined;
    return await this.#meanwhile(this.#channel.drained(), gone);
  }

  async #allAnswered(): Promise<void> {
    if (this.#channel.remoteClose?.code === CloseCode.shutdown) return;
    const { signal } = this.#options;
    const shutdown = signal === undefined ? new Promise<never>(() => {}) : aborted(signal);
    const { receipts } = this.#membership.holder;
    const timer = setTimeout(() => {
      for (const id of this.#whispers) receipts.giveUp(id);
    }, CONFIRMATION_TIMEOUT);
    try {
      while (this.#openCount > 0 && !signal?.aborted) {
        await orAborted(Promise.race([this.#nextAnswer(), shutdown]), this.#stop.signal);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when a request has been answered. */
  #nextAnswer(): Promise<void> {
    this.#answered ??= Promise.withResolvers();
    return this.#answered.promise;
  }

  /**
   * Holds the guest back: as long as it is too fast, and as long as its readers are too slow.
   *
   * @returns `left` if the guest did, or failed, before its time.
   */
  async #hold(request: MemberRequest, gone: AbortSignal): Promise<"left" | undefined> {
    const wait = this.#waitFor(request);
    if (wait > 0 && await this.#pause(wait, gone) === "left") return "left";
    if (await this.#waitForTurn(request, gone) === "left") return "left";
    return await this.#waitForReaders(request, gone);
  }

  /**
   * Waits as long as slow mode makes this guest wait, and no longer than an operator wants it to. Then its
   * turn is taken: another connection of the same key has to wait for the next one.
   */
  async #waitForTurn(request: MemberRequest, gone: AbortSignal): Promise<"left" | undefined> {
    if (request.type === "moderate") return undefined;
    for (let pause = this.#pauseLeft(); pause > 0; pause = this.#pauseLeft()) {
      const changed = Promise.withResolvers<void>();
      const unwatch = this.#membership.watchSlowness(changed.resolve);
      try {
        if (await this.#pause(pause, gone, changed.promise) === "left") return "left";
      } finally {
        unwatch();
      }
    }
    this.#membership.holder.conduct.lastSpoken = performance.now();
    return undefined;
  }

  /** Waits so many milliseconds, or until something else has happened. */
  async #pause(
    milliseconds: number,
    gone: AbortSignal,
    other?: Promise<void>,
  ): Promise<"left" | undefined> {
    const over = Promise.withResolvers<void>();
    const timer = setTimeout(over.resolve, Math.min(milliseconds, MAX_TIMER));
    const waited = other === undefined ? over.promise : Promise.race([over.promise, other]);
    try {
      return await this.#meanwhile(waited, gone);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Waits until its readers have space. */
  async #waitForReaders(request: MemberRequest, gone: AbortSignal): Promise<"left" | undefined> {
    if (request.type === "moderate") return undefined;
    const to = request.type === "send" ? request.to : undefined;
    for (
      let ready = this.#membership.ready(to);
      ready !== undefined;
      ready = this.#membership.ready(to)
    ) {
      if (await this.#meanwhile(ready, gone) === "left") return "left";
    }
    return undefined;
  }

  /** Waits, and meanwhile looks out for a goodbye, which is answered at once. */
  async #meanwhile(waited: Promise<void>, gone: AbortSignal): Promise<"left" | undefined> {
    this.#next ??= this.#receive();
    const left = this.#next.then(
      (next) => next === undefined ? "left" as const : waited.then(() => undefined),
      // The error is for the next take.
      () => "left" as const,
    );
    return await orAborted(Promise.race([waited.then(() => undefined), left]), gone);
  }

  #waitFor(request: MemberRequest): number {
    const { conduct } = this.#membership.holder;
    const size = request.type === "send" ? request.body.length : 0;
    const steps = Math.max(1, Math.ceil(size / BYTES_PER_STEP));
    const wait = conduct.pace.take(steps);
    if (request.type === "moderate") return wait;
    const isChange = request.type !== "send";
    const forChange = isChange ? conduct.changes.take(1) : 0;
    const { slowness } = this.#membership;
    const { messagesPerSecond } = this.#limits;
    if (slowness !== undefined && this.#pauseLeft() > 0) {
      const why = slowness.reason === "" ? "" : `; reason: ${slowness.reason}`;
      this.#tell(`slow mode is on for you: one message every ${slowness.seconds} s${why}`);
    } else if (forChange > wait) {
      this.#tell("you are throttled: names and topics may not change that often");
    } else if (wait > 0) {
      const each = steps > 1 ? `; each ${BYTES_PER_STEP} bytes of one count as a message` : "";
      this.#tell(`you are throttled: at most ${messagesPerSecond} messages a second${each}`);
    }
    return Math.max(wait, forChange);
  }

  /** How long slow mode makes this guest wait before it says the next thing, in milliseconds. */
  #pauseLeft(): number {
    const { slowness, holder: { conduct } } = this.#membership;
    if (slowness === undefined) return 0;
    return Math.max(0, conduct.lastSpoken + slowness.seconds * 1000 - performance.now());
  }

  #tell(text: string): void {
    const now = performance.now();
    if (now - this.#toldAt < TOLD_EVERY) return;
    this.#toldAt = now;
    this.#membership.notify(text);
    this.#options.observer?.throttled?.(this.#membership.member);
  }
}
