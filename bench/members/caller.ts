/**
 * The side of a pair that connects: it sends a message and waits for its answer, so many times
 * (`ping`), sends so many bytes as fast as they are taken (`source`), or connects and hangs up, so
 * many times (`visitor`).
 *
 * @module
 */
import { quantile } from "../harness/statistics.ts";
import { ownCpu, readOptions, say, told } from "./talk.ts";
import { connector, type WireOptions } from "./wire.ts";

interface Options extends WireOptions {
  readonly task: "ping" | "source" | "visitor";
  /** Bytes of a message (`ping`), or of all together (`source`). */
  readonly size: number;
  /** How many messages, or connections. */
  readonly count: number;
  /** How many of them come before the clock runs. */
  readonly warmUp: number;
}

/** How many bytes a message of a `source` has at most. */
const PIECE = 65_536;

const options = readOptions<Options>();
const connect = await connector(options);

const TASKS = {
  async ping() {
    const wire = await connect();
    const message = new Uint8Array(options.size);
    const times: number[] = [];
    for (let round = -options.warmUp; round < options.count; round++) {
      const start = performance.now();
      await wire.send(message);
      await wire.receive(options.size);
      if (round >= 0) times.push(1000 * (performance.now() - start));
    }
    say({ median: quantile(times, 0.5), late: quantile(times, 0.99) });
  },
  async source() {
    const wire = await connect();
    const piece = crypto.getRandomValues(new Uint8Array(Math.min(PIECE, options.size)));
    const [before, start] = [ownCpu(), performance.now()];
    for (let sent = 0; sent < options.size;) {
      const part = piece.subarray(0, Math.min(piece.length, options.size - sent));
      await wire.send(part);
      sent += part.length;
    }
    await wire.receive(1);
    say({ seconds: (performance.now() - start) / 1000, cpu: ownCpu() - before });
  },
  async visitor() {
    const visit = async () => await (await connect()).close();
    for (let visits = 0; visits < options.warmUp; visits++) await visit();
    say({});
    for await (const _ of told()) {
      const [before, start] = [ownCpu(), performance.now()];
      for (let visits = 0; visits < options.count; visits++) await visit();
      say({ cpu: ownCpu() - before, seconds: (performance.now() - start) / 1000 });
    }
  },
};

await TASKS[options.task]();
Deno.exit(0);
