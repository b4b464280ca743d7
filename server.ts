/**
 * Opens a room and sits in it: `deno run -NRWE server.ts`.
 *
 * Where the three steps of the original are:
 *
 * 1. exchange X25519 keys: `performHandshake` (lib/channel/handshake/handshake.ts), `x25519`
 *    (lib/crypto/x25519/x25519.ts)
 * 2. derive keys: `SymmetricState.mixKey` and `split` (lib/noise/symmetric_state.ts)
 * 3. encrypt each message with AES-CBC under a fresh IV, and send it behind its length: `AESCBC`
 *    (lib/noise/aescbc.ts) and `encodeFrame` (lib/channel/frames/framing.ts), which meet in
 *    `RecordSender` (lib/channel/records/record_sender.ts)
 *
 * @module
 */
// Before all others: what follows handles keys.
import "./lib/program/no_debugger.ts";
import { aborted, orAborted } from "./lib/abort.ts";
import { type ExplainMode, withExplainMode } from "./lib/program/explain/explain_mode.ts";
import { parseServerFlags, type ServerFlags } from "./lib/program/flags/server_flags.ts";
import { type ProgramContext, runProgram } from "./lib/program/program.ts";
import { announce } from "./lib/server/announce.ts";
import { DoorReporter } from "./lib/server/door/door_reporter.ts";
import { openDoor } from "./lib/server/door/open_door.ts";
import { endServer } from "./lib/server/end_server.ts";
import { openHost } from "./lib/server/host/open_host.ts";
import { openLog } from "./lib/server/log/log.ts";
import { openHistory } from "./lib/server/open_history.ts";
import { openObservers } from "./lib/server/observers.ts";
import { openRoom } from "./lib/server/open_room.ts";
import { serve } from "./lib/server/serve.ts";
import { ExitStatus } from "./lib/terminal/events/error_event.ts";
import { openOwnState } from "./lib/trust/own_state.ts";

async function server(
  { flags, screen, signal }: ProgramContext<ServerFlags>,
  { traceFor }: ExplainMode,
): Promise<number> {
  const log = await openLog(flags, screen);
  const show = (text: string) => void screen.show({ event: "notice", text });
  const tell = (text: string) => {
    log?.notice(text);
    void screen.show({ event: "notice", text, important: true });
  };
  const ask = (question: string) => orAborted(screen.ask("", question, { hidden: true }), signal);

  // Who am I, and what is kept of what is said?
  const own = await openOwnState(flags, screen, ask);
  const { folder, identity, ownNick } = own;
  const { keyPair, notice } = identity;
  const serverKey = keyPair.publicKey;
  const history = await openHistory(flags, identity);

  // Open the door, behind which both sides prove their keys, and derive those that encrypt.
  const observers = await openObservers(log, flags.headless ? undefined : new DoorReporter(show));
  const entrance = { rules: flags, keyPair, folder, observer: observers.door };
  const door = await openDoor({ ...entrance, traceFor, tell });
  using listener = door.listener;
  await announce({ rules: flags, door, serverKey, notice, screen, log });

  // Open the room, and sit in it.
  const { limits, grace } = flags;
  const keeping = { log: history, bans: door.bans, ownerKey: serverKey };
  const room = openRoom({ limits, grace, ...keeping, observer: observers.room });
  const host = openHost({ flags, room, door, screen, own });
  await ownNick.keepGiven();

  // Serve everybody who comes, until the host has had enough.
  const leaving = new AbortController();
  const serving = serve({ rules: flags, door, room, host, observers, signal: leaving.signal });
  const interrupted = aborted(signal);
  await (host === undefined
    ? interrupted
    : Promise.race([host.speak(leaving.signal), interrupted]));

  await endServer({ listener, leaving, serving, room, host, screen, log, signal });
  return ExitStatus.fine;
}

if (import.meta.main) await runProgram(parseServerFlags, withExplainMode("server", server));
