import { formatAddress } from "../channel/mod.ts";
import { firstFingerprint } from "../identity/fingerprint.ts";
import type { Screen } from "../terminal/screens/screen.ts";
import type { IdentityNotice } from "../trust/own_identity.ts";
import { doorNotice, type EntryRules } from "./door/door_notice.ts";
import type { Door } from "./door/open_door.ts";
import type { ServerLog } from "./log/server_log.ts";

/** What is said at the start, besides who may enter. */
export interface AnnouncementRules extends EntryRules {
  /** How long the invitation holds that is made at the start, in milliseconds. */
  readonly expires: number | undefined;
  /** Whether it is for one person. */
  readonly singleUse: boolean;
  /** The file in which is kept what is said, if it is. */
  readonly history: string | undefined;
}

/** What an announcement needs. */
export interface AnnouncementOptions {
  readonly rules: AnnouncementRules;
  readonly door: Pick<Door, "listener" | "inviter">;
  /** 32 bytes. */
  readonly serverKey: Uint8Array;
  /** What there is to say of the server's identity, if anything. */
  readonly notice: IdentityNotice | undefined;
  readonly screen: Screen;
  readonly log: Pick<ServerLog, "listening" | "notice"> | undefined;
}

/**
 * Says, once a server listens, where that is, by which key it is known, and who may enter; and makes
 * the invitation that is asked for.
 *
 * @throws {UsageError} If that invitation cannot be made.
 */
export async function announce(options: AnnouncementOptions): Promise<void> {
  const { rules, door: { listener, inviter }, serverKey, notice, screen, log } = options;
  const terms = { lifetime: rules.expires, singleUse: rules.singleUse };
  const invitation = rules.invite ? await inviter.invite(terms) : undefined;
  const addresses = listener.addresses.map(formatAddress);
  const fingerprint = await firstFingerprint(serverKey);
  log?.listening(addresses, fingerprint);
  await screen.show({
    event: "listening",
    address: formatAddress(listener.address),
    addresses,
    fingerprint,
    ...(invitation && { invite: invitation.invite }),
  });
  const notices: IdentityNotice[] = [doorNotice(rules, listener.addresses)];
  if (notice !== undefined) notices.unshift(notice);
  if (rules.history !== undefined) {
    notices.push({ text: `What is said here is kept, encrypted, in ${rules.history}` });
  }
  for (const notice of notices) {
    log?.notice(notice.text);
    void screen.show({ event: "notice", ...notice });
  }
  if (invitation === undefined) return;
  await screen.show(invitation);
  const { addressNote } = inviter;
  if (addressNote === undefined) return;
  const text = `${addressNote} For another one: --public HOST:PORT`;
  void screen.show({ event: "notice", text, important: true });
}
