import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { DEFAULT_PORT, formatAddress, parseAddress } from "../../../lib/channel/mod.ts";
import { UsageError } from "../../../lib/errors.ts";

const PARSED: Record<string, [hostname: string, port: number]> = {
  "127.0.0.1:4000": ["127.0.0.1", 4000],
  "127.0.0.1": ["127.0.0.1", 12_345],
  ":4000": ["127.0.0.1", 4000],
  ":0": ["127.0.0.1", 0],
  "localhost": ["localhost", 12_345],
  "localhost:1": ["localhost", 1],
  "chat.example.org:65535": ["chat.example.org", 65_535],
  "chat-1.example.org": ["chat-1.example.org", 12_345],
  "a_name:80": ["a_name", 80],
  "0.0.0.0:00080": ["0.0.0.0", 80],
  "[::1]:4000": ["::1", 4000],
  "[::1]": ["::1", 12_345],
  "::1": ["::1", 12_345],
  "::": ["::", 12_345],
  "[::]:0": ["::", 0],
  "2001:db8::17": ["2001:db8::17", 12_345],
  "[2001:DB8::17]:443": ["2001:DB8::17", 443],
  "::ffff:192.0.2.1": ["::ffff:192.0.2.1", 12_345],
  "[::ffff:192.0.2.1]:9": ["::ffff:192.0.2.1", 9],
  "[fe80::1%eth0]:22": ["fe80::1%eth0", 22],
  "münchen.example": ["münchen.example", 12_345],
};

const REFUSED = [
  "",
  ":",
  "localhost:",
  "localhost:65536",
  "localhost:99999",
  "localhost:123456",
  "localhost:-1",
  "localhost:+1",
  "localhost:1e3",
  "localhost:0x50",
  "localhost: 80",
  " localhost:80",
  "localhost:80 ",
  "local host:80",
  "localhost:80\n",
  "localhost:80:90",
  "http://localhost:80",
  "localhost/path",
  "localhost:80/",
  "[::1",
  "::1]",
  "[]",
  "[]:80",
  "[::1]80",
  "[::1]:",
  "[::1]:65536",
  "[[::1]]",
  "user@[::1]:80",
  "x::1",
];

Deno.test("addresses: what can be read, and as what", () => {
  assert.equal(DEFAULT_PORT, 12_345);
  for (const [text, [hostname, port]] of Object.entries(PARSED)) {
    assert.deepEqual(parseAddress(text), { hostname, port }, text);
  }
});

Deno.test("addresses: another host to stand where none is given", () => {
  assert.deepEqual(parseAddress(":80", "0.0.0.0"), { hostname: "0.0.0.0", port: 80 });
  assert.deepEqual(parseAddress("here:80", "0.0.0.0"), { hostname: "here", port: 80 });
});

Deno.test("addresses: what is refused, with an example of what is not", () => {
  for (const text of REFUSED) {
    assert.throws(
      () => parseAddress(text),
      (error) => {
        assert.ok(error instanceof UsageError && error.code === "usage");
        assert.match(error.message, /HOST:PORT/);
        return true;
      },
      JSON.stringify(text),
    );
  }
});

Deno.test("addresses: as a person writes them", () => {
  assert.equal(formatAddress({ hostname: "127.0.0.1", port: 80 }), "127.0.0.1:80");
  assert.equal(formatAddress({ hostname: "name", port: 0 }), "name:0");
  assert.equal(formatAddress({ hostname: "::1", port: 80 }), "[::1]:80");
});

Deno.test("addresses: what is written can be read", () => {
  const hostname = fc.oneof(fc.ipV4(), fc.ipV6(), fc.domain());
  fc.assert(fc.property(hostname, fc.nat(65_535), (hostname, port) => {
    assert.deepEqual(parseAddress(formatAddress({ hostname, port })), { hostname, port });
  }));
});

Deno.test("addresses: any text is read or refused", () => {
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(..."[]:.%/ 0a1f9"), maxLength: 20 }),
  );
  fc.assert(
    fc.property(text, (text) => {
      try {
        const { hostname, port } = parseAddress(text);
        assert.ok(hostname.length > 0 && Number.isInteger(port) && port >= 0 && port <= 65_535);
        assert.doesNotMatch(hostname, /[\s[\]/]/);
      } catch (error) {
        assert.ok(error instanceof UsageError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
