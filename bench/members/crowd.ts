/**
 * Members that listen, or speak: some of a room's, in one process. They do what they are told, a line
 * of JSON a command, and answer each with a line.
 *
 * @module
 */
import { quantile } from "../harness/statistics.ts";
import { joiner, type RoomAddress, type Seat, TEXT_SIZE } from "./seats.ts";
import { now, readOptions, say, told } from "./talk.ts";

interface Options extends RoomAddress {
  /** In front of their nicknames. */
  readonly prefix: string;
}

/** What a crowd can be told. */
export type Command =
  /** So many more come, some at once. The answer: in how many seconds. */
  | { readonly do: "join"; readonly count: number; readonly together: number }
  /**
   * From now on all of them together will hear so many messages; every so-manieth member notes how
   * old they are. The answer at once, and, when all have come, the delays in milliseconds.
   */
  | { readonly do: "expect"; readonly messages: number; readonly noteEvery: number }
  /**
   * The first members say so many messages each, as fast as they can. The answer: in how many seconds,
   * until the last is said, or until it is confirmed.
   */
  | {
    readonly do: "flood";
    readonly speakers: number;
    readonly messages: number;
    readonly isConfirmed?: boolean;
  }
  /** The first member says so many messages, so many milliseconds apart. The answer as above. */
  | { readonly do: "murmur"; readonly messages: number; readonly pause: number };

/** How many delays are handed on at most. */
const MAX_SAMPLES = 1001;
/** How many messages a speaker hands to its connection at once. */
const HANDFUL = 16;
/** For how long nothing may come that is expected, in milliseconds. */
const STALL = 20_000;

const options = readOptions<Options>();
const join = await joiner(options);
const arrived: Seat[] = [];
let coming = 0;
const unanswered: number[] = [];
const wakes: (() => void)[] = [];
let heard = 0;
let expected = Infinity;
let noteEvery = Infinity;
let delays: number[] = [];
let isEnding = false;
let watch: ReturnType<typeof setInterval> | undefined;

function note(text: string): void {
  const time = now();
  for (const [, sent] of text.matchAll(/@(\d{13}\.\d{3})/g)) delays.push(time - Number(sent));
}

async function come(): Promise<void> {
  const place = coming++;
  unanswered[place] = 0;
  const seat = await join(`${options.prefix}${place}`, {
    heard(count, read) {
      heard += count;
      if (place % noteEvery === 0) note(read());
      if (heard >= expected) tellDelays();
    },
    ...(options.prefix.startsWith("s") && {
      confirmed(count: number) {
        unanswered[place] -= count;
        wakes[place]?.();
      },
    }),
    ended(error) {
      if (isEnding) return;
      const reason = error instanceof Error ? error.message : String(error);
      console.error(`${options.prefix}${place} was cut off: ${reason}`);
      Deno.exit(1);
    },
  });
  arrived[place] = seat;
}

function tellDelays(): void {
  expected = Infinity;
  clearInterval(watch);
  const samples = delays.length === 0 ? [] : Array.from(
    { length: Math.min(MAX_SAMPLES, delays.length) },
    (_, at, last = Math.min(MAX_SAMPLES, delays.length) - 1) =>
      Number(quantile(delays, last === 0 ? 0 : at / last).toFixed(3)),
  );
  say({ heard, delays: samples });
}

function message(): string {
  return `@${now().toFixed(3)} some words to everybody, and a few more of them`
    .padEnd(TEXT_SIZE, ".");
}

/** As real clients do, a speaker waits when too much of what it has said has no answer. */
async function flood(place: number, count: number, isConfirmed: boolean): Promise<void> {
  const seat = arrived[place];
  for (let sent = 0; sent < count;) {
    while (unanswered[place] + HANDFUL > seat.window) await confirmation(place);
    const some = Array.from({ length: Math.min(HANDFUL, count - sent) }, message);
    sent += some.length;
    unanswered[place] += some.length;
    await seat.say(some);
  }
  while (isConfirmed && unanswered[place] > 0) await confirmation(place);
}

function confirmation(place: number): Promise<void> {
  return new Promise<void>((resolve) => wakes[place] = resolve);
}

async function carryOut(command: Command): Promise<void> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  switch (command.do) {
    case "join": {
      let rest = command.count;
      await Promise.all(
        Array.from({ length: Math.min(command.together, command.count) }, async () => {
          while (rest-- > 0) await come();
        }),
      );
      return say({ seconds: seconds() });
    }
    case "expect": {
      [heard, expected, noteEvery, delays] = [0, command.messages, command.noteEvery, []];
      let before = -1;
      clearInterval(watch);
      watch = setInterval(() => {
        if (heard === before) {
          console.error(`${heard} of ${expected} messages have come`);
          Deno.exit(1);
        }
        before = heard;
      }, STALL);
      return say({});
    }
    case "flood":
      await Promise.all(
        Array.from(
          { length: command.speakers },
          (_, place) => flood(place, command.messages, command.isConfirmed ?? false),
        ),
      );
      return say({ seconds: seconds() });
    case "murmur":
      for (let sent = 0; sent < command.messages; sent++) {
        await arrived[0].say([message()]);
        await new Promise((resolve) => setTimeout(resolve, command.pause));
      }
      return say({ seconds: seconds() });
  }
}

for await (const command of told<Command>()) await carryOut(command);
isEnding = true;
Deno.exit(0);
