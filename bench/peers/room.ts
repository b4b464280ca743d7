/**
 * A room with members in processes of their own: two that listen, and one whose members speak.
 *
 * @module
 */
import type { Round } from "../harness/measure.ts";
import type { Cores } from "../harness/scope.ts";
import { median, quantile } from "../harness/statistics.ts";
import { Worker } from "../harness/worker.ts";
import type { Command } from "../members/crowd.ts";
import type { RoomAddress } from "../members/seats.ts";

/** How many processes listening members are divided over. */
const CROWDS = 2;
/** How many members come at once, when nothing else is asked for. */
const TOGETHER = 20;

/** What came of messages: how old they were when they were heard, in milliseconds. */
export interface Heard {
  readonly median: number;
  readonly late: number;
  readonly deliveries: number;
  readonly seconds: number;
  /** CPU time of all members' processes, in seconds, and of the one that had most. */
  readonly busiest: number;
}

/** The members of a room. */
export class Crowd {
  readonly #workers: readonly Worker[];
  readonly #counts: number[];

  constructor({ scope }: Round, address: RoomAddress, cores?: Cores, crowds = CROWDS) {
    // The first are those that speak: they look at what the server answers.
    const prefixes = ["s", ...Array.from({ length: crowds }, (_, at) => `m${at}x`)];
    this.#workers = prefixes.map((prefix) =>
      new Worker(scope, "crowd", { ...address, prefix }, cores)
    );
    this.#counts = prefixes.map(() => 0);
  }

  /** How many members there are. */
  get size(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** So many come of those that speak. */
  async joinSpeakers(count: number): Promise<void> {
    await this.#join(0, count, TOGETHER);
  }

  /** So many come of those that listen; in how many seconds. */
  async join(count: number, together: number = TOGETHER): Promise<number> {
    const start = performance.now();
    const crowds = this.#workers.length - 1;
    if (together < crowds) {
      await this.#join(1, count, together);
    } else {
      await Promise.all(Array.from({ length: crowds }, (_, at) => {
        const share = Math.floor(count / crowds) + (at < count % crowds ? 1 : 0);
        return this.#join(at + 1, share, Math.floor(together / crowds));
      }));
    }
    return (performance.now() - start) / 1000;
  }

  /** Speakers say so many messages each, as fast as they can, until everybody has heard them. */
  flood(speakers: number, messages: number): Promise<Heard> {
    const command = { do: "flood", speakers, messages } as const;
    return this.#hear(speakers * messages, speakers, messages, 16, command);
  }

  /** One speaker says messages with pauses between them. */
  murmur(messages: number, pause: number): Promise<Heard> {
    return this.#hear(messages, 1, messages, 1, { do: "murmur", messages, pause });
  }

  async #join(at: number, count: number, together: number): Promise<void> {
    const worker = this.#workers[at];
    if (worker === undefined || count === 0) return;
    await this.#ask(worker, { do: "join", count, together });
    this.#counts[at] = (this.#counts[at] ?? 0) + count;
  }

  async #hear(
    messages: number,
    speakers: number,
    each: number,
    noteEvery: number,
    command: Command,
  ): Promise<Heard> {
    // Nobody hears what it says itself.
    const shares = this.#counts.map((count, at) =>
      count * messages - (at === 0 ? speakers * each : 0)
    );
    const listeners = this.#workers.filter((_, at) => (shares[at] ?? 0) > 0);
    for (const [at, worker] of this.#workers.entries()) {
      const share = shares[at] ?? 0;
      if (share > 0) await this.#ask(worker, { do: "expect", messages: share, noteEvery });
    }
    const before = await this.#cpu();
    const start = performance.now();
    const [speaker] = this.#workers;
    await speaker?.tell(command);
    const delays: number[] = [];
    await Promise.all(this.#workers.map(async (worker, at) => {
      // Of the speakers: that they have heard all, and that they have said all, in either order.
      const answers = (at === 0 ? 1 : 0) + (listeners.includes(worker) ? 1 : 0);
      for (let answer = 0; answer < answers; answer++) {
        delays.push(...(await worker.next<{ delays?: number[] }>()).delays ?? []);
      }
    }));
    const seconds = (performance.now() - start) / 1000;
    const used = (await this.#cpu()).map((cpu, at) => cpu - (before[at] ?? 0));
    return {
      median: median(delays),
      late: quantile(delays, 0.99),
      deliveries: shares.reduce((sum, share) => sum + share, 0),
      seconds,
      busiest: Math.max(...used),
    };
  }

  async #ask(worker: Worker, command: Command): Promise<void> {
    await worker.tell(command);
    await worker.next();
  }

  async #cpu(): Promise<number[]> {
    const usages = await Promise.all(this.#workers.map((worker) => worker.usage()));
    return usages.map(({ user, system }) => user + system);
  }
}
