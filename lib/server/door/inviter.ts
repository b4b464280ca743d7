import { type Address, formatAddress, parseAddress } from "../../channel/mod.ts";
import { UsageError } from "../../errors.ts";
import { formatInvitation, type InvitationList } from "../../identity/mod.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";

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
  readonly lifetime?: number | undefined;
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
    const address = publicAddress === undefined
      ? listening
      : parseAddress(publicAddress, undefined, listening.port);
    if (/^(0\.0\.0\.0|::)$/.test(address.hostname)) {
      throw new UsageError(
        "usage",
        "an invitation needs an address that others can reach: --public HOST:PORT",
      );
    }
    return formatAddress(address);
  }
}
