/**
 * Opens a room and sits in it: `deno run -NRWE server.ts`.
 *
 * Where the three steps of the original are:
 *
 * 1. exchange X25519 keys: `performHandshake` (lib/channel/handshake/handshake.ts), `x25519`
 *    (lib/crypto/x25519/x25519.ts)
 * 2. derive keys: `SymmetricState.mixKey` and `split` (lib/noise/symmetric_state.ts)
 * 3. encrypt each message with AES-CBC under a fresh IV, and send it behind its length: `AESCBC`
 *    (lib/noise/aescbc.ts) and `RecordCipher.seal` (lib/channel/records/record_cipher.ts), which
 *    `RecordSender` (lib/channel/records/record_sender.ts) calls
 *
 * @module
 */
// Before all others: what follows handles keys.
import "./lib/program/no_debugger.ts";
import { parseServerFlags } from "./lib/program/flags/server_flags.ts";
import { readFlags } from "./lib/program/start.ts";

if (import.meta.main) {
  const flags = await readFlags(parseServerFlags);
  // All that a conversation needs is loaded when there is to be one.
  const { runServer } = await import("./lib/story/server.ts");
  await runServer(flags);
}
