/**
 * Joins the room of a server: `deno run -NRWE client.ts [HOST:PORT or invitation]`.
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
import { parseClientFlags } from "./lib/program/flags/client_flags.ts";
import { readFlags } from "./lib/program/start.ts";

if (import.meta.main) {
  const flags = await readFlags(parseClientFlags);
  // All that a conversation needs is loaded when there is to be one.
  const { runClient } = await import("./lib/story/client.ts");
  await runClient(flags);
}
