import type {
  MemberRequest,
  Membership,
  Participant,
  PastPage,
  PastQuery,
  Room,
  Topic,
} from "../../chat/mod.ts";
import { carryOut } from "../../chat/room/carry_out.ts";
import { newMessageId } from "../../chat/wire/message_id.ts";
import type { PendingRequest, RoomAccess } from "../../conversation/room/room_access.ts";
import { hex } from "../../crypto/mod.ts";
import type { ChatEvent } from "../../terminal/events/events.ts";

/** What the person at the server has of the room, without a channel in between. */
export class HostAccess implements RoomAccess {
  readonly #room: Room;
  readonly #membership: Membership;
  readonly #show: (event: ChatEvent) => Promise<void>;
  readonly #pending = new Map<string, PendingRequest>();
  readonly #answering = new Set<Promise<void>>();
  #isOver = false;

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

  /** The names of the house are the host's. */
  readonly isHost = true;

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

  /** Which log the room's numbers belong to: 16 bytes. */
  get log(): Uint8Array {
    return this.#room.log.id;
  }

  /** Always: nothing lies in between. */
  readonly isConnected = true;

  /** What was said earlier. */
  readPast(query: PastQuery): Promise<PastPage> {
    return this.#membership.readPast(query);
  }

  /** What has not been answered yet: a private message whose reader is away. */
  get pending(): readonly PendingRequest[] {
    return [...this.#pending.values()];
  }

  /** Resolves when everything has been answered. */
  async allAnswered(): Promise<void> {
    while (this.#answering.size > 0) await Promise.race(this.#answering);
  }

  /** From now on nothing is asked for: whoever tries waits for good. */
  end(): void {
    this.#isOver = true;
  }

  /** Asks for something, as soon as the readers have space for it. Resolves when they have for more. */
  async request(
    request: Parameters<RoomAccess["request"]>[0],
    id: Uint8Array = newMessageId(),
  ): Promise<void> {
    const membership = this.#membership;
    const to = request.type === "send" ? request.to : undefined;
    if (request.type === "send") {
      // What is kept is read by those who come later.
      if (this.others.length === 0 && !this.#room.log.isKept) {
        const reason = "nobody else is here; the message was not sent";
        return await this.#show({ event: "refused", id: hex(id), reason });
      }
      for (let ready = membership.ready(to); ready !== undefined; ready = membership.ready(to)) {
        await ready;
      }
    }
    if (this.#isOver) return await new Promise<never>(() => {});
    const answering = this.#answer({ ...request, id }).finally(() => {
      this.#answering.delete(answering);
    });
    this.#answering.add(answering);
    // What goes wrong is for the one who asked, not for whoever waits until all is answered.
    if (request.type !== "send") return await answering;
    answering.catch(() => {});
  }

  async #answer(request: MemberRequest): Promise<void> {
    const key = hex(request.id);
    this.#pending.set(key, { id: request.id, request });
    try {
      const answer = await carryOut(this.#membership, request);
      if (answer.type === "page") return;
      await this.#show(
        answer.type === "delivered"
          ? { event: "delivered", id: key, seq: answer.seq }
          : { event: "refused", id: key, reason: answer.reason },
      );
    } finally {
      this.#pending.delete(key);
    }
  }
}
