import { assertSize, concat, equalConstantTime } from "../../crypto/bytes.ts";
import { hkdf } from "../../crypto/hkdf.ts";
import { sha256 } from "../../crypto/sha256.ts";
import { X25519_SIZE } from "../../crypto/x25519/x25519.ts";
import { isCanonicalX25519 } from "../../crypto/x25519/public_key.ts";
import { UsageError } from "../../errors.ts";
import { decodeBase64Url, encodeBase64Url } from "../base64.ts";

/** Size of an invitation's secret, in bytes. */
export const INVITATION_SECRET_SIZE = 16;

const SCHEME = "x25519-chat://";
const VERSION = 1;
const CHECKSUM_SIZE = 4;
const PAYLOAD_SIZE = 1 + X25519_SIZE + INVITATION_SECRET_SIZE + CHECKSUM_SIZE;

/** What an invitation tells: where to go, whom to expect there, and a secret that opens the door. */
export interface Invitation {
  /** `HOST:PORT`, as an address is typed. */
  readonly address: string;
  /** The server's static public key: 32 bytes. */
  readonly serverKey: Uint8Array;
  /** 16 random bytes. */
  readonly secret: Uint8Array;
}

/** Whether a text is meant as an invitation, be it right or wrong. */
export function looksLikeInvitation(text: string): boolean {
  return text.trim().replace(/^</, "").toLowerCase().startsWith(SCHEME.slice(0, -"//".length));
}

/** Whether an invitation, which is a secret, stands anywhere in a text. */
export function holdsInvitation(text: string): boolean {
  return text.toLowerCase().includes(SCHEME);
}

/**
 * An invitation as one line: `x25519-chat://HOST:PORT/PAYLOAD` (docs/PROTOCOL.md, "Invitations").
 *
 * @throws {RangeError} If a part has the wrong size.
 */
export function formatInvitation({ address, serverKey, secret }: Invitation): string {
  assertSize("server key", serverKey, X25519_SIZE);
  assertSize("invitation secret", secret, INVITATION_SECRET_SIZE);
  const host = address.toLowerCase();
  const content = concat(new Uint8Array([VERSION]), serverKey, secret);
  const payload = concat(content, checksum(host, content));
  return `${SCHEME}${host}/${encodeBase64Url(payload)}`;
}

/**
 * Reads an invitation. Blanks and angle brackets around it are left out, as mail programs add them.
 *
 * @throws {UsageError} With code `bad-invitation`, if it was mistyped or cut short, or comes from a
 *   later version. The sentence holds nothing of it.
 */
export function parseInvitation(text: string): Invitation {
  const line = text.trim().replace(/^<(.*)>$/, "$1");
  const [, address = "", payloadText = ""] =
    /^x25519-chat:\/\/([^/\s]+)\/([A-Za-z0-9_-]+)\/?$/i.exec(line) ?? [];
  const payload = decodeBase64Url(payloadText);
  if (address === "" || payload === undefined) throw mistyped();
  // The checksum comes last in every version, so a typo is not taken for a later one.
  const host = address.toLowerCase();
  const content = payload.subarray(0, -CHECKSUM_SIZE);
  const sum = payload.subarray(-CHECKSUM_SIZE);
  if (payload.length <= CHECKSUM_SIZE || !equalConstantTime(sum, checksum(host, content))) {
    throw mistyped();
  }
  if (payload[0] !== VERSION || payload.length !== PAYLOAD_SIZE) {
    throw new UsageError(
      "bad-invitation",
      "this invitation needs a newer version of this program",
    );
  }
  const serverKey = content.slice(1, 1 + X25519_SIZE);
  if (!isCanonicalX25519(serverKey)) {
    throw new UsageError("bad-invitation", "this invitation names a key that no server can have");
  }
  return {
    address: host,
    serverKey,
    secret: content.slice(1 + X25519_SIZE),
  };
}

/**
 * The pre-shared key (32 bytes) that an invitation stands for. It depends on the server's key, so
 * that a secret opens no other server's door.
 */
export function invitationPreSharedKey(
  { serverKey, secret }: Omit<Invitation, "address">,
): Uint8Array {
  return hkdf(serverKey, secret, PRE_SHARED_KEY_INFO, 32);
}

const PRE_SHARED_KEY_INFO = new TextEncoder().encode("X25519-TCP-Chat invitation");

/** The address is in it, because people mistype that as well. */
function checksum(host: string, content: Uint8Array): Uint8Array {
  const hash = sha256(new TextEncoder().encode(`${SCHEME}${host}/`), content);
  return hash.subarray(0, CHECKSUM_SIZE);
}

function mistyped(): UsageError {
  return new UsageError(
    "bad-invitation",
    "this invitation is mistyped or cut short; copy the whole line again",
  );
}
