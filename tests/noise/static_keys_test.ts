import assert from "node:assert/strict";
import { x25519KeyPair } from "../../lib/crypto/mod.ts";
import { HandshakeState } from "../../lib/noise/mod.ts";
import { otherPublicKeys } from "../crypto/x25519/other_public_keys.ts";

const OWN = await x25519KeyPair(new Uint8Array(32).fill(7));
const PEER = await x25519KeyPair(new Uint8Array(32).fill(8));
const NAME = "Noise_XX_25519_AESGCM_SHA256";

Deno.test("static key: another public key of the same private key is refused, by both sides", async () => {
  for (const publicKey of otherPublicKeys(OWN.publicKey)) {
    for (const role of ["initiator", "responder"] as const) {
      const staticKeyPair = { privateKey: OWN.privateKey, publicKey };
      const impostor = new HandshakeState({ protocolName: NAME, role, staticKeyPair });
      const victim = new HandshakeState({
        protocolName: NAME,
        role: role === "initiator" ? "responder" : "initiator",
        staticKeyPair: PEER,
      });
      const [first, second] = role === "initiator" ? [impostor, victim] : [victim, impostor];
      const rest = async () => {
        await second.readMessage(await first.writeMessage());
        await first.readMessage(await second.writeMessage());
        await second.readMessage(await first.writeMessage());
      };
      await assert.rejects(rest(), { name: "AuthenticationError", code: "not-canonical" });
      assert.equal(victim.remoteStaticKey, undefined, "before anything is decided on it");
    }
  }
});

Deno.test("static key: an ephemeral key may be written in any way, as RFC 7748 asks", async () => {
  const ephemeral = await x25519KeyPair(new Uint8Array(32).fill(9));
  const publicKey = otherPublicKeys(ephemeral.publicKey)[0];
  const initiator = new HandshakeState({
    protocolName: NAME,
    role: "initiator",
    staticKeyPair: OWN,
    fixedEphemerals: { keyPair: { privateKey: ephemeral.privateKey, publicKey } },
  });
  const responder = new HandshakeState({
    protocolName: NAME,
    role: "responder",
    staticKeyPair: PEER,
  });
  await responder.readMessage(await initiator.writeMessage());
  await initiator.readMessage(await responder.writeMessage());
  await responder.readMessage(await initiator.writeMessage());
  assert.deepEqual(responder.remoteStaticKey, OWN.publicKey);
});

Deno.test("static key: one that is known beforehand is canonical as well", () => {
  const [remoteStaticKey] = otherPublicKeys(PEER.publicKey);
  assert.throws(
    () =>
      new HandshakeState({
        protocolName: "Noise_NK_25519_AESGCM_SHA256",
        role: "initiator",
        remoteStaticKey,
      }),
    { code: "not-canonical" },
  );
});
