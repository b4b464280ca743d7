import type { MessageBatch } from "./message_batch.ts";
import {
  encodePart,
  MESSAGE_HEADER_SIZE,
  putMessage,
  RECORD_HEADER_SIZE,
  RecordType,
} from "./record.ts";

const EMPTY = new Uint8Array(0);

/** One message, or several that are packed already. */
type Item = Uint8Array | MessageBatch;

/** The messages that wait to be sent, and the way to pack them into records. */
export class Outbox {
  readonly #maxPlaintextSize: number;
  #items: Item[] = [];
  /** How many of `#items` are gone already. */
  #sent = 0;
  /** What is left of a message that is being sent in parts. */
  #rest: Uint8Array | undefined;
  #size = 0;

  /** @param maxPlaintextSize The longest plaintext that a record may have, in bytes. */
  constructor(maxPlaintextSize: number) {
    this.#maxPlaintextSize = maxPlaintextSize;
  }

  /** How many bytes wait, headers included. */
  get size(): number {
    return this.#size;
  }

  /** Adds a message, or a batch of messages. */
  push(item: Item): void {
    this.#items.push(item);
    this.#size += sizeOf(item);
  }

  /**
   * The plaintext of the next record: as many whole messages as fit, or a part of a large one. A batch
   * that has a record to itself is not copied: many channels may send the same bytes, and none may
   * change them.
   */
  next(): Uint8Array | undefined {
    if (this.#rest !== undefined) return this.#nextPart(this.#rest);
    const first = this.#items[this.#sent];
    if (first === undefined) return undefined;
    let size = RECORD_HEADER_SIZE;
    let end = this.#sent;
    for (let item: Item | undefined = first; item !== undefined; item = this.#items[end]) {
      const wanted = sizeOf(item);
      if (size + wanted > this.#maxPlaintextSize) break;
      size += wanted;
      end++;
    }
    const count = end - this.#sent;
    if (count === 0) return this.#firstPart(first);
    const isBatch = count === 1 && !(first instanceof Uint8Array);
    const plaintext = isBatch ? first.plaintext : this.#pack(end, size);
    while (this.#sent < end) this.#dropFirst();
    this.#forget(size - RECORD_HEADER_SIZE);
    return plaintext;
  }

  /** Throws everything away. */
  clear(): void {
    this.#items = [];
    this.#rest = undefined;
    this.#sent = this.#size = 0;
  }

  /** A record of all that stands before `end`. */
  #pack(end: number, size: number): Uint8Array {
    const plaintext = new Uint8Array(size);
    plaintext[0] = RecordType.messages;
    let offset = RECORD_HEADER_SIZE;
    for (const item of this.#items.slice(this.#sent, end)) {
      if (item instanceof Uint8Array) {
        offset = putMessage(plaintext, offset, item);
      } else {
        plaintext.set(item.plaintext.subarray(RECORD_HEADER_SIZE), offset);
        offset += item.size;
      }
    }
    return plaintext;
  }

  /** Lets go of an item at once: its place in the array may be kept for long. */
  #dropFirst(): void {
    this.#items[this.#sent++] = EMPTY;
  }

  #firstPart(message: Item): Uint8Array {
    // A batch has space in any record, so it is a message.
    if (!(message instanceof Uint8Array)) throw new RangeError("a batch is larger than a record");
    this.#size -= MESSAGE_HEADER_SIZE;
    this.#dropFirst();
    return this.#nextPart(message);
  }

  #nextPart(message: Uint8Array): Uint8Array {
    const part = message.subarray(0, this.#maxPlaintextSize - RECORD_HEADER_SIZE);
    const rest = message.subarray(part.length);
    this.#rest = rest.length > 0 ? rest : undefined;
    this.#forget(part.length);
    return encodePart(part, rest.length === 0);
  }

  #forget(size: number): void {
    this.#size -= size;
    // Shifting an array for each message would cost more than the message.
    if (this.#sent === this.#items.length) {
      this.#items.length = this.#sent = 0;
    } else if (this.#sent >= 1024) {
      this.#items = this.#items.slice(this.#sent);
      this.#sent = 0;
    }
  }
}

/** How many bytes it takes in a record. */
function sizeOf(item: Item): number {
  return item instanceof Uint8Array ? MESSAGE_HEADER_SIZE + item.length : item.size;
}
