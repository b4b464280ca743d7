import "../crypto/x25519/noble_test.ts";
