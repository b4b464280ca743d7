import { type Address, formatAddress, parseAddress } from "../../channel/mod.ts";
import { UsageError } from "../../errors.ts";
import type { InvitationList } from "../../identity/mod.ts";
import { formatInvitation } from "../../identity/books/invitation.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";
import { addressAdvice, isAnyAddress, ownAddresses } from "./own_addresses.ts";

/** What invitations are made from. */
export interface InviterOptions {
  readonly invitations: InvitationList;
  readonly serverKey: Uint8Array;
  /** Where the server listens. */
  readonly listening: Address;
  /** How others reach it, if that is another address. */
  readonly publicAddress: string | undefined;
  /** The machine's addresses, if they may be seen. Default: {@linkcode ownAddresses}. */
  ownAddresses?(listening: Address): readonly Address[] | undefined;
}

/** How long an invitation holds, for how many, and where it leads. */
export interface InvitationTerms {
  /** Milliseconds; `undefined` until it is revoked. */
  readonly lifetime?: number | undefined;
  readonly singleUse: boolean;
  /** `HOST:PORT`; without the port, the one on which the server listens. Default: the public address. */
  readonly address?: string | undefined;
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
   * @param command What to type to say which address it names, for advice.
   * @throws {UsageError} If the server has no address that others could use, or there are too many.
   */
  async invite(
    terms: InvitationTerms,
    command: (address: string) => string = (address) => `--public ${address}`,
  ): Promise<ChatEvent & { event: "invitation" }> {
    const { invitations, serverKey } = this.#options;
    const address = formatAddress(this.#address(terms.address, command));
    const { id, secret, expires, singleUse } = await invitations.create(terms);
    return {
      event: "invitation",
      id,
      invite: formatInvitation({ address, serverKey, secret }),
      expires: expires?.toISOString() ?? null,
      singleUse,
    };
  }

  /** What to know of the address that an invitation names where nobody has said which. */
  get addressNote(): string | undefined {
    const { listening, publicAddress } = this.#options;
    if (publicAddress !== undefined || !isAnyAddress(listening.hostname)) return undefined;
    const only = this.#onlyAddress();
    return only && `It names ${formatAddress(only)}, the only address of this machine.`;
  }

  #address(asked: string | undefined, command: (address: string) => string): Address {
    const { listening, publicAddress } = this.#options;
    const typed = asked ?? publicAddress;
    const address = typed === undefined
      ? listening
      : parseAddress(typed, undefined, listening.port);
    if (!isAnyAddress(address.hostname)) return address;
    const only = typed === undefined ? this.#onlyAddress() : undefined;
    if (only !== undefined) return only;
    throw new UsageError("usage", addressAdvice(this.#ownAddresses(address), command));
  }

  #onlyAddress(): Address | undefined {
    const [only, ...others] = this.#ownAddresses(this.#options.listening) ?? [];
    return others.length === 0 ? only : undefined;
  }

  #ownAddresses(listening: Address): readonly Address[] | undefined {
    return (this.#options.ownAddresses ?? ownAddresses)(listening);
  }
}
