import { fileURLToPath } from "node:url";
import assert from "node:assert/strict";
import { VERSION } from "../../../lib/version.ts";

/** How long the program may take before the test is given up, in milliseconds. */
const PATIENCE = 60_000;

/** One series of values, as the OpenTelemetry protocol's JSON has it. */
interface DataPoint {
  readonly attributes: readonly { key: string; value: { stringValue?: string } }[];
  readonly asInt?: number | string;
  readonly asDouble?: number;
  readonly count?: number | string;
  readonly sum?: number;
  readonly explicitBounds?: readonly number[];
}

interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly gauge?: { readonly dataPoints: readonly DataPoint[] };
  readonly sum?: { readonly dataPoints: readonly DataPoint[]; readonly isMonotonic: boolean };
  readonly histogram?: { readonly dataPoints: readonly DataPoint[] };
}

interface Export {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly metrics: readonly Metric[];
    }[];
  }[];
}

/** Takes what a program exports, until it is disposed of. */
class Collector {
  /** Everything that came, as it came, with the path that it came to. */
  readonly requests: { readonly path: string; readonly body: string }[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #arrival = Promise.withResolvers<void>();

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
    this.#server = Deno.serve(options, async (request) => {
      const path = new URL(request.url).pathname;
      this.requests.push({ path, body: await request.text() });
      this.#arrival.resolve();
      this.#arrival = Promise.withResolvers();
      return Response.json({});
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** This program's metrics in the first export that has all of these. */
  async metrics(...names: readonly string[]): Promise<readonly Metric[]> {
    for (let index = 0;; index++) {
      while (this.requests.length <= index) await this.#arrival.promise;
      const { path, body } = this.requests[index];
      if (path !== "/v1/metrics") continue;
      const metrics = ownMetrics(JSON.parse(body));
      if (names.every((name) => metrics.some((metric) => metric.name === name))) return metrics;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

function ownMetrics({ resourceMetrics }: Export): Metric[] {
  return resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics)
    .filter(({ scope }) => scope.name === "x25519-tcp-chat" && scope.version === VERSION)
    .flatMap(({ metrics }) => metrics);
}

/** Starts the program, with or without Deno's OpenTelemetry, and ends it once `work` is done. */
async function withProgram(
  collector: Collector,
  isOn: boolean,
  work: () => Promise<void>,
): Promise<{ stdout: string; stderr: string }> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      fileURLToPath(new URL("./metrics_program.ts", import.meta.url)),
    ],
    env: {
      OTEL_DENO: String(isOn),
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_METRIC_EXPORT_INTERVAL: "200",
    },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
  const output = child.output();
  try {
    // If the program ends first, nothing more is coming.
    await Promise.race([work(), output]);
  } finally {
    await child.stdin.close();
    await output;
    clearTimeout(timer);
  }
  const { success, stdout, stderr } = await output;
  const decoder = new TextDecoder();
  assert.ok(success, decoder.decode(stderr));
  return { stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** What a metric says: for each value of its attribute, the number, or a histogram's. */
function values({ gauge, sum, histogram }: Metric): Record<string, unknown> {
  const { dataPoints } = gauge ?? sum ?? histogram ?? { dataPoints: [] };
  return Object.fromEntries(dataPoints.map((point) => [
    point.attributes.map(({ key, value }) => `${key}=${value.stringValue}`).join(" "),
    point.count === undefined
      ? Number(point.asInt ?? point.asDouble)
      : { count: Number(point.count), sum: point.sum },
  ]));
}

Deno.test("metrics: Deno exports them with their units and attributes, and names nobody", async () => {
  await using collector = new Collector();
  let metrics: readonly Metric[] = [];
  const { stdout, stderr } = await withProgram(collector, true, async () => {
    // Everything else was counted before these were asked for.
    metrics = await collector.metrics("chat.queue.bytes", "chat.queue.deepest");
  });
  assert.match(stdout, /^reported\npolled often\n$/);
  const seen = Object.fromEntries(
    metrics.map((metric) => [metric.name, { unit: metric.unit, values: values(metric) }]),
  );
  assert.deepEqual(seen, {
    "chat.members": { unit: "{member}", values: { "": 1 } },
    "chat.messages": { unit: "{message}", values: { "kind=room": 2, "kind=private": 1 } },
    "chat.bytes": { unit: "By", values: { "direction=in": 111, "direction=out": 300 } },
    "chat.handshakes": {
      unit: "{handshake}",
      values: { "result=accepted": 2, "result=timed-out": 1 },
    },
    "chat.handshake.duration": {
      unit: "s",
      values: {
        "result=accepted": { count: 2, sum: 0.06 },
        "result=timed-out": { count: 1, sum: 10 },
      },
    },
    "chat.fan_out.duration": { unit: "s", values: { "": { count: 1, sum: 0.00002 } } },
    "chat.queue.bytes": { unit: "By", values: { "": 4096 } },
    "chat.queue.deepest": { unit: "By", values: { "": 1024 } },
  });
  for (const { name, description } of metrics) assert.match(description, /\.$/, name);
  for (const { name, histogram } of metrics) {
    for (const { explicitBounds = [] } of histogram?.dataPoints ?? []) {
      // Those that stand where none are given are meant for milliseconds.
      assert.ok(explicitBounds.some((bound) => bound > 0 && bound < 1), `${name} is in seconds`);
    }
  }
  const isMonotonic = Object.fromEntries(
    metrics.flatMap(({ name, sum }) => sum === undefined ? [] : [[name, sum.isMonotonic]]),
  );
  assert.deepEqual(isMonotonic, {
    "chat.members": false,
    "chat.messages": true,
    "chat.bytes": true,
    "chat.handshakes": true,
  });
  // The log holds them, so they would be found; what is exported holds none of them.
  const person = /in-person|SHA256:|192\.0\.2\.77/;
  assert.match(stderr, person);
  for (const { body } of collector.requests) assert.doesNotMatch(body, person);
});

Deno.test("metrics: without OTEL_DENO nothing is asked for and nothing leaves", async () => {
  await using collector = new Collector();
  const { stdout } = await withProgram(collector, false, async () => {});
  assert.equal(stdout, "reported\npolled never\n");
  assert.deepEqual(collector.requests, []);
});
