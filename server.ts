/**
 * Opens a room and sits in it: `deno run -NRWE server.ts`.
 *
 * Where the three steps of the original are:
 *
 * 1. exchange X25519 keys: `performHandshake` (lib/channel/handshake/handshake.ts), `x25519`
 *    (lib/crypto/x25519.ts)
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
import { editorCommand } from "./lib/conversation/commands/editor_command.ts";
import { type ExplainMode, withExplainMode } from "./lib/program/explain/explain_mode.ts";
import { parseServerFlags, type ServerFlags } from "./lib/program/flags/server_flags.ts";
import { type ProgramContext, runProgram } from "./lib/program/program.ts";
import { announce } from "./lib/server/announce.ts";
import { DoorReporter } from "./lib/server/door/door_reporter.ts";
import { openDoor } from "./lib/server/door/open_door.ts";
import { endServer } from "./lib/server/end_server.ts";
import { Host } from "./lib/server/host/host.ts";
import { hostCommands } from "./lib/server/host/host_commands.ts";
import { openLog } from "./lib/server/log/log.ts";
import { openHistory } from "./lib/server/open_history.ts";
import { openObservers } from "./lib/server/observers.ts";
import { openRoom } from "./lib/server/open_room.ts";
import { serve } from "./lib/server/serve.ts";
import { ExitStatus } from "./lib/terminal/events/error_event.ts";
import { HighlightList } from "./lib/terminal/text/highlight_list.ts";
import { IgnoredPeople } from "./lib/trust/ignored_people.ts";
import { loadIdentity } from "./lib/trust/own_identity.ts";
import { OwnNick } from "./lib/trust/own_nick.ts";
import { rememberInput } from "./lib/trust/remember_input.ts";
import { StateFolder } from "./lib/trust/state_folder.ts";
import { VerifiedPeople } from "./lib/trust/verified_people.ts";

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
  const identity = await loadIdentity(flags, ask);
  const { keyPair, notice } = identity;
  const serverKey = keyPair.publicKey;
  const folder = new StateFolder(flags.home);
  await rememberInput(flags, folder, screen);
  const given = flags.nick;
  const { isInteractive } = screen;
  const ownNick = await OwnNick.open({ program: "server", given, folder, isInteractive });
  const people = await VerifiedPeople.open(await folder.store("verified_keys"));

  const ignored = await IgnoredPeople.open(await folder.store("ignored_keys"));
  const highlights = flags.headless
    ? undefined
    : await HighlightList.open(await folder.store("highlights"));

  const history = await openHistory(flags, identity);
  const observers = await openObservers(log, flags.headless ? undefined : new DoorReporter(show));
  const door = await openDoor({
    rules: flags,
    keyPair,
    folder,
    observer: observers.door,
    traceFor,
    tell,
  });
  using listener = door.listener;
  await announce({ rules: flags, door, serverKey, notice, screen, log });

  const { limits, json, grace } = flags;
  const room = openRoom({
    limits,
    grace,
    log: history,
    ownerKey: serverKey,
    bans: door.bans,
    observer: observers.room,
  });
  const editor = editorCommand(screen, { home: folder.path, name: "server" });
  const commands = [...hostCommands(door, room, screen), editor];
  const { entryOf } = door.admission;
  const host = flags.headless ? undefined : new Host({
    room,
    screen,
    ownNick,
    serverKey,
    people,
    ignored,
    highlights,
    entryOf,
    commands,
    json,
  });
  await ownNick.keepGiven();

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
