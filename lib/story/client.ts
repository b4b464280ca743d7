/**
 * What a client does: it joins the room of a server, and talks there. `client.ts` has read the flags.
 *
 * @module
 */
import { orAborted } from "../abort.ts";
import { type AcceptPeer, connectSecure, protocolName } from "../channel/mod.ts";
import type { Outbox } from "../client/outbox.ts";
import { findDestination } from "../client/meeting/destination.ts";
import { meetServer } from "../client/meeting/meet_server.ts";
import { sameServer } from "../client/reconnect/same_server.ts";
import { invitationPreSharedKey } from "../identity/books/invitation.ts";
import { type ExplainMode, withExplainMode } from "../program/explain/explain_mode.ts";
import type { ClientFlags } from "../program/flags/client_flags.ts";
import { type ProgramContext, runProgram } from "../program/program.ts";
import type { Screen } from "../terminal/screens/screen.ts";
import { openServerTrust } from "../trust/open_server_trust.ts";
import type { OwnIdentity } from "../trust/own_identity.ts";
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
  using outbox = await openOutbox(flags, own.identity, screen);

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
  const meeting = meetServer({ address, trust, connect, warn });
  // While the server computes, what is needed behind its door is loaded.
  const [channel, parts] = await Promise.all([meeting, import("../client/room_parts.ts")]);

  // Join the room, and see who is there.
  const visit = await outbox?.begin(channel.peer.publicKey) ?? new parts.Visit();
  const past = screen.isInteractive || json ? parts.ALL_PAST : 0;
  const joining = { visit, past, outbox };
  const { name: nick } = own.ownNick;
  const member = await parts.joinRoom(channel, { ...joining, nick, isInvited, signal });
  await own.ownNick.keepGiven();
  const room = new parts.LastingRoom(member, outbox);
  const host = new parts.ProvedHost(address, channel.peer.publicKey, room, own.people);
  const conversation = parts.openConversation({ screen, room, own, host, trust, json });
  const arrival = { screen, channel, member, host, trust, conversation };
  await parts.showArrival({ ...arrival, identity: own.identity, flags: { ...flags, nick } });

  // Speak and hear, both at once, until one side has had enough. A connection that is lost is followed
  // by another one, to the server with this key and to nobody else.
  const accept = sameServer(channel.peer.publicKey, address);
  const connectAgain = async (stop: AbortSignal) => {
    const channel = await connect(accept, stop);
    const { nick } = room.self;
    const hello = { ...joining, nick, isInvited: false, signal: stop };
    const member = await parts.joinRoom(channel, hello);
    return { channel, member };
  };
  const connection = { channel, member };
  const talking = { connection, connectAgain, room, outbox, conversation };
  const { stay } = await import("../client/stay.ts");
  return await stay({ ...talking, screen, flags, signal });
}

/** The outbox that the flags name; most conversations have none, and load nothing for it. */
async function openOutbox(
  { outbox }: ClientFlags,
  ...where: [identity: OwnIdentity, screen: Screen]
): Promise<Outbox | undefined> {
  if (outbox === undefined) return undefined;
  const { Outbox } = await import("../client/outbox.ts");
  return await Outbox.open(outbox, ...where);
}

/** Runs the client until it ends, and with it the process. */
export async function runClient(flags: ClientFlags): Promise<never> {
  return await runProgram(flags, withExplainMode("client", client));
}
