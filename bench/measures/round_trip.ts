import type { Measure, Subject } from "../harness/measure.ts";
import { type PairKind, pairSubject, startPair } from "../peers/pair.ts";

function subject(name: string, kind: PairKind): Subject {
  return pairSubject(name, kind, async (round) => {
    const { size, isQuick } = round;
    const count = Math.round((isQuick ? 5_000 : 15_000) / (1 + size / 8192));
    const { caller } = await startPair(round, kind, {
      answerer: { task: "echo", size },
      caller: { task: "ping", size, count, warmUp: Math.round(count / 3) },
    });
    return await caller.next();
  });
}

const CBC = "this project, CBC";
const GCM = "this project, GCM";
const TLS = "Deno TLS";

/** A message there and back. */
export const ROUND_TRIP: Measure = {
  name: "round-trip",
  title: "Round trip of 64 bytes",
  how: "Two processes. One sends a message of 64 bytes and waits for the answer, 15,000 times " +
    "after 5,000 that are not counted; the other one sends each message back. The library sends and " +
    "receives with `SecureChannel`; TLS is `Deno.connectTls` and `Deno.listenTls` (TLS 1.3), TCP " +
    "`Deno.connect` and `Deno.listen`, without Nagle's algorithm. `openssl s_client` is no peer here: " +
    "it answers no message by itself.",
  size: 64,
  quickSize: 64,
  rounds: 5,
  quickRounds: 3,
  quantities: {
    median: { label: "median", unit: "µs" },
    late: { label: "99th percentile", unit: "µs" },
  },
  subjects: [
    subject(CBC, { kind: "library", cipher: "cbc" }),
    subject(GCM, { kind: "library", cipher: "gcm" }),
    subject(TLS, { kind: "tls" }),
    subject("Deno TCP", { kind: "tcp" }),
  ],
  comparisons: [
    {
      label: "round trip, CBC : Deno TLS",
      kind: "ratio",
      of: { subject: CBC, quantity: "median" },
      to: { subject: TLS, quantity: "median" },
      target: { atMost: 1.5 },
    },
    {
      label: "round trip, GCM : Deno TLS",
      kind: "ratio",
      of: { subject: GCM, quantity: "median" },
      to: { subject: TLS, quantity: "median" },
      target: { atMost: 1.2 },
    },
    ...[CBC, GCM].map((name) => ({
      label: `round trip, ${name.slice(-3)}, 99th percentile : its median`,
      kind: "ratio" as const,
      of: { subject: name, quantity: "late" },
      to: { subject: name, quantity: "median" },
      target: { atMost: 4 },
    })),
  ],
  growth: [{
    name: "round-trip",
    title: "Round trip by the size of the message",
    axis: "bytes",
    quantity: "median",
    sizes: [64, 1024, 16_384, 65_536, 262_144],
    quickSizes: [64, 4096, 65_536],
    steepest: 1.1,
  }],
};
