import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { UsageError } from "../../lib/errors.ts";
import { parseProtocolName } from "../../lib/noise/mod.ts";

Deno.test("parseProtocolName takes a name apart", () => {
  assert.deepEqual(parseProtocolName("Noise_XXhfs+psk3_25519+MLKEM768_AESCBC_SHA256"), {
    name: "Noise_XXhfs+psk3_25519+MLKEM768_AESCBC_SHA256",
    pattern: "XXhfs+psk3",
    dh: "25519",
    kem: "MLKEM768",
    cipher: "AESCBC",
    hash: "SHA256",
  });
  assert.deepEqual(parseProtocolName("Noise_XX_448_ChaChaPoly_BLAKE2b"), {
    name: "Noise_XX_448_ChaChaPoly_BLAKE2b",
    pattern: "XX",
    dh: "448",
    kem: undefined,
    cipher: "ChaChaPoly",
    hash: "BLAKE2b",
  });
});

Deno.test("parseProtocolName refuses what has not the form of a name", () => {
  const names = [
    ...["", "Noise", "Noise_", "Noise____", "Noise_XX_25519_AESGCM", "Noise__25519_AESGCM_SHA256"],
    "noise_XX_25519_AESGCM_SHA256",
    "Noise_XX_25519_AESGCM_SHA256_",
    "Noise_XX_25519_AESGCM_SHA256_more",
    "Noise_XX_25519_AESGCM_SHA256\n",
    "\nNoise_XX_25519_AESGCM_SHA256",
    " Noise_XX_25519_AESGCM_SHA256",
    "Noise_XX_25519+_AESGCM_SHA256",
    "Noise_XX_25519+A+B_AESGCM_SHA256",
    "Noise_XX_25519_AES-GCM_SHA256",
    "Noise_XX_25519_AESGCM_SHA\u0662\u0665\u0666",
    "Noise_XX_25519_AESGCM_SHA256\0",
  ];
  for (const name of names) {
    assert.throws(() => parseProtocolName(name), UsageError, JSON.stringify(name));
  }
});

Deno.test("parseProtocolName: 255 characters at most (Noise §8)", () => {
  const rest = "_25519_AESGCM_SHA256";
  const longest = `Noise_${"X".repeat(255 - 6 - rest.length)}${rest}`;
  assert.equal(longest.length, 255);
  assert.equal(parseProtocolName(longest).name, longest);
  assert.throws(() => parseProtocolName(longest.replace("_X", "_XX")), UsageError);
});

Deno.test("parseProtocolName: parts go in and come out, anything else is a UsageError", () => {
  const alphanumeric = [..."ABCXYZabcxyz0189"];
  const part = fc.string({
    unit: fc.constantFrom(...alphanumeric),
    minLength: 1,
    maxLength: 12,
  });
  const parts = fc.tuple(part, part, fc.option(part, { nil: undefined }), part, part);
  fc.assert(fc.property(parts, ([pattern, dh, kem, cipher, hash]) => {
    const name = `Noise_${pattern}_${dh}${kem === undefined ? "" : `+${kem}`}_${cipher}_${hash}`;
    assert.deepEqual(parseProtocolName(name), { name, pattern, dh, kem, cipher, hash });
  }));
  const mutated = fc.tuple(
    fc.constant("Noise_XXhfs+psk3_25519+MLKEM768_AESCBC_SHA256"),
    fc.nat(44),
    fc.string({ unit: "binary", maxLength: 3 }),
  ).map(([name, index, text]) => name.slice(0, index) + text + name.slice(index + 1));
  fc.assert(fc.property(fc.oneof(mutated, fc.string({ unit: "binary" })), (name) => {
    try {
      const { pattern, dh, kem, cipher, hash } = parseProtocolName(name);
      const dhSection = kem === undefined ? dh : `${dh}+${kem}`;
      assert.equal(["Noise", pattern, dhSection, cipher, hash].join("_"), name);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
    }
  }));
});
