import assert from "node:assert/strict";
import { sharedKeySentence } from "../../lib/trust/shared_key.ts";
import { key } from "../support/doubles.ts";

Deno.test("shared key: an SSH key, which is never replaced, is to be moved away", () => {
  const sentence = (format: "openssh" | "pkcs8") =>
    sharedKeySentence(key(1), key(1), { home: "/h" }, { file: "/h/identity.pem", format }) ?? "";
  assert.match(sentence("openssh"), /; for a key of your own, move \/h\/identity\.pem away$/);
  assert.match(sentence("pkcs8"), /; for a key of your own, run: .+ id --new --home \/h$/);
  assert.equal(sharedKeySentence(key(1), key(2), {}), undefined);
});
