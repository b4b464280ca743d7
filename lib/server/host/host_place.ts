import {
  type Membership,
  MESSAGE_ID_SIZE,
  type Participant,
  refusal,
  type Room,
  type Topic,
} from "../../chat/mod.ts";
import { hex, randomBytes } from "../../crypto/mod.ts";
import { UsageError } from "../../errors.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";
import type { RoomAccess } from "../../conversation/commands/room_access.ts";

/** The place of the person at the server, who needs no channel to the room. */
export class HostPlace implements RoomAccess {
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

  /** Carries a request out, when the readers have room for more. */
  async request(
    request: Parameters<RoomAccess["request"]>[0],
    id: Uint8Array = randomBytes(MESSAGE_ID_SIZE),
  ): Promise<void> {
    try {
      const seq = await this.#carryOut(request, id);
      await this.#show({ event: "delivered", id: hex(id), seq });
    } catch (error) {
      if (!(error instanceof UsageError && error.code === "refused")) throw error;
      await this.#show({ event: "refused", id: hex(id), reason: error.message });
    }
  }

  async #carryOut(request: Parameters<RoomAccess["request"]>[0], id: Uint8Array): Promise<number> {
    const membership = this.#membership;
    switch (request.type) {
      case "send": {
        const { body, to } = request;
        if (this.others.length === 0) throw refusal("nobody is here to read that");
        for (let ready = membership.ready(to); ready !== undefined; ready = membership.ready(to)) {
          await ready;
        }
        const receipt = to === undefined
          ? membership.post(id, body)
          : membership.whisper(to, id, body);
        // Off a terminal the next line waits until this one has left: readers hold their writer back.
        await membership.ready(to);
        return receipt.seq;
      }
      case "rename":
        membership.rename(request.nick);
        return 0;
      case "topic":
        membership.setTopic(request.topic);
        return 0;
      case "moderate":
        await membership.moderate(request);
        return 0;
      default:
        throw refusal("the room does not know how");
    }
  }
}
