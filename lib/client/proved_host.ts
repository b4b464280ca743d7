import { type Address, formatAddress } from "../channel/mod.ts";
import type { Participant } from "../chat/mod.ts";
import type { RoomAccess } from "../conversation/room/room_access.ts";
import { equalConstantTime } from "../crypto/mod.ts";
import type { VerifiedPeople } from "../trust/verified_people.ts";

/**
 * The host of a room, whose key is the server's. Of all the members' keys it is the only one that was
 * proved on this connection; the others are only what the server says.
 */
export class ProvedHost {
  readonly #address: Address;
  /** 32 bytes. */
  readonly #key: Uint8Array;
  readonly #room: Pick<RoomAccess, "others">;
  readonly #people: Pick<VerifiedPeople, "has">;

  /** @param key The server's static public key, as the handshake has proved it: 32 bytes. */
  constructor(
    address: Address,
    key: Uint8Array,
    room: Pick<RoomAccess, "others">,
    people: Pick<VerifiedPeople, "has">,
  ) {
    this.#address = address;
    this.#key = key;
    this.#room = room;
    this.#people = people;
  }

  /** The host, by the name that it has now; by the address, if nobody sits at the server. */
  get participant(): Participant {
    return this.#room.others.find(({ key }) => this.isProved(key)) ??
      { nick: formatAddress(this.#address), key: this.#key };
  }

  /** Whether a key (32 bytes) was verified by this person, and proved on this connection. */
  readonly isVerified = (key: Uint8Array): boolean => this.isProved(key) && this.#people.has(key);

  /** Whether a key (32 bytes) was proved on this connection. */
  isProved(key: Uint8Array): boolean {
    return equalConstantTime(key, this.#key);
  }
}
