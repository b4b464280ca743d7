import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  canonicalHost,
  DEFAULT_PORT,
  formatAddress,
  parseAddress,
  parseDestination,
} from "../../../lib/channel/mod.ts";
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
  "[2001:DB8::17]:443": ["2001:db8::17", 443],
  "::ffff:192.0.2.1": ["192.0.2.1", 12_345],
  "[::ffff:192.0.2.1]:9": ["192.0.2.1", 9],
  "[fe80::1%eth0]:22": ["fe80::1%eth0", 22],
  "fe80::1%eth0": ["fe80::1%eth0", 12_345],
  "münchen.example": ["xn--mnchen-3ya.example", 12_345],
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
  "::1:99999",
  "2130706433",
  "99999999999",
  "１２",
  "0x50",
  "[1.2.3.4]:80",
  "[::1%1]:80",
  "[fe80::1%]:80",
  "[fe80::1%a b]:80",
  "a%62.test",
  "a\\b",
  "a?b",
  "a#b",
  "a\0b",
  "ａ：80",
  "a／b",
  "a％62",
  "a\u202eb.test",
  "ü..test",
  `${"ü".repeat(64)}.test`,
];

/** What no host is called. Whether it is meant as a name, whoever looks it up says. */
const NOBODYS = [
  ...["127.0.0.256", "1.2.3.4.5", "chat.1", ".", "..", "a..b", "a..", "-a.test", "a-.test"],
  ...["a!b.test", "xn--a.test", `${"a".repeat(64)}.test`, `${"a.".repeat(127)}a`],
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

/** Spellings of one host each; the first is the one form. */
const SPELLINGS: readonly (readonly string[])[] = [
  [
    ...["127.0.0.1:9", "127.1:9", "127.0.1:9", "0x7f.1:9", "0X7F.0.0.1:9", "0177.0.0.1:9"],
    ...["127.0.0.01:9", "2130706433:9", "0x7f000001:9", "127.0.0.1.:9", "[::ffff:127.0.0.1]:9"],
    ...["[::FFFF:7f00:1]:9", "[0:0:0:0:0:ffff:7f00:0001]:9", "１２７.0.0.1:9", "127。0。0。1:9"],
  ],
  ["[::1]:9", "[0:0:0:0:0:0:0:1]:9", "[0000::0001]:9", "[0::1]:9", "[::0.0.0.1]:9", "[::1]:0009"],
  ["[2001:db8::a:0:0:1]:9", "[2001:0DB8:0:0:A::1]:9", "[2001:DB8::A:0:0:1]:9"],
  ["[fe80::1%eth0]:9", "[FE80::1%eth0]:9", "[fe80:0::0:1%eth0]:9"],
  ["[fe80::1%2]:9", "[fe80::1%02]:9"],
  ["localhost:9", "LOCALHOST:9", "localhost.:9", "ｌｏｃａｌｈｏｓｔ:9", "local\u00adhost:9"],
  ["chat.example:9", "Chat.Example:9", "chat.example.:9", "chat。example:9", "chat．example．:9"],
  [
    ...["xn--mller-kva.test:9", "müller.test:9", "MÜLLER.TEST:9", "mu\u0308ller.test:9"],
    ...["XN--MLLER-KVA.test:9", "müller.test.:9", "müller。test:9"],
  ],
  ["strasse.de:9", "\u017ftra\u017f\u017fe.de:9"],
  ["xn--strae-oqa.de:9", "straße.de:9", "STRAẞE.de:9"],
];

for (const spellings of SPELLINGS) {
  Deno.test(`addresses: ${spellings[0]} is one address, however it is spelled`, () => {
    for (const spelling of spellings) {
      assert.equal(formatAddress(parseAddress(spelling)), spellings[0], spelling);
    }
  });
}

Deno.test("addresses: what looks alike and is not the same is not taken for the same", () => {
  const different = [
    ...["strasse.de:9", "straße.de:9", "paypal.test:9", "pаypal.test:9", "[::1]:9", "[::2]:9"],
    ...["[::7f00:1]:9", "127.0.0.1:9", "[fe80::1%eth0]:9", "[fe80::1%eth1]:9", "[fe80::1]:9"],
    ...["0.0.0.0:9", "[::]:9", "localhost:9", "localhost:99"],
  ].map((text) => formatAddress(parseAddress(text)));
  assert.equal(new Set(different).size, different.length);
  // Letters that look like others are not shown: the name is shown as it is looked up.
  for (const text of different) assert.match(text, /^[\x21-\x7e]+$/);
});

Deno.test("addresses: an IPv6 address with a port wants brackets, and is told where", () => {
  const hints: Record<string, RegExp> = {
    "::1:31777": /is not an address; did you mean \[::1\]:31777\?$/,
    "1:2:3:4:5:6:7:8:80": /did you mean \[1:2:3:4:5:6:7:8\]:80\?$/,
    "::ffff:127.0.0.1:80": /did you mean \[::ffff:127\.0\.0\.1\]:80\?$/,
    "fe80::1%eth0:80": /did you mean \[fe80::1%eth0\]:80\?$/,
    "::1:4000": /write \[::1:4000\] or \[::1\]:4000$/,
    "2001:db8::1:80": /write \[2001:db8::1:80\] or \[2001:db8::1\]:80$/,
  };
  for (const [text, message] of Object.entries(hints)) {
    assert.throws(() => parseAddress(text), { code: "usage", message }, text);
  }
});

Deno.test("addresses: nobody connects to port 0", () => {
  assert.deepEqual(parseDestination("a:1"), { hostname: "a", port: 1 });
  for (const text of [":0", "a:0", "[::1]:00000"]) {
    assert.throws(() => parseDestination(text), { code: "usage", message: /port 0/ }, text);
  }
});

Deno.test("addresses: what no host is called stays as it is, and is no host", () => {
  for (const name of NOBODYS) {
    assert.deepEqual(parseAddress(`${name.toUpperCase()}:9`), { hostname: name, port: 9 });
    assert.equal(canonicalHost(name), undefined, name);
  }
  assert.equal(canonicalHost("chat.example"), "chat.example");
});

Deno.test("addresses: as a person writes them", () => {
  assert.equal(formatAddress({ hostname: "127.0.0.1", port: 80 }), "127.0.0.1:80");
  assert.equal(formatAddress({ hostname: "name", port: 0 }), "name:0");
  assert.equal(formatAddress({ hostname: "::1", port: 80 }), "[::1]:80");
});

Deno.test("addresses: what is written can be read", () => {
  const hostname = fc.oneof(fc.ipV4Extended(), fc.ipV6(), fc.domain());
  fc.assert(fc.property(hostname, fc.nat(65_535), (typed, port) => {
    const address = parseAddress(formatAddress({ hostname: typed, port }));
    assert.equal(address.port, port);
    assert.deepEqual(parseAddress(formatAddress(address)), address);
  }));
});

Deno.test("addresses: any text is read or refused", () => {
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(..."[]:.%/ 0a1f9"), maxLength: 20 }),
    fc.string({ unit: "binary", maxLength: 20 }),
  );
  fc.assert(
    fc.property(text, (text) => {
      try {
        const { hostname, port } = parseAddress(text);
        assert.ok(hostname.length > 0 && Number.isInteger(port) && port >= 0 && port <= 65_535);
        assert.match(hostname, /^[!-~]+$/);
        assert.doesNotMatch(hostname, /[[\]/@]/);
        assert.deepEqual(parseAddress(formatAddress({ hostname, port })), { hostname, port });
      } catch (error) {
        assert.ok(error instanceof UsageError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});
