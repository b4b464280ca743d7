import {
  carryOut,
  type Delivered,
  type MemberRequest,
  type Membership,
  MESSAGE_ID_SIZE,
  type Participant,
  type Refused,
  type Room,
  type Topic,
} from "../../chat/mod.ts";
import type { RoomAccess } from "../../conversation/commands/room_access.ts";
import { hex, randomBytes } from "../../crypto/mod.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";

/** What the person at the server has of the room, without a channel in between. */
export class HostAccess implements RoomAccess {
  readonly #room: Room;
  readonly #membership: Membership;
  readonly #show: (event: ChatEvent) => Promise<void>;

  /** @param show Shows what came of a request. */
  constructor(room: Room, membership: Membership, show: (event: ChatEvent) => Promise<void>) {
    this.#room = room;
    this.#membership = membership;
    this.#show = show;
  }

  /** The host, by the name that holds now. */
  get self(): Participant {
    return this.#membership.member;
  }

  /** Every guest. */
  get others(): readonly Participant[] {
    return this.#room.members.filter((member) => member !== this.self);
  }

  /** What the room is about, if anything. */
  get topic(): Topic | undefined {
    return this.#room.topic;
  }

  /** The longest body that the room takes, in bytes. */
  get maxBody(): number {
    return this.#room.limits.messageSize;
  }

  /** Carries a request out, a message as soon as the readers have space for more. */
  async request(
    request: Parameters<RoomAccess["request"]>[0],
    id: Uint8Array = randomBytes(MESSAGE_ID_SIZE),
  ): Promise<void> {
    const answer = await this.#carryOut({ ...request, id });
    await this.#show(
      answer.type === "delivered"
        ? { event: "delivered", id: hex(id), seq: answer.seq }
        : { event: "refused", id: hex(id), reason: answer.reason },
    );
  }

  async #carryOut(request: MemberRequest): Promise<Delivered | Refused> {
    const membership = this.#membership;
    if (request.type !== "send") return await carryOut(membership, request);
    const { id, to } = request;
    if (this.others.length === 0) {
      return { type: "refused", id, reason: "nobody else is here; the message was not sent" };
    }
    for (let ready = membership.ready(to); ready !== undefined; ready = membership.ready(to)) {
      await ready;
    }
    const answer = await carryOut(membership, request);
    // Off a terminal the next line waits until this one has left: readers hold their writer back.
    if (answer.type === "delivered") await membership.ready(to);
    return answer;
  }
}
