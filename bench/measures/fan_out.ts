import type { Figures, Measure, Round, Subject } from "../harness/measure.ts";
import { forgetPeak, since, total } from "../harness/usage.ts";
import { missing } from "../peers/installed.ts";
import { Crowd } from "../peers/room.ts";
import { startNgircd, startOwnServer, type StartRoomServer } from "../peers/room_server.ts";
import { comparedWithNgircd, DELIVERY, deliveryFigures, NGIRCD, OWN } from "./delivery.ts";

const SPEAKERS = 10;

/** Deliveries of one round, about: fewer members hear more messages. */
const DELIVERIES = 2_000_000;
const QUICK_DELIVERIES = 600_000;

async function fanOut(start: StartRoomServer, round: Round, crowds: number): Promise<Figures> {
  const { size, isQuick } = round;
  const server = await start(round, { members: size });
  const crowd = new Crowd(round, server.address, undefined, crowds);
  const speakers = Math.min(SPEAKERS, size);
  await crowd.joinSpeakers(speakers);
  await crowd.join(size - speakers);
  const wanted = isQuick ? QUICK_DELIVERIES : DELIVERIES;
  const messages = Math.max(20, Math.min(5_000, Math.round(wanted / size / speakers)));
  // The first messages find code that was never run: they are no part of the figures.
  await crowd.flood(speakers, Math.ceil(messages / 10));
  await forgetPeak(server.pid);
  const before = await server.usage();
  const heard = await crowd.flood(speakers, messages);
  const after = await server.usage();
  const used = since(before, after);
  return {
    ...deliveryFigures(heard, used, messages * speakers),
    peak: after.peak / 2 ** 20,
    rate: heard.deliveries / heard.seconds / 1e6,
    busy: 100 * total(used) / heard.seconds,
    members: 100 * heard.busiest / heard.seconds,
  };
}

const subject = (
  name: string,
  start: StartRoomServer,
  settings: { readonly needs?: readonly string[]; readonly crowds?: number },
): Subject => ({
  name,
  isOwn: settings.needs === undefined && settings.crowds === undefined,
  ...(settings.crowds !== undefined && { maxRounds: 1 }),
  whyNot: () => missing(...settings.needs ?? []),
  run: (round) => fanOut(start, round, settings.crowds ?? 2),
});

const NEEDS = ["ngircd", "openssl"];

/** A room in which all is busy. */
export const FAN_OUT: Measure = {
  name: "fan-out",
  title: "Fan-out: 300 members, 10 of them speak without a pause",
  how: "The server is `deno run -NRWE server.ts --headless --json --listen 127.0.0.1:0 --home " +
    "FOLDER`, all else at its default; `ngircd` has a P-256 certificate, no flood protection " +
    "(`MaxPenaltyTime = 0`) and no limits of connections. 300 members in three processes: ten " +
    "speakers, which keep as many messages on their way as the server takes (this project's as many " +
    "unanswered ones as its client), and two crowds. A message has 64 bytes of text, which begin with " +
    "the time; a member in sixteen reads it. A tenth of the messages goes before, uncounted. CPU is " +
    "the server's (`/proc/PID/stat`) by the number of messages that members have heard, 2,000,000 in " +
    "a full run. Busy: CPU time by wall time of the server, and of the busiest of the members' " +
    "processes. Where the server has less than the members, they are what limits it: so both are " +
    "measured once with twice as many processes for the members, too.",
  size: 300,
  quickSize: 300,
  rounds: 3,
  quickRounds: 2,
  quantities: {
    ...DELIVERY,
    peak: { label: "most memory", unit: "MiB" },
    rate: { label: "deliveries", unit: "million/s" },
    busy: { label: "server busy", unit: "%" },
    members: { label: "members busy", unit: "%" },
  },
  subjects: [
    subject(OWN, startOwnServer, {}),
    subject(NGIRCD, startNgircd, { needs: NEEDS }),
    subject(`${OWN}, members in twice as many processes`, startOwnServer, { crowds: 4 }),
    subject(`${NGIRCD}, members in twice as many processes`, startNgircd, {
      needs: NEEDS,
      crowds: 4,
    }),
  ],
  comparisons: comparedWithNgircd("fan-out"),
  growth: [{
    name: "fan-out",
    title: "Server CPU of one message, by members, all busy",
    axis: "members",
    quantity: "message",
    sizes: [2, 10, 100, 1000],
    quickSizes: [10, 100],
    subjects: [OWN, NGIRCD],
    steepest: 1.1,
  }],
};
