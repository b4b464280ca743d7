import assert from "node:assert/strict";
import config from "../deno.json" with { type: "json" };

/** What another program finds behind each entry of the package: the values, types aside. */
const VALUES: Readonly<Record<keyof typeof config.exports, readonly string[]>> = {
  ".": [
    ...["AuthenticationError", "CloseCode", "MAX_MESSAGE_SIZE", "NetworkError", "ProtocolError"],
    ...["REKEY_LIMITS", "RecordType", "ReportedError", "SEND_HIGH_WATER_MARK", "SecureChannel"],
    ...["SecureListener", "UsageError", "X25519_SIZE", "acceptAnyone", "connectSecure"],
    ...["equalConstantTime", "fingerprint", "formatAddress", "generateX25519KeyPair"],
    ...["listenSecure", "listenSecureOn", "parseAddress", "protocolName", "safetyWords"],
    ...["secretId", "x25519KeyPair"],
  ],
  "./chat": ["Member", "Room", "decodeBody", "encodeText", "serveRoom"],
  "./crypto": [
    ...["AES256_CBC_HMAC_SHA256", "AES_BLOCK_SIZE", "AES_GCM_KEY_SIZE", "AES_GCM_NONCE_SIZE"],
    ...["AES_GCM_TAG_SIZE", "AesCbcHmac", "AesCbcKey", "AesGcm", "HmacKey"],
    ...["ML_KEM768_CIPHERTEXT_SIZE", "ML_KEM768_PUBLIC_KEY_SIZE", "ML_KEM768_SECRET_SIZE"],
    ...[
      "ML_KEM768_SEED_SIZE",
      "SHA256_SIZE",
      "X25519_SIZE",
      "assertSize",
      "assertX25519PublicKey",
      "closeCbcChains",
      "concat",
    ],
    ...[
      "equalConstantTime",
      "generateX25519KeyPair",
      "hex",
      "hkdf",
      "hkdfExpand",
      "hkdfExtract",
      "hmac",
      "isCanonicalX25519",
      "loadAes192",
    ],
    ...["platformMlKem768", "randomBytes", "sha256", "uint64BigEndian", "unshared", "wipe"],
    ...["x25519", "x25519KeyPair"],
  ],
  "./explain": ["Explainer", "Page"],
  "./identity": [
    ...["BanBook", "GuestList", "InvitationList", "InvitedKeys", "KeyBook", "createTextFile"],
    ...["encodeKeyFile", "fileStore", "fingerprint", "formatFingerprint", "formatInvitation"],
    ...["formatPublicKeyLine", "holdsInvitation", "homeFolder", "invitationPreSharedKey"],
    ...["keepCopy", "looksLikeInvitation", "mayRead", "mayReadEnvironment", "mayWrite"],
    ...["memoryStore", "parseFingerprint", "parseInvitation", "parseKeyFile", "parseLifetime"],
    ...["parsePublicKeyLine", "readTextFile", "safetyWords", "userNames"],
  ],
  "./noise": [
    ...["AESCBC", "AESGCM", "CIPHER_KEY_SIZE", "CipherState", "HandshakeState"],
    ...["MAX_NOISE_MESSAGE_SIZE", "MAX_NONCE", "PRE_SHARED_KEY_SIZE", "SymmetricState"],
    ...["aescbc", "aescbcKeys", "parsePattern", "parseProtocolName"],
  ],
};

/** Entries that hold more than is listed: their floors are made for this house first. */
const OPEN = ["./chat", "./explain"];

Deno.test("exports: every entry of the package gives what importers need, and nothing else", async () => {
  assert.deepEqual(Object.keys(config.exports).toSorted(), Object.keys(VALUES).toSorted());
  for (const [entry, expected] of Object.entries(VALUES)) {
    const values = Object.keys(await import(`${config.name}${entry.slice(1)}`));
    const seen = OPEN.includes(entry) ? values.filter((name) => expected.includes(name)) : values;
    assert.deepEqual(seen.toSorted(), expected.toSorted(), entry);
  }
});
