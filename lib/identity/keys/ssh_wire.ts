import { KeyFormatError } from "./key_format_error.ts";

/** The name of Ed25519 keys in SSH (RFC 8709 §4). */
export const SSH_ED25519 = "ssh-ed25519";

/** Size of an Ed25519 public key, and of a seed, in bytes (RFC 8032 §5.1.5). */
export const ED25519_SIZE = 32;

/** Of a name, in characters (RFC 4251 §6). */
const MAX_NAME_LENGTH = 64;

/**
 * Reads the data types of SSH (RFC 4251 §5) one after the other, and never past the end.
 *
 * Every method throws a {@linkcode KeyFormatError}, `malformed`, if there are too few bytes.
 */
export class SshReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  /** A reader at the start of `bytes`. What it returns are views of them. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** How many bytes are left. */
  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** The next `length` bytes. */
  bytes(length: number): Uint8Array {
    if (length > this.remaining) throw malformed("is damaged: it ends in the middle of a field");
    const start = this.#offset;
    this.#offset += length;
    return this.#bytes.subarray(start, this.#offset);
  }

  /** A `uint32`. */
  uint32(): number {
    const { buffer, byteOffset } = this.bytes(4);
    return new DataView(buffer, byteOffset).getUint32(0);
  }

  /** A `string`: a `uint32` with its length, and so many bytes. */
  string(): Uint8Array {
    return this.bytes(this.uint32());
  }

  /** A `string` that is a name (RFC 4251 §6): at most 64 printable characters of US-ASCII. */
  name(): string {
    const name = String.fromCharCode(...this.string().subarray(0, MAX_NAME_LENGTH + 1));
    if (!/^[\x21-\x7e]{1,64}$/.test(name)) throw malformed("is damaged: it has an invalid name");
    return name;
  }

  /** Refuses bytes that nothing is known of. */
  end(): void {
    if (this.remaining > 0) throw malformed("is damaged: there are bytes after its end");
  }
}

/**
 * The 32 bytes of an Ed25519 public key in the encoding of SSH (RFC 8709 §4): its name, and itself.
 * Whether they are a point of the curve is not checked.
 *
 * @throws {KeyFormatError} `refused` if it is another kind of key, else `malformed`.
 */
export function decodeSshEd25519(blob: Uint8Array): Uint8Array {
  const reader = new SshReader(blob);
  const type = reader.name();
  if (type !== SSH_ED25519) {
    throw new KeyFormatError("refused", `is of type ${type}; only ${SSH_ED25519} can be converted`);
  }
  const publicKey = reader.string();
  reader.end();
  if (publicKey.length !== ED25519_SIZE) {
    throw malformed(`has ${publicKey.length} bytes instead of ${ED25519_SIZE}`);
  }
  return publicKey;
}

function malformed(message: string): KeyFormatError {
  return new KeyFormatError("malformed", message);
}
