import { MAX_MEMBERS_PER_MESSAGE, type Participant } from "../wire/messages.ts";
import { encodeMessage } from "../wire/wire.ts";

/** Those who are in a room, in as many messages as that takes. */
export function* encodeMembers(members: readonly Participant[]): Generator<Uint8Array> {
  for (let first = 0; first < members.length; first += MAX_MEMBERS_PER_MESSAGE) {
    const some = members.slice(first, first + MAX_MEMBERS_PER_MESSAGE);
    yield encodeMessage({ type: "members", members: some });
  }
}
