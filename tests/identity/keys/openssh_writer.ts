/**
 * Writes OpenSSH's key files (PROTOCOL.key), so that a test can get any part of one wrong.
 *
 * @module
 */
import { cbc, ctr, gcm } from "npm:@noble/ciphers@2.4.0/aes.js";
import { ed25519 } from "npm:@noble/curves@2.4.0/ed25519.js";
import bcrypt from "npm:bcrypt-pbkdf@1.0.2";
import { concat } from "../../../lib/crypto/mod.ts";
import { pattern } from "../../crypto/support.ts";

/** The label of such files. */
export const OPENSSH_LABEL = "OPENSSH PRIVATE KEY";

/** The seed of the keys here, unless another is asked for. */
export const SEED: Uint8Array = pattern(32, 31);

/** What to write, where it is not what would be right. */
export interface OpenSshParts {
  readonly magic?: string;
  readonly cipherName?: string;
  readonly derivationName?: string;
  readonly derivationOptions?: Uint8Array;
  readonly keyCount?: number;
  readonly seed?: Uint8Array;
  /** The public key in the clear part. */
  readonly publicBlob?: Uint8Array;
  readonly checks?: readonly [number, number];
  /** The type in the private part. */
  readonly type?: string;
  /** The public key in the private part. */
  readonly publicKey?: Uint8Array;
  readonly seedAndPublicKey?: Uint8Array;
  readonly padding?: readonly number[];
  /** Behind all else. */
  readonly tail?: Uint8Array;
  /** Under which to encrypt, with `cipherName`. */
  readonly passphrase?: string | undefined;
  readonly rounds?: number;
}

/** A `uint32` (RFC 4251 §5). */
export function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** A `string` (RFC 4251 §5). */
export function sshString(value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return concat(uint32(bytes.length), bytes);
}

/** A public key in the encoding of SSH (RFC 8709 §4). */
export function publicBlob(publicKey: Uint8Array, type = "ssh-ed25519"): Uint8Array {
  return concat(sshString(type), sshString(publicKey));
}

/** Salt and rounds of bcrypt. */
export function bcryptOptions(salt: Uint8Array, rounds: number): Uint8Array {
  return concat(sshString(salt), uint32(rounds));
}

/** The bytes of a file with an Ed25519 key; encrypted if there is a passphrase. */
export function openSshKey(parts: OpenSshParts = {}): Uint8Array {
  const { passphrase, seed = SEED, rounds = 1 } = parts;
  const cipherName = parts.cipherName ?? (passphrase === undefined ? "none" : "aes256-ctr");
  const publicKey = ed25519.getPublicKey(seed);
  const salt = pattern(16, 32);
  const isBcrypt = passphrase !== undefined;
  const plain = privatePart(parts, seed, publicKey, isBcrypt ? 16 : 8);
  const { encrypted, tag } = passphrase === undefined
    ? { encrypted: plain, tag: new Uint8Array(0) }
    : encrypt(cipherName, passphrase, salt, rounds, plain);
  return concat(
    new TextEncoder().encode(parts.magic ?? "openssh-key-v1\0"),
    sshString(cipherName),
    sshString(parts.derivationName ?? (isBcrypt ? "bcrypt" : "none")),
    sshString(
      parts.derivationOptions ?? (isBcrypt ? bcryptOptions(salt, rounds) : new Uint8Array(0)),
    ),
    uint32(parts.keyCount ?? 1),
    sshString(parts.publicBlob ?? publicBlob(publicKey)),
    sshString(encrypted),
    tag,
    parts.tail ?? new Uint8Array(0),
  );
}

function privatePart(
  parts: OpenSshParts,
  seed: Uint8Array,
  publicKey: Uint8Array,
  blockSize: number,
): Uint8Array {
  const [check, checkAgain] = parts.checks ?? [0x01020304, 0x01020304];
  const unpadded = concat(
    uint32(check),
    uint32(checkAgain),
    sshString(parts.type ?? "ssh-ed25519"),
    sshString(parts.publicKey ?? publicKey),
    sshString(parts.seedAndPublicKey ?? concat(seed, publicKey)),
    sshString("alice@example.com"),
  );
  const missing = (blockSize - unpadded.length % blockSize) % blockSize;
  const padding = parts.padding ?? Array.from({ length: missing }, (_, index) => index + 1);
  return concat(unpadded, Uint8Array.from(padding));
}

function encrypt(
  cipherName: string,
  passphrase: string,
  salt: Uint8Array,
  rounds: number,
  plain: Uint8Array,
): { encrypted: Uint8Array; tag: Uint8Array } {
  const keySize = Number(cipherName.slice(3, 6)) / 8;
  const isGcm = cipherName.includes("gcm");
  const key = new Uint8Array(keySize + (isGcm ? 12 : 16));
  const password = new TextEncoder().encode(passphrase);
  bcrypt.pbkdf(password, password.length, salt, salt.length, key, key.length, rounds);
  const [aesKey, iv] = [key.slice(0, keySize), key.slice(keySize)];
  if (isGcm) {
    const sealed = gcm(aesKey, iv).encrypt(plain);
    return { encrypted: sealed.slice(0, -16), tag: sealed.slice(-16) };
  }
  const encrypted = cipherName.endsWith("-cbc")
    ? cbc(aesKey, iv, { disablePadding: true }).encrypt(plain)
    : ctr(aesKey, iv).encrypt(plain);
  return { encrypted, tag: new Uint8Array(0) };
}
