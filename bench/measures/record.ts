import type { Measure, Subject } from "../harness/measure.ts";
import { Worker } from "../harness/worker.ts";

type Cipher = "cbc" | "gcm";

/** From this size on, WebCrypto on another thread may be faster than the calling thread. */
const LARGE = 16_384;

const milliseconds = (isQuick: boolean) => isQuick ? 300 : 600;

const library = (name: string, cipher: Cipher): Subject => ({
  name,
  isOwn: true,
  async run({ scope, tree, size, isQuick }) {
    const options = { tree, cipher, size, milliseconds: 2 * milliseconds(isQuick) };
    return await new Worker(scope, "records", options).next();
  },
});

const floor = (name: string, cipher: Cipher): Subject => ({
  name,
  async run({ scope, size, isQuick }) {
    const options = { cipher, size, milliseconds: milliseconds(isQuick) };
    const worker = new Worker(scope, "primitives", options);
    const { nodeSeal = 0, nodeOpen = 0, webSeal = 0, webOpen = 0 } = await worker.next<
      Partial<Record<"nodeSeal" | "nodeOpen" | "webSeal" | "webOpen", number>>
    >();
    if (size < LARGE) return { seal: nodeSeal, open: nodeOpen };
    return { seal: Math.min(nodeSeal, webSeal), open: Math.min(nodeOpen, webOpen) };
  },
});

const CBC = "this project, CBC";
const GCM = "this project, GCM";
const CBC_FLOOR = "primitives of CBC";
const GCM_FLOOR = "primitives of GCM";

const SIZES = [64, 1024, 16_384, 65_000];

const compared = [[CBC, CBC_FLOOR], [GCM, GCM_FLOOR]].flatMap(([subject = "", base = ""]) =>
  ["seal", "open"].map((quantity) => ({
    label: `record of 64 bytes, ${subject.slice(-3)}, ${quantity} : its primitives`,
    kind: "ratio" as const,
    of: { subject, quantity },
    to: { subject: base, quantity },
  }))
);

/** One record. */
export const RECORD: Measure = {
  name: "record",
  title: "One record of 64 bytes, sealed and opened",
  how:
    "In a process of its own each, one record after the other by `CipherState` of `lib/noise`: " +
    "the median of batches. The primitives: AES by `node:crypto` and, with CBC, two hashes by it; " +
    "from 16 KiB on by WebCrypto's AES where that is faster.",
  size: 64,
  quickSize: 64,
  rounds: 5,
  quickRounds: 2,
  quantities: { seal: { label: "seal", unit: "µs" }, open: { label: "open", unit: "µs" } },
  subjects: [
    library(CBC, "cbc"),
    library(GCM, "gcm"),
    floor(CBC_FLOOR, "cbc"),
    floor(GCM_FLOOR, "gcm"),
  ],
  comparisons: compared,
  growth: ["seal", "open"].map((quantity) => ({
    name: `record-${quantity}`,
    title: `To ${quantity} one record, by its size`,
    axis: "bytes",
    quantity,
    sizes: SIZES,
    quickSizes: SIZES,
    steepest: 1.1,
  })),
};
