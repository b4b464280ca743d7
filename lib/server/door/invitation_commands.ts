import type { PromptCommand } from "../../conversation/commands/command_table.ts";
import { UsageError } from "../../errors.ts";
import { type InvitationList, type InvitationRecord, parseLifetime } from "../../identity/mod.ts";
import type { Screen } from "../../terminal/screens/screen.ts";
import type { Inviter } from "./inviter.ts";

/** `/invite`, `/invitations` and `/revoke`. */
export function invitationCommands(
  inviter: Inviter,
  invitations: InvitationList,
  screen: Screen,
  isClosed: boolean,
): readonly PromptCommand[] {
  return [
    {
      name: "/invite",
      group: "host",
      parameters: [{ name: "TERMS", isOptional: true, isRest: true }],
      help: "make an invitation to send to a guest: /invite 24h single-use",
      async run({ tell }, { terms = "" }) {
        const words = terms.split(/\s+/).filter((word) => word !== "");
        const singleUse = words.includes("single-use");
        const [time, ...rest] = words.filter((word) => word !== "single-use");
        if (rest.length > 0) throw new UsageError("usage", "write /invite [24h] [single-use]");
        const lifetime = time === undefined ? undefined : parseLifetime(time);
        await screen.show(await inviter.invite({ lifetime, singleUse }));
        if (!isClosed) {
          await tell(
            "Everybody else may enter as well, unless the server is started with --invite-only.",
          );
        }
      },
    },
    {
      name: "/invitations",
      group: "host",
      help: "list the invitations",
      run: async ({ tell }) => tell(await listInvitations(invitations)),
    },
    {
      name: "/revoke",
      group: "host",
      parameters: [{ name: "INVITATION" }],
      help: "revoke an invitation; guests who are here stay",
      run: async ({ tell }, { invitation = "" }) =>
        tell(await revokeInvitation(invitations, invitation)),
    },
  ];
}

/** The invitations, a line each, without their secrets. */
export async function listInvitations(invitations: InvitationList): Promise<string> {
  const records = await invitations.records();
  if (records.length === 0) return "there are no invitations";
  return records.map((record) => `${record.id}  ${describe(record, invitations)}`).join("\n");
}

/** Ends an invitation, and says so. */
export async function revokeInvitation(invitations: InvitationList, id: string): Promise<string> {
  if (await invitations.revoke(id)) return `invitation ${id} is revoked`;
  throw new UsageError("usage", `there is no open invitation "${id}"; see the list of invitations`);
}

function describe(record: InvitationRecord, invitations: InvitationList): string {
  const { created, expires, revoked, singleUse, usedBy } = record;
  const state = revoked !== undefined
    ? `revoked ${minutes(revoked)}`
    : !invitations.isOpen(record)
    ? "expired"
    : usedBy !== undefined
    ? "used"
    : "open";
  const kind = singleUse ? "single-use" : "reusable";
  const until = expires === undefined ? "" : `, until ${minutes(expires)}`;
  return `${state}, ${kind}, made ${minutes(created)}${until}`;
}

/** A time as a person reads it, in UTC. */
function minutes(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
