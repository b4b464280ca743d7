import type { Figures, Measure, Round } from "../harness/measure.ts";
import { since, total } from "../harness/usage.ts";
import { Worker } from "../harness/worker.ts";
import { startOwnServer } from "../peers/room_server.ts";

const SPEAKERS = 2;

async function kept(round: Round, isKept: boolean): Promise<Figures> {
  const folder = await round.scope.folder();
  const file = `${folder}/room.db`;
  const server = await startOwnServer(round, {
    members: SPEAKERS,
    flags: ["--max-rate", "1000000", ...(isKept ? ["--history", file] : [])],
  });
  const speakers = new Worker(round.scope, "crowd", { ...server.address, prefix: "s" });
  const ask = async (command: unknown) => {
    await speakers.tell(command);
    return await speakers.next<{ seconds: number }>();
  };
  await ask({ do: "join", count: SPEAKERS, together: SPEAKERS });
  await ask({ do: "flood", speakers: SPEAKERS, messages: 2_000, isConfirmed: true });
  const messages = round.isQuick ? 10_000 : 40_000;
  const before = await server.usage();
  const { seconds } = await ask({ do: "flood", speakers: SPEAKERS, messages, isConfirmed: true });
  const used = total(since(before, await server.usage()));
  const count = messages * SPEAKERS;
  return {
    rate: count / seconds,
    cpu: 1e6 * used / count,
    ...(isKept && { size: (await Deno.stat(file)).size / (count + 2_000 * SPEAKERS) }),
  };
}

const KEPT = "--history";
const NOT_KEPT = "without --history";

/** What it costs to keep what is said. */
export const HISTORY: Measure = {
  name: "history",
  title: "Messages stored and confirmed",
  how: "Servers as in fan-out, with `--max-rate 1000000`, with and without `--history` in the " +
    "system's temporary folder, whose disk is measured as well. Two members say 40,000 messages of " +
    "64 bytes each, as many on their way as the protocol allows, until each is confirmed.",
  size: 1,
  quickSize: 1,
  rounds: 3,
  quickRounds: 2,
  quantities: {
    rate: { label: "confirmed", unit: "messages/s" },
    cpu: { label: "server CPU a message", unit: "µs" },
    size: { label: "on the disk, a message", unit: "bytes" },
  },
  subjects: [
    { name: KEPT, isOwn: true, run: (round) => kept(round, true) },
    { name: NOT_KEPT, isOwn: true, run: (round) => kept(round, false) },
  ],
  comparisons: [{
    label: "history, CPU of a message that is kept : one that is not",
    kind: "ratio",
    of: { subject: KEPT, quantity: "cpu" },
    to: { subject: NOT_KEPT, quantity: "cpu" },
  }],
};
