import type { X25519KeyPair } from "../../crypto/mod.ts";
import type { CipherState, HandshakeOptions } from "../../noise/mod.ts";
import type { Trace } from "../records/trace.ts";
import type { AcceptPeer } from "./accept_peer.ts";
import type { FindPreSharedKey } from "./secret_id.ts";
import type { TakeTurn } from "./turns.ts";

/** What a handshake needs to know. */
export interface ChannelHandshakeOptions {
  /** This side's static key pair. It stays the caller's. */
  readonly staticKeyPair: X25519KeyPair;
  /**
   * The protocols by their full Noise names: an initiator proposes the first, a responder speaks all
   * of them. Default: `Noise_XXhfs_25519+MLKEM768_AESCBC_SHA256` to propose; to accept, that one
   * and its three siblings (AESGCM, without ML-KEM, and both), with `psk3`, without, or either,
   * as far as there are pre-shared keys.
   */
  readonly protocols?: readonly string[] | undefined;
  /** A 32-byte secret that both sides hold beforehand; the protocol is then `psk3`. */
  readonly preSharedKey?: Uint8Array | undefined;
  /**
   * For a responder that holds several, in the place of `preSharedKey`: finds the one that an initiator
   * means with a `psk3` protocol.
   */
  readonly findPreSharedKey?: FindPreSharedKey | undefined;
  /**
   * Decides about the other side's static key. An initiator asks before it reveals its own key. What
   * is not `true` refuses; {@linkcode acceptAnyone} refuses nobody.
   */
  readonly acceptPeer: AcceptPeer;
  /**
   * For a responder: waits until it may compute. A listener that shares its time among handshakes gives
   * this. Default: at once.
   */
  readonly takeTurn?: TakeTurn | undefined;
  /** Ends the handshake when it is aborted; of no effect afterwards. */
  readonly signal?: AbortSignal | undefined;
  /** Watches the connection. */
  readonly trace?: Trace | undefined;
  /** Fixed keys and ciphers, for worked examples and tests. */
  readonly noise?: Pick<HandshakeOptions, "cipher" | "kem" | "fixedEphemerals">;
}

/** What a handshake leads to. */
export interface ChannelHandshake {
  readonly protocolName: string;
  /** Noise's `h`: 32 bytes, the same on both sides, and on no other connection. */
  readonly handshakeHash: Uint8Array;
  /** The other side's static public key: 32 bytes. */
  readonly remoteStaticKey: Uint8Array;
  /** Why the responder does not accept the initiator. An initiator that does not accept throws. */
  readonly refusal: string | undefined;
  readonly sending: CipherState;
  readonly receiving: CipherState;
}
