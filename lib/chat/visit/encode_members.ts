import { concat } from "../../crypto/mod.ts";
import { encodeCbor, listHead } from "../wire/cbor.ts";
import { MAX_MEMBERS_PER_MESSAGE, type Participant } from "../wire/messages.ts";

/** Each member as it stands in a list: everybody who comes is told of all who are there. */
const encoded = new WeakMap<Participant, Uint8Array>();

/** A `members` message up to its list, which stands last because its key is the longest. */
const HEAD = encodeCbor({ type: "members", members: [] }).slice(0, -listHead(0).length);

/** Those who are in a room, in as many messages as that takes. */
export function* encodeMembers(members: readonly Participant[]): Generator<Uint8Array> {
  for (let first = 0; first < members.length; first += MAX_MEMBERS_PER_MESSAGE) {
    const some = members.slice(first, first + MAX_MEMBERS_PER_MESSAGE);
    yield concat(HEAD, listHead(some.length), ...some.map(encodedMember));
  }
}

function encodedMember(member: Participant): Uint8Array {
  const known = encoded.get(member);
  if (known !== undefined) return known;
  const bytes = encodeCbor(member);
  encoded.set(member, bytes);
  return bytes;
}
