import type * as NodeCrypto from "node:crypto";
import { concat, wipe } from "../bytes.ts";
import { hasNodeCrypto, isNodeCryptoLoaded, nodeCrypto } from "../node_crypto.ts";
import type { X25519Implementation } from "./implementation.ts";
import { PKCS8_START } from "./pkcs8_start.ts";
import { webPublicKeyOf } from "./web_public_key.ts";

/** What stands in front of the 32 bytes of a public key in SPKI (RFC 8410 §4). */
const SPKI_START = Uint8Array.of(
  ...[0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00],
);

const PKCS8 = { format: "der", type: "pkcs8" } as const;
const SPKI = { format: "der", type: "spki" } as const;

/** The types ask for a buffer; every platform takes plain bytes as well. */
type NodeKey = NodeCrypto.PrivateKeyInput["key"] & NodeCrypto.PublicKeyInput["key"];

/**
 * X25519 by `node:crypto`, or `undefined` where there is none. It computes at once: in Deno the two keys
 * and their product take half the CPU time that WebCrypto takes for them.
 */
export function nodeX25519(): X25519Implementation | undefined {
  if (!hasNodeCrypto()) return undefined;

  const importPrivateKey = (privateKey: Uint8Array) => {
    const key = concat(PKCS8_START, privateKey);
    try {
      return nodeCrypto().createPrivateKey({ key: key as NodeKey, ...PKCS8 });
    } finally {
      wipe(key);
    }
  };
  const importPublicKey = (publicKey: Uint8Array) =>
    nodeCrypto().createPublicKey({ key: concat(SPKI_START, publicKey) as NodeKey, ...SPKI });
  const publicKeyOf = (privateKey: Uint8Array) => {
    // Cheaper than a product: multiples of the base point are computed from a table.
    const spki = nodeCrypto().createPublicKey(importPrivateKey(privateKey)).export(SPKI);
    return new Uint8Array(spki.subarray(SPKI_START.length));
  };
  return {
    multiply(privateKey, publicKey) {
      const secret = nodeCrypto().diffieHellman({
        privateKey: importPrivateKey(privateKey),
        publicKey: importPublicKey(publicKey),
      });
      // A buffer may lie in a pool that others see: what leaves this file is plain.
      const copy = new Uint8Array(secret);
      wipe(secret);
      return copy;
    },
    publicKeyOf(privateKey) {
      if (isNodeCryptoLoaded()) return publicKeyOf(privateKey);
      // A program reads its own key before it needs anything else of the module, which takes 50 ms to load.
      return webPublicKeyOf(privateKey).catch(() => publicKeyOf(privateKey));
    },
  };
}
