import { UsageError } from "../../errors.ts";
import type { InvitationList } from "../../identity/mod.ts";
import { startCommand } from "../../program_name.ts";
import { listInvitations, revokeInvitation } from "../../server/door/invitation_commands.ts";
import { addressAdvice, ownAddresses } from "../../server/door/own_addresses.ts";
import { openInvitations } from "../../server/door/open_invitations.ts";
import { Inviter } from "../../server/door/inviter.ts";
import { writeOutput } from "../../terminal/output/output.ts";
import { paintFor } from "../../terminal/sentences/paint.ts";
import { sentence } from "../../terminal/sentences/sentence.ts";
import { jsonLine } from "../../terminal/text/json_line.ts";
import { loadIdentity } from "../../trust/own_identity.ts";
import type { StateFolder } from "../../trust/state_folder.ts";
import type { CommonFlags, Task } from "../flags/flags.ts";
import { askSecret, closePrompt, print, tellAside } from "./task_terminal.ts";

/** `invite`: makes an invitation, also for a server that runs: it reads the list for each visitor. */
export async function invite(
  { lifetime, singleUse, publicAddress, listening }: Task & { kind: "invite" },
  flags: CommonFlags,
  folder: StateFolder,
): Promise<void> {
  if (publicAddress === undefined) {
    // Nothing tells here where a server listens: it is not for this program to choose.
    const found = ownAddresses({ ...listening, hostname: "::" });
    const command = `${startCommand("server")} invite --public`;
    throw new UsageError("usage", addressAdvice(found, (address) => `${command} ${address}`));
  }
  const invitations = await savedInvitations(folder);
  const { keyPair, notice } = await loadIdentity(flags, askSecret);
  if (notice?.important) await tellAside(notice.text);
  const inviter = new Inviter({
    invitations,
    serverKey: keyPair.publicKey,
    listening,
    publicAddress,
  });
  const invitation = await inviter.invite({ lifetime, singleUse });
  await closePrompt();
  const text = flags.json
    ? jsonLine(invitation)
    : sentence(invitation, { paint: paintFor("stdout") });
  await writeOutput(`${text}\n`);
}

/** `invitations`: lists them. */
export async function showInvitations(flags: CommonFlags, folder: StateFolder): Promise<void> {
  await print(await listInvitations(await savedInvitations(folder)), flags);
}

/** `revoke`: takes one back, by its id. */
export async function revoke(id: string, flags: CommonFlags, folder: StateFolder): Promise<void> {
  await print(await revokeInvitation(await savedInvitations(folder), id), flags);
}

async function savedInvitations(folder: StateFolder): Promise<InvitationList> {
  if (folder.whyNot !== undefined) {
    throw new UsageError("permission", `there are no saved invitations: ${folder.whyNot}`);
  }
  return await openInvitations(folder);
}
