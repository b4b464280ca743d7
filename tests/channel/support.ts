import assert from "node:assert/strict";
import {
  acceptAnyone,
  type CipherChoice,
  protocolName,
  SecureChannel,
  type SecureChannelOptions,
  type Trace,
  type TraceEvent,
  type Transport,
} from "../../lib/channel/mod.ts";
import { generateX25519KeyPair } from "../../lib/crypto/mod.ts";
import { ReportedError } from "../../lib/errors.ts";
import { memoryPair } from "../support/wire.ts";

export const CIPHERS: readonly CipherChoice[] = ["cbc", "gcm"];

/** One key pair for each side of every test: they hold no state. */
export const CLIENT_KEYS = await generateX25519KeyPair();
export const SERVER_KEYS = await generateX25519KeyPair();

/** Plain XX: for tests of what comes after the handshake, where ML-KEM would only take time. */
export function classical(cipher: CipherChoice): string {
  return protocolName({ cipher, classical: true });
}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

export function fromUtf8(bytes: Uint8Array | undefined): string | undefined {
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** Bytes that can be told from others: a counter over a start value. */
export function pattern(size: number, start = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index++) bytes[index] = start + index * 31;
  return bytes;
}

export function random(size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let offset = 0; offset < size; offset += 65_536) {
    crypto.getRandomValues(bytes.subarray(offset, offset + 65_536));
  }
  return bytes;
}

/** Whether two byte strings are the same, without the cost of a deep comparison. */
export function same(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (left[index] !== right[index]) return false;
  }
  return true;
}

export function assertSame(actual: Uint8Array | undefined, expected: Uint8Array): void {
  assert.ok(actual !== undefined, "there are bytes");
  assert.ok(same(actual, expected), `${actual.length} bytes are not the ${expected.length} wanted`);
}

/** Whether `part` stands somewhere in `whole`. */
export function contains(whole: Uint8Array, part: Uint8Array): boolean {
  for (let start = whole.indexOf(part[0]); start >= 0; start = whole.indexOf(part[0], start + 1)) {
    if (same(whole.subarray(start, start + part.length), part)) return true;
  }
  return false;
}

/** A trace that remembers. */
export class Recorder implements Trace {
  readonly secrets = true;
  readonly events: TraceEvent[] = [];

  event(event: TraceEvent): void {
    this.events.push(event);
  }

  /** The events of one type. */
  of<Type extends TraceEvent["type"]>(type: Type): Extract<TraceEvent, { type: Type }>[] {
    return this.events.filter((event): event is Extract<TraceEvent, { type: Type }> =>
      event.type === type
    );
  }

  /** How many bytes have gone one way. */
  count(direction: "in" | "out"): number {
    return this.of("bytes").filter((event) => event.direction === direction)
      .reduce((size, { bytes }) => size + bytes.length, 0);
  }
}

type Options = Partial<SecureChannelOptions>;

interface Ends<T> {
  readonly client: T;
  readonly server: T;
}

/** Starts both handshakes. */
export function begin(
  transports: Ends<Transport>,
  options: Partial<Ends<Options>> = {},
): Ends<Promise<SecureChannel>> {
  return {
    client: SecureChannel.establish("initiator", transports.client, {
      acceptPeer: acceptAnyone,
      staticKeyPair: CLIENT_KEYS,
      protocols: [classical("cbc")],
      ...options.client,
    }),
    server: SecureChannel.establish("responder", transports.server, {
      acceptPeer: acceptAnyone,
      staticKeyPair: SERVER_KEYS,
      ...options.server,
    }),
  };
}

/** Starts both handshakes; what becomes of each. */
export async function tryEstablish(
  transports: Ends<Transport>,
  options: Partial<Ends<Options>> = {},
): Promise<Ends<PromiseSettledResult<SecureChannel>>> {
  const begun = begin(transports, options);
  const [client, server] = await Promise.allSettled([begun.client, begun.server]);
  return { client, server };
}

