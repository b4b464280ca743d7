import "../crypto/x25519/web_test.ts";
