import { equalConstantTime, wipe, type X25519KeyPair } from "../../crypto/mod.ts";
import { ed25519PublicKey, x25519FromEd25519Seed } from "./ed25519_conversion.ts";
import { KeyFormatError, wrongPassphrase } from "./key_format_error.ts";
import { type OpenSshCipher, openSshCipher } from "./openssh_cipher.ts";
import { decodeSshEd25519, ED25519_SIZE, SSH_ED25519, SshReader } from "./ssh_wire.ts";

/** A key as `ssh-keygen` writes it, not opened yet. */
interface OpenSshKey {
  /** Whether a passphrase is needed. */
  readonly isEncrypted: boolean;
  /**
   * The X25519 key pair that belongs to the Ed25519 key.
   *
   * @param passphrase Does not matter if the key is not encrypted.
   * @throws {KeyFormatError} `passphrase` if it is the wrong one, else `malformed`.
   */
  open(passphrase: Uint8Array): Promise<X25519KeyPair>;
}

const MAGIC = new TextEncoder().encode("openssh-key-v1\0");

/** Without a cipher, the private part is a multiple of so many bytes. */
const NO_CIPHER: Pick<OpenSshCipher, "blockSize" | "tagSize"> = { blockSize: 8, tagSize: 0 };

/**
 * The one Ed25519 key in a file of OpenSSH's own format (PROTOCOL.key in its sources), encrypted or
 * not.
 *
 * @throws {KeyFormatError} `malformed`, or `refused` if it holds another kind of key, several, or is
 *   encrypted in a way that is not known here.
 */
export function decodeOpenSshKey(bytes: Uint8Array): OpenSshKey {
  const reader = new SshReader(bytes);
  if (!equalConstantTime(reader.bytes(MAGIC.length), MAGIC)) {
    throw malformed("is damaged: it does not begin like an OpenSSH key");
  }
  const cipherName = reader.name();
  const derivationName = reader.name();
  const derivationOptions = reader.string();
  const keyCount = reader.uint32();
  if (keyCount !== 1) {
    throw new KeyFormatError("refused", `holds ${keyCount} keys; exactly one is expected`);
  }
  const publicKey = decodeSshEd25519(reader.string());

  const cipher = cipherName === "none"
    ? undefined
    : openSshCipher(cipherName, derivationName, derivationOptions);
  if (cipher === undefined && (derivationName !== "none" || derivationOptions.length > 0)) {
    throw malformed("is damaged: it is not encrypted but has encryption parameters");
  }
  const { blockSize, tagSize } = cipher ?? NO_CIPHER;
  const privatePart = reader.string();
  const tag = reader.bytes(tagSize);
  reader.end();
  if (privatePart.length % blockSize !== 0) {
    throw malformed(`is damaged: its private part is no multiple of ${blockSize} bytes`);
  }

  return {
    isEncrypted: cipher !== undefined,
    async open(passphrase) {
      if (cipher === undefined) return await openPrivatePart(privatePart, publicKey, blockSize);
      const decrypted = await cipher.decrypt(passphrase, privatePart, tag);
      try {
        if (!hasEqualChecks(decrypted)) throw wrongPassphrase();
        return await openPrivatePart(decrypted, publicKey, blockSize);
      } finally {
        wipe(decrypted);
      }
    },
  };
}

/** The same random number twice: all that tells a right passphrase from a wrong one. */
function hasEqualChecks(privatePart: Uint8Array): boolean {
  const reader = new SshReader(privatePart);
  return reader.uint32() === reader.uint32();
}

/** Reads the decrypted part: two checks, the key, a comment, and a padding of 1, 2, 3, and so on. */
async function openPrivatePart(
  privatePart: Uint8Array,
  publicKey: Uint8Array,
  blockSize: number,
): Promise<X25519KeyPair> {
  if (!hasEqualChecks(privatePart)) throw malformed("is damaged: its two check numbers differ");
  const reader = new SshReader(privatePart);
  reader.bytes(8);
  if (reader.name() !== SSH_ED25519) throw malformed("is damaged: it has two types of key");
  const publicKeyAgain = reader.string();
  const seedAndPublicKey = reader.string();
  reader.string();
  const padding = reader.bytes(reader.remaining);
  if (padding.length >= blockSize || padding.some((byte, index) => byte !== index + 1)) {
    throw malformed("is damaged: its padding is not 1, 2, 3, …");
  }
  // The private key is the seed and, once more, the public key (PROTOCOL.key §3): that makes three.
  const seed = seedAndPublicKey.subarray(0, ED25519_SIZE);
  if (
    !equalConstantTime(seedAndPublicKey.subarray(ED25519_SIZE), publicKey) ||
    !equalConstantTime(publicKeyAgain, publicKey) ||
    !equalConstantTime(await ed25519PublicKey(seed), publicKey)
  ) {
    throw malformed("is damaged: its public key does not belong to its private key");
  }
  return await x25519FromEd25519Seed(seed);
}

function malformed(message: string): KeyFormatError {
  return new KeyFormatError("malformed", message);
}
