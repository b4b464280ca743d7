/**
 * Opens a room and sits in it: `deno run -NRWE server.ts`.
 *
 * @module
 */
import {
  CLOSE_TIMEOUT,
  formatAddress,
  listenSecure,
  orAborted,
  protocolName,
  type SecureChannel,
  settledWithin,
  usesPreSharedKey,
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
import { randomBytes } from "./lib/crypto/mod.ts";
import { AuthenticationError, NetworkError, ProtocolError } from "./lib/errors.ts";
import { fingerprint, InvitationList, safetyWords } from "./lib/identity/mod.ts";
import { Admission } from "./lib/terminal/admission.ts";
import { connectedEvent, memberEvent, person } from "./lib/terminal/chat_events.ts";
import { commandTable } from "./lib/terminal/commands.ts";
import { doorNotice, openGuestList } from "./lib/terminal/door.ts";
import { parseServerFlags, type ServerFlags } from "./lib/terminal/flags.ts";
import { Flow } from "./lib/terminal/flow.ts";
import { invitationCommands, Inviter } from "./lib/terminal/inviter.ts";
import { loadIdentity } from "./lib/terminal/own_identity.ts";
import { type ProgramContext, runProgram } from "./lib/terminal/program.ts";
import { errorEvent, ExitStatus } from "./lib/terminal/report.ts";
import { sanitiseLine } from "./lib/terminal/sanitise.ts";
import { speak } from "./lib/terminal/speech.ts";
import { StateFolder } from "./lib/terminal/state_folder.ts";
import { Strangers } from "./lib/terminal/strangers.ts";
import {
  verificationCommands,
  verifiedNote,
  warnOf,
} from "./lib/terminal/verification_commands.ts";
import { VerifiedPeople } from "./lib/terminal/verified_people.ts";
import { aborted } from "./lib/terminal/wait.ts";

/** The person at this terminal and one guest. */
const ROOM_CAPACITY = 2;

async function server({ flags, screen, signal }: ProgramContext<ServerFlags>): Promise<number> {
  const tell = (text: string) => void screen.show({ event: "notice", text });
  const ask = (question: string) => orAborted(screen.ask("", question, { hidden: true }), signal);
  const { keyPair: staticKeyPair, notice } = await loadIdentity(flags, ask);
  const serverKey = staticKeyPair.publicKey;
  const folder = new StateFolder(flags.home);
  const people = await VerifiedPeople.open(await folder.store("verified_keys"));
  const invitations = new InvitationList(await folder.store("invitations", { secret: true }));
  await invitations.records();
  const guests = await openGuestList(flags.allow, tell);
  const isClosed = flags.invite || flags.inviteOnly || guests !== undefined;
  const strangers = new Strangers(tell);
  const admission = new Admission({
    serverKey,
    invitations,
    guests,
    isClosed,
    onRefused: (fingerprint, address, why) => strangers.refused(fingerprint, address, why),
  });
  using listener = listenSecure({
    ...flags.listen,
    staticKeyPair,
    protocols: acceptedProtocols(flags),
    candidatePreSharedKeys: admission.candidatePreSharedKeys,
    acceptPeer: admission.decide,
    onFailure(error, address) {
      // Whoever may not enter was told of by name.
      const isRefused = error instanceof AuthenticationError && error.code === "key-refused";
      if (!isRefused) strangers.failed(error, address);
    },
  });
  const inviter = new Inviter({
    invitations,
    serverKey,
    listening: listener.address,
    publicAddress: flags.publicAddress,
  });
  const terms = { lifetime: flags.expires, singleUse: flags.singleUse };
  const invitation = flags.invite ? await inviter.invite(terms) : undefined;
  await screen.show({
    event: "listening",
    address: formatAddress(listener.address),
    fingerprint: fingerprint(serverKey),
    ...(invitation && { invite: invitation.invite }),
  });
  if (notice !== undefined) tell(notice);
  const door = doorNotice(flags, listener.address);
  void screen.show({ event: "notice", ...door });
  if (invitation !== undefined) await screen.show(invitation);

  const room = new Room({ capacity: ROOM_CAPACITY });
  const heard = new Flow();
  const spoken = new Flow();
  let arrival = Promise.withResolvers<void>();
  const seat: Seat = {
    async deliver({ message }) {
      // Of those who join, `onJoin` tells, together with how they are connected.
      if (message.type === "welcome" || message.type === "delivered") return;
      if (message.type === "member" && message.change === "joined") return;
      await heard.during(screen.show(memberEvent(message, people.has)));
      updatePrompt();
    },
  };
  const host = room.join(flags.nick, serverKey, seat);
  const others = () => room.members.filter((member) => member !== host.member);
  const isAlone = () => others().length === 0;
  const updatePrompt = () => screen.setPrompt(flags.nick, verifiedNote(others(), people));
  updatePrompt();

  const greet = async (channel: SecureChannel, member: Participant) => {
    const isInvited = usesPreSharedKey(channel.protocolName);
    const entry = await admission.entry(member.key, isInvited);
    const peer = person(member, people.has);
    const words = await safetyWords(serverKey, member.key);
    void screen.show(connectedEvent(channel, { peer, safetyWords: words, ...entry }));
    void screen.show({ event: "member", change: "joined", ...peer });
    void warnOf(member, people, screen);
    updatePrompt();
  };

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
      void greet(channel, member).catch((error) => tell(String(error)));
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
    commands: commandTable([
      ...verificationCommands({
        screen,
        ownKey: serverKey,
        people,
        others,
        onChange: updatePrompt,
      }),
      ...invitationCommands(inviter, invitations, screen, isClosed),
    ]),
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
    choices.flatMap((classical) =>
      [false, true].map((preSharedKey) => protocolName({ cipher, classical, preSharedKey }))
    )
  );
}

if (import.meta.main) await runProgram(parseServerFlags, server);
