const KEY = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
const PLAINTEXT = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72" +
  "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
const CIPHERTEXT = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa" +
  "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";

/**
 * AES-256-GCM with a 96-bit IV: "The Galois/Counter Mode of Operation (GCM)", McGrew and Viega,
 * Appendix B, test cases 13 to 16. Case 16 is case 15 without the last 4 bytes, and with `A`.
 */
export const GCM_VECTORS = [
  {
    testCase: 13,
    key: "00".repeat(32),
    nonce: "00".repeat(12),
    ad: "",
    plaintext: "",
    ciphertext: "",
    tag: "530f8afbc74536b9a963b4f1c4cb738b",
  },
  {
    testCase: 14,
    key: "00".repeat(32),
    nonce: "00".repeat(12),
    ad: "",
    plaintext: "00".repeat(16),
    ciphertext: "cea7403d4d606b6e074ec5d3baf39d18",
    tag: "d0d1c8a799996bf0265b98b5d48ab919",
  },
  {
    testCase: 15,
    key: KEY,
    nonce: "cafebabefacedbaddecaf888",
    ad: "",
    plaintext: PLAINTEXT,
    ciphertext: CIPHERTEXT,
    tag: "b094dac5d93471bdec1a502270e3cc6c",
  },
  {
    testCase: 16,
    key: KEY,
    nonce: "cafebabefacedbaddecaf888",
    ad: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    plaintext: PLAINTEXT.slice(0, -8),
    ciphertext: CIPHERTEXT.slice(0, -8),
    tag: "76fc6ece0f4e1768cddf8853bb2d551b",
  },
] as const;
