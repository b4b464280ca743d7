/**
 * How a program of this folder talks with the one that started it: options as JSON in the first
 * argument, messages as JSON, a line each, by standard input and output.
 *
 * @module
 */
import process from "node:process";
import { TextLineStream } from "../harness/text_lines.ts";

/** What it was started with. */
export function readOptions<T>(): T {
  return JSON.parse(Deno.args[0] ?? "{}");
}

/** Says something. */
export function say(message: unknown): void {
  const bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/** What it is told, until nobody tells anything any more. */
export async function* told<T>(): AsyncIterableIterator<T> {
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) yield JSON.parse(line);
}

/** CPU time of this process so far, all threads, in seconds, to the microsecond (`getrusage`). */
export function ownCpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** The time of day in milliseconds with fractions, the same in every process of this machine. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
