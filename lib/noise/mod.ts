/**
 * The Noise Protocol Framework, revision 34, under the specification's own names, with the `hfs`
 * extension for hybrid handshakes.
 *
 * @module
 */
export { AESCBC, aescbc, aescbcKeys } from "./aescbc.ts";
export { AESGCM } from "./aesgcm.ts";
export * from "./cipher_function.ts";
export * from "./cipher_state.ts";
export * from "./handshake_observer.ts";
export * from "./handshake_options.ts";
export * from "./handshake_state.ts";
export { type HandshakePattern, parsePattern, type Token } from "./pattern.ts";
export { PRE_SHARED_KEY_SIZE } from "./pre_shared_keys.ts";
export * from "./protocol_name.ts";
export * from "./symmetric_state.ts";
