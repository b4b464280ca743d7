import type { Comparison, Measure, Subject } from "../harness/measure.ts";
import { Worker } from "../harness/worker.ts";
import { type PairKind, pairSubject, startPair } from "../peers/pair.ts";

function subject(name: string, kind: PairKind): Subject {
  return pairSubject(name, kind, async (round) => {
    const count = round.isQuick ? 200 : 400;
    const { answerer, caller } = await startPair(round, kind, {
      answerer: { task: "door", size: 0 },
      caller: { task: "visitor", size: 0, count, warmUp: count / 2 },
    });
    await caller.next();
    await answerer.tell({});
    const before = await answerer.next<{ cpu: number }>();
    await caller.tell({});
    const visits = await caller.next<{ cpu: number; seconds: number }>();
    await answerer.tell({});
    const after = await answerer.next<{ cpu: number }>();
    return {
      client: 1000 * visits.cpu / count,
      server: 1000 * (after.cpu - before.cpu) / count,
      wall: 1000 * visits.seconds / count,
    };
  });
}

const floor: Subject = {
  name: "primitives of the hybrid handshake",
  async run({ scope, isQuick }) {
    const worker = new Worker(scope, "key_exchange", { count: isQuick ? 300 : 1000 });
    return await worker.next();
  },
};

const HYBRID = "this project, hybrid";
const CLASSICAL = "this project, classical";

/** Meeting. */
export const HANDSHAKE: Measure = {
  name: "handshake",
  title: "Handshake",
  how:
    "Two processes; one connects to the other one and hangs up, 400 times after 200 that are not " +
    "counted. CPU is what each side used by `getrusage`, all threads, by their number: TCP, the " +
    "handshake, the authenticated goodbye. Hybrid is the default (X25519 and ML-KEM-768), classical " +
    "X25519 alone. Deno's TLS 1.3 proves the server's key only (P-256). The primitives are one new " +
    "X25519 key pair and three exchanges (`node:crypto`) on each side, an ML-KEM-768 key pair and a " +
    "decapsulation for the client, an encapsulation for the server (WebCrypto, or the library that " +
    "this project takes where it is missing).",
  size: 1,
  quickSize: 1,
  rounds: 3,
  quickRounds: 2,
  quantities: {
    client: { label: "client CPU", unit: "ms" },
    server: { label: "server CPU", unit: "ms" },
    wall: { label: "one after the other, each", unit: "ms" },
  },
  subjects: [
    subject(HYBRID, { kind: "library" }),
    subject(CLASSICAL, { kind: "library", classical: true }),
    subject("Deno TLS", { kind: "tls" }),
    floor,
  ],
  comparisons: ["client", "server"].flatMap((side): Comparison[] => [{
    label: `handshake, hybrid, ${side} CPU`,
    kind: "value",
    of: { subject: HYBRID, quantity: side },
    unit: "ms",
    target: { atMost: 1 },
  }, {
    label: `handshake, hybrid, ${side} CPU : its primitives`,
    kind: "ratio",
    of: { subject: HYBRID, quantity: side },
    to: { subject: floor.name, quantity: side },
  }]),
};
