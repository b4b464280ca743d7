import { requireAcceptPeer } from "../handshake/accept_peer.ts";
import { SecureChannel, type SecureChannelOptions } from "../secure_channel.ts";
import type { Address } from "./address.ts";
import { tcpConnect } from "./dial.ts";

/** How long it may take to reach a server, in milliseconds. */
const CONNECT_TIMEOUT = 10_000;

/** Where to connect, and how. */
export interface ConnectSecureOptions extends SecureChannelOptions, Address {
  /** How long it may take to reach the server, in milliseconds. Default 10,000. */
  readonly connectTimeout?: number;
}

/**
 * Connects to a server, as `Deno.connect` does, and makes the channel. If its name has several
 * addresses, each is tried, IPv4 and IPv6 by turns, until one answers.
 *
 * Here each side has the other's fingerprint beforehand, and accepts no other key:
 *
 * ```ts
 * import {
 *   connectSecure,
 *   fingerprint,
 *   generateX25519KeyPair,
 *   listenSecure,
 * } from "@x25519-tcp-chat/x25519-tcp-chat";
 *
 * const alice = await generateX25519KeyPair();
 * const bob = await generateX25519KeyPair();
 * const alicesFingerprint = fingerprint(alice.publicKey);
 * const bobsFingerprint = fingerprint(bob.publicKey);
 *
 * using listener = listenSecure({
 *   hostname: "127.0.0.1",
 *   port: 0,
 *   staticKeyPair: alice,
 *   acceptPeer: (key) => fingerprint(key) === bobsFingerprint,
 * });
 * const accepting = listener.accept();
 *
 * await using connection = await connectSecure({
 *   ...listener.address,
 *   staticKeyPair: bob,
 *   acceptPeer: (key) => fingerprint(key) === alicesFingerprint,
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
 * @throws {NetworkError} If no server listens there, the name is unknown, or it takes too long.
 * @throws As {@linkcode SecureChannel.establish} does.
 */
export async function connectSecure(options: ConnectSecureOptions): Promise<SecureChannel> {
  requireAcceptPeer(options);
  const { signal, connectTimeout = CONNECT_TIMEOUT } = options;
  const transport = await tcpConnect(options, connectTimeout, signal);
  return await SecureChannel.establish("initiator", transport, options);
}
