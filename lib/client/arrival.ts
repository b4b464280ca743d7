import type { SecureChannel } from "../channel/mod.ts";
import type { Member } from "../chat/mod.ts";
import type { Conversation } from "../conversation/conversation.ts";
import { fingerprint } from "../identity/fingerprint.ts";
import { safetyWords } from "../identity/safety_words.ts";
import { connectedEvent, person, topicEvent } from "../terminal/events/room_events.ts";
import type { Screen } from "../terminal/screens/screen.ts";
import { sanitiseLine } from "../terminal/text/sanitise.ts";
import type { ServerTrust } from "../trust/server_trust.ts";
import type { OwnIdentity } from "../trust/own_identity.ts";
import { sharedKeySentence } from "../trust/shared_key.ts";
import type { ProvedHost } from "./proved_host.ts";

/** What is shown on arrival, and where. */
export interface ArrivalOptions {
  readonly screen: Screen;
  readonly channel: SecureChannel;
  readonly member: Pick<Member, "self" | "others" | "topic" | "welcome">;
  readonly host: ProvedHost;
  readonly conversation: Conversation;
  readonly trust: Pick<ServerTrust, "trust" | "isCompared">;
  /** Where this side's key is kept, and in which format. */
  readonly identity?: Pick<OwnIdentity, "file" | "format">;
  /** The nickname that this side asked for, and whether a program reads what is shown. */
  readonly flags: {
    readonly nick: string;
    readonly json: boolean;
    readonly identity?: string | undefined;
    readonly home?: string | undefined;
  };
}

/** Shows a newcomer whom it is connected to, and who is here. */
export async function showArrival(options: ArrivalOptions): Promise<void> {
  const { screen, channel, member, host, conversation, trust, identity, flags } = options;
  const { nick, json } = flags;
  const tell = (text: string) => screen.show({ event: "notice", text });
  const { self, others, topic, welcome } = member;
  await screen.show(connectedEvent(channel, {
    peer: person(host.participant, host.isVerified),
    you: person(self, host.isVerified),
    safetyWords: await safetyWords(self.key, channel.peer.publicKey),
    trust: trust.trust,
    ...(trust.isCompared && { compared: true }),
    kept: welcome.kept,
  }));
  await tell(`Your fingerprint is ${fingerprint(self.key)}`);
  const shared = sharedKeySentence(self.key, channel.peer.publicKey, flags, identity);
  if (shared !== undefined) await screen.show({ event: "notice", text: shared, important: true });
  if (self.nick !== nick) {
    const given = sanitiseLine(self.nick);
    await tell(`The name ${nick}, or one that looks like it, is taken here: you are ${given}.`);
  }
  await tell(presence(member));
  if (welcome.kept) await screen.show({ event: "notice", text: KEPT, important: true });
  for (const other of others) await conversation.warnOf(other);
  if (topic !== undefined) await screen.show(topicEvent(topic, host.isVerified));
  if (json) await conversation.showOccupants();
}

/** How many are there, and who, as long as that can be taken in. */
function presence({ others }: Pick<Member, "others">): string {
  const count = others.length;
  if (count === 0) return "Nobody else is here.";
  if (count > MAX_NAMES_SHOWN) return `${count} others are here; /who shows them.`;
  const names = others.map(({ nick }) => sanitiseLine(nick)).join(", ");
  return `Here ${count === 1 ? "is" : "are"} ${names}.`;
}

const KEPT = "What is said here is kept on the server's disk.";

/** How many names are shown to a newcomer. */
const MAX_NAMES_SHOWN = 10;
