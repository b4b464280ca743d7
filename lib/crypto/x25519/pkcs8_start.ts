/**
 * What stands in front of the 32 bytes of a private key in PKCS #8 (RFC 8410 §7), where nothing stands behind
 * them: a SEQUENCE of the version 0, a SEQUENCE of the OBJECT IDENTIFIER 1.3.101.110, and an OCTET STRING that
 * holds the OCTET STRING of the key.
 */
export const PKCS8_START: Uint8Array = Uint8Array.of(
  ...[0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e],
  ...[0x04, 0x22, 0x04, 0x20],
);