/** A client and a server that have shaken hands. */
export async function establish(
  options: {
    transports?: Ends<Transport>;
    cipher?: CipherChoice;
    client?: Options;
    server?: Options;
  } = {},
): Promise<Ends<SecureChannel>> {
  const { client, server } = await tryEstablish(options.transports ?? memoryPair(), {
    client: { protocols: [classical(options.cipher ?? "cbc")], ...options.client },
    ...(options.server && { server: options.server }),
  });
  assert.ok(
    client.status === "fulfilled" && server.status === "fulfilled",
    failures(client, server),
  );
  return { client: client.value, server: server.value };
}

function failures(...results: PromiseSettledResult<unknown>[]): string {
  return results.map((result) => result.status === "rejected" ? String(result.reason) : "fine")
    .join("; ");
}

/** The error of a promise that has to be rejected with a reported error: `Class/code`. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  return described(await rejection(promise));
}

/** The reason for which a promise is rejected; it must not be fulfilled. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const fulfilled = Symbol();
  const result = await promise.then(() => fulfilled, (error: unknown) => error);
  assert.notEqual(result, fulfilled, "it should have failed");
  return result;
}

/** `Class/code` of a reported error; fails on every other one. */
export function described(error: unknown): string {
  assert.ok(error instanceof ReportedError, `not a reported error: ${describeUnknown(error)}`);
  return `${error.name}/${error.code}`;
}

function describeUnknown(error: unknown): string {
  return error instanceof Error ? error.stack ?? String(error) : String(error);
}

/** `Class/code` of what a settled promise was rejected with, or `fine`. */
export function outcome(result: PromiseSettledResult<unknown>): string {
  return result.status === "fulfilled" ? "fine" : described(result.reason);
}

/** Every message until the other side's goodbye. */
export async function receiveAll(channel: SecureChannel): Promise<Uint8Array[]> {
  const messages: Uint8Array[] = [];
  for (
    let message = await channel.receive();
    message !== undefined;
    message = await channel.receive()
  ) {
    messages.push(message);
  }
  return messages;
}

/** Lets everything happen that can happen without anything from outside: some turns of the loop. */
export async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
}

/** Waits until something is the case that will be. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await turns(1);
}

/** Whether a promise is still pending after everything has happened that can. */
export async function isPending(promise: Promise<unknown>): Promise<boolean> {
  let pending = true;
  const done = () => {
    pending = false;
  };
  promise.then(done, done);
  await turns();
  return pending;
}

/** A timer that has not gone off. */
interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/**
 * A clock that stands still until the test moves it: for `performance.now`, and for timers of a
 * millisecond and more. Give it back with `using`.
 */
export class Clock implements Disposable {
  readonly #real = { now: performance.now, setTimeout, clearTimeout };
  readonly #timers = new Map<number, Timer>();
  /** A whole number, so that times add up. */
  #now = Math.ceil(performance.now());
  /** Far from the numbers that real timers have. */
  #lastId = 2 ** 40;

  constructor() {
    performance.now = () => this.#now;
    const setTimeout = (run: () => void, delay = 0) => {
      if (delay < 1) return this.#real.setTimeout(run, delay);
      this.#timers.set(++this.#lastId, { at: this.#now + delay, run });
      return this.#lastId;
    };
    globalThis.setTimeout = setTimeout as typeof globalThis.setTimeout;
    globalThis.clearTimeout = ((id?: number) => {
      if (id === undefined || !this.#timers.delete(id)) this.#real.clearTimeout(id);
    }) as typeof globalThis.clearTimeout;
  }

  /** How many timers are running. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Lets so many milliseconds pass, and everything happen that happens in them. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds;
    await turns();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      const [id, { at, run }] = next;
      this.#timers.delete(id);
      this.#now = at;
      run();
      await turns();
    }
    this.#now = end;
  }

  /** Gives the real one back. */
  [Symbol.dispose](): void {
    performance.now = this.#real.now;
    globalThis.setTimeout = this.#real.setTimeout;
    globalThis.clearTimeout = this.#real.clearTimeout;
  }

  /** The timer that is due first, if one is until then. */
  #next(end: number): [id: number, timer: Timer] | undefined {
    return [...this.#timers].filter(([, { at }]) => at <= end)
      .sort(([, one], [, other]) => one.at - other.at)[0];
  }
}
