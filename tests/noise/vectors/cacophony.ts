/**
 * Three of the cacophony test vectors for Noise, kept here so that the engine is checked against
 * published bytes wherever the repository is. Every value is hexadecimal.
 *
 * Source: the vectors of the Haskell library cacophony, as kept in `mcginty/snow`,
 * `tests/vectors/cacophony.txt` (Apache-2.0 or MIT).
 *
 * @module
 */

/** One complete handshake and the transport messages after it. */
export interface NoiseVector {
  readonly protocol_name: string;
  readonly init_prologue: string;
  readonly init_psks?: readonly string[];
  readonly init_static?: string;
  readonly init_ephemeral: string;
  readonly init_remote_static?: string;
  readonly resp_prologue: string;
  readonly resp_psks?: readonly string[];
  readonly resp_static?: string;
  readonly resp_ephemeral: string;
  readonly resp_remote_static?: string;
  /** The final `h`. */
  readonly handshake_hash: string;
  /** Initiator and responder take turns: first the handshake, then transport messages. */
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[];
}

/** IK, plain XX, and XX with a pre-shared key, as other Noise libraries run them. */
export const CACOPHONY: readonly NoiseVector[] = [
  {
    protocol_name: "Noise_IK_25519_AESGCM_SHA256",
    init_prologue: "4a6f686e2047616c74",
    init_static: "e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1",
    init_ephemeral: "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
    init_remote_static: "31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62",
    resp_prologue: "4a6f686e2047616c74",
    resp_static: "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893",
    resp_ephemeral: "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b",
    handshake_hash: "669c8640d9e42a3cda2f232f78597ceefb01daa6e3df81181ccce6fc6b5026bf",
    messages: [
      {
        payload: "4c756477696720766f6e204d69736573",
        ciphertext:
          "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c79444e417bc55c7a8166c993356c1be41ef67818a292426f301556c7f26b21d25ddb097153891a9a956cff47b83e63ad8d701c1342c209cff1ca5ecd43402762ac249e3bd3a4c0a145fe07cb5dae28ea13a3",
      },
      {
        payload: "4d757272617920526f746862617264",
        ciphertext:
          "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843af2ccf9972e22afc67aeafcd25162f7f98c363b7762e3e4cb7d272e39f27a5",
      },
      {
        payload: "462e20412e20486179656b",
        ciphertext: "66acfc92e3197de166809e6d4d5d003dcc819a84bc3522ca53c9d9",
      },
      {
        payload: "4361726c204d656e676572",
        ciphertext: "71f89aa6533a6de70b0826864dd75f60806ee40170c16290189eb3",
      },
      {
        payload: "4a65616e2d426170746973746520536179",
        ciphertext: "4795a3423550c8bf00386bd496a3e2c76c10669d2a75ab8f79b5094c5412a25705",
      },
      {
        payload: "457567656e2042f6686d20766f6e2042617765726b",
        ciphertext: "aa0bb39097555c918e40be82abc2b909eb79d9eb87adb07e268fc37323a6cf904fd01fb391",
      },
    ],
  },
  {
    protocol_name: "Noise_XX_25519_AESGCM_SHA256",
    init_prologue: "4a6f686e2047616c74",
    init_static: "e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1",
    init_ephemeral: "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
    resp_prologue: "4a6f686e2047616c74",
    resp_static: "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893",
    resp_ephemeral: "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b",
    handshake_hash: "1b7aefb1125762aa21a252890d00af54519638b76437444538f9a52f21e2e0dc",
    messages: [
      {
        payload: "4c756477696720766f6e204d69736573",
        ciphertext:
          "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c79444c756477696720766f6e204d69736573",
      },
      {
        payload: "4d757272617920526f746862617264",
        ciphertext:
          "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843757117acceb05bd7a45733bc22015c97a9d0cbaf41b80446d5988ff5127235d76b79eade70f473d6a4ef521fdcbeda5340d01e028ba793fc059f2724a83af05f12dda0448a7621a926b379a92477fd",
      },
      {
        payload: "462e20412e20486179656b",
        ciphertext:
          "c90f1cf77eba4e50edb038991565e36c9758943a989229b6051244dc4fbecb6946744b401af2ee1a5881b65fbb87fd07cb6a328ececc9ce6ce84c399dc332d4fd521fa4bb7f467ce909395",
      },
      {
        payload: "4361726c204d656e676572",
        ciphertext: "bc3fa77f6aca3e8466d7dc6bea10013e88a6a29add5132b461806c",
      },
      {
        payload: "4a65616e2d426170746973746520536179",
        ciphertext: "250b01074cdfe0df2ecf8ccbf1737b15a2ddb5b52fd9a396604e9c793cee3b3bb9",
      },
      {
        payload: "457567656e2042f6686d20766f6e2042617765726b",
        ciphertext: "449d4d433b3cdc3d02bf6fc881774b9df54366ebcffb9689bb13f14709822cd7ef42bcdb4d",
      },
    ],
  },
  {
    protocol_name: "Noise_XXpsk3_25519_AESGCM_SHA256",
    init_prologue: "4a6f686e2047616c74",
    init_psks: [
      "54686973206973206d7920417573747269616e20706572737065637469766521",
    ],
    init_static: "e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1",
    init_ephemeral: "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a",
    resp_prologue: "4a6f686e2047616c74",
    resp_psks: [
      "54686973206973206d7920417573747269616e20706572737065637469766521",
    ],
    resp_static: "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893",
    resp_ephemeral: "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b",
    handshake_hash: "033c8317037cb66a83308d5ae57ebbbea254e7ef2267f296c40baa4beaae4fcc",
    messages: [
      {
        payload: "4c756477696720766f6e204d69736573",
        ciphertext:
          "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944ad6766e442bec99c94ff573cd5316da008cbcc1ebcf47fbe43991ed633bcbb75",
      },
      {
        payload: "4d757272617920526f746862617264",
        ciphertext:
          "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f14480884336a2439b0bafb5e97fee2c19b6f9f741125f810ad98e7e9659c48ca3e19652d316d1121073a281e0402b7bc1acb476caa1e7308faad7f75337b30f12435c98303cac63cac1d69ac11f2e1971e138ac",
      },
      {
        payload: "462e20412e20486179656b",
        ciphertext:
          "2504a7905dbd6a56820581eb314085df196fda55aa5e77745d61c0b526355733d5ee67b9a4f345be7dc7c6583d3807626eb0f42c69388955ff0c9f35b03951129db18848a76f6a4d270022",
      },
      {
        payload: "4361726c204d656e676572",
        ciphertext: "b20ca762013411bc55d65fc7137a2e719d432cd549cb037f5e9c84",
      },
      {
        payload: "4a65616e2d426170746973746520536179",
        ciphertext: "6b10e774950e93bc7cc50f225a105e656eb418310c00c374a81c1452b48cb12000",
      },
      {
        payload: "457567656e2042f6686d20766f6e2042617765726b",
        ciphertext: "6d617e8fd817a630755b8dffdee52ad3c39964bdca895a56847fd5f1edb49d14f555cc314b",
      },
    ],
  },
];
