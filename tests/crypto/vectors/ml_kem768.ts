/**
 * ML-KEM-768 (FIPS 203): the accumulated test of Go's `crypto/mlkem` (`TestAccumulated` in
 * `src/crypto/mlkem/mlkem_test.go`, the value for `-short`).
 *
 * A SHAKE-128 stream of the empty message gives, for every iteration, the 64-byte seed `d || z`, the
 * 32-byte `m` of the encapsulation and a random "ciphertext" of 1088 bytes. A second SHAKE-128 takes
 * in the public key, the ciphertext, its shared secret, and what the random ciphertext decapsulates
 * to (an implicit rejection). Its first 32 bytes are `result`.
 */
export const ACCUMULATED = {
  iterations: 100,
  result: "1114b1b6699ed191734fa339376afa7e285c9e6acf6ff0177d346696ce564415",
} as const;
