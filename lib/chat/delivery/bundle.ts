import { MAX_BATCH_SIZE, MESSAGE_HEADER_SIZE, MessageBatch } from "../../channel/mod.ts";
import type { Broadcast } from "./broadcast.ts";

/** Several messages on their way to the same seats: packed once, and only if a seat needs the bytes. */
export class Bundle {
  #parts: readonly (MessageBatch | Uint8Array)[] | undefined;

  /** A bundle of some broadcasts, in their order. */
  constructor(readonly broadcasts: readonly Broadcast[]) {}

  /** The messages as they go over a channel: in batches, and large ones by themselves. */
  get parts(): readonly (MessageBatch | Uint8Array)[] {
    return this.#parts ??= pack(this.broadcasts);
  }
}

function pack(broadcasts: readonly Broadcast[]): (MessageBatch | Uint8Array)[] {
  const parts: (MessageBatch | Uint8Array)[] = [];
  let gathered: Uint8Array[] = [];
  let size = 0;
  const finish = () => {
    if (gathered.length > 0) parts.push(new MessageBatch(gathered));
    gathered = [];
    size = 0;
  };
  for (const { bytes } of broadcasts) {
    const wanted = MESSAGE_HEADER_SIZE + bytes.length;
    if (size + wanted > MAX_BATCH_SIZE) finish();
    if (wanted > MAX_BATCH_SIZE) {
      parts.push(bytes);
    } else {
      gathered.push(bytes);
      size += wanted;
    }
  }
  finish();
  return parts;
}
