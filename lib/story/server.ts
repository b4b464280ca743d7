/**
 * What a server does: it opens a room, and sits in it. `server.ts` has read the flags.
 *
 * @module
 */
import { aborted, orAborted } from "../abort.ts";
import { type ExplainMode, withExplainMode } from "../program/explain/explain_mode.ts";
import type { ServerFlags } from "../program/flags/server_flags.ts";
import { type ProgramContext, runProgram } from "../program/program.ts";
import { announce } from "../server/announce.ts";
import { DoorReporter } from "../server/door/door_reporter.ts";
import { openDoor } from "../server/door/open_door.ts";
import { openLog } from "../server/log/log.ts";
import { openHistory } from "../server/open_history.ts";
import { openObservers } from "../server/observers.ts";
import { ExitStatus } from "../terminal/events/error_event.ts";
import { openOwnState } from "../trust/own_state.ts";

async function server(
  { flags, screen, signal }: ProgramContext<ServerFlags>,
  { traceFor }: ExplainMode,
): Promise<number> {
  const log = openLog(flags, screen);
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

  // Open the room, and sit in it. Who comes before it is open waits at the door.
  const parts = await import("../server/room_parts.ts");
  const { limits, grace } = flags;
  const keeping = { log: history, bans: door.bans, ownerKey: serverKey };
  const room = parts.openRoom({ limits, grace, ...keeping, observer: observers.room });
  const host = parts.openHost({ flags, room, door, screen, own });
  await ownNick.keepGiven();

  // Serve everybody who comes, until the host has had enough.
  using _collector = new parts.QuietCollector();
  const leaving = new AbortController();
  const serving = parts.serve({
    rules: flags,
    door,
    room,
    host,
    observers,
    signal: leaving.signal,
  });
  const interrupted = aborted(signal);
  await (host === undefined
    ? interrupted
    : Promise.race([host.speak(leaving.signal), interrupted]));

  await parts.endServer({ listener, leaving, serving, room, host, screen, log, signal });
  return ExitStatus.fine;
}

/** Runs the server until it ends, and with it the process. */
export async function runServer(flags: ServerFlags): Promise<never> {
  return await runProgram(flags, withExplainMode("server", server));
}
