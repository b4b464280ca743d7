import assert from "node:assert/strict";
import { ProvedHost } from "../../lib/client/proved_host.ts";
import { key } from "../support/doubles.ts";

const ADDRESS = { hostname: "::1", port: 9 };
const ADA = { nick: "ada", key: key(1) };
const HOST = { nick: "host", key: key(7) };

Deno.test("proved host: it goes by the name that it has now, or by the address", () => {
  const room = { others: [ADA, HOST] };
  const host = new ProvedHost(ADDRESS, key(7), room, { has: () => true });
  assert.deepEqual(host.participant, HOST);
  room.others = [ADA, { ...HOST, nick: "bob" }];
  assert.equal(host.participant.nick, "bob");
  // Nobody else gets its place by its name.
  room.others = [{ ...ADA, nick: "host" }];
  assert.deepEqual(host.participant, { nick: "[::1]:9", key: key(7) });
});

Deno.test("proved host: no other key counts as verified, although it is", () => {
  const isKnown = { has: (other: Uint8Array) => other[0] !== 3 };
  const host = new ProvedHost(ADDRESS, key(7), { others: [ADA, HOST] }, isKnown);
  assert.deepEqual([host.isVerified(key(7)), host.isVerified(ADA.key)], [true, false]);
  const unknown = new ProvedHost(ADDRESS, key(3), { others: [] }, isKnown);
  assert.equal(unknown.isVerified(key(3)), false);
});
