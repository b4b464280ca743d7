/**
 * Joins the room of a server: `deno run -NRWE client.ts [HOST:PORT or invitation]`.
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
import { orAborted } from "./lib/abort.ts";
import { type AcceptPeer, connectSecure, protocolName } from "./lib/channel/mod.ts";
import { ALL_PAST, Visit } from "./lib/chat/mod.ts";
import { showArrival } from "./lib/client/arrival.ts";
import { findDestination } from "./lib/client/meeting/destination.ts";
import { joinRoom } from "./lib/client/join_room.ts";
import { LastingRoom } from "./lib/client/lasting_room.ts";
import { meetServer } from "./lib/client/meeting/meet_server.ts";
import { ProvedHost } from "./lib/client/proved_host.ts";
import { Outbox } from "./lib/client/outbox.ts";
import { sameServer } from "./lib/client/reconnect/same_server.ts";
import { stay } from "./lib/client/stay.ts";
import { editorCommand } from "./lib/conversation/commands/editor_command.ts";
import { Conversation } from "./lib/conversation/conversation.ts";
import { invitationPreSharedKey, KeyBook } from "./lib/identity/mod.ts";
import { type ExplainMode, withExplainMode } from "./lib/program/explain/explain_mode.ts";
import { type ClientFlags, parseClientFlags } from "./lib/program/flags/client_flags.ts";
import { type ProgramContext, runProgram } from "./lib/program/program.ts";
import { HighlightList } from "./lib/terminal/text/highlight_list.ts";
import { knownHostName } from "./lib/trust/known_host_name.ts";
import { IgnoredPeople } from "./lib/trust/ignored_people.ts";
import { loadIdentity } from "./lib/trust/own_identity.ts";
import { OwnNick } from "./lib/trust/own_nick.ts";
import { rememberInput } from "./lib/trust/remember_input.ts";
import { ServerTrust } from "./lib/trust/server_trust.ts";
import { openStore, StateFolder } from "./lib/trust/state_folder.ts";
import { VerifiedPeople } from "./lib/trust/verified_people.ts";

async function client(
  { flags, screen, signal }: ProgramContext<ClientFlags>,
  { traceFor }: ExplainMode,
): Promise<number> {
  const { json, cipher, classical, knownHosts, acceptNew, strict } = flags;
  const ask = (text: string, question: string, options?: { hidden?: boolean }) =>
    orAborted(screen.ask(text, question, options), signal);
  const warn = (text: string) => screen.show({ event: "notice", text, important: true });

  // Who am I, where do I go, and whom do I trust?
  const askSecret = (question: string) => ask("", question, { hidden: true });
  const identity = await loadIdentity(flags, askSecret);
  const { keyPair, notice } = identity;
  const { address, invitation } = await findDestination(flags);
  const folder = new StateFolder(flags.home);
  await rememberInput(flags, folder, screen);
  const given = flags.nick;
  const { isInteractive } = screen;
  const ownNick = await OwnNick.open({ program: "client", given, folder, isInteractive });
  const nick = ownNick.name;
  const people = await VerifiedPeople.open(await folder.store("verified_keys"));
  const ignored = await IgnoredPeople.open(await folder.store("ignored_keys"));
  const highlights = await HighlightList.open(await folder.store("highlights"));
  const hosts = knownHosts === undefined ? folder.store("known_hosts") : openStore(knownHosts);
  const trust = new ServerTrust({
    address: knownHostName(address),
    knownHosts: new KeyBook(await hosts),
    flags,
    people,
    invitedBy: invitation?.serverKey,
    acceptNew,
    strict,
    ask,
  });
  if (notice !== undefined) await screen.show({ event: "notice", ...notice });
  using outbox = await Outbox.open(flags.outbox, identity, screen);

  // Meet the server: both sides prove their keys, and derive those that encrypt.
  const isInvited = invitation !== undefined;
  const connect = (acceptPeer: AcceptPeer = trust.judge, stop = signal) =>
    connectSecure({
      ...address,
      staticKeyPair: keyPair,
      protocols: [protocolName({ cipher, classical, preSharedKey: isInvited })],
      preSharedKey: invitation && invitationPreSharedKey(invitation),
      acceptPeer,
      trace: traceFor?.(),
      signal: stop,
    });
  const channel = await meetServer({ address, trust, connect, warn });

  // Join the room, and see who is there.
  const visit = await outbox?.begin(channel.peer.publicKey) ?? new Visit();
  const past = screen.isInteractive || json ? ALL_PAST : 0;
  const joining = { visit, past, outbox };
  const member = await joinRoom(channel, { ...joining, nick, isInvited, signal });
  await ownNick.keepGiven();
  const room = new LastingRoom(member, outbox);
  const host = new ProvedHost(address, channel.peer.publicKey, room, people);
  const conversation = new Conversation({
    screen,
    room,
    people,
    ignored,
    highlights,
    verifiable: () => [host.participant],
    isVerified: host.isVerified,
    isCompared: (key) => trust.isCompared && host.isProved(key),
    json,
    ownCommands: [editorCommand(screen, { home: folder.path, name: "client" })],
    onNick: ownNick.keep,
  });
  await showArrival({
    flags: { ...flags, nick },
    screen,
    channel,
    member,
    host,
    trust,
    conversation,
  });

  // Speak and hear, both at once, until one side has had enough. A connection that is lost is followed
  // by another one, to the server with this key and to nobody else.
  const accept = sameServer(channel.peer.publicKey, address);
  const connectAgain = async (stop: AbortSignal) => {
    const channel = await connect(accept, stop);
    const { nick } = room.self;
    const member = await joinRoom(channel, { ...joining, nick, isInvited: false, signal: stop });
    return { channel, member };
  };
  const connection = { channel, member };
  const talking = { connection, connectAgain, room, outbox, conversation };
  return await stay({ ...talking, screen, flags, signal });
}

if (import.meta.main) await runProgram(parseClientFlags, withExplainMode("client", client));
