import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import {
  AES256_CBC_HMAC_SHA256,
  AesCbcHmac,
  type AesCbcHmacParameters,
  AesCbcKey,
  AesGcm,
  closeCbcChains,
  concat,
  loadAes192,
} from "../../lib/crypto/mod.ts";
import { sync } from "../../lib/crypto/platform.ts";
import { nobleFunctions } from "../../lib/crypto/sync_noble.ts";
import { toHex } from "../support/vectors.ts";
import {
  alter,
  assertDecryptFailed,
  assertSameBytes,
  pattern,
  SIZES,
  withReplaced,
} from "./support.ts";

const noble = nobleFunctions();
const KEY = pattern(64);
const AD = pattern(8, 3);

/** A composition whose key has been used often enough for a chain. */
function warm(key = KEY): AesCbcHmac {
  const aead = new AesCbcHmac(AES256_CBC_HMAC_SHA256, key);
  for (let turn = 0; turn < 3; turn++) {
    aead.openMessageSync(AD, aead.sealMessageSync(AD, pattern(turn)));
  }
  return aead;
}

/** Counts the calls that go through chains while `action` runs. */
async function countingChains(action: () => unknown): Promise<number> {
  let calls = 0;
  const { cbcChain } = sync;
  await withReplaced(sync, "cbcChain", (key, direction) => {
    const chain = cbcChain(key, direction);
    return chain && {
      update(blocks) {
        calls++;
        return chain.update(blocks);
      },
      close: () => chain.close(),
    };
  }, async () => void await action());
  return calls;
}

Deno.test("chain: a message is IV, ciphertext and tag, recomputed at every size", () => {
  const aead = warm();
  for (const size of SIZES) {
    for (let turn = 0; turn < 3; turn++) {
      const message = aead.sealMessageSync(AD, pattern(size, 5));
      const iv = message.slice(0, 16);
      const ciphertext = noble.cbcEncrypt(KEY.subarray(32), iv, pattern(size, 5));
      assert.equal(toHex(message.subarray(16, -32)), toHex(ciphertext));
      const al = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 64);
      const tag = noble.hmac("SHA-256", KEY.subarray(0, 32), AD, iv, ciphertext, al);
      assert.equal(toHex(message.subarray(-32)), toHex(tag));
      assertSameBytes(aead.openMessageSync(AD, message), pattern(size, 5));
    }
  }
});

Deno.test("chain: what is said here about its use is so: messages go through it from the third on", async () => {
  assert.equal(
    await countingChains(() => {
      const sealer = new AesCbcHmac(AES256_CBC_HMAC_SHA256, KEY);
      const opener = new AesCbcHmac(AES256_CBC_HMAC_SHA256, KEY);
      for (let turn = 0; turn < 10; turn++) {
        opener.openMessageSync(AD, sealer.sealMessageSync(AD, pattern(40)));
      }
    }),
    2 * (10 - 2),
  );
});

Deno.test("chain: IVs are fresh, and equal plaintexts give different messages", () => {
  const aead = warm();
  const seen = new Set<string>();
  for (let turn = 0; turn < 1_000; turn++) {
    const message = aead.sealMessageSync(AD, pattern(16));
    for (const block of [0, 16, 32]) seen.add(toHex(message.subarray(block, block + 16)));
  }
  assert.equal(seen.size, 3_000);
});

Deno.test("chain: the IV follows from the random block and the last block of ciphertext", async () => {
  const aead = warm();
  const before = aead.sealMessageSync(AD, pattern(16));
  const random = pattern(16, 7);
  const replacement: typeof crypto.getRandomValues = (array) => {
    assert(array instanceof Uint8Array && array.length === 16);
    array.set(random);
    return array;
  };
  let message = new Uint8Array(0);
  await withReplaced(crypto, "getRandomValues", replacement, () => {
    message = new Uint8Array(aead.sealMessageSync(AD, pattern(16)));
  });
  const last = before.subarray(-48, -32);
  const mixed = random.map((byte, index) => byte ^ (last[index] ?? 0));
  const expected = noble.cbcEncrypt(KEY.subarray(32), new Uint8Array(16), mixed).subarray(0, 16);
  assert.equal(toHex(message.subarray(0, 16)), toHex(expected));
});

