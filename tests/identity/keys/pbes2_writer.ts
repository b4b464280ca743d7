/**
 * Writes encrypted PKCS #8 (RFC 8018), so that a test can have any parameters.
 *
 * @module
 */
import {
  encodeDer,
  toInteger,
  toObjectIdentifier,
  toOctets,
  toSequence,
} from "../../../lib/identity/keys/der.ts";

/** A value that `der.ts` writes. */
export type Der = Parameters<typeof encodeDer>[0];

/** The pseudorandom functions (RFC 8018 §B.1.2). */
export const PRF = {
  sha1: "1.2.840.113549.2.7",
  sha256: "1.2.840.113549.2.9",
  sha384: "1.2.840.113549.2.10",
  sha512: "1.2.840.113549.2.11",
} as const;

/** The ciphers (RFC 8018 §B.2). */
export const CIPHER = {
  aes128: "2.16.840.1.101.3.4.1.2",
  aes192: "2.16.840.1.101.3.4.1.22",
  aes256: "2.16.840.1.101.3.4.1.42",
  tripleDes: "1.2.840.113549.3.7",
} as const;

/** The AlgorithmIdentifier of PBKDF2. */
export function pbkdf2(
  { salt = new Uint8Array(8), iterations = 1, keyLength, prf }: {
    salt?: Uint8Array;
    iterations?: number;
    keyLength?: number;
    prf?: string | undefined;
  },
): Der {
  const parameters: Der[] = [toOctets(salt), toInteger(iterations)];
  if (keyLength !== undefined) parameters.push(toInteger(keyLength));
  if (prf !== undefined) parameters.push(toSequence(toObjectIdentifier(prf)));
  return toSequence(toObjectIdentifier("1.2.840.113549.1.5.12"), toSequence(...parameters));
}

/** The DER of an EncryptedPrivateKeyInfo. */
export function encryptedPkcs8(
  {
    derivation,
    cipher = CIPHER.aes256,
    iv = new Uint8Array(16),
    ciphertext,
    scheme = [],
    rest = [],
  }: {
    derivation: Der;
    cipher?: string | undefined;
    iv?: Uint8Array;
    ciphertext: Uint8Array;
    /** Behind the cipher. */
    scheme?: readonly Der[];
    /** Behind the ciphertext. */
    rest?: readonly Der[];
  },
): Uint8Array {
  return encodeDer(toSequence(
    toSequence(
      toObjectIdentifier("1.2.840.113549.1.5.13"),
      toSequence(derivation, toSequence(toObjectIdentifier(cipher), toOctets(iv)), ...scheme),
    ),
    toOctets(ciphertext),
    ...rest,
  ));
}
