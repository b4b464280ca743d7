import { MAX_MESSAGE_SIZE } from "../../channel/mod.ts";
import { equalConstantTime, hex } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import { newMessageId } from "../wire/message_id.ts";
import type { MemberRequest } from "../wire/member_messages.ts";
import { MAX_UNANSWERED } from "../wire/messages.ts";
import { refusal } from "../wire/refusal.ts";
import { encodeMessage } from "../wire/wire.ts";

/** A request to the room, whose id is made if there is none. */
export type NewRequest<Request extends MemberRequest = MemberRequest> = Request extends unknown
  ? Omit<Request, "id">
  : never;

/** How many bytes the requests of one client may have that are not answered, before it has to wait. */
export const MAX_UNANSWERED_SIZE: number = 8 * 1024 * 1024;

/** How many places among the {@linkcode MAX_UNANSWERED} are left to those who only read. */
export const MAX_PAGES = 16;

/** How many requests are on the way at once, at most. */
const MAX_ON_THE_WAY = MAX_UNANSWERED - MAX_PAGES;

/** How many requests are remembered that were sent on several connections. */
const MAX_CARRIED_OVER = 4 * MAX_UNANSWERED;

/** A request that the room has not answered. */
export interface UnansweredRequest {
  /** 16 bytes. */
  readonly id: Uint8Array;
  /** What is asked for. */
  readonly request: NewRequest;
  /** As it is sent. */
  readonly bytes: Uint8Array;
  /** When it was made: milliseconds since 1970, UTC. */
  readonly time: number;
  /** The number of the line of the input that asked for it, counted from 1, if it came from one. */
  readonly line: number | undefined;
  /** Whether it may have been sent before, on a connection that is lost. */
  readonly wasSent: boolean;
}

/** How a request is made. */
export interface RequestOptions {
  /** 16 bytes that no other request of this key has; made by {@linkcode newMessageId} by default. */
  readonly id?: Uint8Array | undefined;
  /** The number of the line of the input, counted from 1. */
  readonly line?: number | undefined;
  /** When it was made: milliseconds since 1970, UTC. Now, by default. */
  readonly time?: number | undefined;
  /** Whether it may have been sent before, in an earlier run of the program. Default false. */
  readonly wasSent?: boolean;
  /** Whether it waits until {@linkcode UnansweredRequests.release}. Default false. */
  readonly isHeld?: boolean;
}

/** What an answer is to a client: the first one, one more to what was sent again, or nonsense. */
export type AnswerTo = UnansweredRequest | "again" | "unknown";

interface Entry extends UnansweredRequest {
  wasSent: boolean;
  isHeld: boolean;
}

/**
 * The requests of one client that the room has not answered, oldest first, over all its connections. On
 * each of them they are taken in their order, those of the connection before once more.
 */
export class UnansweredRequests {
  /** Called when there may be one to {@linkcode take}. */
  onReady: () => void = () => {};
  /** Called with each one that is answered, or given up: it need not be kept any more. */
  onRemoved: (request: UnansweredRequest) => void = () => {};
  /** Called with each one that the room has refused. */
  onRefused: (request: UnansweredRequest) => void = () => {};

  readonly #entries = new Map<string, Entry>();
  /** What is to be taken on this connection. */
  #queue: Entry[] = [];
  /** How many of the queue were taken already. */
  #taken = 0;
  /** The ids of what was taken on this connection, and not answered on it. */
  readonly #onTheWay = new Set<string>();
  /** The ids of what was sent on several connections: each may bring an answer. */
  readonly #carriedOver = new Set<string>();
  #size = 0;
  #space: PromiseWithResolvers<void> | undefined;
  #settled: PromiseWithResolvers<void> | undefined;

  /** How many there are. */
  get count(): number {
    return this.#entries.size;
  }

