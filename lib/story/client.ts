/**
 * What a client does: it joins the room of a server, and talks there. `client.ts` has read the flags.
 *
 * @module
 */
import { orAborted } from "../abort.ts";
import { type AcceptPeer, connectSecure, protocolName } from "../channel/mod.ts";
import { ALL_PAST, Visit } from "../chat/member/visit.ts";
import { showArrival } from "../client/arrival.ts";
import { findDestination } from "../client/meeting/destination.ts";
import { joinRoom } from "../client/join_room.ts";
import { LastingRoom } from "../client/lasting_room.ts";
import { meetServer } from "../client/meeting/meet_server.ts";
import { openConversation } from "../client/open_conversation.ts";
import { Outbox } from "../client/outbox.ts";
import { ProvedHost } from "../client/proved_host.ts";
import { sameServer } from "../client/reconnect/same_server.ts";
import { stay } from "../client/stay.ts";
import { invitationPreSharedKey } from "../identity/books/invitation.ts";
import { type ExplainMode, withExplainMode } from "../program/explain/explain_mode.ts";
import type { ClientFlags } from "../program/flags/client_flags.ts";
import { type ProgramContext, runProgram } from "../program/program.ts";
import { openServerTrust } from "../trust/open_server_trust.ts";
import { openOwnState } from "../trust/own_state.ts";

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

/** Runs the client until it ends, and with it the process. */
export async function runClient(flags: ClientFlags): Promise<never> {
  return await runProgram(flags, withExplainMode("client", client));
}
