import { type AesCbcHmacParameters, loadAes192 } from "../../../lib/crypto/mod.ts";

await loadAes192();

/** RFC 7518 §5.2.3. */
export const A128CBC_HS256: AesCbcHmacParameters = {
  hash: "SHA-256",
  macKeySize: 16,
  encryptionKeySize: 16,
  tagSize: 16,
};

/** RFC 7518 §5.2.4. */
export const A192CBC_HS384: AesCbcHmacParameters = {
  hash: "SHA-384",
  macKeySize: 24,
  encryptionKeySize: 24,
  tagSize: 24,
};

/** RFC 7518 §5.2.5. */
export const A256CBC_HS512: AesCbcHmacParameters = {
  hash: "SHA-512",
  macKeySize: 32,
  encryptionKeySize: 32,
  tagSize: 32,
};

/** RFC 7518 Appendix B: `P`, `IV` and `A` of all three test cases. */
export const COMPOSITION_PLAINTEXT =
  "41206369706865722073797374656d206d757374206e6f742062652072657175" +
  "6972656420746f206265207365637265742c20616e64206974206d7573742062" +
  "652061626c6520746f2066616c6c20696e746f207468652068616e6473206f66" +
  "2074686520656e656d7920776974686f757420696e636f6e76656e69656e6365";

/** RFC 7518 Appendix B. */
export const COMPOSITION_IV = "1af38c2dc2b96ffdd86694092341bc04";

/** RFC 7518 Appendix B: "The second principle of Auguste Kerckhoffs". */
export const COMPOSITION_AD = "546865207365636f6e64207072696e6369706c65206f66204175677573746520" +
  "4b6572636b686f666673";

/** One test case of RFC 7518 Appendix B: `K`, `E` and `T`. */
export interface CompositionVector {
  readonly section: string;
  readonly parameters: AesCbcHmacParameters;
  readonly key: string;
  readonly ciphertext: string;
  readonly tag: string;
}

/** RFC 7518 Appendix B.1 to B.3. */
export const COMPOSITION_VECTORS: readonly CompositionVector[] = [
  {
    section: "B.1, AES_128_CBC_HMAC_SHA_256",
    parameters: A128CBC_HS256,
    key: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    ciphertext: "c80edfa32ddf39d5ef00c0b468834279a2e46a1b8049f792f76bfe54b903a9c9" +
      "a94ac9b47ad2655c5f10f9aef71427e2fc6f9b3f399a221489f16362c7032336" +
      "09d45ac69864e3321cf82935ac4096c86e133314c54019e8ca7980dfa4b9cf1b" +
      "384c486f3a54c51078158ee5d79de59fbd34d848b3d69550a67646344427ade5" +
      "4b8851ffb598f7f80074b9473c82e2db",
    tag: "652c3fa36b0a7c5b3219fab3a30bc1c4",
  },
  {
    section: "B.2, AES_192_CBC_HMAC_SHA_384",
    parameters: A192CBC_HS384,
    key: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" +
      "202122232425262728292a2b2c2d2e2f",
    ciphertext: "ea65da6b59e61edb419be62d19712ae5d303eeb50052d0dfd6697f77224c8edb" +
      "000d279bdc14c1072654bd30944230c657bed4ca0c9f4a8466f22b226d174621" +
      "4bf8cfc2400add9f5126e479663fc90b3bed787a2f0ffcbf3904be2a641d5c21" +
      "05bfe591bae23b1d7449e532eef60a9ac8bb6c6b01d35d49787bcd57ef484927" +
      "f280adc91ac0c4e79c7b11efc60054e3",
    tag: "8490ac0e58949bfe51875d733f93ac2075168039ccc733d7",
  },
  {
    section: "B.3, AES_256_CBC_HMAC_SHA_512",
    parameters: A256CBC_HS512,
    key: "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" +
      "202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f",
    ciphertext: "4affaaadb78c31c5da4b1b590d10ffbd3dd8d5d302423526912da037ecbcc7bd" +
      "822c301dd67c373bccb584ad3e9279c2e6d12a1374b77f077553df829410446b" +
      "36ebd97066296ae6427ea75c2e0846a11a09ccf5370dc80bfecbad28c73f09b3" +
      "a3b75e662a2594410ae496b2e2e6609e31e6e02cc837f053d21f37ff4f51950b" +
      "be2638d09dd7a4930930806d0703b1f6",
    tag: "4dd3b4c088a7f45c216839645b2012bf2e6269a8c56a816dbc1b267761955bc5",
  },
];
