import "../crypto/x25519_noble_test.ts";
