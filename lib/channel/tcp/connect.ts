import { requireAcceptPeer } from "../handshake/accept_peer.ts";
import { SecureChannel, type SecureChannelOptions } from "../secure_channel.ts";
import type { Address } from "./address.ts";
import { tcpConnect } from "./tcp.ts";

/** How long it may take to reach a server, in milliseconds. */
const CONNECT_TIMEOUT = 10_000;

/** Where to connect, and how. */
export interface ConnectSecureOptions extends SecureChannelOptions, Address {
  /** How long it may take to reach the server, in milliseconds. Default 10,000. */
  readonly connectTimeout?: number;
}

/**
 * Connects to a server, as `Deno.connect` does, and makes the channel.
 *
 * Here each side knows the other's public key beforehand, and accepts no other:
 *
 * ```ts
 * import { connectSecure, generateX25519KeyPair, listenSecure } from "../../mod.ts";
 *
 * const alice = await generateX25519KeyPair();
 * const bob = await generateX25519KeyPair();
 * const only = (expected: Uint8Array) => (key: Uint8Array) =>
 *   key.every((byte, index) => byte === expected[index]);
 *
 * using listener = listenSecure({
 *   hostname: "127.0.0.1",
 *   port: 0,
 *   staticKeyPair: alice,
 *   acceptPeer: only(bob.publicKey),
 * });
 * const accepting = listener.accept();
 *
 * await using connection = await connectSecure({
 *   ...listener.address,
 *   staticKeyPair: bob,
 *   acceptPeer: only(alice.publicKey),
 * });
 * await connection.send(new TextEncoder().encode("hello"));
 *
 * const accepted = await accepting;
 * const message = await accepted?.receive();
 * console.assert(new TextDecoder().decode(message) === "hello");
 * await Promise.all([accepted?.close(), connection.close()]);
 * ```
 *
 * @throws {UsageError} If `acceptPeer` is missing, or the program may not use the network.
 * @throws {NetworkError} If nobody listens there, the name is unknown, or it takes too long.
 * @throws As {@linkcode SecureChannel.establish} does.
 */
export async function connectSecure(options: ConnectSecureOptions): Promise<SecureChannel> {
  requireAcceptPeer(options);
  const { signal, connectTimeout = CONNECT_TIMEOUT } = options;
  const transport = await tcpConnect(options, connectTimeout, signal);
  return await SecureChannel.establish("initiator", transport, options);
}
