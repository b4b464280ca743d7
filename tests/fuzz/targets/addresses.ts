import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  canonicalHost,
  formatAddress,
  isIpAddress,
  parseAddress,
} from "../../../lib/channel/mod.ts";
import { originOf } from "../../../lib/channel/tcp/origin.ts";
import { knownHostName, parseKnownHostName } from "../../../lib/trust/known_host_name.ts";
import { attempt, type Material } from "../material.ts";
import type { Target } from "../target.ts";

const VALID = [
  ...["127.0.0.1:12345", "[::1]:1", "[2001:db8::a:0:1]:443", "chat.example.org:65535", ":0"],
  ...["müller.test", "[fe80::1%eth0]:22", "::ffff:192.0.2.1", "0x7f.1", "xn--mller-kva.test:9"],
];

function address(material: Material): string {
  switch (material.below(4)) {
    case 0:
      return material.text(300);
    case 1: {
      const host = fc.oneof(fc.ipV4Extended(), fc.ipV6(), fc.domain(), fc.webAuthority());
      return `${material.sample(host)}:${material.below(100_000)}`;
    }
    default:
      return material.mutateText(material.one(VALID));
  }
}

/** Addresses: whatever is read has one form, in ASCII. */
export const addresses: Target = {
  name: "addresses",
  run(material) {
    const text = address(material);
    originOf(text);
    const read = attempt(() => parseAddress(text));
    const name = parseKnownHostName(text);
    if (read === undefined) return;
    const { hostname, port } = read;
    assert.ok(Number.isInteger(port) && port >= 0 && port <= 65_535);
    assert.match(hostname, /^[!-~]+$/, text);
    assert.deepEqual(parseAddress(formatAddress(read)), read, text);
    const host = canonicalHost(hostname);
    if (host === undefined) return assert.equal(name, undefined, text);
    assert.match(host, /^[a-z0-9._-]{1,253}$|^[0-9a-f:]+(?:%[\w.-]+)?$/, text);
    assert.equal(host, hostname);
    assert.equal(name, knownHostName(read), text);
    assert.equal(isIpAddress(host), /^[0-9.]+$|:/.test(host), text);
  },
};