Deno.test("chain: random bytes are drawn once for each message", async () => {
  const aead = warm();
  const real = crypto.getRandomValues.bind(crypto);
  let drawn = 0;
  const counting: typeof crypto.getRandomValues = (array) => {
    drawn += array?.byteLength ?? 0;
    return real(array);
  };
  await withReplaced(crypto, "getRandomValues", counting, () => {
    for (let turn = 0; turn < 5; turn++) aead.sealMessageSync(AD, pattern(100));
  });
  assert.equal(drawn, 5 * 16);
});

Deno.test("chain: every path opens what every other sealed", async () => {
  const warmed = warm();
  const once = () => new AesCbcHmac(AES256_CBC_HMAC_SHA256, KEY);
  for (const size of [0, 15, 16, 100, 40_000]) {
    const plaintext = pattern(size, 9);
    const messages = [
      warmed.sealMessageSync(AD, plaintext),
      once().sealMessageSync(AD, plaintext),
      await warmed.sealMessageAsync(AD, plaintext),
      await once().sealMessageAsync(AD, plaintext),
      concat(pattern(16), once().sealSync(pattern(16), AD, plaintext)),
      (await warmed.sealMessage(AD, plaintext, { headroom: 4 })).subarray(4),
    ];
    for (const message of messages) {
      assertSameBytes(warmed.openMessageSync(AD, message), plaintext);
      assertSameBytes(once().openMessageSync(AD, message), plaintext);
      assertSameBytes(await warmed.openMessageAsync(AD, message), plaintext);
      assertSameBytes(await once().openMessageAsync(AD, message), plaintext);
      const [iv, sealed] = [message.slice(0, 16), message.slice(16)];
      assertSameBytes(once().openSync(iv, AD, sealed), plaintext);
    }
  }
});

/** A message with a right tag over any blocks. */
function sealByHand(blocks: Uint8Array): Uint8Array {
  const iv = pattern(16, 2);
  // Noble's own padding block goes.
  const ciphertext = noble.cbcEncrypt(KEY.subarray(32), iv, blocks).subarray(0, -16);
  const al = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 64);
  const tag = noble.hmac("SHA-256", KEY.subarray(0, 32), AD, iv, ciphertext, al);
  return concat(iv, ciphertext, tag);
}

Deno.test("chain: whatever is wrong, the error is the same, and the next message opens", async () => {
  const aead = warm();
  const good = aead.sealMessageSync(AD, pattern(40, 4));
  const padding = (...bytes: number[]) => {
    const blocks = pattern(32, 5);
    blocks.set(bytes, 32 - bytes.length);
    return sealByHand(blocks);
  };
  assertSameBytes(aead.openMessageSync(AD, padding(2, 2)), pattern(32, 5).slice(0, 30));
  const refused = [
    new Uint8Array(0),
    good.subarray(0, 32),
    good.subarray(0, 48),
    good.subarray(1),
    good.subarray(16),
    ...[0, 128, 300, 8 * good.length - 256, 8 * good.length - 1].map((bit) =>
      alter(good, { kind: "flip", bit })
    ),
    ...[[0], [17], [255], [3, 2], [1, 16], [9, 3, 3]].map((bytes) => padding(...bytes)),
    sealByHand(new Uint8Array(0)),
  ];
  const seen = new Set<string>();
  for (const message of refused) {
    await assertDecryptFailed(() => aead.openMessageSync(AD, message));
    await assertDecryptFailed(() => aead.openMessageAsync(AD, message));
    assertSameBytes(aead.openMessageSync(AD, good), pattern(40, 4));
    try {
      aead.openMessageSync(AD, message);
    } catch (error) {
      assert(error instanceof Error);
      seen.add(error.stack?.split("\n").filter((line) => line.includes("/lib/")).join() ?? "");
    }
  }
  assert.equal(seen.size, 1, "at one point");
});

Deno.test("chain: nothing goes through it before the tag has been found right", async () => {
  const calls = await countingChains(() => {
    const aead = new AesCbcHmac(AES256_CBC_HMAC_SHA256, KEY);
    const message = aead.sealMessageSync(AD, pattern(40));
    for (let turn = 0; turn < 5; turn++) aead.openMessageSync(AD, message);
  });
  const more = await countingChains(async () => {
    const aead = new AesCbcHmac(AES256_CBC_HMAC_SHA256, KEY);
    const message = aead.sealMessageSync(AD, pattern(40));
    for (let turn = 0; turn < 5; turn++) {
      aead.openMessageSync(AD, message);
      for (const bit of [0, 200, 8 * message.length - 1]) {
        const forged = alter(message, { kind: "flip", bit });
        await assertDecryptFailed(() => aead.openMessageSync(AD, forged));
      }
      await assertDecryptFailed(() => aead.openMessageSync(pattern(8, 9), message));
    }
  });
  assert.equal(calls, 4);
  assert.equal(more, 4);
});

