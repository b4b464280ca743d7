import { UsageError } from "../errors.ts";

/** The parts of a Noise protocol name (Noise §8). */
export interface ProtocolName {
  /** The whole name: `Noise_XXhfs+psk3_25519+MLKEM768_AESCBC_SHA256`. */
  readonly name: string;
  /** The handshake pattern with its modifiers: `XXhfs+psk3`. */
  readonly pattern: string;
  /** The Diffie-Hellman function: `25519`. */
  readonly dh: string;
  /** The key encapsulation mechanism of a hybrid handshake: `MLKEM768`. */
  readonly kem: string | undefined;
  /** The cipher function: `AESCBC` or `AESGCM`. */
  readonly cipher: string;
  /** The hash function: `SHA256`. */
  readonly hash: string;
}

/**
 * Takes a protocol name apart. Whether the parts are known is for others to say.
 *
 * @throws {UsageError} If it does not have the form of one, or is longer than 255 characters.
 */
export function parseProtocolName(name: string): ProtocolName {
  const [, pattern = "", dh = "", kem, cipher = "", hash = ""] =
    /^Noise_([A-Za-z0-9+]+)_([A-Za-z0-9]+)(?:\+([A-Za-z0-9]+))?_([A-Za-z0-9]+)_([A-Za-z0-9]+)$/
      .exec(name) ?? [];
  if (pattern === "" || name.length > 255) {
    throw new UsageError("usage", "not the name of a Noise protocol");
  }
  return { name, pattern, dh, kem, cipher, hash };
}
