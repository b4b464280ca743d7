import type { Token } from "../noise/mod.ts";
import type { CipherName } from "./sealed.ts";

/** What the sentences about a handshake depend on. */
export interface HandshakeTraits {
  readonly cipher: CipherName;
  /** Whether ML-KEM-768 takes part. */
  readonly isHybrid: boolean;
  /** Whether a pre-shared key takes part. */
  readonly hasPreSharedKey: boolean;
}

/** Where in the handshake a token stands. */
export interface TokenPlace {
  /** 0 for the first message. */
  readonly message: number;
  /** Whether its bytes are encrypted. */
  readonly isEncrypted: boolean;
  /** Whether an eavesdropper could compute the key they are encrypted with. */
  readonly isKeyPublic: boolean;
}

/** What a token is, and why it is there. */
export function tokenSentence(token: Token, place: TokenPlace, traits: HandshakeTraits): string {
  switch (token) {
    case "e":
      return ephemeral(place, traits);
    case "e1":
      return kemKey(place);
    case "ee":
      return firstSecret(traits);
    case "ekem1":
      return "The server makes a secret of 32 bytes, and a ciphertext from which only the owner " +
        "of the ML-KEM private key can recover it (this is called encapsulation). The ciphertext " +
        "is sent, encrypted with k like everything from here on; the secret is mixed into ck, " +
        "which gives a new k. To read a recording of this connection, an attacker would have to " +
        "break both X25519 and ML-KEM-768.";
    case "s":
      return staticKey(place);
    case "es":
      return "Nothing is sent. Both sides compute X25519 of the client's ephemeral and the " +
        "server's static key, and mix it in. Besides the client, only the owner of the server's " +
        "private static key can do that: so the tag that follows proves that the server owns the " +
        "static key it has sent.";
    case "se":
      return "Nothing is sent. Both sides compute X25519 of the client's static and the server's " +
        "ephemeral key, and mix it in: so the tag that follows proves that the client owns the " +
        "static key it has sent.";
    case "psk":
      return "Nothing is sent. Both sides mix in a pre-shared key: 32 bytes that HKDF derives " +
        "from the invitation's secret. They go into ck and k and, through temp_h, into h. The " +
        "tag that follows proves that the client has the invitation. From here on an " +
        "eavesdropper cannot compute h; but h gives away no key.";
    case "ss":
      return "Nothing is sent. Both sides compute X25519 of their static keys, and mix it in.";
  }
}

/** What the payload is, which ends each message. */
export function payloadSentence(
  { message, isEncrypted, isKeyPublic }: TokenPlace,
  { hasPreSharedKey }: HandshakeTraits,
): string {
  const hasMask = message === 1 && hasPreSharedKey;
  const start = "Every handshake message ends with a payload. " +
    (hasMask
      ? "Here it is a mask: 32 random bytes, by which the client will hide which invitation it has"
      : hasPreSharedKey
      ? "In this message it is empty"
      : "In this protocol it is always empty");
  if (!isEncrypted) return `${start}, and without a key it takes up no bytes.`;
  const proof = isKeyPublic
    ? "Because this k is derived from public bytes only, the tag proves nothing about the sender " +
      "yet."
    : "The tag is right only if both sides have the same k and the same h, and so the same view " +
      "of the handshake so far.";
  return hasMask
    ? `${start}. ${proof}`
    : `${start}, but even an empty payload has a tag once it is encrypted. ${proof}`;
}

function ephemeral({ message }: TokenPlace, { hasPreSharedKey }: HandshakeTraits): string {
  const who = message === 0 ? "client" : "server";
  const what = message === 0
    ? "X25519 is a way to agree on a secret: each side has a private key, which it keeps to " +
      "itself, and a public key, which it sends. The client has made a key pair for this " +
      "connection only (e, for ephemeral), and sends its public key."
    : "The server has also made an X25519 key pair for this connection only, and sends its " +
      "public key.";
  const hashed =
    " Like everything in a handshake message, it goes into h: h = SHA-256(h || what was sent).";
  const mixed =
    " It is also mixed into ck, as in every Noise handshake with a pre-shared key. That gives a " +
    "first k, but one that an eavesdropper can compute as well.";
  return what + (message === 0 ? hashed : "") +
    (hasPreSharedKey
      ? message === 0 ? mixed : ` It is also mixed into ck, as the ${other(who)}'s was.`
      : "");
}

function kemKey({ isEncrypted }: TokenPlace): string {
  return "A public key of ML-KEM-768 (FIPS 203), also made for this connection only. ML-KEM is " +
    "another way to agree on a secret, designed to withstand large quantum computers, which " +
    "X25519 would not. " +
    (isEncrypted
      ? "It is encrypted with k because Noise encrypts everything once there is a key; but this " +
        "k is derived from public bytes only, so it hides nothing."
      : "There is no key yet, so it is sent in the clear; it is public anyway.");
}

function firstSecret({ cipher }: HandshakeTraits): string {
  return "Nothing is sent. Each side computes X25519 of its own private ephemeral key and the " +
    "other's public one: both get the same 32 bytes, which an eavesdropper cannot compute. HKDF, " +
    "a key derivation function, turns ck and these bytes into a new ck and a key k, which " +
    "encrypts the next value." +
    (cipher === "AESCBC"
      ? " (From each k, HKDF-Expand derives two keys: MAC_KEY for tags, ENC_KEY for AES.)"
      : "");
}

function staticKey({ message }: TokenPlace): string {
  return message === 1
    ? "The server's static public key, which identifies it across connections: its fingerprint " +
      "is the SHA-256 of this key. It is encrypted, so a passive eavesdropper does not learn it; " +
      "anybody who connects to the server does."
    : "The client's static public key, which identifies it. It is encrypted with a k that, " +
      "besides the client, only the owner of the server's static key can compute, because es is " +
      "in it: so only the server learns who the client is.";
}

function other(who: "client" | "server"): string {
  return who === "client" ? "server" : "client";
}
