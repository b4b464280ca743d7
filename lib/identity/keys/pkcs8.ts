import {
  equalConstantTime,
  X25519_SIZE,
  type X25519KeyPair,
  x25519KeyPair,
} from "../../crypto/mod.ts";
import {
  decodeDer,
  type DerValue,
  isTagged,
  objectIdentifier,
  octets,
  sequence,
  taggedBits,
  unsignedInteger,
} from "./der.ts";
import { KeyFormatError } from "./key_format_error.ts";

/** id-X25519 (RFC 8410 §3). */
const X25519 = "1.3.101.110";

/** The other algorithms that a private key may be for, in the words of a sentence. */
const OTHER_ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.1.1.1", "an RSA key"],
  ["1.2.840.113549.1.1.7", "an RSA-OAEP key"],
  ["1.2.840.113549.1.1.10", "an RSA-PSS key"],
  ["1.2.840.113549.1.3.1", "a Diffie-Hellman key"],
  ["1.2.840.10046.2.1", "a Diffie-Hellman key"],
  ["1.2.840.10040.4.1", "a DSA key"],
  ["1.2.840.10045.2.1", "an EC key"],
  ["1.3.132.1.12", "an EC key"],
  ["1.3.101.111", "an X448 key"],
  ["1.3.101.112", "an Ed25519 key"],
  ["1.3.101.113", "an Ed448 key"],
  ["2.16.840.1.101.3.4.3.17", "an ML-DSA key"],
  ["2.16.840.1.101.3.4.3.18", "an ML-DSA key"],
  ["2.16.840.1.101.3.4.3.19", "an ML-DSA key"],
  ["2.16.840.1.101.3.4.4.1", "an ML-KEM key"],
  ["2.16.840.1.101.3.4.4.2", "an ML-KEM key"],
  ["2.16.840.1.101.3.4.4.3", "an ML-KEM key"],
]);

/**
 * The key pair in the DER of a PrivateKeyInfo (RFC 5208 §5) or a OneAsymmetricKey (RFC 5958 §2) with
 * an X25519 key (RFC 8410 §7). Attributes are passed over; a public key has to be the right one.
 *
 * @throws {KeyFormatError} `malformed` if it is no such structure, `refused` if it is one for another
 *   algorithm or with another's public key.
 */
export async function decodePkcs8(der: Uint8Array): Promise<X25519KeyPair> {
  const [versionValue, algorithm, wrappedKey, ...optional] = sequence(decodeDer(der));
  const version = unsignedInteger(versionValue);
  const [identifier, ...parameters] = sequence(algorithm);
  const algorithmName = objectIdentifier(identifier);
  const key = octets(wrappedKey);
  if (version > 1) throw malformed(`is of an unknown version of PKCS #8`);
  if (algorithmName !== X25519) {
    const what = OTHER_ALGORITHMS.get(algorithmName) ?? "a key of an unknown kind";
    throw new KeyFormatError("refused", `holds ${what}; this program needs an X25519 private key`);
  }
  // RFC 8410 §3: "the parameters MUST be absent".
  if (parameters.length > 0) throw malformed("is damaged: its X25519 key has parameters");
  const publicKey = publicKeyOf(optional, version);
  const privateKey = octets(decodeDer(key));
  if (privateKey.length !== X25519_SIZE) {
    throw malformed(`is damaged: its key has ${privateKey.length} bytes instead of ${X25519_SIZE}`);
  }
  const keyPair = await x25519KeyPair(privateKey.slice());
  if (publicKey !== undefined && !equalConstantTime(publicKey, keyPair.publicKey)) {
    throw new KeyFormatError(
      "refused",
      "holds a public key that does not belong to its private key",
    );
  }
  return keyPair;
}

/** The public key, if there is one. Refuses what has no place behind a private key. */
function publicKeyOf(optional: readonly DerValue[], version: number): Uint8Array | undefined {
  const [publicKey, ...more] = isTagged(optional[0], 0) ? optional.slice(1) : optional;
  if (publicKey === undefined) return undefined;
  // RFC 5958 §2: with a public key, the version is v2, which is written as 1.
  if (version !== 1 || !isTagged(publicKey, 1) || more.length > 0) {
    throw malformed("is damaged: there is something after its private key");
  }
  return taggedBits(publicKey);
}

function malformed(message: string): KeyFormatError {
  return new KeyFormatError("malformed", message);
}
