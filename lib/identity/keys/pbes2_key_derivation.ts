import { unshared } from "../../crypto/mod.ts";
import {
  type DerValue,
  isInteger,
  objectIdentifier,
  octets,
  sequence,
  toInteger,
  toObjectIdentifier,
  toOctets,
  toSequence,
  unsignedInteger,
} from "./der.ts";
import { KeyFormatError } from "./key_format_error.ts";

/** How a file wants a passphrase made into a key. */
interface KeyDerivation {
  /** Bytes of the key, if the file says so. */
  readonly keyLength: number | undefined;
  /**
   * A key of `length` bytes.
   *
   * @throws {KeyFormatError} If this machine has too little memory for it.
   */
  derive(passphrase: Uint8Array, length: number): Promise<Uint8Array>;
}

/** Costs of scrypt (RFC 7914 §2). */
interface ScryptCost {
  /** CPU and memory cost, a power of two. */
  readonly N: number;
  /** Block size, in units of 128 bytes. */
  readonly r: number;
  /** Parallelization. */
  readonly p: number;
}

const PBKDF2 = "1.2.840.113549.1.5.12";
const SCRYPT = "1.3.6.1.4.1.11591.4.11";

/** Pseudorandom functions of PBKDF2 (RFC 8018 §B.1.2) that WebCrypto has, by its names. */
const PRF_HASHES: ReadonlyMap<string, string> = new Map([
  ["1.2.840.113549.2.7", "SHA-1"],
  ["1.2.840.113549.2.9", "SHA-256"],
  ["1.2.840.113549.2.10", "SHA-384"],
  ["1.2.840.113549.2.11", "SHA-512"],
]);
/** RFC 8018 §A.2: a prf that is left out is HMAC-SHA-1. */
const DEFAULT_PRF_HASH = "SHA-1";

/** About five seconds of work; OWASP's advice is under a fifth of it. */
const MAX_ITERATIONS = 10_000_000;
/** Bytes. The example in RFC 7914 §13 needs this much, and no tool's default comes near it. */
const MAX_SCRYPT_MEMORY = 2 ** 30;
/** How many blocks of 128 bytes scrypt's first step may make: 1 MiB. */
const MAX_SCRYPT_BLOCKS = 8_192;

/** Of N·r·p: about ten seconds of work, twice that of the example in RFC 7914 §13. */
const MAX_SCRYPT_WORK = 2 ** 24;

/**
 * The key derivation that an AlgorithmIdentifier names: PBKDF2 (RFC 8018 §A.2) or scrypt (RFC 7914
 * §7). A file decides how much work it makes, so that is bounded: PBKDF2 to 10,000,000 iterations,
 * scrypt to 1 GiB and to N·r·p = 2^24.
 *
 * @throws {KeyFormatError} `malformed`, or `refused` if it is another one or too much work.
 */
export function decodeKeyDerivation(algorithm: DerValue): KeyDerivation {
  const [identifier, parameters] = sequence(algorithm);
  switch (objectIdentifier(identifier)) {
    case PBKDF2:
      return decodePbkdf2(parameters);
    case SCRYPT:
      return decodeScrypt(parameters);
    default:
      throw refused("makes its key from the passphrase in a way that is neither PBKDF2 nor scrypt");
  }
}

/** The AlgorithmIdentifier of scrypt with its parameters (RFC 7914 §7.1). */
export function encodeScrypt(
  salt: Uint8Array,
  { N, r, p }: ScryptCost,
): ReturnType<typeof toSequence> {
  return toSequence(
    toObjectIdentifier(SCRYPT),
    toSequence(toOctets(salt), toInteger(N), toInteger(r), toInteger(p)),
  );
}

/** A key of `length` bytes by scrypt (RFC 7914 §6). */
export async function scryptKey(
  passphrase: Uint8Array,
  salt: Uint8Array,
  { N, r, p }: ScryptCost,
  length: number,
): Promise<Uint8Array> {
  const { scryptAsync } = await import("npm:@noble/hashes@2.4.0/scrypt.js");
  // noble's own limit counts otherwise; what a file may ask for is checked when it is decoded.
  const options = { N, r, p, dkLen: length, maxmem: Number.MAX_SAFE_INTEGER };
  try {
    return await scryptAsync(passphrase, salt, options);
  } catch (error) {
    // The parameters are in order: what is missing is the memory.
    if (error instanceof RangeError) throw refused("needs more memory than there is to open it");
    throw error;
  }
}

/** PBKDF2-params: salt, iterations, optionally the key's length, optionally the prf. */
function decodePbkdf2(parameters: DerValue): KeyDerivation {
  const [saltValue, iterationsValue, ...optional] = sequence(parameters);
  const salt = octets(saltValue).slice();
  const iterations = unsignedInteger(iterationsValue);
  const keyLength = isInteger(optional[0]) ? unsignedInteger(optional[0]) : undefined;
  const [prf, ...more] = keyLength === undefined ? optional : optional.slice(1);
  if (more.length > 0 || iterations < 1) throw malformed();
  const hash = prf === undefined ? DEFAULT_PRF_HASH : prfHash(prf);
  if (iterations > MAX_ITERATIONS) {
    throw refused(`asks for more than ${MAX_ITERATIONS} iterations of PBKDF2`);
  }
  return {
    keyLength,
    async derive(passphrase, length) {
      const { subtle } = crypto;
      const key = await subtle.importKey("raw", unshared(passphrase), "PBKDF2", false, [
        "deriveBits",
      ]);
      const algorithm = { name: "PBKDF2", hash, salt, iterations };
      return new Uint8Array(await subtle.deriveBits(algorithm, key, 8 * length));
    },
  };
}

function prfHash(prf: DerValue): string {
  const hash = PRF_HASHES.get(objectIdentifier(sequence(prf)[0]));
  if (hash === undefined) {
    throw refused("uses PBKDF2 with something else than HMAC-SHA-1, -256, -384 or -512");
  }
  return hash;
}

/** scrypt-params: salt, N, r, p, optionally the key's length. */
function decodeScrypt(parameters: DerValue): KeyDerivation {
  const [saltValue, NValue, rValue, pValue, lengthValue, ...more] = sequence(parameters);
  const salt = octets(saltValue).slice();
  const cost = {
    N: unsignedInteger(NValue),
    r: unsignedInteger(rValue),
    p: unsignedInteger(pValue),
  };
  const { N, r, p } = cost;
  const keyLength = lengthValue === undefined ? undefined : unsignedInteger(lengthValue);
  if (more.length > 0 || N < 2 || r < 1 || p < 1) throw malformed();
  // One block for each of N, and one for each of p.
  if (128 * r * N > MAX_SCRYPT_MEMORY || 128 * r * p > MAX_SCRYPT_MEMORY) {
    throw refused("asks for more than 1 GiB of memory for scrypt");
  }
  // The first and last steps take this much, and nothing can come in between (RFC 7914 §6).
  if (r * p > MAX_SCRYPT_BLOCKS || N * r * p > MAX_SCRYPT_WORK) {
    throw refused("asks for too much work for scrypt");
  }
  if (!Number.isInteger(Math.log2(N))) throw malformed();
  return { keyLength, derive: (passphrase, length) => scryptKey(passphrase, salt, cost, length) };
}

function malformed(): KeyFormatError {
  return new KeyFormatError("malformed", "is damaged: its encryption parameters are invalid");
}

function refused(message: string): KeyFormatError {
  return new KeyFormatError("refused", message);
}
