import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { supportedProtocols } from "../../lib/channel/handshake/protocol.ts";
import { encodeMessage, encodeText } from "../../lib/chat/mod.ts";
import type { Explanation } from "../../lib/explain/mod.ts";
import { recompute, type Recomputed } from "./recomputation.ts";
import {
  CLIENT_KEYS,
  type End,
  explainConnection,
  type Explained,
  type ExplainedConnection,
  fieldsOf,
  PRE_SHARED_KEY,
  SERVER_KEYS,
  wireOf,
} from "./support.ts";

const ENDS: readonly End[] = ["client", "server"];
const PROTOCOLS = [...supportedProtocols(false), ...supportedProtocols(true)];

/** Several messages in a record, a long message in several, an empty one, and changes of keys. */
function talk(protocol: string): Promise<ExplainedConnection> {
  const id = new Uint8Array(16);
  const messages = [
    encodeMessage({ type: "hello", version: 3, nick: "ada", visit: id, past: 0 }),
    encodeMessage({ type: "send", id, body: encodeText("hello, bob") }),
    new Uint8Array(0),
    crypto.getRandomValues(new Uint8Array(10_000)),
    new Uint8Array(70_000).fill(7),
    encodeMessage({ type: "pong" }),
  ];
  return explainConnection(protocol, async (client, server) => {
    for (const [from, to] of [[client, server], [server, client], [client, server]]) {
      for (const message of messages) await Promise.all([from.send(message), to.receive()]);
      void from.send(messages[0]);
      void from.send(messages[1]);
      await to.receive();
      await to.receive();
    }
  }, { records: 4, bytes: 2 ** 30 });
}

function kindsOf(explanations: readonly Explanation[]): string[] {
  const kinds = explanations.map(({ kind }) => kind);
  return kinds.filter((kind) => !["record", "rekey", "close"].includes(kind));
}

for (const protocol of PROTOCOLS) {
  Deno.test(`explain: every value of ${protocol} is as an independent computation has it`, async () => {
    const connection = await talk(protocol);
    const results: Recomputed[] = [];
    for (const end of ENDS) {
      const { shown } = connection[end];
      const result = recompute(shown, connection.wire, end);
      assert.deepEqual(kindsOf(shown), [
        "protocol",
        "start",
        "message",
        "message",
        ...(protocol.includes("psk3") ? ["secret-id"] : []),
        "message",
        "keys",
      ]);
      assert.deepEqual(
        Buffer.from(result.staticKeys.client ?? []),
        Buffer.from(CLIENT_KEYS.publicKey),
      );
      assert.deepEqual(
        Buffer.from(result.staticKeys.server ?? []),
        Buffer.from(SERVER_KEYS.publicKey),
      );
      assert.ok(result.records > 20, `${result.records} records`);
      assert.ok(result.rekeys > 4, `${result.rekeys} changes of keys`);
      assert.equal(shown.filter(({ kind }) => kind === "close").length, 2);
      results.push(result);
    }
    assert.deepEqual(results[0].records, results[1].records);
    checkMasked(connection, protocol);
    checkPreSharedKey(connection.client, protocol);
  });
}

/** Whoever did not ask for secrets sees the same, but not one secret byte string anywhere. */
function checkMasked(connection: ExplainedConnection, protocol: string): void {
  for (const end of ENDS) {
    const { shown, masked } = connection[end];
    assert.deepEqual(masked.map(withoutSecrets), shown.map(withoutSecrets));
    const secrets = new Set(
      shown.flatMap(fieldsOf).filter(({ role }) => role === "secret")
        .map(({ hex }) => Buffer.from(hex ?? "", "hex").toString("latin1")),
    );
    const expected = protocol.includes("AESCBC") ? 20 : 8;
    assert.ok(secrets.size > expected, `${secrets.size} secrets`);
    const everything = masked.flatMap((explanation) =>
      fieldsOf(explanation).map(({ hex }) =>
        Buffer.from(hex ?? "", "hex").toString("latin1")
      )
    ).join("|") + JSON.stringify(masked.map(({ title, text }) => [title, text]));
    for (const secret of secrets) {
      assert.equal(secret.length, 32);
      assert.ok(!everything.includes(secret), "no secret is shown");
    }
    const fields = masked.flatMap(fieldsOf);
    for (const { role, hex, size } of fields) {
      assert.equal(role === "secret", hex === null);
      assert.ok(2 * size === (hex?.length ?? 64));
    }
  }
}

function withoutSecrets(explanation: Explanation): Explanation {
  const hide = (fields: readonly ReturnType<typeof fieldsOf>[number][]) =>
    fields.map((field) => field.role === "secret" ? { ...field, hex: null } : field);
  return {
    ...explanation,
    steps: explanation.steps.map((step) => ({
      ...step,
      wire: hide(step.wire),
      inside: hide(step.inside),
      state: hide(step.state),
    })),
  };
}

function checkPreSharedKey({ shown }: Explained, protocol: string): void {
  const psk = shown.flatMap(fieldsOf).filter(({ label }) => label === "psk");
  assert.equal(psk.length, protocol.includes("psk3") ? 1 : 0);
  for (const { hex } of psk) {
    assert.deepEqual(Buffer.from(hex ?? "", "hex"), Buffer.from(PRE_SHARED_KEY));
  }
}

Deno.test("explain: both sides show the same bytes for the same frame", async () => {
  const { client, server } = await talk(PROTOCOLS[0]);
  const framesOf = ({ shown }: Explained, way: string) =>
    shown.filter(({ direction, kind }) => direction === way && kind !== "close" && kind !== "rekey")
      .map((explanation) => Buffer.from(wireOf(explanation)));
  assert.deepEqual(framesOf(client, "out"), framesOf(server, "in"));
  assert.deepEqual(framesOf(client, "in"), framesOf(server, "out"));
});
