import type { RoomMessage } from "../wire/room_messages.ts";
import { encodeMessage } from "../wire/wire.ts";

/** A message on its way to several members: encoded once, and only if a seat needs the bytes. */
export class Broadcast {
  #bytes: Uint8Array | undefined;

  /** A broadcast of one message. */
  constructor(readonly message: RoomMessage) {}

  /** The message as it goes over a channel. */
  get bytes(): Uint8Array {
    return this.#bytes ??= encodeMessage(this.message);
  }
}
