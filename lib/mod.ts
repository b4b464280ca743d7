/**
 * Authenticated, encrypted connections for Deno: X25519 and ML-KEM-768, AES-CBC and HMAC, over TCP or
 * any pair of byte streams. Start at {@linkcode connectSecure} and {@linkcode listenSecure}.
 *
 * @module
 */
export {
  acceptAnyone,
  type Acceptor,
  type AcceptPeer,
  type Activity,
  type Address,
  type ByteReader,
  type ByteWriter,
  type ChannelHandshakeOptions,
  type CipherChoice,
  CloseCode,
  type CloseInfo,
  type ConnectionTrace,
  connectSecure,
  type ConnectSecureOptions,
  type Direction,
  type FindPreSharedKey,
  formatAddress,
  type HandshakeShares,
  type ListenerOptions,
  listenSecure,
  listenSecureOn,
  type ListenSecureOptions,
  MAX_MESSAGE_SIZE,
  parseAddress,
  type Peer,
  type PeerContext,
  type PeerDecision,
  type ProtocolChoice,
  protocolName,
  RecordType,
  REKEY_LIMITS,
  type RekeyLimits,
  secretId,
  SecureChannel,
  type SecureChannelOptions,
  SecureListener,
  SEND_HIGH_WATER_MARK,
  type TakeTurn,
  type Trace,
  type TraceEvent,
  type Transport,
  type Turn,
  type WaitOptions,
} from "./channel/mod.ts";
export {
  equalConstantTime,
  generateX25519KeyPair,
  X25519_SIZE,
  type X25519KeyPair,
  x25519KeyPair,
} from "./crypto/mod.ts";
export * from "./errors.ts";
export { fingerprint, safetyWords } from "./identity/mod.ts";
export type { HandshakeStep, Role } from "./noise/mod.ts";
