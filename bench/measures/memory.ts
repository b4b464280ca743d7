import { openFiles } from "../harness/machine.ts";
import type { Figures, Measure, Round, Subject } from "../harness/measure.ts";
import { forgetPeak } from "../harness/usage.ts";
import { missing } from "../peers/installed.ts";
import { Crowd } from "../peers/room.ts";
import {
  type RoomServer,
  startNgircd,
  startOwnServer,
  type StartRoomServer,
} from "../peers/room_server.ts";

const MEBIBYTE = 2 ** 20;
const SPEAKERS = 10;
/** How many messages each of them says at the peak. */
const MESSAGES = 500;
/** How long after a peak the memory should be back, in milliseconds. */
const MINUTE = 60_000;
const QUICK_MINUTE = 10_000;
/** Seconds. A server that is left alone gives memory back after some ten of them. */
const QUIET = 12;
const LONGEST = 40;

async function memory(start: StartRoomServer, round: Round): Promise<Figures> {
  const { size, isQuick } = round;
  if (size + 100 > await openFiles()) {
    throw new Error(`${size} connections are more files than a process may open (ulimit -n)`);
  }
  const server = await start(round, { members: size });
  const crowd = new Crowd(round, server.address);
  const empty = await settled(server);
  const speakers = Math.min(SPEAKERS, size);
  await crowd.joinSpeakers(speakers);
  await crowd.join(size - speakers);
  const idle = await settled(server);
  const held = {
    rest: empty / MEBIBYTE,
    idle: idle / MEBIBYTE,
    each: (idle - empty) / size / 1024,
  };
  // Where it grows is asked at many sizes; the peak at one.
  if (size !== PEAK_SIZE) return held;
  await forgetPeak(server.pid);
  await crowd.flood(speakers, isQuick ? MESSAGES / 5 : MESSAGES);
  const { peak } = await server.usage();
  await pause(isQuick ? QUICK_MINUTE : MINUTE);
  const { memory: later } = await server.usage();
  return {
    ...held,
    peak: peak / MEBIBYTE,
    later: later / MEBIBYTE,
    back: (later - idle) / MEBIBYTE,
  };
}

/** Memory when nothing happens: what it is when it has stayed the same for so many seconds, or after all. */
async function settled(server: RoomServer): Promise<number> {
  let before = (await server.usage()).memory;
  let quiet = 0;
  for (let second = 0; second < LONGEST && quiet < QUIET; second++) {
    await pause(1000);
    const { memory } = await server.usage();
    quiet = Math.abs(memory - before) < 65_536 ? quiet + 1 : 0;
    before = memory;
  }
  return before;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const PEAK_SIZE = 300;
const OWN = "this project";
const NGIRCD = "ngircd over TLS";

const subject = (name: string, start: StartRoomServer): Subject => ({
  name,
  isOwn: start === startOwnServer,
  whyNot: async () => start === startOwnServer ? undefined : await missing("ngircd", "openssl"),
  run: (round) => memory(start, round),
});

const own = (quantity: string) => ({ subject: OWN, quantity });

/** What a server holds. */
export const MEMORY: Measure = {
  name: "memory",
  title: "Memory of a server: empty, with 300 members, at its peak, and after",
  how: "Servers and members as in fan-out; the memory is the server's resident set (`VmRSS` in " +
    "`/proc/PID/status`, and `VmHWM` for the peak), when it has stayed the same for 12 seconds. Idle " +
    "members have joined and say nothing. At the peak ten of them say 500 messages each without a " +
    `pause; later is ${MINUTE / 1000} s after that (${
      QUICK_MINUTE / 1000
    } s in a quick run). Each ` +
    "further member is the difference to the empty server by their number.",
  size: PEAK_SIZE,
  quickSize: PEAK_SIZE,
  rounds: 1,
  quickRounds: 1,
  quantities: {
    rest: { label: "empty", unit: "MiB" },
    idle: { label: "300 idle members", unit: "MiB" },
    each: { label: "each of them", unit: "KiB" },
    peak: { label: "at the peak", unit: "MiB" },
    later: { label: "later", unit: "MiB" },
  },
  subjects: [subject(OWN, startOwnServer), subject(NGIRCD, startNgircd)],
  comparisons: [
    {
      label: "memory at rest",
      kind: "value",
      of: own("rest"),
      unit: "MiB",
      target: { atMost: 60 },
    },
    {
      label: "memory of each idle member, of 300",
      kind: "value",
      of: own("each"),
      unit: "KiB",
      target: { atMost: 20 },
    },
    {
      label: "memory after a peak, above that before it",
      kind: "value",
      of: own("back"),
      unit: "MiB",
      target: { atMost: 20 },
    },
  ],
  growth: [{
    name: "memory",
    title: "Memory with so many idle members",
    axis: "members",
    quantity: "idle",
    sizes: [1, 100, 1000, 5000],
    quickSizes: [1, 10, 100],
    steepest: 1,
  }, {
    name: "memory-each",
    title: "Memory of each idle member",
    axis: "members",
    quantity: "each",
    sizes: [1, 100, 1000, 5000],
    quickSizes: [1, 10, 100],
    steepest: 0.1,
  }],
};
