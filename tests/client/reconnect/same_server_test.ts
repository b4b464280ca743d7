import assert from "node:assert/strict";
import { sameServer } from "../../../lib/client/reconnect/same_server.ts";
import { key } from "../../support/doubles.ts";

Deno.test("same server: the key that was proved before is accepted, and no other one", () => {
  const accept = sameServer(key(1), { hostname: "example.org", port: 9 });
  const context = {} as Parameters<typeof accept>[1];
  assert.equal(accept(key(1), context), true);
  assert.throws(() => accept(key(2), context), {
    name: "AuthenticationError",
    code: "key-changed",
    message: /^the server at example\.org:9 has shown another key .*nothing was sent to it$/,
  });
});
