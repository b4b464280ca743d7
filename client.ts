/**
 * Joins the room of a server: `deno run -NRWE client.ts [HOST:PORT or invitation]`.
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
import { orAborted } from "./lib/abort.ts";
import { type AcceptPeer, connectSecure, protocolName } from "./lib/channel/mod.ts";
import { ALL_PAST, Visit } from "./lib/chat/mod.ts";
import { showArrival } from "./lib/client/arrival.ts";
import { findDestination } from "./lib/client/meeting/destination.ts";
import { joinRoom } from "./lib/client/join_room.ts";
import { LastingRoom } from "./lib/client/lasting_room.ts";
import { meetServer } from "./lib/client/meeting/meet_server.ts";
import { openConversation } from "./lib/client/open_conversation.ts";
import { Outbox } from "./lib/client/outbox.ts";
import { ProvedHost } from "./lib/client/proved_host.ts";
import { sameServer } from "./lib/client/reconnect/same_server.ts";
import { stay } from "./lib/client/stay.ts";
import { invitationPreSharedKey } from "./lib/identity/mod.ts";
import { type ExplainMode, withExplainMode } from "./lib/program/explain/explain_mode.ts";
import { type ClientFlags, parseClientFlags } from "./lib/program/flags/client_flags.ts";
import { type ProgramContext, runProgram } from "./lib/program/program.ts";
import { openServerTrust } from "./lib/trust/open_server_trust.ts";
import { openOwnState } from "./lib/trust/own_state.ts";

async function client(
  { flags, screen, signal }: ProgramContext<ClientFlags>,
  { traceFor }: ExplainMode,
): Promise<number> {
  const ask = (text: string, question: string, options?: { hidden?: boolean }) =>
    orAborted(screen.ask(text, question, options), signal);
  const warn = (text: string) => screen.show({ event: "notice", text, important: true });

  // Who am I, where do I go, and whom do I trust?
  const own = await openOwnState(flags, screen, (question) => ask("", question, { hidden: true }));
  const { keyPair, notice } = own.identity;
  const { address, invitation } = await findDestination(flags);
  const trust = await openServerTrust({ flags, address, invitation, own, ask });
  if (notice !== undefined) await screen.show({ event: "notice", ...notice });
  using outbox = await Outbox.open(flags.outbox, own.identity, screen);

  // Meet the server: both sides prove their keys, and derive those that encrypt.
  const { json, cipher, classical } = flags;
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
  const { name: nick } = own.ownNick;
  const member = await joinRoom(channel, { ...joining, nick, isInvited, signal });
  await own.ownNick.keepGiven();
  const room = new LastingRoom(member, outbox);
  const host = new ProvedHost(address, channel.peer.publicKey, room, own.people);
  const conversation = openConversation({ screen, room, own, host, trust, json });
  const arrival = { screen, channel, member, host, trust, conversation };
  await showArrival({ ...arrival, identity: own.identity, flags: { ...flags, nick } });

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
