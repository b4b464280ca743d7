import type { MlKem768, X25519KeyPair } from "../crypto/mod.ts";
import type { CipherFunction } from "./cipher_function.ts";
import type { HandshakeObserver, Role } from "./handshake_observer.ts";

/** What a handshake starts from: the arguments of `Initialize` (Noise §5.3). */
export interface HandshakeOptions {
  /** The protocol name in full. DH must be `25519`, the hash `SHA256`, the KEM `MLKEM768`. */
  readonly protocolName: string;
  /** The initiator writes the first message. */
  readonly role: Role;
  /** Data that both sides must agree on; nothing of it is sent. */
  readonly prologue?: Uint8Array;
  /** `s`: this side's static key pair, where the pattern has one. Its owner keeps it. */
  readonly staticKeyPair?: X25519KeyPair | undefined;
  /** `rs`: the other side's static public key, where the pattern has it known beforehand. */
  readonly remoteStaticKey?: Uint8Array | undefined;
  /**
   * The pre-shared keys, 32 bytes each, in the order of the pattern's `psk` tokens. If it is left out,
   * `setPreSharedKey` gives them, before the messages that need them.
   */
  readonly preSharedKeys?: readonly Uint8Array[] | undefined;
  /** Watches every step. */
  readonly observer?: HandshakeObserver | undefined;
  /** The cipher function, where it is not one of this library's. */
  readonly cipher?: CipherFunction;
  /** ML-KEM-768, where it is not to be the platform's. */
  readonly kem?: MlKem768;
  /** Fixed ephemeral keys, for test vectors. Anything but fresh ones breaks every promise. */
  readonly fixedEphemerals?: {
    readonly keyPair?: X25519KeyPair;
    readonly kemSeed?: Uint8Array;
  };
}
