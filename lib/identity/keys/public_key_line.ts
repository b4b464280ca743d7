import { assertSize, isCanonicalX25519, X25519_SIZE } from "../../crypto/mod.ts";
import { decodeBase64, encodeBase64 } from "../base64.ts";
import { x25519FromEd25519PublicKey } from "./ed25519_conversion.ts";
import { KeyFormatError } from "./key_format_error.ts";
import { isLowOrder } from "./low_order.ts";
import { decodeSshEd25519, SSH_ED25519 } from "./ssh_wire.ts";

/** What a line with a public key turned out to be. */
export type ParsedPublicKeyLine =
  | {
    /** A key that can be used. */
    readonly kind: "key";
    /** 32 bytes: the X25519 public key, converted if the line has an Ed25519 key. */
    readonly key: Uint8Array;
    /** The rest of the line, trimmed; it may be empty, and is not sanitised. */
    readonly name: string;
    /** What the line says it is. */
    readonly type: "x25519" | "ssh-ed25519";
  }
  | {
    /** A line that OpenSSH understands, and that is of no use here. */
    readonly kind: "unsupported";
    /** The type of the key, or "a line with options". */
    readonly type: string;
  }
  | {
    /** No line with a key, or one with a key that is nobody's. */
    readonly kind: "malformed";
    /** What is wrong, as in "the key has 31 bytes instead of 32". */
    readonly problem: string;
  };

const X25519 = "x25519";

/** The types of OpenSSH's keys and certificates (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). */
const SSH_TYPE = /^(?:ssh|ecdsa|sk)-[a-z0-9@.-]{1,64}$/;

/**
 * A public key on one line, `x25519 BASE64` or `x25519 BASE64 NAME`, without the end of the line.
 *
 * @param publicKey 32 bytes.
 * @param name Anything; line breaks, other control characters and runs of white space in it become
 *   one space each, so that it stays one line.
 * @throws {RangeError} If the key has another size.
 */
export function formatPublicKeyLine(publicKey: Uint8Array, name = ""): string {
  assertSize("X25519 public key", publicKey, X25519_SIZE);
  const label = name.replace(/[\s\p{Cc}]+/gu, " ").trim();
  return `${X25519} ${encodeBase64(publicKey)} ${label}`.trimEnd();
}

/**
 * Reads a line as {@linkcode formatPublicKeyLine} writes it, or as a file of `ssh-keygen` or
 * `authorized_keys` has it, with an Ed25519 key. Never rejects. Blank lines and comments are the
 * caller's affair: here they are malformed.
 *
 * An X25519 key is taken in its canonical form alone: X25519 has several for each (RFC 7748 §5).
 *
 * A line with options in front of the key is not supported: `from="…"` or `restrict` limit what the
 * key may do, and to pass over a limit would allow what its author did not.
 */
export async function parsePublicKeyLine(line: string): Promise<ParsedPublicKeyLine> {
  const [type, afterType] = splitWord(line.trim());
  if (type !== X25519 && type !== SSH_ED25519) return parseOther(line.trim());
  const [base64, name] = splitWord(afterType);
  if (base64 === "") return malformed("the key is missing");
  const bytes = decodeBase64(base64);
  if (bytes === undefined) return malformed("the key is not base64");
  try {
    const key = type === X25519
      ? checkX25519(bytes)
      : await x25519FromEd25519PublicKey(decodeSshEd25519(bytes));
    return { kind: "key", key, name, type };
  } catch (error) {
    if (error instanceof KeyFormatError) return malformed(`the key ${error.message}`);
    // The conversion's, which are phrases of this kind already.
    if (error instanceof RangeError) return malformed(error.message);
    throw error;
  }
}

function checkX25519(key: Uint8Array): Uint8Array {
  if (key.length !== X25519_SIZE) {
    throw new KeyFormatError("malformed", `has ${key.length} bytes instead of ${X25519_SIZE}`);
  }
  if (isLowOrder(key)) throw new KeyFormatError("refused", "is of low order");
  if (!isCanonicalX25519(key)) throw new KeyFormatError("refused", "is not in its canonical form");
  return key;
}

/** A line that begins with something else than a type that is known. */
function parseOther(line: string): ParsedPublicKeyLine {
  const [type] = splitWord(line);
  if (SSH_TYPE.test(type)) return { kind: "unsupported", type };
  const [behindOptions] = splitWord(line.slice(optionsLength(line)).trimStart());
  if (behindOptions === X25519 || SSH_TYPE.test(behindOptions)) {
    return { kind: "unsupported", type: "a line with options" };
  }
  return malformed(`it begins with neither ${X25519} nor ${SSH_ED25519}`);
}

/**
 * How many characters the options at the start of a line take: up to the first white space that is
 * not in quotes, where `\"` does not end a quotation (as OpenSSH's `sshkey_advance_past_options`).
 */
function optionsLength(line: string): number {
  let isQuoted = false;
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index);
    if (!isQuoted && /\s/.test(character)) return index;
    if (character === "\\" && line[index + 1] === '"') index++;
    else if (character === '"') isQuoted = !isQuoted;
  }
  return line.length;
}

/** The first word of a trimmed text, and what comes behind it, trimmed. */
function splitWord(text: string): [word: string, rest: string] {
  const end = text.search(/\s/);
  return end === -1 ? [text, ""] : [text.slice(0, end), text.slice(end).trim()];
}

function malformed(problem: string): ParsedPublicKeyLine {
  return { kind: "malformed", problem };
}
