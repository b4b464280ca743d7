import assert from "node:assert/strict";
import { decryptBlock } from "../../lab/attacks/oracle.ts";
import { paddingOracle } from "../../lab/attacks/padding_oracle.ts";
import { AesCbcKey, randomBytes } from "../../lib/crypto/mod.ts";
import { run, screensOf } from "./run.ts";

const SECRET = "the spare key is in the boot";

Deno.test("padding-oracle: Eve reads the sentence there, and gets one answer to everything here", async () => {
  const { naive, here, transcript } = await run(paddingOracle);
  assert.deepEqual([naive.length, here.length], [1, 1]);
  assert.deepEqual(screensOf("Eve", transcript), [SECRET]);
  const [garbage, line] = screensOf("Bob", transcript);
  assert.match(garbage, /^them: /);
  assert.match(line.replaceAll("\n", " "), /a message was altered/);
  const rows = [
    ...transcript.matchAll(/^ {2}(nothing|\([a-d]\) [a-z ]*?) {2,}([\d, ]+?) {2,}(\d)$/gm),
  ];
  assert.equal(rows.length, 5);
  const [[, , sizes, status], ...changed] = rows;
  assert.equal(status, "0");
  for (const [text, , bobs, alices] of changed) {
    assert.notEqual(bobs, sizes, text);
    assert.deepEqual([bobs, alices], ["68", "4"], text);
  }
});

Deno.test("padding-oracle: a padding that is right by accident does not lead to a wrong byte", async () => {
  const plaintext = new TextEncoder().encode("fifteen and half");
  // Under Eve's IV the last byte but one is 02; "e", which she tries before "f", makes the last one 02.
  const iv = randomBytes(16);
  iv[14] = plaintext[14] ^ 2;
  const key = new AesCbcKey(randomBytes(32));
  const block = key.encryptSync(iv, plaintext).slice(0, 16);
  let accidents = 0;
  const ask = (forged: Uint8Array) => {
    try {
      const text = key.decryptSync(forged.slice(0, 16), forged.slice(16));
      if (text.length === 14) accidents++;
      return Promise.resolve(true);
    } catch {
      return Promise.resolve(false);
    }
  };
  let known: Uint8Array = new Uint8Array(0);
  for await (const attempt of decryptBlock(block, iv, ask)) known = attempt.known;
  assert.deepEqual(known, plaintext);
  assert.equal(accidents, 2, "one by accident, one for the byte before the last");
});
