/**
 * Joins the room of a server: `deno run -NRWE client.ts [HOST:PORT or invitation]`.
 *
 * @module
 */
import { orAborted, settledWithin } from "./lib/abort.ts";
import {
  CLOSE_TIMEOUT,
  CloseCode,
  connectSecure,
  formatAddress,
  parseAddress,
  protocolName,
  type SecureChannel,
} from "./lib/channel/mod.ts";
import { FAREWELL_TIMEOUT, type JoinOptions, Member } from "./lib/chat/mod.ts";
import { equalConstantTime } from "./lib/crypto/mod.ts";
import { AuthenticationError, NetworkError, UsageError } from "./lib/errors.ts";
import {
  fileStore,
  fingerprint,
  type Invitation,
  invitationPreSharedKey,
  KeyBook,
  parseInvitation,
  safetyWords,
} from "./lib/identity/mod.ts";
import { connectedEvent, person, topicEvent } from "./lib/terminal/events/chat_events.ts";
import { type ClientFlags, parseClientFlags } from "./lib/program/flags/client_flags.ts";
import { Conversation } from "./lib/conversation/conversation.ts";
import { type Explain, explained } from "./lib/program/explain/explain.ts";
import { addressSubject } from "./lib/trust/known_host_name.ts";
import { loadIdentity } from "./lib/trust/own_identity.ts";
import { type ProgramContext, runProgram } from "./lib/program/program.ts";
import { ExitStatus } from "./lib/terminal/events/report.ts";
import { sanitiseLine } from "./lib/terminal/text/sanitise.ts";
import { ServerTrust } from "./lib/trust/server_trust.ts";
import { speak } from "./lib/conversation/speech.ts";
import { openStore, StateFolder } from "./lib/trust/state_folder.ts";
import { warnOf } from "./lib/conversation/commands/verification_commands.ts";
import { VerifiedPeople } from "./lib/trust/verified_people.ts";
import { aborted } from "./lib/program/wait.ts";

/** Says that this side does not wait for what the other one still has to say. */
const LEAVING = { code: CloseCode.shutdown, reason: "" };

