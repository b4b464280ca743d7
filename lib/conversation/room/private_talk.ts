import type { MemberEvent, Participant } from "../../chat/mod.ts";
import { nickKey } from "../../chat/names/nick.ts";
import { equalConstantTime } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";
import type { RoomAccess } from "./room_access.ts";

/**
 * With whom one talks alone: the member to whom all lines go after `/query`, and the one who has sent the
 * last private message, whom `/reply` answers. Both are meant by their keys: whoever takes the name of one
 * that has left gets nothing.
 */
export class PrivateTalk {
  readonly #room: Pick<RoomAccess, "others">;
  #partner: Participant | undefined;
  #lastWriter: Participant | undefined;

  /** With nobody. */
  constructor(room: Pick<RoomAccess, "others">) {
    this.#room = room;
  }

  /** To whom alone lines go, by the name that they have, or had last. */
  get partner(): Participant | undefined {
    return this.#partner;
  }

  /** From now on lines go to one member alone; to everybody, if there is none. */
  turnTo(partner: Participant | undefined): void {
    this.#partner = partner;
  }

  /** Takes note of a private message, and of new names. */
  hear(event: MemberEvent): void {
    if (event.type === "message" && event.seq === 0) this.#lastWriter = event.from;
    if (event.type !== "member" || event.change !== "renamed") return;
    const renamed = (whom: Participant | undefined) =>
      whom !== undefined && whom.nick === event.previous && isSameKey(whom, event.member)
        ? event.member
        : whom;
    this.#partner = renamed(this.#partner);
    this.#lastWriter = renamed(this.#lastWriter);
  }

  /**
   * To whom alone the next line goes; to everybody, if there is none.
   *
   * @throws {UsageError} With code `refused`, if that member is not here under this name and key.
   */
  reader(): Participant | undefined {
    const partner = this.#partner;
    return partner && this.#present(
      partner,
      "; nothing was sent; /query ends this, and your lines go to everybody again",
    );
  }

  /**
   * Whom `/reply` answers.
   *
   * @throws {UsageError} If there has been no private message, or its writer has left.
   */
  writer(): Participant {
    const writer = this.#lastWriter;
    if (writer === undefined) {
      throw new UsageError("refused", "nobody has sent you a private message yet");
    }
    return this.#present(writer, "; nothing was sent");
  }

  /** What stands at the prompt while lines go to one member alone. */
  get note(): string {
    const partner = this.#partner;
    if (partner === undefined) return "";
    const present = this.#find(partner);
    const state = present === undefined ? ", who has left" : present.away ? ", who is away" : "";
    return `to ${partner.nick} alone${state}`;
  }

  #present(wanted: Participant, consequence: string): Participant {
    const present = this.#find(wanted);
    if (present !== undefined) return present;
    const nick = sanitiseLine(wanted.nick);
    const isTaken = this.#room.others.some((other) => nickKey(other.nick) === nickKey(wanted.nick));
    const what = isTaken ? `another member has the name ${nick} now` : `${nick} has left`;
    throw new UsageError("refused", `${what}${consequence}`);
  }

  #find(wanted: Participant): Participant | undefined {
    return this.#room.others.find((other) =>
      other.nick === wanted.nick && isSameKey(other, wanted)
    );
  }
}

function isSameKey(one: Participant, other: Participant): boolean {
  return equalConstantTime(one.key, other.key);
}
