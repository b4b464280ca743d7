import { AES256_CBC_HMAC_SHA256, AesCbcHmac, AesGcm } from "../../lib/crypto/mod.ts";
import { assertSameBytes, pattern } from "./support.ts";

const CIPHERS = [
  { name: "AesCbcHmac", make: () => new AesCbcHmac(AES256_CBC_HMAC_SHA256, pattern(64)), iv: 16 },
  { name: "AesGcm", make: () => new AesGcm(pattern(32)), iv: 12 },
];

for (const { name, make, iv: ivSize } of CIPHERS) {
  Deno.test(`${name}: a buffer that is reused while the call is under way changes nothing`, async () => {
    const iv = pattern(ivSize, 2);
    const ad = pattern(8, 3);
    const plaintext = pattern(20_000, 4);
    const expected = make().sealSync(iv, ad, plaintext);
    for (const reused of [0, 1, 2]) {
      const sealing = [iv.slice(), ad.slice(), plaintext.slice()] as const;
      const sealed = make().sealAsync(...sealing);
      sealing[reused].fill(0);
      assertSameBytes(await sealed, expected);

      const opening = [iv.slice(), ad.slice(), expected.slice()] as const;
      const opened = make().openAsync(...opening);
      opening[reused].fill(0);
      assertSameBytes(await opened, plaintext);
    }
  });
}
