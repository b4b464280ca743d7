import assert from "node:assert/strict";
import { EXECUTABLES, runProgram } from "../support/programs.ts";
import { done, Party, seen, who } from "./party.ts";

/** How long an export may take before the test is given up, in milliseconds. */
const PATIENCE = 60_000;

/** One series of values, as the OpenTelemetry protocol's JSON has it. */
interface DataPoint {
  readonly attributes: readonly { readonly value: { readonly stringValue?: string } }[];
  readonly asInt?: number | string;
  readonly asDouble?: number;
  readonly count?: number | string;
}

interface Metric {
  readonly name: string;
  readonly gauge?: { readonly dataPoints: readonly DataPoint[] };
  readonly sum?: { readonly dataPoints: readonly DataPoint[] };
  readonly histogram?: { readonly dataPoints: readonly DataPoint[] };
}

interface Export {
  readonly resourceMetrics: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[];
  }[];
}

/** Takes what a server exports. */
class Collector implements AsyncDisposable {
  readonly payloads: string[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #arrival = Promise.withResolvers<void>();

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen() {} };
    this.#server = Deno.serve(options, async (request) => {
      this.payloads.push(await request.text());
      this.#arrival.resolve();
      this.#arrival = Promise.withResolvers();
      return Response.json({});
    });
  }

  /** What makes a program export to it, often. */
  get environment(): Record<string, string> {
    return {
      OTEL_DENO: "true",
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${this.#server.addr.port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
      OTEL_METRIC_EXPORT_INTERVAL: "200",
    };
  }

  /** Waits for an export in which the values are as expected; all that it has. */
  async waitFor(holds: (values: Values) => boolean): Promise<Values> {
    let values: Values = {};
    const late = () =>
      this.#arrival.reject(new Error(`waited too long, the last were ${JSON.stringify(values)}`));
    const timer = setTimeout(late, PATIENCE);
    try {
      for (let index = this.payloads.length;; index++) {
        while (this.payloads.length <= index) await this.#arrival.promise;
        values = valuesIn(this.payloads[index]);
        if (holds(values)) return values;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** Numbers by the names of metrics, with the value of their attribute if they have one. */
type Values = Readonly<Record<string, number>>;

function valuesIn(payload: string): Values {
  const { resourceMetrics = [] }: Partial<Export> = JSON.parse(payload);
  const metrics = resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics);
  return Object.fromEntries(
    metrics.flatMap(({ name, gauge, sum, histogram }) =>
      (gauge ?? sum ?? histogram ?? { dataPoints: [] }).dataPoints.map((point) => [
        [name, ...point.attributes.map(({ value }) => value.stringValue)].join(" "),
        Number(point.asInt ?? point.asDouble ?? point.count),
      ])
    ),
  );
}

// For an executable it counts how it was compiled.
if (EXECUTABLES === undefined) {
  Deno.test("metrics: a server exports what happens in it, and nothing about anybody", async () => {
    await using collector = new Collector();
    await using party = await Party.open([], { env: collector.environment });
    const ann = await party.join("sentinel-ann");
    const bob = await party.join("sentinel-bob");
    await seen([ann], "sentinel-bob");
    for (const text of ["sentinel-one", "sentinel-two"]) await done(ann, "say", { text });
    await done(ann, "msg", { to: "sentinel-bob", text: "sentinel-whispered" });
    await runProgram("client", [party.server.address]);
    const values = await collector.waitFor((values) =>
      values["chat.members"] === 2 && values["chat.messages room"] === 2 &&
      values["chat.messages private"] === 1 && values["chat.handshakes hung-up"] === 1
    );
    assert.equal(values["chat.handshakes accepted"], 2);
    assert.equal(values["chat.handshake.duration accepted"], 2);
    assert.equal(values["chat.fan_out.duration"], 2);
    assert.ok(values["chat.queue.bytes"] >= values["chat.queue.deepest"]);
    assert.ok(values["chat.bytes in"] > 0 && values["chat.bytes out"] > 0);

    const keys = (await who(ann)).map(({ fingerprint }) => fingerprint.slice("SHA256:".length));
    await bob.closeStdin();
    assert.equal(await bob.status, 0);
    await collector.waitFor((values) => values["chat.members"] === 1);
    party.server.signal("SIGTERM");
    assert.equal(await party.server.status, 0);
    for (const payload of collector.payloads) {
      for (const part of ["sentinel", "SHA256", "127.0.0.1:", ...keys]) {
        assert.equal(payload.includes(part), false, part);
      }
    }
  });
}
