import assert from "node:assert/strict";
import { parseAddress } from "../../lib/channel/mod.ts";
import { encodeBase64 } from "../../lib/identity/base64.ts";
import { KeyBook, memoryStore } from "../../lib/identity/mod.ts";
import {
  findKnownHost,
  knownHostName,
  parseKnownHostName,
} from "../../lib/trust/known_host_name.ts";

const KEY = encodeBase64(new Uint8Array(32).fill(9));

Deno.test("known host name: a server has one name, however its address was typed", () => {
  const cases: [typed: string, subject: string][] = [
    ["127.0.0.1:12345", "127.0.0.1:12345"],
    ["127.0.0.1", "127.0.0.1:12345"],
    ["127.1:12345", "127.0.0.1:12345"],
    ["[::ffff:127.0.0.1]", "127.0.0.1:12345"],
    ["Chat.Example:9", "chat.example:9"],
    ["chat.example.:9", "chat.example:9"],
    ["Müller.test:9", "xn--mller-kva.test:9"],
    ["[::1]:9", "[::1]:9"],
    ["[0:0:0:0:0:0:0:1]:9", "[::1]:9"],
    ["[2001:DB8::A]:9", "[2001:db8::a]:9"],
    // These are whole addresses, although they may not be typed so where a port may have been meant.
    ["2001:db8::1:80", "[2001:db8::1:80]:12345"],
    ["FE80::1%Eth0", "[fe80::1%Eth0]:12345"],
  ];
  for (const [typed, subject] of cases) assert.equal(parseKnownHostName(typed), subject, typed);
});

Deno.test("known host name: what is no address has none", () => {
  for (const text of ["", "a:b", "a:65536", "http://a/", "SHA256:x y", "a..b", "::1:31777"]) {
    assert.equal(parseKnownHostName(text), undefined, text);
  }
});

Deno.test("known hosts: a line is found in every spelling of its address", async () => {
  const spellings = ["[0:0:0:0:0:0:0:1]:9", "[::1]:9", "[0::0001]:00009"];
  for (const line of spellings) {
    const book = new KeyBook(
      memoryStore("known_hosts", `other:1 x25519 ${KEY}\n${line} x25519 ${KEY}\n`),
    );
    for (const typed of spellings) {
      const found = await findKnownHost(book, knownHostName(parseAddress(typed)));
      assert.deepEqual(found.map(({ line }) => line), [2], `${line}, ${typed}`);
    }
    assert.deepEqual(await findKnownHost(book, knownHostName(parseAddress("[::2]:9"))), []);
  }
});

Deno.test("known hosts: a line whose address cannot be read is an error, and does not hide a server", async () => {
  for (
    const subject of ["chat..example:9", "chat.example:99999", "::1:31777", "chat.example:9,a"]
  ) {
    const book = new KeyBook(memoryStore("known_hosts", `\n${subject} x25519 ${KEY}\n`));
    await assert.rejects(findKnownHost(book, "chat.example:9"), {
      code: "bad-file",
      message: `known_hosts, line 2: "${subject}" is not an address; fix the line or remove it`,
    });
  }
});
