import type { Figures, Measure, Round } from "../harness/measure.ts";
import { since } from "../harness/usage.ts";
import { missing } from "../peers/installed.ts";
import { Crowd } from "../peers/room.ts";
import { startNgircd, startOwnServer, type StartRoomServer } from "../peers/room_server.ts";
import { comparedWithNgircd, DELIVERY, deliveryFigures, NGIRCD, OWN } from "./delivery.ts";

/** Milliseconds between two messages: long enough for a room to fall asleep again. */
const PAUSE = 40;

async function atRest(start: StartRoomServer, round: Round): Promise<Figures> {
  const server = await start(round, { members: round.size });
  const crowd = new Crowd(round, server.address);
  await crowd.joinSpeakers(1);
  await crowd.join(round.size - 1);
  await crowd.murmur(10, PAUSE);
  const messages = round.isQuick ? 50 : 100;
  const before = await server.usage();
  const heard = await crowd.murmur(messages, PAUSE);
  const used = since(before, await server.usage());
  return deliveryFigures(heard, used, messages);
}

/** One message at a time. */
export const AT_REST: Measure = {
  name: "at-rest",
  title: "Single messages: 300 members, one message at a time",
  how:
    "Servers and members as in fan-out; one member says 100 messages of 64 bytes (ten before them " +
    `are not counted), ${PAUSE} ms apart. Each member notes how old each message is. CPU is all that ` +
    "the server used meanwhile, by the number of messages that members have heard.",
  size: 300,
  quickSize: 300,
  rounds: 3,
  quickRounds: 2,
  quantities: DELIVERY,
  subjects: [
    { name: OWN, isOwn: true, run: (round) => atRest(startOwnServer, round) },
    {
      name: NGIRCD,
      whyNot: () => missing("ngircd", "openssl"),
      run: (round) => atRest(startNgircd, round),
    },
  ],
  comparisons: comparedWithNgircd("at rest"),
  growth: [{
    name: "at-rest",
    title: "Server CPU of one message, by members, at rest",
    axis: "members",
    quantity: "message",
    sizes: [10, 100, 1000],
    quickSizes: [10, 100],
    steepest: 1.1,
  }],
};
