import { type MaybePromise, wipe, type X25519KeyPair, x25519KeyPair } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import { KeyFormatError } from "./key_format_error.ts";
import { encodePem, parsePem, type PemBlock } from "./pem.ts";
import { encodePkcs8, plainPrivateKey } from "./pkcs8_plain.ts";

/** A private key's file, read but not opened yet. */
export interface KeyFile {
  /** `pkcs8` is this project's own and OpenSSL's, `openssh` is ssh-keygen's. */
  readonly format: "pkcs8" | "openssh";
  /** Whether it takes a passphrase to open. */
  readonly isEncrypted: boolean;
  /**
   * The key pair; a new copy each time.
   *
   * @param passphrase Ignored if the file is not encrypted. Its UTF-8 is used as it is, without
   *   Unicode normalisation, as OpenSSL and OpenSSH do. An empty one counts as none.
   * @throws {UsageError} `wrong-passphrase` if the passphrase is wrong, or needed and not given;
   *   `bad-file` if what comes out is damaged, or no key that can be used.
   */
  open(passphrase?: string): Promise<X25519KeyPair>;
}

/** What a decoder makes of the bytes in a block. */
interface Decoded {
  readonly isEncrypted: boolean;
  open(passphrase: Uint8Array): Promise<X25519KeyPair>;
}

interface Format {
  readonly format: KeyFile["format"];
  decode(bytes: Uint8Array): Promise<Decoded>;
}

const PKCS8_LABEL = "PRIVATE KEY";
const ENCRYPTED_PKCS8_LABEL = "ENCRYPTED PRIVATE KEY";

/** The formats by label. Most starts read a key of this project's own, and load nothing for the others. */
const FORMATS: ReadonlyMap<string, Format> = new Map<string, Format>([
  [PKCS8_LABEL, {
    format: "pkcs8",
    async decode(bytes) {
      const privateKey = plainPrivateKey(bytes);
      if (privateKey !== undefined) {
        return { isEncrypted: false, open: () => x25519KeyPair(privateKey.slice()) };
      }
      const { decodePkcs8 } = await import("./pkcs8.ts");
      return { isEncrypted: false, open: () => decodePkcs8(bytes) };
    },
  }],
  [ENCRYPTED_PKCS8_LABEL, {
    format: "pkcs8",
    async decode(bytes) {
      const { decodeEncryptedPkcs8 } = await import("./pkcs8_encrypted.ts");
      return { isEncrypted: true, open: decodeEncryptedPkcs8(bytes).open };
    },
  }],
  ["OPENSSH PRIVATE KEY", {
    format: "openssh",
    async decode(bytes) {
      const { decodeOpenSshKey } = await import("./openssh_key.ts");
      return decodeOpenSshKey(bytes);
    },
  }],
]);

/** What the other labels (RFC 7468 §4, and OpenSSL's own) stand for, in the words of a sentence. */
const OTHER_LABELS: ReadonlyMap<string, string> = new Map([
  ["RSA PRIVATE KEY", "an RSA key"],
  ["DSA PRIVATE KEY", "a DSA key"],
  ["EC PRIVATE KEY", "an EC key"],
  ["EC PARAMETERS", "an EC key"],
  ["PUBLIC KEY", "a public key"],
  ["RSA PUBLIC KEY", "a public key"],
  ["CERTIFICATE", "a certificate"],
  ["CERTIFICATE REQUEST", "a certificate request"],
]);

/** How a line of a `.pub` file or of an `authorized_keys` file begins. */
const PUBLIC_KEY_LINE = /^(?:x25519|ssh-|ecdsa-|sk-)/;

/**
 * Reads a private key's file: X25519 in PKCS #8 (RFC 8410 §7), encrypted or not, or Ed25519 in
 * OpenSSH's format, which is converted.
 *
 * A key that is not encrypted is tried here already, so that its file is refused as a whole.
 *
 * @param name What the file is called in sentences.
 * @throws {UsageError} `bad-file` if it holds no such key, several, or is damaged.
 *
 * @example
 * ```ts
 * import { encodeKeyFile, parseKeyFile } from "./key_file.ts";
 * import { generateX25519KeyPair } from "../../crypto/mod.ts";
 *
 * const text = await encodeKeyFile(await generateX25519KeyPair(), "correct horse battery staple");
 * const file = await parseKeyFile(text, "identity.pem");
 * if (!file.isEncrypted) throw new Error("anybody could read it");
 * const { publicKey } = await file.open("correct horse battery staple");
 * ```
 */
export async function parseKeyFile(text: string, name: string): Promise<KeyFile> {
  return await naming(name, async () => {
    const { block, format } = onlyBlock(text);
    const decoded = await format.decode(block.decode());
    const { isEncrypted } = decoded;
    if (!isEncrypted) wipe((await decoded.open(new Uint8Array(0))).privateKey);
    return {
      format: format.format,
      isEncrypted,
      open: (passphrase = "") => naming(name, () => open(decoded, passphrase)),
    };
  });
}

/**
 * The text of a key file: PKCS #8 in PEM, byte for byte what `openssl pkey` writes, or encrypted so
 * that `openssl pkey` reads it: PBES2 with scrypt and AES-256-CBC.
 *
 * @param passphrase Its UTF-8 is used as it is, without Unicode normalisation. None, or an empty one,
 *   leaves the key unencrypted.
 */
export async function encodeKeyFile(keyPair: X25519KeyPair, passphrase = ""): Promise<string> {
  const der = encodePkcs8(keyPair.privateKey);
  try {
    if (passphrase === "") return encodePem(PKCS8_LABEL, der);
    const { encryptPkcs8 } = await import("./pkcs8_encrypted.ts");
    return encodePem(ENCRYPTED_PKCS8_LABEL, await encryptPkcs8(der, utf8(passphrase)));
  } finally {
    wipe(der);
  }
}

/** The one block of a text. Says of others what they are, before it says that there are others. */
function onlyBlock(text: string): { block: PemBlock; format: Format } {
  if (PUBLIC_KEY_LINE.test(text)) {
    throw new KeyFormatError(
      "refused",
      "holds a public key; the private key is in the file without .pub",
    );
  }
  const [block, ...others] = parsePem(text);
  const format = formatOf(block);
  others.forEach(formatOf);
  const [second] = others;
  if (second !== undefined) {
    throw new KeyFormatError(
      "refused",
      `holds a second key in line ${second.line}; exactly one is expected`,
    );
  }
  return { block, format };
}

function formatOf({ label, line }: PemBlock): Format {
  const format = FORMATS.get(label);
  if (format !== undefined) return format;
  const what = OTHER_LABELS.get(label) ?? `something called ${label}`;
  throw new KeyFormatError(
    "refused",
    `holds ${what} in line ${line}; this program needs an X25519 private key`,
  );
}

async function open(decoded: Decoded, passphrase: string): Promise<X25519KeyPair> {
  if (decoded.isEncrypted && passphrase === "") {
    throw new KeyFormatError("passphrase", "needs a passphrase");
  }
  const bytes = utf8(passphrase);
  try {
    return await decoded.open(bytes);
  } finally {
    wipe(bytes);
  }
}

/** Turns what is wrong with a key into a sentence about the file; without a cause, to hide nothing. */
async function naming<T>(name: string, action: () => MaybePromise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof KeyFormatError)) throw error;
    const code = error.problem === "passphrase" ? "wrong-passphrase" : "bad-file";
    throw new UsageError(code, `${name} ${error.message}`);
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
