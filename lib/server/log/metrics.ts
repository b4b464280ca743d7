import type { DoorObserver, RoomObserver } from "../../chat/mod.ts";
import { VERSION } from "../../version.ts";

/** Upper bounds of buckets, in seconds: up to the ten that a handshake may take. */
const HANDSHAKE_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The same, from a room with a handful of seats to one with thousands. */
const FAN_OUT_BUCKETS = [0.00001, 0.00005, 0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1];

/** How much waits to be sent. */
export interface QueueDepth {
  /** For all members together, in bytes. */
  readonly bytes: number;
  /** For the member for whom the most waits, in bytes. */
  readonly deepest: number;
}

/** What metrics ask the server for. */
export interface MetricsOptions {
  /** Called each time that metrics are collected, and never if they are not. */
  queueDepth(): QueueDepth;
}

/** What counts. */
export interface Metrics {
  /** Counts what happens at the door. */
  readonly door: DoorObserver;
  /** Counts what happens in the room. */
  readonly room: RoomObserver;
}

/**
 * Counts what happens in the room and at its door, for OpenTelemetry: meter `x25519-tcp-chat`.
 *
 * Deno sends it where `OTEL_EXPORTER_OTLP_ENDPOINT` says if it was started with `OTEL_DENO=true`;
 * without that, nothing is counted. For an executable, what counts is `OTEL_DENO` at the time of
 * `deno compile` (denoland/deno#28839). No attribute names a person. To be called once.
 */
export async function openMetrics({ queueDepth }: MetricsOptions): Promise<Metrics> {
  if (!areCollected()) return { door: {}, room: {} };
  // Here, and not above: a server whose metrics nobody collects starts about 8 ms sooner.
  const { metrics } = await import("npm:@opentelemetry/api@1.10.0");
  const meter = metrics.getMeter("x25519-tcp-chat", VERSION);
  const members = meter.createUpDownCounter("chat.members", {
    description: "Members in the room.",
    unit: "{member}",
  });
  const messages = meter.createCounter("chat.messages", {
    description: "Messages that the room took.",
    unit: "{message}",
  });
  const bytes = meter.createCounter("chat.bytes", {
    description: "Bytes on the wire.",
    unit: "By",
  });
  const handshakes = meter.createCounter("chat.handshakes", {
    description: "Handshakes that ended.",
    unit: "{handshake}",
  });
  const handshakeDuration = meter.createHistogram("chat.handshake.duration", {
    description: "Time from the accepted connection to the end of its handshake.",
    unit: "s",
    advice: { explicitBucketBoundaries: HANDSHAKE_BUCKETS },
  });
  const fanOutDuration = meter.createHistogram("chat.fan_out.duration", {
    description: "Time to queue what was said together for everybody.",
    unit: "s",
    advice: { explicitBucketBoundaries: FAN_OUT_BUCKETS },
  });
  const queued = meter.createObservableGauge("chat.queue.bytes", {
    description: "Bytes that wait to be sent, for all members together.",
    unit: "By",
  });
  const deepest = meter.createObservableGauge("chat.queue.deepest", {
    description: "Bytes that wait for the member for whom the most waits.",
    unit: "By",
  });
  meter.addBatchObservableCallback((result) => {
    const depth = queueDepth();
    result.observe(queued, depth.bytes);
    result.observe(deepest, depth.deepest);
  }, [queued, deepest]);
  return {
    door: {
      handshake({ result, milliseconds }) {
        handshakes.add(1, { result });
        handshakeDuration.record(milliseconds / 1_000, { result });
      },
    },
    room: {
      joined: () => members.add(1),
      left: () => members.add(-1),
      message: (kind) => messages.add(1, { kind }),
      fanOut: (_, milliseconds) => fanOutDuration.record(milliseconds / 1_000),
      bytes: (direction, count) => bytes.add(count, { direction }),
    },
  };
}

/** Where Deno puts what collects metrics, and where the API looks for it (its `global-utils.ts`). */
const REGISTRY = Symbol.for("opentelemetry.js.api.1");

function areCollected(): boolean {
  const { [REGISTRY]: registry } = globalThis as { [REGISTRY]?: { readonly metrics?: unknown } };
  return registry?.metrics !== undefined;
}
