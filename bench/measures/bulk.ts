import { availableCores } from "../harness/machine.ts";
import type { Figures, Measure, Subject } from "../harness/measure.ts";
import { Worker } from "../harness/worker.ts";
import { missing } from "../peers/installed.ts";
import { type PairKind, startPair } from "../peers/pair.ts";
import { byNcat, bySocat, bySpiped, type SendBytes } from "../peers/streams.ts";

/** Bytes of plaintext in one record of a long message, about. */
const RECORD_SIZE = 65_000;

function pair(name: string, kind: PairKind, isOnOneCore = false): Subject {
  return {
    name,
    isOwn: kind.kind === "library",
    async whyNot() {
      if (isOnOneCore && await missing("taskset") !== undefined) return "there is no taskset";
      return kind.kind === "tls" ? await missing("openssl") : undefined;
    },
    async run(round) {
      const { size } = round;
      const { answerer, caller } = await startPair(round, kind, {
        answerer: { task: "sink", size },
        caller: { task: "source", size, count: 1, warmUp: 0 },
      }, isOnOneCore ? availableCores()[0] : undefined);
      const received = await answerer.next<{ cpu: number }>();
      const sent = await caller.next<{ cpu: number; seconds: number }>();
      return figures(size, sent.seconds, { sender: sent.cpu, receiver: received.cpu });
    },
  };
}

function program(name: string, send: SendBytes, programs: readonly string[]): Subject {
  return {
    name,
    whyNot: () => missing(...programs),
    async run({ scope, size }) {
      const { seconds, cpu } = await send(scope, size);
      return { ...figures(size, seconds, {}), cpu: 1e9 * cpu / size };
    },
  };
}

function floor(name: string, cipher: "cbc" | "gcm"): Subject {
  return {
    name,
    async run({ scope, isQuick }) {
      const milliseconds = isQuick ? 300 : 800;
      const worker = new Worker(scope, "primitives", { cipher, size: RECORD_SIZE, milliseconds });
      const { webSeal } = await worker.next<{ webSeal: number }>();
      return { rate: RECORD_SIZE / webSeal };
    },
  };
}

function figures(
  size: number,
  seconds: number,
  cpu: { readonly sender?: number; readonly receiver?: number },
): Figures {
  const perGigabyte = (time: number) => 1e9 * time / size;
  const { sender, receiver } = cpu;
  return {
    rate: size / 1e6 / seconds,
    seconds,
    ...(sender !== undefined && receiver !== undefined && {
      cpu: perGigabyte(sender + receiver),
      sender: perGigabyte(sender),
      receiver: perGigabyte(receiver),
    }),
  };
}

const CBC = "this project, CBC";
const GCM = "this project, GCM";
const CBC_ONE = "this project, CBC, on one core";
const GCM_ONE = "this project, GCM, on one core";
const SOCAT = "socat, TLS 1.2, AES256-CBC-SHA384";
const SPIPED = "spiped";
const CBC_FLOOR = "primitives of CBC, one record after the other";
const GCM_FLOOR = "primitives of GCM, one record after the other";

const rate = (subject: string) => ({ subject, quantity: "rate" });

/** Much, one way. */
export const BULK: Measure = {
  name: "bulk",
  title: "Bulk: 512 MiB one way",
  how:
    "Two processes: one sends 512 MiB, the other one takes them and says when it has them all, " +
    "which stops the clock. The library, Deno's TLS and TCP send messages (writes) of 64 KiB from " +
    "memory, from the moment that the connection is established. `socat` (`-b65536`, " +
    "ECDHE-RSA-AES256-SHA384), `ncat --ssl` and `spipe` to `spiped` send a file of zeros that takes " +
    "no room on the disk; their start, some milliseconds, is in the time. CPU is that of both " +
    "sides together, all threads; of `spiped` without the process behind it that counts the bytes. " +
    "On one core: both processes are held on the same one by `taskset`. The floor is what " +
    "WebCrypto's AES and (CBC) two hashes on the calling thread take for a record of 65,000 bytes, " +
    "one record after the other.",
  size: 512 * 1024 * 1024,
  quickSize: 128 * 1024 * 1024,
  rounds: 5,
  quickRounds: 3,
  quantities: {
    rate: { label: "throughput", unit: "MB/s" },
    cpu: { label: "CPU of both sides", unit: "s/GB" },
    sender: { label: "CPU of the sender", unit: "s/GB" },
    receiver: { label: "CPU of the receiver", unit: "s/GB" },
  },
  subjects: [
    pair(CBC, { kind: "library", cipher: "cbc" }),
    pair(GCM, { kind: "library", cipher: "gcm" }),
    pair(CBC_ONE, { kind: "library", cipher: "cbc" }, true),
    pair(GCM_ONE, { kind: "library", cipher: "gcm" }, true),
    program(SOCAT, bySocat, ["socat", "openssl"]),
    program(SPIPED, bySpiped, ["spiped", "spipe"]),
    program("ncat --ssl", byNcat, ["ncat", "openssl"]),
    pair("Deno TLS", { kind: "tls" }),
    pair("Deno TCP", { kind: "tcp" }),
    floor(CBC_FLOOR, "cbc"),
    floor(GCM_FLOOR, "gcm"),
  ],
  comparisons: [
    {
      label: "bulk, CBC : socat with the same work",
      kind: "ratio",
      of: rate(CBC),
      to: rate(SOCAT),
      target: { atLeast: 1.2 },
    },
    {
      label: "bulk, GCM : spiped",
      kind: "ratio",
      of: rate(GCM),
      to: rate(SPIPED),
      target: { atLeast: 2.5 },
    },
    {
      label: "bulk, time of CBC : its primitives",
      kind: "ratio",
      of: rate(CBC_FLOOR),
      to: rate(CBC),
      target: { atMost: 1.3 },
    },
    {
      label: "bulk, time of GCM : its primitives",
      kind: "ratio",
      of: rate(GCM_FLOOR),
      to: rate(GCM),
      target: { atMost: 1.3 },
    },
    {
      label: "bulk, CBC with all cores : one core",
      kind: "ratio",
      of: rate(CBC),
      to: rate(CBC_ONE),
      target: { atLeast: 1.05 },
    },
    {
      label: "bulk, GCM with all cores : one core",
      kind: "ratio",
      of: rate(GCM),
      to: rate(GCM_ONE),
      target: { atLeast: 1.05 },
    },
  ],
  growth: [{
    name: "bulk",
    title: "Time for so many bytes",
    axis: "bytes",
    quantity: "seconds",
    sizes: [64, 4096, 262_144, 16_777_216, 134_217_728, 1_073_741_824],
    quickSizes: [64, 65_536, 16_777_216],
    subjects: [CBC, GCM, SOCAT, SPIPED, "ncat --ssl", "Deno TLS", "Deno TCP"],
    steepest: 1.1,
  }],
};
