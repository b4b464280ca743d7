import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { ConnectionCounts } from "../../../lib/channel/tcp/connection_counts.ts";
import { originOf } from "../../../lib/channel/tcp/origin.ts";

Deno.test("connection counts: they count up and down, and forget who has gone", () => {
  const hosts = ["192.0.2.1", "::ffff:192.0.2.1", "2001:db8::1", "2001:db8::2", "garbage", ""];
  const steps = fc.array(fc.tuple(fc.constantFrom(...hosts), fc.boolean()), { maxLength: 60 });
  fc.assert(fc.property(steps, (steps) => {
    const connections = new ConnectionCounts();
    const counts = new Map<string, number>();
    const countOf = (host: string) => counts.get(originOf(host).address) ?? 0;
    for (const [host, adds] of steps) {
      const origin = originOf(host);
      counts.set(origin.address, Math.max(0, countOf(host) + (adds ? 1 : -1)));
      if (adds) connections.add(origin);
      else connections.remove(origin);
      for (const each of hosts) {
        assert.equal(connections.surplus(originOf(each), 10), countOf(each) + 1 - 10);
      }
    }
  }));
});

Deno.test("connection counts: a site may have four times as many as each of its networks", () => {
  const connections = new ConnectionCounts();
  const at = (network: number) => originOf(`2001:db8:1:${network}::1`);
  for (let network = 0; network < 4; network++) {
    for (let count = 0; count < 5; count++) {
      assert.ok(connections.surplus(at(network), 5) <= 0);
      connections.add(at(network));
    }
    assert.equal(connections.surplus(at(network), 5), 1);
  }
  assert.equal(connections.surplus(at(9), 5), 1, "from another network of the same site");
  assert.equal(connections.surplus(originOf("2001:db8:2:9::1"), 5), -4, "from another site");
  connections.remove(at(0));
  assert.equal(connections.surplus(at(9), 5), 0);
});