  /** All of them, oldest first. */
  get all(): readonly UnansweredRequest[] {
    return [...this.#entries.values()];
  }

  /**
   * Adds a request. It is taken, and sent, when its turn comes. One that is there already, word for word
   * and under the same id, is given back as it is: a program that has been started anew may not know
   * what it has kept.
   *
   * @throws {UsageError} If another one has that id, or the message is too long for a channel.
   */
  add(request: NewRequest, options: RequestOptions = {}): UnansweredRequest {
    const { id = newMessageId(), line, time = Date.now(), wasSent = false } = options;
    const key = hex(id);
    const bytes = encodeMessage({ ...request, id });
    const known = this.#entries.get(key);
    if (known !== undefined && equalConstantTime(known.bytes, bytes)) return known;
    if (known !== undefined || this.#onTheWay.has(key)) {
      throw refusal(`the id ${key} is in use already`);
    }
    if (bytes.length > MAX_MESSAGE_SIZE) {
      throw new UsageError("usage", `a message has at most ${MAX_MESSAGE_SIZE} bytes`);
    }
    const isHeld = options.isHeld ?? false;
    const entry: Entry = { id, request, bytes, time, line, wasSent, isHeld };
    this.#entries.set(key, entry);
    this.#size += bytes.length;
    if (wasSent) this.#carryOver(key);
    if (!isHeld) this.#enqueue(entry);
    return entry;
  }

  /** Lets a request go out that was held back. Those before it must not be held back any more. */
  release(id: Uint8Array): void {
    const entry = this.#entries.get(hex(id));
    if (!entry?.isHeld) return;
    entry.isHeld = false;
    this.#enqueue(entry);
  }

  /** Resolves when there is space for another one. */
  async space(): Promise<void> {
    if (this.#hasSpace) return;
    this.#space ??= Promise.withResolvers();
    await this.#space.promise;
  }

  /** Resolves when nothing is unanswered. */
  async settled(): Promise<void> {
    if (this.count === 0) return;
    this.#settled ??= Promise.withResolvers();
    await this.#settled.promise;
  }

  /** Begins anew, on another connection: everything is taken once more. */
  rewind(): void {
    this.#onTheWay.clear();
    this.#queue = [...this.#entries.values()].filter(({ isHeld }) => !isHeld);
    this.#taken = 0;
  }

  /**
   * The next one to send on this connection; `undefined` while there is none, or as many are on the way
   * as may be.
   */
  take(): UnansweredRequest | undefined {
    while (this.#onTheWay.size < MAX_ON_THE_WAY) {
      const entry = this.#queue[this.#taken];
      if (entry === undefined) return undefined;
      this.#taken++;
      this.#forgetTaken();
      const key = hex(entry.id);
      // It may have been answered before its turn came.
      if (this.#entries.get(key) !== entry) continue;
      if (entry.wasSent) this.#carryOver(key);
      entry.wasSent = true;
      this.#onTheWay.add(key);
      return entry;
    }
    return undefined;
  }

  /** The room has answered. */
  answer(id: Uint8Array): AnswerTo {
    const key = hex(id);
    const wasOnTheWay = this.#onTheWay.delete(key);
    const entry = this.#entries.get(key);
    // What was sent on an earlier connection only may be answered on this one.
    if (entry !== undefined && entry.wasSent) {
      this.#remove(key, entry);
      if (wasOnTheWay) this.onReady();
      return entry;
    }
    if (wasOnTheWay) this.onReady();
    return wasOnTheWay || this.#carriedOver.has(key) ? "again" : "unknown";
  }

  /**
   * It has turned out that the room has carried a request out, or it is given up. Its answer, if it is
   * on the way, is then no surprise.
   */
  remove(id: Uint8Array): UnansweredRequest | undefined {
    const key = hex(id);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.wasSent) this.#carryOver(key);
    this.#remove(key, entry);
    return entry;
  }

  /** Lets answers come to a request that is not among these: to one that was given up with a connection. */
  forgive(id: Uint8Array): void {
    this.#carryOver(hex(id));
  }

  /** Whether an answer may come although nobody waits for it. */
  isForgiven(id: Uint8Array): boolean {
    const key = hex(id);
    return this.#carriedOver.has(key) && !this.#entries.has(key);
  }

  get #hasSpace(): boolean {
    return this.count < MAX_ON_THE_WAY && this.#size < MAX_UNANSWERED_SIZE;
  }

  #enqueue(entry: Entry): void {
    this.#queue.push(entry);
    this.onReady();
  }

  #forgetTaken(): void {
    // Shifting an array for each request would cost more than the request.
    if (this.#taken < this.#queue.length && this.#taken < MAX_UNANSWERED) return;
    this.#queue = this.#queue.slice(this.#taken);
    this.#taken = 0;
  }

  #carryOver(key: string): void {
    this.#carriedOver.delete(key);
    this.#carriedOver.add(key);
    if (this.#carriedOver.size <= MAX_CARRIED_OVER) return;
    const [oldest] = this.#carriedOver;
    if (oldest !== undefined) this.#carriedOver.delete(oldest);
  }

  #remove(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#size -= entry.bytes.length;
    this.onRemoved(entry);
    if (this.#hasSpace) {
      this.#space?.resolve();
      this.#space = undefined;
    }
    if (this.count === 0) {
      this.#settled?.resolve();
      this.#settled = undefined;
    }
  }
}
