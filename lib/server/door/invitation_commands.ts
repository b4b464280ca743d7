import { parseDestination } from "../../channel/mod.ts";
import type { PromptCommand } from "../../conversation/commands/command_table.ts";
import { UsageError } from "../../errors.ts";
import type { InvitationList, InvitationRecord, InvitedKey } from "../../identity/mod.ts";
import { fingerprint } from "../../identity/fingerprint.ts";
import { parseLifetime } from "../../identity/books/lifetime.ts";
import type { Screen } from "../../terminal/screens/screen.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";
import type { InvitationTerms, Inviter } from "./inviter.ts";

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
      help: "make an invitation to send to a guest: /invite [HOST:PORT] [24h] [single-use]",
      async run({ tell }, { terms = "" }) {
        const given = parseTerms(terms);
        const rest = terms.split(/\s+/).filter((word) => word !== given.address);
        const command = (address: string) => ["/invite", address, ...rest].join(" ").trimEnd();
        await screen.show(await inviter.invite(given, command));
        const note = given.address === undefined ? inviter.addressNote : undefined;
        if (note !== undefined) await tell(`${note} For another one: /invite HOST:PORT`);
        if (!isClosed) {
          await tell(
            "Everybody else may enter as well, unless the server is started with --invite-only.",
          );
        }
      },
    },
    {
      name: "/invitations",
      help: "list the invitations, and who has come by them",
      group: "host",
      run: async ({ tell }) => tell(await listInvitations(invitations)),
    },
    {
      name: "/revoke",
      group: "host",
      parameters: [{ name: "INVITATION" }],
      help: "end an invitation for all who came by it; guests who are here stay",
      run: async ({ tell }, { invitation = "" }) =>
        tell(await revokeInvitation(invitations, invitation)),
    },
  ];
}

/**
 * Reads what stands behind `/invite`, in any order.
 *
 * @throws {UsageError} If something is there that is no address, span of time or `single-use`, or twice.
 */
function parseTerms(text: string): InvitationTerms {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const isAddress = (word: string) =>
    /[.:[]/.test(word) && !/^[\d.]+[a-z]$/i.test(word) || word === "localhost";
  const [address, ...addresses] = words.filter(isAddress);
  const others = words.filter((word) => !isAddress(word));
  const [time, ...rest] = others.filter((word) => word !== "single-use");
  if (addresses.length + rest.length > 0) {
    throw new UsageError("usage", "write /invite [HOST:PORT] [24h] [single-use]");
  }
  if (address !== undefined) parseDestination(address);
  return {
    address,
    lifetime: time === undefined ? undefined : parseLifetime(time),
    singleUse: others.includes("single-use"),
  };
}

/** How many of the keys that came by one invitation are listed. */
const MAX_LISTED = 20;

/**
 * The invitations, a line each, without their secrets; under it, who has come by it. If that cannot be
 * read, it says so at the end: which invitations there are has to be known to revoke one.
 */
export async function listInvitations(invitations: InvitationList): Promise<string> {
  const records = await invitations.records();
  if (records.length === 0) return "there are no invitations";
  const problems = new Set<string>();
  const keysOf = async (id: string) => {
    try {
      return await invitations.keysOf(id);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.add(`The keys that came by them cannot be listed: ${error.message}`);
      return [];
    }
  };
  const lines = await Promise.all(records.map(async (record) => {
    const keys = record.revoked === undefined ? await keysOf(record.id) : [];
    const listed = keys.slice(0, MAX_LISTED).map(describeKey);
    if (keys.length > MAX_LISTED) listed.push(`  and ${keys.length - MAX_LISTED} more`);
    return [`${record.id}  ${describe(record, invitations)}`, ...listed];
  }));
  return [...lines.flat(), ...problems].join("\n");
}

/** Ends an invitation, and says so. */
export async function revokeInvitation(invitations: InvitationList, id: string): Promise<string> {
  const keys = await invitations.revoke(id);
  if (keys === 0) return `invitation ${id} is revoked`;
  if (keys !== undefined) {
    const which = keys === 1 ? "the key that used it" : `the ${keys} keys that used it`;
    return `invitation ${id} is revoked; ${which} may not come back by it`;
  }
  throw new UsageError("usage", `there is no open invitation "${id}"; see the list of invitations`);
}

/** As in the list of bans: the fingerprint, the day on which it came first, and its name then. */
function describeKey({ key, date, nick }: InvitedKey): string {
  const words = [fingerprint(key), date, sanitiseLine(nick)].filter((word) => word !== "");
  return `  ${words.join("  ")}`;
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
