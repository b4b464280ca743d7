import { concat, wipe } from "../bytes.ts";
import { X25519_SIZE } from "./implementation.ts";
import { PKCS8_START } from "./pkcs8_start.ts";

const X25519 = { name: "X25519" };

/**
 * The public key of a private one (32 bytes of each) by WebCrypto, which every process has from its start: the
 * product with the base point 9 (RFC 7748 §6.1).
 *
 * @throws {DOMException} Where WebCrypto does not know X25519.
 */
export async function webPublicKeyOf(privateKey: Uint8Array): Promise<Uint8Array> {
  const basePoint = new Uint8Array(X25519_SIZE);
  basePoint[0] = 9;
  const pkcs8 = concat(PKCS8_START, privateKey);
  try {
    const [secret, point] = await Promise.all([
      crypto.subtle.importKey("pkcs8", pkcs8, X25519, false, ["deriveBits"]),
      crypto.subtle.importKey("raw", basePoint, X25519, false, []),
    ]);
    const bits = await crypto.subtle.deriveBits({ ...X25519, public: point }, secret, 256);
    return new Uint8Array(bits);
  } finally {
    wipe(pkcs8);
  }
}
