import {
  AES_BLOCK_SIZE,
  AesCbcKey,
  loadAes192,
  randomBytes,
  wipe,
  type X25519KeyPair,
} from "../../crypto/mod.ts";
import {
  decodeDer,
  type DerValue,
  encodeDer,
  objectIdentifier,
  octets,
  sequence,
  toObjectIdentifier,
  toOctets,
  toSequence,
} from "./der.ts";
import { KeyFormatError, wrongPassphrase } from "./key_format_error.ts";
import { decodeKeyDerivation, encodeScrypt, scryptKey } from "./pbes2_key_derivation.ts";
import { decodePkcs8 } from "./pkcs8.ts";

/** An encrypted key, not opened yet. */
interface EncryptedPkcs8 {
  /**
   * The key pair.
   *
   * @throws {KeyFormatError} `passphrase` if it is the wrong one, else as {@linkcode decodePkcs8}.
   */
  open(passphrase: Uint8Array): Promise<X25519KeyPair>;
}

const PBES2 = "1.2.840.113549.1.5.13";
const AES_256_CBC = "2.16.840.1.101.3.4.1.42";

/** The ciphers that are read (RFC 8018 §B.2.5), with the size of their keys in bytes. */
const KEY_SIZES: ReadonlyMap<string, number> = new Map([
  ["2.16.840.1.101.3.4.1.2", 16],
  ["2.16.840.1.101.3.4.1.22", 24],
  [AES_256_CBC, 32],
]);

/** Encryption that is too old to be read, in the words of a sentence. */
const OLD_ENCRYPTION: readonly (readonly [prefix: string, what: string])[] = [
  ["1.2.840.113549.1.5.", "PBES1 (DES or RC2)"],
  ["1.2.840.113549.1.12.1.", "a cipher of PKCS #12 (RC4, RC2 or Triple DES)"],
  ["1.2.840.113549.3.7", "Triple DES"],
  ["1.2.840.113549.3.", "RC2, RC4 or RC5"],
  ["1.3.14.3.2.7", "DES"],
];

/** OWASP's advice for scrypt with 16 MiB; OpenSSL opens nothing that needs more than 32 MiB. */
const COST = { N: 2 ** 14, r: 8, p: 5 };
const SALT_SIZE = 16;
const AES_192_KEY_SIZE = 24;
const AES_256_KEY_SIZE = 32;

/**
 * The DER of an EncryptedPrivateKeyInfo (RFC 5958 §3) under PBES2 (RFC 8018 §6.2), with AES in CBC
 * mode and a key by PBKDF2 or scrypt.
 *
 * CBC does not authenticate. A file that was changed mostly seems to have the wrong
 * passphrase, but it may open, and give another key.
 *
 * @throws {KeyFormatError} `malformed`, or `refused` if it is encrypted in another way.
 */
export function decodeEncryptedPkcs8(der: Uint8Array): EncryptedPkcs8 {
  const [encryption, encrypted, ...more] = sequence(decodeDer(der));
  const [scheme, schemeParameters] = sequence(encryption);
  const ciphertext = octets(encrypted);
  if (more.length > 0) throw malformed();
  const schemeName = objectIdentifier(scheme);
  if (schemeName !== PBES2) throw unsupported(schemeName);
  const [derivationAlgorithm, cipherAlgorithm, ...rest] = sequence(schemeParameters);
  if (rest.length > 0) throw malformed();
  const { keySize, iv } = decodeCipher(cipherAlgorithm);
  const derivation = decodeKeyDerivation(derivationAlgorithm);
  if (derivation.keyLength !== undefined && derivation.keyLength !== keySize) throw malformed();
  if (ciphertext.length === 0 || ciphertext.length % AES_BLOCK_SIZE !== 0) throw malformed();
  return {
    async open(passphrase) {
      if (keySize === AES_192_KEY_SIZE) await loadAes192();
      const plaintext = decrypt(await derivation.derive(passphrase, keySize), iv, ciphertext);
      try {
        return await decodePkcs8(plaintext);
      } catch (error) {
        // One wrong key in 256 makes a padding that is right, and never a key behind it.
        if (error instanceof KeyFormatError && error.problem === "malformed") {
          throw wrongPassphrase();
        }
        throw error;
      } finally {
        wipe(plaintext);
      }
    },
  };
}

/**
 * The DER of an EncryptedPrivateKeyInfo around that of a PrivateKeyInfo: PBES2 with AES-256-CBC, a
 * random IV, and a key by scrypt (N = 2^14, r = 8, p = 5) from a random salt of 16 bytes.
 */
export async function encryptPkcs8(
  privateKeyInfo: Uint8Array,
  passphrase: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  const salt = randomBytes(SALT_SIZE);
  const iv = randomBytes(AES_BLOCK_SIZE);
  const key = await scryptKey(passphrase, salt, COST, AES_256_KEY_SIZE);
  const aes = new AesCbcKey(key);
  const ciphertext = aes.encryptSync(iv, privateKeyInfo);
  aes.destroy();
  wipe(key);
  return encodeDer(toSequence(
    toSequence(
      toObjectIdentifier(PBES2),
      toSequence(
        encodeScrypt(salt, COST),
        toSequence(toObjectIdentifier(AES_256_CBC), toOctets(iv)),
      ),
    ),
    toOctets(ciphertext),
  ));
}

function decodeCipher(algorithm: DerValue): { keySize: number; iv: Uint8Array } {
  const [identifier, parameters] = sequence(algorithm);
  const name = objectIdentifier(identifier);
  const keySize = KEY_SIZES.get(name);
  if (keySize === undefined) throw unsupported(name);
  const iv = octets(parameters);
  if (iv.length !== AES_BLOCK_SIZE) throw malformed();
  return { keySize, iv };
}

/** Wipes the key. */
function decrypt(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const aes = new AesCbcKey(key);
  wipe(key);
  try {
    return aes.decryptSync(iv, ciphertext);
  } catch {
    // The sizes are right, so it is the padding.
    throw wrongPassphrase();
  } finally {
    aes.destroy();
  }
}

function unsupported(identifier: string): KeyFormatError {
  const what = OLD_ENCRYPTION.find(([prefix]) => identifier.startsWith(prefix))?.[1] ??
    "an unknown cipher";
  return new KeyFormatError(
    "refused",
    `is encrypted with ${what}, which is not supported; ` +
      "convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW",
  );
}

function malformed(): KeyFormatError {
  return new KeyFormatError("malformed", "is damaged: it is encrypted in no known form");
}
