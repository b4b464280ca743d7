import { concat, wipe } from "../../crypto/mod.ts";
import { KeyFormatError, wrongPassphrase } from "./key_format_error.ts";
import { SshReader } from "./ssh_wire.ts";

/** What a key file says about its encryption, ready to decrypt. */
export interface OpenSshCipher {
  /** The size in bytes that the encrypted part is a multiple of. */
  readonly blockSize: number;
  /** Size in bytes of the tag behind the encrypted part; zero without one. */
  readonly tagSize: number;
  /**
   * Decrypts; what comes out is not authenticated unless there is a tag.
   *
   * @throws {KeyFormatError} `passphrase` if the tag is not the right one.
   */
  decrypt(passphrase: Uint8Array, encrypted: Uint8Array, tag: Uint8Array): Promise<Uint8Array>;
}

/** The library for AES, whose tables take longer to make than most starts may last. */
type Aes = typeof import("npm:@noble/ciphers@2.4.0/aes.js");

/** A mode of AES with what it needs, in bytes. */
interface Mode {
  readonly ivSize: number;
  readonly tagSize: number;
  readonly decrypt: (aes: Aes, key: Uint8Array, iv: Uint8Array, sealed: Uint8Array) => Uint8Array;
}

const CTR: Mode = {
  ivSize: 16,
  tagSize: 0,
  decrypt: ({ ctr }, key, iv, sealed) => ctr(key, iv).decrypt(sealed),
};
const CBC: Mode = {
  ivSize: 16,
  tagSize: 0,
  // The format has a padding of its own.
  decrypt: ({ cbc }, key, iv, sealed) => cbc(key, iv, { disablePadding: true }).decrypt(sealed),
};
const GCM: Mode = {
  ivSize: 12,
  tagSize: 16,
  decrypt: ({ gcm }, key, iv, sealed) => gcm(key, iv).decrypt(sealed),
};

/** The ciphers of SSH (RFC 4253 §6.3, RFC 4344 §4, OpenSSH's PROTOCOL §1.6) that are read. */
const CIPHERS: ReadonlyMap<string, readonly [mode: Mode, keySize: number]> = new Map([
  ["aes128-ctr", [CTR, 16]],
  ["aes192-ctr", [CTR, 24]],
  ["aes256-ctr", [CTR, 32]],
  ["aes128-cbc", [CBC, 16]],
  ["aes192-cbc", [CBC, 24]],
  ["aes256-cbc", [CBC, 32]],
  ["aes128-gcm@openssh.com", [GCM, 16]],
  ["aes256-gcm@openssh.com", [GCM, 32]],
]);

const AES_BLOCK_SIZE = 16;

/** About fifteen seconds of work; ssh-keygen makes 16 or 24 rounds unless told otherwise. */
const MAX_ROUNDS = 1024;

/** The function of bcrypt-pbkdf, which comes without types: 0, or −1 for what it cannot do. */
interface BcryptPbkdf {
  pbkdf(
    passphrase: Uint8Array,
    passphraseLength: number,
    salt: Uint8Array,
    saltLength: number,
    key: Uint8Array,
    keyLength: number,
    rounds: number,
  ): number;
}

/**
 * The cipher of an encrypted file, with the key derivation that goes with it: only `bcrypt` is known
 * (OpenSSH's PROTOCOL.key §2), here with at most 1,024 rounds.
 *
 * @param derivationOptions A salt and a number of rounds, as SSH writes them.
 * @throws {KeyFormatError} `malformed`, or `refused` if it is encrypted in another way.
 */
export function openSshCipher(
  cipherName: string,
  derivationName: string,
  derivationOptions: Uint8Array,
): OpenSshCipher {
  const cipher = CIPHERS.get(cipherName);
  if (cipher === undefined) {
    throw refused(
      `is encrypted with ${cipherName}, which is not supported; ` +
        "convert it: ssh-keygen -p -Z aes256-ctr -f FILE",
    );
  }
  if (derivationName !== "bcrypt") {
    throw refused(`makes its key from the passphrase with ${derivationName} instead of bcrypt`);
  }
  const options = new SshReader(derivationOptions);
  const salt = options.string();
  const rounds = options.uint32();
  options.end();
  if (salt.length === 0 || rounds === 0) {
    throw new KeyFormatError("malformed", "is damaged: its encryption parameters are invalid");
  }
  if (rounds > MAX_ROUNDS) throw refused(`asks for more than ${MAX_ROUNDS} rounds of bcrypt`);

  const [mode, keySize] = cipher;
  return {
    blockSize: AES_BLOCK_SIZE,
    tagSize: mode.tagSize,
    async decrypt(passphrase, encrypted, tag) {
      const aes = await import("npm:@noble/ciphers@2.4.0/aes.js");
      const keyAndIv = await deriveKey(passphrase, salt, rounds, keySize + mode.ivSize);
      const [key, iv] = [keyAndIv.subarray(0, keySize), keyAndIv.subarray(keySize)];
      try {
        return mode.decrypt(aes, key, iv, concat(encrypted, tag));
      } catch {
        // The sizes are right, so it is the tag.
        throw wrongPassphrase();
      } finally {
        wipe(keyAndIv);
      }
    },
  };
}

async function deriveKey(
  passphrase: Uint8Array,
  salt: Uint8Array,
  rounds: number,
  length: number,
): Promise<Uint8Array> {
  const bcrypt: BcryptPbkdf = (await import("npm:bcrypt-pbkdf@1.0.2")).default;
  const key = new Uint8Array(length);
  const status = bcrypt.pbkdf(
    passphrase,
    passphrase.length,
    salt,
    salt.length,
    key,
    length,
    rounds,
  );
  // Or the key would be all zero.
  if (status !== 0) throw wrongPassphrase();
  return key;
}

function refused(message: string): KeyFormatError {
  return new KeyFormatError("refused", message);
}
