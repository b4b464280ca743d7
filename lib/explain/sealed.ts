import { AES_BLOCK_SIZE } from "../crypto/mod.ts";
import type { Field } from "./explanation.ts";
import { field, numberField } from "./fields.ts";

/** The cipher functions of this protocol. */
export type CipherName = "AESCBC" | "AESGCM";

const CBC_TAG_SIZE = 32;
const GCM_TAG_SIZE = 16;
const GCM_NONCE_SIZE = 12;

/**
 * What the bytes of an encrypted value are (docs/PROTOCOL.md, "AESCBC"; Noise §12.4): all of them, in
 * their order.
 *
 * @param associatedData What the tag covers besides: in the handshake `h`, in records nothing.
 */
export function sealedFields(
  cipher: CipherName,
  bytes: Uint8Array,
  associatedData: string | undefined,
): readonly Field[] {
  return cipher === "AESCBC" ? cbcFields(bytes, associatedData) : gcmFields(bytes, associatedData);
}

/** What belongs to an encrypted value and is not sent: its number, and for AESGCM the nonce. */
export function nonceFields(cipher: CipherName, n: bigint): readonly Field[] {
  if (cipher === "AESCBC") return [numberField(n)];
  const nonce = new Uint8Array(GCM_NONCE_SIZE);
  new DataView(nonce.buffer).setBigUint64(GCM_NONCE_SIZE - 8, n);
  return [
    numberField(n),
    field(
      "nonce",
      "number",
      nonce,
      "What AES-GCM uses as its IV: four zero bytes and n.",
    ),
  ];
}

/** The padding that AES-CBC needs behind a plaintext of so many bytes (PKCS #7); GCM needs none. */
export function paddingFields(cipher: CipherName, plaintextSize: number): readonly Field[] {
  if (cipher === "AESGCM") return [];
  const size = AES_BLOCK_SIZE - plaintextSize % AES_BLOCK_SIZE;
  const note = "Fills the last block of 16 bytes; each byte says how many there are (PKCS #7).";
  return [field("padding", "padding", new Uint8Array(size).fill(size), note)];
}

function cbcFields(bytes: Uint8Array, associatedData: string | undefined): readonly Field[] {
  const tagStart = bytes.length - CBC_TAG_SIZE;
  const covered = [
    "n",
    ...(associatedData ? [associatedData] : []),
    "IV",
    "ciphertext",
    `8 bytes that say how many bits ${associatedData ? "n and h have together" : "n has"}`,
  ];
  return [
    field(
      "IV",
      "iv",
      bytes.subarray(0, AES_BLOCK_SIZE),
      "An initialisation vector: random and new each time, so that equal plaintexts do not give " +
        "equal ciphertexts.",
    ),
    field(
      "ciphertext",
      "ciphertext",
      bytes.subarray(AES_BLOCK_SIZE, tagStart),
      "AES-256-CBC of plaintext and padding, under ENC_KEY.",
    ),
    field(
      "tag",
      "tag",
      bytes.subarray(tagStart),
      `HMAC-SHA-256 under MAC_KEY, over ${list(covered)}.`,
    ),
  ];
}

function gcmFields(bytes: Uint8Array, associatedData: string | undefined): readonly Field[] {
  const tagStart = bytes.length - GCM_TAG_SIZE;
  const covered = ["the nonce", ...(associatedData ? [associatedData] : []), "the ciphertext"];
  const text = bytes.subarray(0, tagStart);
  return [
    // Nothing, encrypted, has only a tag.
    ...(text.length === 0 ? [] : [
      field(
        "ciphertext",
        "ciphertext",
        text,
        "AES-256-GCM of the plaintext, and as long as it.",
      ),
    ]),
    field(
      "tag",
      "tag",
      bytes.subarray(tagStart),
      `It depends on k and on every bit of ${list(covered)}.`,
    ),
  ];
}

function list(texts: readonly string[]): string {
  return texts.length === 1 ? texts.join() : `${texts.slice(0, -1).join(", ")} and ${texts.at(-1)}`;
}
