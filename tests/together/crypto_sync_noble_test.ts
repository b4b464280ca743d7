import "../crypto/sync_noble_test.ts";