Deno.test("chain: one that gives another length is left, and nothing is lost", async () => {
  const aead = new AesCbcHmac(AES256_CBC_HMAC_SHA256, KEY);
  const other = warm();
  let broken = 0;
  const { cbcChain } = sync;
  await withReplaced(sync, "cbcChain", (key, direction) => {
    const chain = cbcChain(key, direction);
    return chain && {
      update(blocks) {
        broken++;
        return chain.update(blocks).subarray(0, -1);
      },
      close: () => chain.close(),
    };
  }, () => {
    for (let turn = 0; turn < 6; turn++) {
      const message = aead.sealMessageSync(AD, pattern(33, turn));
      assertSameBytes(other.openMessageSync(AD, message), pattern(33, turn));
      assertSameBytes(aead.openMessageSync(AD, message), pattern(33, turn));
    }
  });
  assert.ok(broken > 0);
});

Deno.test("chain: destroy closes it, and after it nothing is sealed under the old key", () => {
  const aead = warm();
  const message = aead.sealMessageSync(AD, pattern(40));
  aead.destroy();
  assert.throws(() => aead.openMessageSync(AD, message));
  const after = aead.sealMessageSync(AD, pattern(40));
  assert.throws(() => warm().openMessageSync(AD, after));
  const decrypted = noble.cbcDecrypt(
    new Uint8Array(32),
    after.slice(0, 16),
    after.subarray(16, -32),
  );
  assert.equal(toHex(decrypted), toHex(pattern(40)), "what is left is a key of zeros");
});

Deno.test("chain: more keys than there may be chains all go on working", () => {
  const keys = Array.from({ length: 1_300 }, (_, index) => new AesCbcKey(pattern(32, index % 251)));
  const opener = (index: number) => new AesCbcKey(pattern(32, index % 251));
  for (let turn = 0; turn < 5; turn++) {
    keys.forEach((key, index) => {
      const message = new Uint8Array(key.encryptFresh(pattern(20, turn)));
      if (index % 50 === 0) {
        assertSameBytes(opener(index).decryptFresh(message), pattern(20, turn));
      }
    });
  }
  for (const key of keys) key.destroy();
});

Deno.test("chain: RFC 7518's other sizes take the same way", async () => {
  const sets: AesCbcHmacParameters[] = [
    { hash: "SHA-256", macKeySize: 16, encryptionKeySize: 16, tagSize: 16 },
    { hash: "SHA-384", macKeySize: 24, encryptionKeySize: 24, tagSize: 24 },
    { hash: "SHA-512", macKeySize: 32, encryptionKeySize: 32, tagSize: 32 },
  ];
  await loadAes192();
  for (const parameters of sets) {
    const key = pattern(parameters.macKeySize + parameters.encryptionKeySize);
    const aead = new AesCbcHmac(parameters, key);
    for (let turn = 0; turn < 4; turn++) {
      const message = aead.sealMessageSync(AD, pattern(50, turn));
      assert.equal(message.length, 16 + 64 + parameters.tagSize);
      assertSameBytes(aead.openMessageSync(AD, message), pattern(50, turn));
      const other = new AesCbcHmac(parameters, key);
      assertSameBytes(
        other.openSync(message.slice(0, 16), AD, message.slice(16)),
        pattern(50, turn),
      );
      assertSameBytes(await other.openMessageAsync(AD, message), pattern(50, turn));
    }
  }
});

