import { type Address, formatAddress, parseAddress } from "../../channel/mod.ts";
import { UsageError } from "../../errors.ts";
import {
  formatInvitation,
  type InvitationList,
  type InvitationRecord,
  parseLifetime,
} from "../../identity/mod.ts";
import type { PromptCommand } from "../../conversation/commands/command_table.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";
import type { Screen } from "../../terminal/screens/screen.ts";

/** What invitations are made from. */
export interface InviterOptions {
  readonly invitations: InvitationList;
  readonly serverKey: Uint8Array;
  /** Where the server listens. */
  readonly listening: Address;
  /** How others reach it, if that is another address. */
  readonly publicAddress: string | undefined;
}

/** How long an invitation holds, and for how many. */
export interface InvitationTerms {
  /** Milliseconds; `undefined` until it is revoked. */
  readonly lifetime?: number;
  readonly singleUse: boolean;
}

/** Makes invitations to one server. */
export class Inviter {
  readonly #options: InviterOptions;

  /** For one server. */
  constructor(options: InviterOptions) {
    this.#options = options;
  }

  /**
   * Makes an invitation.
   *
   * @throws {UsageError} If the server has no address that others could use, or there are too many.
   */
  async invite(terms: InvitationTerms): Promise<ChatEvent & { event: "invitation" }> {
    const { invitations, serverKey } = this.#options;
    const address = this.#address();
    const { id, secret, expires, singleUse } = await invitations.create(terms);
    return {
      event: "invitation",
      id,
      invite: formatInvitation({ address, serverKey, secret }),
      expires: expires?.toISOString() ?? null,
      singleUse,
    };
  }

  #address(): string {
    const { listening, publicAddress } = this.#options;
    if (publicAddress !== undefined) {
      return formatAddress(parseAddress(publicAddress, undefined, listening.port));
    }
    if (/^(0\.0\.0\.0|::)$/.test(listening.hostname)) {
      throw new UsageError(
        "usage",
        "an invitation needs an address by which others reach this machine: --public HOST:PORT",
      );
    }
    return formatAddress(listening);
  }
}

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
      parameters: [{ name: "TERMS", isOptional: true, isRest: true }],
      help: "make an invitation, a line to send to somebody: /invite 24h single-use",
      async run({ tell }, { terms = "" }) {
        const words = terms.split(/\s+/).filter((word) => word !== "");
        const singleUse = words.includes("single-use");
        const [time, ...rest] = words.filter((word) => word !== "single-use");
        if (rest.length > 0) throw new UsageError("usage", "write /invite [24h] [single-use]");
        const lifetime = time === undefined ? undefined : parseLifetime(time);
        await screen.show(await inviter.invite({ lifetime, singleUse }));
        if (!isClosed) {
          await tell("Everybody else may enter as well; --invite-only at the start changes that.");
        }
      },
    },
    {
      name: "/invitations",
      help: "list the invitations",
      run: async ({ tell }) => tell(await listInvitations(invitations)),
    },
    {
      name: "/revoke",
      parameters: [{ name: "INVITATION" }],
      help: "end an invitation; who is inside stays",
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
  if (await invitations.revoke(id)) return `invitation ${id} opens nothing any more`;
  throw new UsageError("usage", `there is no open invitation "${id}"; the list names them`);
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