async function client(
  { flags, screen, signal }: ProgramContext<ClientFlags>,
  { traceFor }: Explain,
): Promise<number> {
  const ask = (text: string, question: string, options?: { hidden?: boolean }) =>
    orAborted(screen.ask(text, question, options), signal);
  const askSecret = (question: string) => ask("", question, { hidden: true });
  const { keyPair: staticKeyPair, notice } = await loadIdentity(flags, askSecret);
  const ownKey = staticKeyPair.publicKey;
  const folder = new StateFolder(flags.home);
  const people = await VerifiedPeople.open(await folder.store("verified_keys"));
  const { knownHosts } = flags;
  const hosts = knownHosts === undefined ? folder.store("known_hosts") : openStore(knownHosts);
  const invitation = flags.inviteFile === undefined
    ? flags.invitation
    : await readInvitation(flags.inviteFile);
  const address = invitation === undefined ? flags.address : parseAddress(invitation.address);
  const trust = new ServerTrust({
    address: addressSubject(address),
    knownHosts: new KeyBook(await hosts),
    people,
    invitedBy: invitation?.serverKey,
    acceptNew: flags.acceptNew,
    strict: flags.strict,
    ask,
  });
  const tell = (text: string) => screen.show({ event: "notice", text });
  if (notice !== undefined) await tell(notice);

  const { cipher, classical } = flags;
  const preSharedKey = invitation && invitationPreSharedKey(invitation);
  const channel = await meet(trust, () =>
    connectSecure({
      ...address,
      staticKeyPair,
      protocols: [protocolName({ cipher, classical, preSharedKey: invitation !== undefined })],
      preSharedKey,
      acceptPeer: trust.judge,
      trace: traceFor?.(),
      signal,
    }));
  const serverKey = channel.peer.publicKey;
  // Before anything else: whoever cuts the connection now shall not be unknown again.
  await trust.remember(serverKey).catch((error) => {
    if (!(error instanceof UsageError)) throw error;
    return tell(`This server could not be remembered: ${error.message}`);
  });
  const member = await join(channel, { nick: flags.nick, signal }, invitation !== undefined);
  // Of the members' keys, only the server's was proved to this side; the others it merely names.
  const isProved = (key: Uint8Array) => equalConstantTime(key, serverKey);
  const isVerified = (key: Uint8Array) => isProved(key) && people.has(key);
  const host = () =>
    member.others.find(({ key }) => isProved(key)) ??
      { nick: formatAddress(address), key: serverKey };
  await screen.show(connectedEvent(channel, {
    peer: person(host(), isVerified),
    you: person(member.self, isVerified),
    safetyWords: await safetyWords(ownKey, serverKey),
    trust: trust.trust,
  }));
  await tell(`Your fingerprint is ${fingerprint(ownKey)}`);
  if (member.self.nick !== flags.nick) {
    const nick = sanitiseLine(member.self.nick);
    await tell(
      `The name ${flags.nick}, or one that looks like it, is taken here: you are ${nick}.`,
    );
  }
  await tell(presence(member));
  const conversation = new Conversation({
    screen,
    place: member,
    people,
    verifiable: () => [host()],
    isVerified,
  });
  for (const other of member.others) await warnOf(other, people, screen);
  if (member.topic !== undefined) await screen.show(topicEvent(member.topic, isVerified));
  if (flags.json) await conversation.showOccupants();
  // Off a terminal only what is said from now on: nobody asked for the rest.
  if (screen.isInteractive || flags.json) {
    for (const message of member.past) await conversation.hear(message, true);
  }

  // Both at once, for the whole conversation: what the room says, and what is said here.
  let heardCount = 0;
  const heard = (async () => {
    for await (const event of member.events()) {
      heardCount++;
      await conversation.hear(event);
    }
  })();
  const said = speak({
    screen,
    place: member,
    commands: conversation.commands,
    json: flags.json,
    onSaid: (text) => conversation.noteSaid(text),
  })
    .then(async () => {
      if (!screen.isInteractive) return await member.leave();
      // A person wants to be gone, and to know it if somebody holds back what was said.
      if (await settledWithin(member.leave(LEAVING), CLOSE_TIMEOUT)) return;
      throw new NetworkError("timed-out", `the server is silent; ${unconfirmed(member)}`);
    })
    .catch(async (error) => {
      // Where sending fails, what arrives may tell why: that is the better reason.
      await settledWithin(heard, CLOSE_TIMEOUT);
      throw error;
    });
  const interrupted = aborted(signal).then(() => "interrupted" as const);
  const first = await Promise.race([
    heard.then(() => "server left" as const),
    said.then(() => "all said" as const),
    interrupted,
  ]);

  if (first === "server left") {
    await settledWithin(channel.end(), CLOSE_TIMEOUT).catch(() => {});
    if (member.unconfirmed > 0) {
      throw new NetworkError(
        "ended",
        `the server left before it had confirmed ${member.unconfirmed} of the messages sent`,
      );
    }
    void screen.show({
      event: "closed",
      reason: channel.remoteClose?.reason || "the server left",
    });
    return ExitStatus.fine;
  }
  const goodbye = channel.end(LEAVING).then(() => heard);
  if (first === "all said" && !screen.isInteractive) {
    // The server answers a goodbye when it has sent what it still had to say.
    const answered = (async () => {
      for (let count = -1; count !== heardCount;) {
        count = heardCount;
        if (await settledWithin(goodbye, FAREWELL_TIMEOUT)) return;
      }
      // Without its goodbye, what the server said last may be missing: that is no ordinary end.
      throw new NetworkError("cut", "the server did not answer the goodbye");
    })();
    await Promise.race([answered, interrupted]);
  } else {
    await settledWithin(goodbye, CLOSE_TIMEOUT);
  }
  channel.abort();
  if (!screen.isInteractive && !flags.json && member.refused > 0 && !signal.aborted) {
    throw new NetworkError("not-taken", `the room did not take ${member.refused} of the messages`);
  }
  if (member.unconfirmed > 0) {
    void screen.show({ event: "notice", text: `The server is silent; ${unconfirmed(member)}.` });
  }
  void screen.show({ event: "closed", reason: "you left" });
  return signal.aborted ? ExitStatus.interrupted : ExitStatus.fine;
}

/** Connects; if the server is unknown, asks about it meanwhile disconnected, and connects again. */
async function meet(
  trust: ServerTrust,
  connect: () => Promise<SecureChannel>,
): Promise<SecureChannel> {
  try {
    return await connect();
  } catch (error) {
    if (!trust.isUndecided) throw error;
    // No server waits as long as a person may take to compare a fingerprint.
    await trust.decide();
    return await connect();
  }
}

async function join(
  channel: SecureChannel,
  options: JoinOptions,
  isInvited: boolean,
): Promise<Member> {
  try {
    return await Member.join(channel, options);
  } catch (error) {
    // A server that finds no such invitation cannot know to whom it would say so, and hangs up.
    if (isInvited && error instanceof NetworkError && error.code === "cut") {
      throw new AuthenticationError(
        "invitation-refused",
        "the server hung up when it was shown the invitation",
        { cause: error },
      );
    }
    throw error;
  }
}

async function readInvitation(path: string): Promise<Invitation> {
  const text = await fileStore(path, { secret: true, required: true }).read();
  try {
    return parseInvitation(text);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError("bad-invitation", `${path}: ${error.message}`);
  }
}

/** How many are there, and who, as long as that can be taken in. */
function presence({ others }: Member): string {
  const count = others.length;
  if (count === 0) return "Nobody else is here.";
  if (count > MAX_NAMES_SHOWN) return `${count} others are here; /who shows them.`;
  const names = others.map(({ nick }) => sanitiseLine(nick)).join(", ");
  return `Here ${count === 1 ? "is" : "are"} ${names}.`;
}

/** How many names are shown to somebody who comes. */
const MAX_NAMES_SHOWN = 10;

function unconfirmed(member: Member): string {
  return `it has not confirmed ${member.unconfirmed} of the messages sent`;
}

if (import.meta.main) await runProgram(parseClientFlags, explained("client", client));
