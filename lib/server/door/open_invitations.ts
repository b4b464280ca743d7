import { InvitationList } from "../../identity/books/invitation_list.ts";
import { InvitedKeys } from "../../identity/books/invited_keys.ts";
import type { StateFolder } from "../../trust/state_folder.ts";

/**
 * A server's invitations, and the keys that came by them.
 *
 * @throws {UsageError} If the folder could have been changed by somebody else.
 */
export async function openInvitations(folder: StateFolder): Promise<InvitationList> {
  const invited = new InvitedKeys(await folder.store("invited_keys"));
  return new InvitationList(
    await folder.store("invitations", { secret: true }),
    Date.now,
    invited,
  );
}
