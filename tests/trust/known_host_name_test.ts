import assert from "node:assert/strict";
import { parseKnownHostName } from "../../lib/trust/known_host_name.ts";

Deno.test("known host name: a server has one name, however its address was typed", () => {
  const cases: [typed: string, subject: string][] = [
    ["127.0.0.1:12345", "127.0.0.1:12345"],
    ["127.0.0.1", "127.0.0.1:12345"],
    ["Chat.Example:9", "chat.example:9"],
    ["[::1]:9", "[::1]:9"],
    ["[2001:DB8::A]:9", "[2001:db8::a]:9"],
  ];
  for (const [typed, subject] of cases) assert.equal(parseKnownHostName(typed), subject, typed);
});

Deno.test("known host name: what is no address has none", () => {
  for (const text of ["", "a:b", "a:65536", "http://a/", "SHA256:x y"]) {
    assert.equal(parseKnownHostName(text), undefined, text);
  }
});