Deno.test("headroom: as many bytes in front as were asked for, and the same message behind", async () => {
  const iv = pattern(16, 2);
  for (const size of [0, 100, 40_000]) {
    const aead = new AesCbcHmac(AES256_CBC_HMAC_SHA256, KEY);
    const plain = aead.sealMessageSync(AD, pattern(size), { iv });
    const gcm = new AesGcm(pattern(32));
    const sealed = gcm.sealSync(pattern(12), AD, pattern(size));
    for (const headroom of [0, 4, 33]) {
      const expected = concat(new Uint8Array(headroom), plain);
      assertSameBytes(aead.sealMessageSync(AD, pattern(size), { iv, headroom }), expected);
      assertSameBytes(await aead.sealMessageAsync(AD, pattern(size), { iv, headroom }), expected);
      const room = concat(new Uint8Array(headroom), sealed);
      assertSameBytes(gcm.sealSync(pattern(12), AD, pattern(size), headroom), room);
      assertSameBytes(await gcm.sealAsync(pattern(12), AD, pattern(size), headroom), room);
    }
  }
});

Deno.test("overlap: calls under one key, each input reused at once, and destroyed in between", async () => {
  const iv = pattern(16, 2);
  const nonce = pattern(12, 2);
  const composition = () => new AesCbcHmac(AES256_CBC_HMAC_SHA256, KEY);
  const gcm = () => new AesGcm(pattern(32));
  const expected = [1, 2, 3].map((seed) =>
    composition().sealMessageSync(AD, pattern(50_000, seed), { iv })
  );
  const expectedGcm = [1, 2, 3].map((seed) => gcm().sealSync(nonce, AD, pattern(50_000, seed)));
  for (const isReady of [false, true]) {
    const [cbc, other] = [composition(), gcm()];
    if (isReady) {
      await cbc.sealMessageAsync(AD, pattern(9));
      await other.sealAsync(nonce, AD, pattern(9));
    }
    const buffer = new Uint8Array(50_000);
    const [ivs, ads, nonces] = [iv.slice(), AD.slice(), nonce.slice()];
    const start = <T>(call: (plaintext: Uint8Array, seed: number) => Promise<T>) =>
      [1, 2, 3].map((seed) => {
        buffer.set(pattern(50_000, seed));
        ivs.set(iv);
        ads.set(AD);
        nonces.set(nonce);
        const result = call(buffer, seed);
        for (const reused of [buffer, ivs, ads, nonces]) reused.fill(0xee);
        return result;
      });
    const sealed = start((plaintext) => cbc.sealMessageAsync(ads, plaintext, { iv: ivs }));
    const sealedGcm = start((plaintext) => other.sealAsync(nonces, ads, plaintext));
    const text = new Uint8Array(expected[0]?.length ?? 0);
    const opened = start((_, seed) => {
      text.set(expected[seed - 1] ?? text);
      const opening = cbc.openMessageAsync(ads, text);
      text.fill(0xee);
      return opening;
    });
    cbc.destroy();
    other.destroy();
    (await Promise.all(sealed)).forEach((message, index) => {
      assertSameBytes(message, expected[index] ?? text);
    });
    (await Promise.all(sealedGcm)).forEach((message, index) => {
      assertSameBytes(message, expectedGcm[index] ?? text);
    });
    (await Promise.all(opened)).forEach((plaintext, index) => {
      assertSameBytes(plaintext, pattern(50_000, index + 1));
    });
  }
});

Deno.test("publicHash, startHash and sha256: as noble has them, at every size and in any pieces", () => {
  fc.assert(
    fc.property(
      fc.constantFrom("SHA-256" as const, "SHA-384" as const, "SHA-512" as const),
      fc.array(fc.uint8Array({ maxLength: 3_000 }), { maxLength: 4 }),
      (hash, parts) => {
        const expected = toHex(noble.publicHash(hash, ...parts));
        assert.equal(toHex(sync.publicHash(hash, ...parts)), expected);
        const running = sync.startHash(hash);
        for (const part of parts) running.update(part);
        assert.equal(toHex(running.digest()), expected);
      },
    ),
  );
});

Deno.test("chain: when all are closed, a key goes on without one, and has one again from the third use on", async () => {
  const sealer = warm();
  const opener = warm();
  const exchange = (times: number) => {
    for (let turn = 0; turn < times; turn++) {
      assertSameBytes(
        opener.openMessageSync(AD, sealer.sealMessageSync(AD, pattern(turn))),
        pattern(turn),
      );
    }
  };
  const calls: number[] = [];
  for (const times of [2, 2, 5]) {
    closeCbcChains();
    calls.push(await countingChains(() => exchange(times)));
  }
  assert.deepEqual(calls, [0, 0, 2 * (5 - 2)]);
});
