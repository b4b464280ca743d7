import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { originOf } from "../../../lib/channel/tcp/origin.ts";

function origin(hostname: string): string {
  return originOf(hostname).address;
}

/** Addresses, and what counts as theirs. */
const ORIGINS: readonly (readonly [address: string, origin: string])[] = [
  ["127.0.0.1", "127.0.0.1"],
  ["192.0.2.255", "192.0.2.255"],
  ["::ffff:192.0.2.1", "192.0.2.1"],
  ["::FFFF:192.0.2.1", "192.0.2.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8:1:2::", "2001:db8:1:2"],
  ["2001:db8:1:2::1", "2001:db8:1:2"],
  ["2001:0DB8:0001:0002::1", "2001:db8:1:2"],
  ["2001:db8::1", "2001:db8:0:0"],
  ["2001:db8:0:0:1::", "2001:db8:0:0"],
  ["2001:db8::1:2:3:4:5", "2001:db8:0:1"],
  ["::1", "0:0:0:0"],
  ["::", "0:0:0:0"],
  ["fe80::1%eth0", "fe80:0:0:0"],
  ["fe80::1%3", "fe80:0:0:0"],
  ["chat.example.org", "chat.example.org"],
  ["", ""],
];

for (const [address, expected] of ORIGINS) {
  Deno.test(`origin: ${address || "no address"} counts as ${expected || "itself"}`, () => {
    assert.equal(origin(address), expected);
  });
}

/** An IPv6 address, its eight groups, and one of the ways to write it (RFC 4291 §2.2). */
const ipv6 = fc.tuple(
  fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 }),
  fc.nat(7),
  fc.boolean(),
  fc.option(fc.constantFrom("%eth0", "%1", "%en0.1"), { nil: "" }),
).map(([groups, start, isUpper, zone]) => {
  let end = start;
  while (end < 8 && groups[end] === 0) end++;
  const digits = groups.map((group) => group.toString(16));
  const short = end > start
    ? `${digits.slice(0, start).join(":")}::${digits.slice(end).join(":")}`
    : digits.join(":");
  return { groups, text: (isUpper ? short.toUpperCase() : short) + zone };
});

/** The whole address written out. */
function long(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16).padStart(4, "0")).join(":");
}

Deno.test("origin: however an IPv6 address is written, it counts as its network of 64 bits", () => {
  fc.assert(fc.property(ipv6, ipv6, (one, other) => {
    assert.equal(origin(one.text), one.groups.slice(0, 4).map((g) => g.toString(16)).join(":"));
    assert.equal(origin(one.text), origin(long(one.groups)));
    const isSame = long(one.groups.slice(0, 4)) === long(other.groups.slice(0, 4));
    assert.equal(origin(one.text) === origin(other.text), isSame);
  }));
  fc.assert(fc.property(ipv6, fc.nat(0xffff), (address, group) => {
    const neighbour = [...address.groups.slice(0, 7), group];
    assert.equal(origin(long(neighbour)), origin(address.text));
  }));
});

Deno.test("origin: an IPv4 address counts as itself, mapped or not", () => {
  fc.assert(fc.property(fc.ipV4(), fc.ipV4(), (one, other) => {
    assert.equal(origin(one), one);
    assert.equal(origin(`::ffff:${one}`), one);
    assert.equal(origin(one) === origin(other), one === other);
  }));
});

Deno.test("origin: nothing that stands for an address makes it throw, or count without end", () => {
  const odd = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.string({
      unit: fc.constantFrom(":", "%", ".", "0", "f", "g", "[", "]", "-"),
      maxLength: 60,
    }),
    fc.nat(100_000).map((count) => ":".repeat(count)),
  );
  fc.assert(fc.property(odd, (hostname) => {
    const counted = origin(hostname);
    assert.equal(typeof counted, "string");
    if (hostname.includes(":")) assert.ok(counted.split(":").length <= 4);
  }));
});

Deno.test("origin: an IPv6 address belongs to a site of 48 bits as well, an IPv4 address to none", () => {
  assert.equal(originOf("2001:db8:1:2::5").network, "2001:db8:1/48");
  assert.equal(originOf("2001:db8:1:ffff::5").network, "2001:db8:1/48");
  assert.equal(originOf("2001:db8:2:2::5").network, "2001:db8:2/48");
  assert.equal(originOf("192.0.2.1").network, undefined);
  assert.equal(originOf("::ffff:192.0.2.1").network, undefined);
});
