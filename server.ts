/**
 * Opens a room and sits in it: `deno run -NRWE server.ts`.
 *
 * @module
 */
import {
  aborted,
  CLOSE_TIMEOUT,
  formatAddress,
  orAborted,
  settledWithin,
} from "./lib/channel/mod.ts";
import { combineObservers, FAREWELL_TIMEOUT, Room, serveRoom } from "./lib/chat/mod.ts";
import { NetworkError } from "./lib/errors.ts";
import { fingerprint } from "./lib/identity/mod.ts";
import { banCommands, banList } from "./lib/server/door/bans.ts";
import { doorNotice } from "./lib/server/door/door.ts";
import { openDoorway } from "./lib/server/door/doorway.ts";
import { type ExplainMode, withExplainMode } from "./lib/program/explain/explain_mode.ts";
import { Host } from "./lib/server/host/host.ts";
import { invitationCommands } from "./lib/server/door/inviter.ts";
import { openLog } from "./lib/server/log/log.ts";
import { openMetrics } from "./lib/server/log/metrics.ts";
import { loadIdentity } from "./lib/trust/own_identity.ts";
import { type ProgramContext, runProgram } from "./lib/program/program.ts";
import { ExitStatus } from "./lib/terminal/events/report.ts";
import type { ServerLog } from "./lib/server/log/server_log.ts";
import { parseServerFlags, type ServerFlags } from "./lib/program/flags/server_flags.ts";
import { StateFolder } from "./lib/trust/state_folder.ts";
import { Strangers } from "./lib/server/door/strangers.ts";
import { Traffic } from "./lib/server/log/traffic.ts";
import { VerifiedPeople } from "./lib/trust/verified_people.ts";

/** The log is told of failed handshakes by its observer already. */
function logOfStrangers(log: ServerLog): Pick<Strangers, "refused" | "failed"> {
  return {
    refused: log.refused,
    failed() {},
  };
}

/** Nobody notices so many milliseconds, and with a thousand members they save most of the work. */
const GATHER_FOR = 10;

async function server(
  { flags, screen, signal }: ProgramContext<ServerFlags>,
  { traceFor }: ExplainMode,
): Promise<number> {
  const { headless } = flags;
  const log = openLog(flags, screen);
  const tell = (text: string) => {
    log?.notice(text);
    void screen.show({ event: "notice", text });
  };
  const ask = (question: string) => orAborted(screen.ask("", question, { hidden: true }), signal);
  const { keyPair, notice } = await loadIdentity(flags, ask);
  const serverKey = keyPair.publicKey;
  const folder = new StateFolder(flags.home);
  const people = await VerifiedPeople.open(await folder.store("verified_keys"));

  const metrics = openMetrics({ queueDepth: () => traffic.depth() });
  const observer = log === undefined ? metrics : combineObservers(metrics, log.observer);
  const traffic = new Traffic(observer);
  const strangers = headless ? log && logOfStrangers(log) : new Strangers(tell);
  const doorway = await openDoorway({
    flags,
    keyPair,
    folder,
    observer,
    strangers,
    traceFor,
    tell,
  });
  using listener = doorway.listener;
  const { admission, invitations, inviter, bans, isClosed } = doorway;
  const terms = { lifetime: flags.expires, singleUse: flags.singleUse };
  const invitation = flags.invite ? await inviter.invite(terms) : undefined;
  const addresses = listener.addresses.map(formatAddress);
  log?.listening(addresses, fingerprint(serverKey));
  await screen.show({
    event: "listening",
    address: addresses[0],
    addresses,
    fingerprint: fingerprint(serverKey),
    ...(invitation && { invite: invitation.invite }),
  });
  if (notice !== undefined) tell(notice);
  const door = doorNotice(flags, listener.addresses);
  log?.notice(door.text);
  void screen.show({ event: "notice", ...door });
  if (invitation !== undefined) await screen.show(invitation);

  const room = new Room({
    limits: flags.limits,
    gatherFor: GATHER_FOR,
    observer,
    bans: banList(bans),
    ownerKey: serverKey,
  });
  const host = headless ? undefined : new Host({
    room,
    screen,
    nick: flags.nick,
    serverKey,
    people,
    admission,
    commands: [
      ...invitationCommands(inviter, invitations, screen, isClosed),
      ...banCommands(bans, (target) => room.pardon(target)),
    ],
    json: flags.json,
  });

  const leaving = new AbortController();
  const serving = serveRoom(listener, room, {
    signal: leaving.signal,
    whyNot: admission.whyBanned,
    isOperator: admission.isOperator,
    onJoin(channel, member) {
      traffic.add(channel);
      host?.greet(channel, member);
    },
    onGoodbye: host?.finishSpeaking,
    observer,
    onFailure(error, channel, member) {
      if (member !== undefined) return host?.failed(error, member);
      strangers?.failed(error, channel.peer.address ?? "unknown");
      if (headless) log?.turnedAway(error, channel.peer.address ?? "unknown");
    },
  });

  const interrupted = aborted(signal).then(() => "interrupted" as const);
  await (host === undefined
    ? interrupted
    : Promise.race([host.speak(leaving.signal), interrupted]));

  // Everybody is told, and has read what was said before, before the program ends.
  log?.closing(signal.aborted ? "told to end" : "all was said");
  listener.close();
  leaving.abort();
  const patience = screen.isInteractive ? CLOSE_TIMEOUT : FAREWELL_TIMEOUT;
  const impatient = interrupted.then(() => settledWithin(serving, CLOSE_TIMEOUT));
  const haveLeft = await Promise.race([settledWithin(serving, patience), impatient]);
  // That they have left is shown before the end is.
  room.flush();
  log?.closed();
  await settledWithin(log?.flush() ?? Promise.resolve(), CLOSE_TIMEOUT);
  if (host !== undefined && !screen.isInteractive && !signal.aborted) {
    if (!haveLeft) throw new NetworkError("timed-out", "a guest did not answer the goodbye");
    if (host.lost !== undefined) throw host.lost;
  }
  void screen.show({ event: "closed", reason: "you left" });
  return ExitStatus.fine;
}

if (import.meta.main) await runProgram(parseServerFlags, withExplainMode("server", server));
