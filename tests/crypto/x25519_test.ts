import { x25519 } from "../../lib/crypto/mod.ts";
import { pattern, withReplaced } from "./support.ts";
import { assertLowOrder, testX25519 } from "./x25519_suite.ts";

testX25519("WebCrypto");

Deno.test("x25519: a zero result is refused even if the implementation hands it over", async () => {
  // WebCrypto and noble both refuse by themselves today; nothing may rest on that.
  const zero: typeof crypto.subtle.deriveBits = () => Promise.resolve(new ArrayBuffer(32));
  await withReplaced(crypto.subtle, "deriveBits", zero, async () => {
    await assertLowOrder(() => x25519(pattern(32), pattern(32, 2)), "zero from WebCrypto");
  });
});
