import assert from "node:assert/strict";
import fc from "npm:fast-check@4.10.2";
import { concat } from "../../lib/crypto/mod.ts";
import { AuthenticationError, ProtocolError, UsageError } from "../../lib/errors.ts";
import { AESCBC, AESGCM, CipherState, MAX_NONCE } from "../../lib/noise/mod.ts";
import { assertBytes, EMPTY, filled, flipped, utf8 } from "./support.ts";

const KEY = filled(32, 0x42);

/** The size from which the work goes to another thread, and with it the other code path. */
const LARGE = 20_000;

for (const cipher of [AESCBC, AESGCM]) {
  const create = (key = KEY) => {
    const state = new CipherState(cipher);
    state.initializeKey(key);
    return state;
  };
  const sealMany = async (sender: CipherState, count: number) => {
    const sealed: Uint8Array[] = [];
    for (let index = 0; index < count; index++) {
      sealed.push(await sender.encryptWithAd(EMPTY, utf8(`message ${index}`)));
    }
    return sealed;
  };
  /** Calls in a function, so that what is thrown at once is a rejection as well. */
  const open = async (receiver: CipherState, sealed: Uint8Array, ad: Uint8Array = EMPTY) =>
    await receiver.decryptWithAd(ad, sealed);
  const test = (name: string, body: () => void | Promise<void>) =>
    Deno.test(`CipherState, ${cipher.name}: ${name}`, body);

  test("without a key it passes everything through and counts nothing", async () => {
    const state = new CipherState(cipher);
    assert.equal(state.hasKey(), false);
    assertBytes(await state.encryptWithAd(utf8("ad"), utf8("text")), utf8("text"));
    assertBytes(await state.decryptWithAd(utf8("ad"), utf8("text")), utf8("text"));
    state.rekey();
    assert.equal(state.nonce, 0n);
    state.initializeKey(KEY);
    assert.equal(state.hasKey(), true);
  });

  test("rekey does not reach a message that is still being encrypted", async () => {
    const [sender, receiver] = [create(), create()];
    const pending = sender.encryptWithAd(EMPTY, filled(LARGE, 1));
    sender.rekey();
    assertBytes(await open(receiver, await pending), filled(LARGE, 1));
  });

  test("the nonce counts up by one, and a new key starts again at 0", async () => {
    const [sender, receiver] = [create(), create()];
    for (let n = 0n; n < 20n; n++) {
      assert.equal(sender.nonce, n);
      assert.equal(receiver.nonce, n);
      const size = n % 2n === 0n ? 10 : LARGE;
      const sealed = await sender.encryptWithAd(utf8("ad"), filled(size, 1));
      assertBytes(await receiver.decryptWithAd(utf8("ad"), sealed), filled(size, 1));
    }
    sender.initializeKey(KEY);
    assert.equal(sender.nonce, 0n);
  });

  test("encryptions that overlap have nonces of their own, in the order of the calls", async () => {
    const [sender, receiver] = [create(), create()];
    const sealed = await Promise.all([
      sender.encryptWithAd(EMPTY, filled(LARGE, 0)),
      sender.encryptWithAd(EMPTY, filled(10, 1)),
      sender.encryptWithAd(EMPTY, filled(LARGE, 2)),
    ]);
    assert.equal(sender.nonce, 3n);
    for (const [index, bytes] of sealed.entries()) {
      assert.equal((await receiver.decryptWithAd(EMPTY, bytes))[0], index);
    }
  });

  test("what the other side's key and nonce did not make is refused, and the nonce stays", async () => {
    const sender = create();
    const sealed = await sealMany(sender, 4);
    const receiver = create();
    await open(receiver, sealed[0]);

    await assert.rejects(open(receiver, sealed[0]), AuthenticationError, "replayed");
    await assert.rejects(open(receiver, sealed[2]), AuthenticationError, "one dropped, or swapped");
    await assert.rejects(open(receiver, EMPTY), AuthenticationError, "empty");
    await assert.rejects(open(receiver, sealed[1], utf8("ad")), AuthenticationError, "other ad");
    await assert.rejects(
      open(receiver, sealed[1].subarray(1)),
      AuthenticationError,
      "cut in front",
    );
    await assert.rejects(open(receiver, sealed[1].subarray(0, -1)), AuthenticationError, "cut");
    await assert.rejects(
      open(receiver, concat(sealed[1], Uint8Array.of(0))),
      AuthenticationError,
      "longer",
    );
    for (let position = 0; position < sealed[1].length; position++) {
      await assert.rejects(open(receiver, flipped(sealed[1], position)), AuthenticationError);
    }
    assert.equal(receiver.nonce, 1n);

    assertBytes(await open(receiver, sealed[1]), utf8("message 1"));
    assertBytes(await open(receiver, sealed[2]), utf8("message 2"));
    assertBytes(await open(receiver, sealed[3]), utf8("message 3"));
    assert.equal(receiver.nonce, 4n);
  });

  test("the same on the path of large messages", async () => {
    const sender = create();
    const [first, second] = [
      await sender.encryptWithAd(EMPTY, filled(LARGE, 1)),
      await sender.encryptWithAd(EMPTY, filled(LARGE, 2)),
    ];
    const receiver = create();
    await assert.rejects(open(receiver, second), AuthenticationError);
    for (const position of [0, 15, 16, 10_000, first.length - 32, first.length - 1]) {
      await assert.rejects(open(receiver, flipped(first, position)), AuthenticationError);
    }
    assert.equal(receiver.nonce, 0n);
    assertBytes(await open(receiver, first), filled(LARGE, 1));
    await assert.rejects(open(receiver, first), AuthenticationError, "replayed");
    assertBytes(await open(receiver, second), filled(LARGE, 2));
  });

  test("a message sent back to its sender is refused: each direction has its key", async () => {
    const sender = create();
    const [sealed] = await sealMany(sender, 1);
    await assert.rejects(open(create(filled(32, 0x43)), sealed), AuthenticationError);
  });

  test("random bytes are refused, with one and the same error", async () => {
    const receiver = create();
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      await assert.rejects(open(receiver, bytes), {
        name: "AuthenticationError",
        code: "decrypt-failed",
        message: "the message could not be authenticated",
      });
    }));
    assert.equal(receiver.nonce, 0n);
  });

  test("any plaintext, associated data and nonce come back", async () => {
    const inputs = [
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ maxLength: 40 }),
      fc.bigInt({ min: 0n, max: MAX_NONCE - 1n }),
    ] as const;
    await fc.assert(fc.asyncProperty(...inputs, async (plaintext, ad, nonce) => {
      const [sender, receiver] = [create(), create()];
      sender.setNonce(nonce);
      receiver.setNonce(nonce);
      const sealed = await sender.encryptWithAd(ad, plaintext);
      assert.equal(sealed.length, cipher.ciphertextSize(plaintext.length));
      assertBytes(await receiver.decryptWithAd(ad, sealed), plaintext);
      assert.equal(receiver.nonce, nonce + 1n);
    }));
  });

  test("every bit of the nonce counts", async () => {
    for (let bit = 0n; bit < 64n; bit++) {
      const [sender, receiver] = [create(), create()];
      sender.setNonce(MAX_NONCE - 1n);
      receiver.setNonce((MAX_NONCE - 1n) ^ (1n << bit));
      const sealed = await sender.encryptWithAd(EMPTY, utf8("text"));
      await assert.rejects(open(receiver, sealed), `bit ${bit}`);
    }
  });

  test("the last nonce is not for messages (Noise §5.1)", async () => {
    const [sender, receiver] = [create(), create()];
    sender.setNonce(MAX_NONCE - 1n);
    receiver.setNonce(MAX_NONCE - 1n);
    const sealed = await sender.encryptWithAd(EMPTY, utf8("the last one"));
    assertBytes(await receiver.decryptWithAd(EMPTY, sealed), utf8("the last one"));
    for (let attempt = 0; attempt < 3; attempt++) {
      assert.equal(sender.nonce, MAX_NONCE);
      assert.throws(() => sender.encryptWithAd(EMPTY, utf8("one too many")), ProtocolError);
      assert.throws(() => receiver.decryptWithAd(EMPTY, sealed), ProtocolError);
      assert.equal(receiver.nonce, MAX_NONCE);
    }
    assert.throws(() => sender.setNonce(MAX_NONCE + 1n), RangeError);
    assert.throws(() => sender.setNonce(-1n), RangeError);
    assert.equal(sender.nonce, MAX_NONCE);
  });

  test("rekey changes the key, on both sides alike, and leaves the nonce (Noise §11.3)", async () => {
    const [sender, receiver, stale] = [create(), create(), create()];
    const [before] = await sealMany(sender, 1);
    assertBytes(await open(receiver, before), utf8("message 0"));
    await open(stale, before);
    for (let round = 0; round < 3; round++) {
      sender.rekey();
      receiver.rekey();
      assert.equal(sender.nonce, BigInt(round + 1));
      const sealed = await sender.encryptWithAd(EMPTY, utf8("after"));
      await assert.rejects(open(stale, sealed), AuthenticationError);
      assertBytes(await open(receiver, sealed), utf8("after"));
    }
  });

  test("the key is copied, and stays the caller's", async () => {
    const key = new Uint8Array(KEY);
    const sender = create(key);
    key.fill(0);
    assertBytes(await open(create(), (await sealMany(sender, 1))[0]), utf8("message 0"));
    const kept = new Uint8Array(KEY);
    const state = create(kept);
    state.rekey();
    state.destroy();
    assertBytes(kept, KEY);
  });

  test("a key of another size is refused", () => {
    for (const size of [0, 16, 31, 33, 64]) {
      assert.throws(() => create(filled(size, 1)), RangeError, `${size} bytes`);
    }
  });

  test("after destroy nothing is encrypted, least of all under a key of zeros", async () => {
    const sender = create();
    const [sealed] = await sealMany(sender, 1);
    for (const state of [sender, new CipherState(cipher)]) {
      state.destroy();
      assert.throws(() => state.encryptWithAd(EMPTY, utf8("text")), UsageError);
      assert.throws(() => state.decryptWithAd(EMPTY, sealed), UsageError);
      state.rekey();
      state.initializeKey(KEY);
      assert.throws(() => state.encryptWithAd(EMPTY, filled(LARGE, 0)), UsageError);
    }
  });
}
