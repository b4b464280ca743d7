import assert from "node:assert/strict";
import { AuthenticationError } from "../../lib/errors.ts";
import { parsePattern } from "../../lib/noise/mod.ts";
import { ALL_PATTERNS } from "./derivation.ts";
import {
  assertBytes,
  assertTransports,
  createPair,
  EMPTY,
  filled,
  runHandshake,
  utf8,
} from "./support.ts";

/** Runs one protocol to the end: payloads, handshake hash, transport keys in both directions. */
async function runToTheEnd(protocolName: string): Promise<void> {
  const pair = createPair(protocolName, { both: { prologue: utf8("prologue") } });
  await runHandshake(pair, (message) => utf8(`payload ${message}`));
  const { initiator, responder } = pair;
  assertBytes(initiator.handshakeHash, responder.handshakeHash, protocolName);
  const [initiatorSends, initiatorReceives] = initiator.split();
  const [responderReceives, responderSends] = responder.split();
  for (const text of ["one", "two"]) {
    await assertTransports(initiatorSends, responderReceives, utf8(text));
    await assertTransports(responderSends, initiatorReceives, utf8(text));
  }

  // What one side sent does not open in the other direction: the keys differ.
  const sent = await initiatorSends.encryptWithAd(EMPTY, utf8("three"));
  await assert.rejects(
    async () => await initiatorReceives.decryptWithAd(EMPTY, sent),
    AuthenticationError,
    "reflected",
  );
  assertBytes(await responderReceives.decryptWithAd(EMPTY, sent), utf8("three"));
}

/** Which `psk` modifiers to try: each alone, the first and the last together, and all of them. */
function pskModifiers(pattern: string): string[] {
  const last = parsePattern(pattern).messages.length;
  const all = Array.from({ length: last + 1 }, (_, position) => `psk${position}`);
  return [...new Set([...all, `psk0+psk${last}`, all.join("+")])];
}

for (const cipher of ["AESCBC", "AESGCM"]) {
  for (const pattern of ALL_PATTERNS) {
    Deno.test(`${pattern} with ${cipher} runs to the end, also with every psk and hfs`, async () => {
      const modifiers = pskModifiers(pattern);
      for (const modifier of ["", ...modifiers]) {
        await runToTheEnd(`Noise_${pattern}${modifier}_25519_${cipher}_SHA256`);
      }
      if (pattern.length === 1) return; // One-way: hfs does not apply, see pattern_test.ts.
      for (const modifier of ["hfs", `hfs+${modifiers[0]}`, `hfs+${modifiers.at(-1)}`]) {
        await runToTheEnd(`Noise_${pattern}${modifier}_25519+MLKEM768_${cipher}_SHA256`);
      }
    });
  }
}

Deno.test("two runs of one protocol share nothing", async () => {
  const run = async () => {
    const pair = createPair("Noise_XXhfs_25519+MLKEM768_AESCBC_SHA256");
    const messages = await runHandshake(pair);
    return { hash: pair.initiator.handshakeHash, messages, sender: pair.initiator.split()[0] };
  };
  const [first, second] = [await run(), await run()];
  assert.notDeepEqual(first.hash, second.hash);
  for (const [index, message] of first.messages.entries()) {
    assert.notDeepEqual(message.subarray(0, 32), second.messages[index].subarray(0, 32));
  }
  const sealed = await first.sender.encryptWithAd(EMPTY, filled(10, 1));
  await assert.rejects(
    async () => await second.sender.decryptWithAd(EMPTY, sealed),
    AuthenticationError,
  );
});
