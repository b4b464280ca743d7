/**
 * Opens a room and sits in it: `deno run --allow-net server.ts`.
 *
 * @module
 */
import {
  CLOSE_TIMEOUT,
  formatAddress,
  listenSecure,
  protocolName,
  settledWithin,
} from "./lib/channel/mod.ts";
import {
  encodeText,
  FAREWELL_TIMEOUT,
  hex,
  MESSAGE_ID_SIZE,
  type Participant,
  Room,
  type Seat,
  serveRoom,
} from "./lib/chat/mod.ts";
import { generateX25519KeyPair, randomBytes } from "./lib/crypto/mod.ts";
import { AuthenticationError, NetworkError, ProtocolError } from "./lib/errors.ts";
import { fingerprint } from "./lib/identity/mod.ts";
import { connectedEvent, memberEvent, person } from "./lib/terminal/chat_events.ts";
import { parseServerFlags, type ServerFlags } from "./lib/terminal/flags.ts";
import { Flow } from "./lib/terminal/flow.ts";
import { type ProgramContext, runProgram } from "./lib/terminal/program.ts";
import { errorEvent, ExitStatus } from "./lib/terminal/report.ts";
import { sanitiseLine } from "./lib/terminal/sanitise.ts";
import { IDENTITY_NOTICE } from "./lib/terminal/sentences.ts";
import { speak } from "./lib/terminal/speech.ts";
import { Strangers } from "./lib/terminal/strangers.ts";
import { aborted } from "./lib/terminal/wait.ts";

/** The person at this terminal and one guest. */
const ROOM_CAPACITY = 2;

async function server({ flags, screen, signal }: ProgramContext<ServerFlags>): Promise<number> {
  const staticKeyPair = await generateX25519KeyPair();
  const strangers = new Strangers((text) => void screen.show({ event: "notice", text }));
  using listener = listenSecure({
    ...flags.listen,
    staticKeyPair,
    protocols: acceptedProtocols(flags),
    onFailure: (error, address) => strangers.failed(error, address),
  });
  await screen.show({
    event: "listening",
    address: formatAddress(listener.address),
    fingerprint: fingerprint(staticKeyPair.publicKey),
  });
  await screen.show({ event: "notice", text: IDENTITY_NOTICE });
  screen.setPrompt(flags.nick);

  const room = new Room({ capacity: ROOM_CAPACITY });
  const heard = new Flow();
  const spoken = new Flow();
  let arrival = Promise.withResolvers<void>();
  const seat: Seat = {
    async deliver({ message }) {
      // Of those who join, `onJoin` tells, together with how they are connected.
      if (message.type === "welcome" || message.type === "delivered") return;
      if (message.type === "member" && message.change === "joined") return;
      await heard.during(screen.show(memberEvent(message)));
    },
  };
  const host = room.join(flags.nick, staticKeyPair.publicKey, seat);
  const isAlone = () => room.members.length === 1;

  const leaving = new AbortController();
  let saidCount = 0;
  /** How much had been said when each guest came: what came later may be lost with its connection. */
  const heardFrom = new WeakMap<Participant, number>();
  let lost: unknown;
  const serving = serveRoom(listener, room, {
    signal: leaving.signal,
    onJoin(channel, member) {
      heardFrom.set(member, saidCount);
      // It may have lines to send, the first of which is still on its way.
      heard.touch();
      void screen.show(connectedEvent(channel, member.nick));
      void screen.show({ event: "member", change: "joined", ...person(member) });
      arrival.resolve();
      arrival = Promise.withResolvers();
    },
    onGoodbye: () => spoken.idle(),
    onFailure(error, channel, member) {
      if (member === undefined) {
        strangers.failed(error, channel.peer.address ?? "unknown");
        return;
      }
      if (saidCount > (heardFrom.get(member) ?? 0)) lost = error;
      if (error instanceof AuthenticationError || error instanceof ProtocolError) {
        void screen.show(errorEvent(error));
      } else {
        const what = sanitiseLine(error instanceof Error ? error.message : String(error));
        void screen.show({
          event: "notice",
          text: `The connection to ${sanitiseLine(member.nick)} failed: ${what}`,
        });
      }
    },
  });

  const speech = speak({
    screen,
    whyNot: () => isAlone() ? "nobody is here to read that; it was not sent" : undefined,
    async say(text) {
      while (isAlone()) await arrival.promise;
      leaving.signal.throwIfAborted();
      saidCount++;
      const id = randomBytes(MESSAGE_ID_SIZE);
      const { seq, taken } = host.post(id, encodeText(text));
      await spoken.during(taken);
      await screen.show({ event: "delivered", id: hex(id), seq });
    },
  }).finally(() => spoken.stop());
  const allSaid = speech.then((lines) => {
    if (screen.isInteractive) return;
    // Started with nothing to read, as by `< /dev/null` or a service manager: then it only serves.
    return lines > 0 ? heard.idle() : new Promise<never>(() => {});
  });
  const interrupted = aborted(signal).then(() => "interrupted" as const);
  await Promise.race([allSaid, interrupted]);

  // Everybody is told, and has read what was said before, before the program ends.
  listener.close();
  leaving.abort();
  const patience = screen.isInteractive ? CLOSE_TIMEOUT : FAREWELL_TIMEOUT;
  const impatient = interrupted.then(() => settledWithin(serving, CLOSE_TIMEOUT));
  const haveLeft = await Promise.race([settledWithin(serving, patience), impatient]);
  if (!screen.isInteractive && !signal.aborted) {
    if (!haveLeft) throw new NetworkError("timed-out", "a guest did not answer the goodbye");
    if (lost !== undefined) throw lost;
  }
  void screen.show({ event: "closed", reason: "you left" });
  return ExitStatus.fine;
}

function acceptedProtocols({ cipher, classical }: ServerFlags): readonly string[] {
  const ciphers = cipher === undefined ? ["cbc", "gcm"] as const : [cipher];
  const choices = classical ? [true] : [false, true];
  return ciphers.flatMap((cipher) =>
    choices.map((classical) => protocolName({ cipher, classical }))
  );
}

if (import.meta.main) await runProgram(parseServerFlags, server);
