import assert from "node:assert/strict";
import {
  addressAdvice,
  type NetworkInterface,
  ownAddresses,
  reachableAddresses,
} from "../../../lib/server/door/own_addresses.ts";

const INTERFACES: readonly NetworkInterface[] = [
  { name: "lo", family: "IPv4", address: "127.0.0.1" },
  { name: "docker0", family: "IPv4", address: "172.17.0.1" },
  { name: "eth0", family: "IPv6", address: "fe80::1" },
  { name: "eth0", family: "IPv6", address: "febf::1" },
  { name: "eth0", family: "IPv6", address: "2001:db8::5" },
  { name: "eth0", family: "IPv4", address: "192.0.2.7" },
  { name: "eth0:1", family: "IPv4", address: "192.0.2.7" },
  { name: "usb0", family: "IPv4", address: "169.254.7.7" },
  { name: "lo", family: "IPv6", address: "::1" },
];

function addresses(hostname: string, interfaces = INTERFACES): readonly string[] {
  const found = reachableAddresses(interfaces, { hostname, port: 7 });
  assert.ok(found.every(({ port }) => port === 7));
  return found.map(({ hostname }) => hostname);
}

Deno.test("own addresses: those by which others come, the likeliest first", () => {
  assert.deepEqual(addresses("0.0.0.0"), ["192.0.2.7", "172.17.0.1"]);
  assert.deepEqual(addresses("::"), ["192.0.2.7", "2001:db8::5", "172.17.0.1"]);
  assert.deepEqual(addresses("::", INTERFACES.filter(({ name }) => name === "lo")), []);
  const many = Array.from({ length: 99 }, (_, at) => {
    return { name: `eth${at}`, family: "IPv4", address: `192.0.2.${at + 1}` } as const;
  });
  assert.equal(addresses("::", many).length, 6);
});

Deno.test("own addresses: commands that can be copied as they are", () => {
  const listening = { hostname: "::", port: 12345 };
  const found = reachableAddresses(INTERFACES, listening);
  const command = (address: string) => `/invite ${address} 24h`;
  assert.match(
    addressAdvice(found, command),
    /: \/invite 192\.0\.2\.7:12345 24h or \/invite \[2001:db8::5\]:12345 24h or /,
  );
  assert.match(addressAdvice([], command), /your guest can reach: \/invite HOST:PORT 24h$/);
  assert.match(
    addressAdvice(undefined, command),
    /\(with --allow-sys=networkInterfaces they are listed here\): \/invite HOST:PORT 24h$/,
  );
});

Deno.test({
  name: "own addresses: without the permission there are none, and nobody is asked",
  permissions: { sys: false },
  fn() {
    assert.equal(ownAddresses({ hostname: "::", port: 1 }), undefined);
  },
});
