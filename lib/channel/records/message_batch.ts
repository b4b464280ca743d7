import { encodeMessages, RECORD_HEADER_SIZE } from "./record.ts";

/** The most bytes that a batch has, the messages' lengths included: it fits into one record of any cipher. */
export const MAX_BATCH_SIZE = 32_768;

/**
 * Several whole messages for many channels, packed once for all of them: each channel queues the batch,
 * not the messages, and counts all its bytes, but the memory is shared.
 */
export class MessageBatch {
  /** The plaintext of a record with these messages and nothing else. Nobody may change it. */
  readonly plaintext: Uint8Array;

  /**
   * A batch of messages, in their order.
   *
   * @param messages At least one; with 2 bytes more for each, at most {@linkcode MAX_BATCH_SIZE} bytes.
   * @throws {RangeError} If it is none, or more than that.
   */
  constructor(messages: readonly Uint8Array[]) {
    this.plaintext = encodeMessages(messages);
    if (messages.length === 0 || this.size > MAX_BATCH_SIZE) {
      throw new RangeError(`a batch has 1 to ${MAX_BATCH_SIZE} bytes, not ${this.size}`);
    }
  }

  /** How many bytes it takes in a record, the messages' lengths included. */
  get size(): number {
    return this.plaintext.length - RECORD_HEADER_SIZE;
  }
}
