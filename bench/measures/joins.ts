import type { Figures, Measure, Round, Subject } from "../harness/measure.ts";
import { since, total } from "../harness/usage.ts";
import { missing } from "../peers/installed.ts";
import { Crowd } from "../peers/room.ts";
import { startNgircd, startOwnServer, type StartRoomServer } from "../peers/room_server.ts";

async function joins(start: StartRoomServer, round: Round, together: number): Promise<Figures> {
  const { size } = round;
  const server = await start(round, { members: size });
  const crowd = new Crowd(round, server.address);
  const before = await server.usage();
  const seconds = await crowd.join(size, together);
  const used = since(before, await server.usage());
  return {
    cpu: 1000 * total(used) / size,
    user: 1000 * used.user / size,
    system: 1000 * used.system / size,
    seconds,
    all: total(used),
  };
}

const OWN = "this project";
const NGIRCD = "ngircd over TLS";
const ALONE = ", one after the other";
const TOGETHER = ", 20 at once";

const subject = (name: string, start: StartRoomServer, together: number): Subject => ({
  name,
  isOwn: start === startOwnServer,
  // A thousand take long, and are many: few rounds have little noise.
  maxRounds: together === 1 ? 1 : 3,
  whyNot: async () => start === startOwnServer ? undefined : await missing("ngircd", "openssl"),
  run: (round) => joins(start, round, together),
});

/** A thousand come. */
export const JOINS: Measure = {
  name: "joins",
  title: "1,000 joins",
  how:
    "Servers as in fan-out. Members come and stay, each with a key of its own: the handshake, the " +
    "join, and the news of it to all who are there. Two processes have ten under way each, or one " +
    "has one after the other. CPU is the server's until the last one is in the room. A quick run has " +
    "300.",
  size: 1000,
  quickSize: 300,
  rounds: 3,
  quickRounds: 2,
  quantities: {
    cpu: { label: "server CPU a join", unit: "ms" },
    user: { label: "of it, user", unit: "ms" },
    system: { label: "of it, system", unit: "ms" },
    seconds: { label: "all together took", unit: "s" },
  },
  subjects: [
    subject(OWN + TOGETHER, startOwnServer, 20),
    subject(NGIRCD + TOGETHER, startNgircd, 20),
    subject(OWN + ALONE, startOwnServer, 1),
    subject(NGIRCD + ALONE, startNgircd, 1),
  ],
  comparisons: [
    {
      label: "joins, 20 at once, server CPU each",
      kind: "value",
      of: { subject: OWN + TOGETHER, quantity: "cpu" },
      unit: "ms",
      target: { atMost: 3 },
    },
    {
      label: "joins, one after the other, server CPU each",
      kind: "value",
      of: { subject: OWN + ALONE, quantity: "cpu" },
      unit: "ms",
      target: { atMost: 3 },
    },
    {
      label: "joins, 20 at once, CPU : ngircd",
      kind: "ratio",
      of: { subject: OWN + TOGETHER, quantity: "cpu" },
      to: { subject: NGIRCD + TOGETHER, quantity: "cpu" },
    },
  ],
  growth: [{
    name: "joins",
    title: "Server CPU of so many joins, 20 at once",
    axis: "members",
    quantity: "all",
    sizes: [10, 100, 1000],
    quickSizes: [30, 100],
    subjects: [OWN + TOGETHER, NGIRCD + TOGETHER],
    // The news of each goes to all who are there: what all of it costs grows with the square at last.
    steepest: 1.4,
  }],
};
