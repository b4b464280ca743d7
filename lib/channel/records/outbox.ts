import { encodeMessages, encodePart, MESSAGE_HEADER_SIZE, RECORD_HEADER_SIZE } from "./record.ts";

const EMPTY = new Uint8Array(0);

/** The messages that wait to be sent, and the way to pack them into records. */
export class Outbox {
  readonly #maxPlaintextSize: number;
  #messages: Uint8Array[] = [];
  /** How many of `#messages` are gone already. */
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

  /** Adds a message. */
  push(message: Uint8Array): void {
    this.#messages.push(message);
    this.#size += MESSAGE_HEADER_SIZE + message.length;
  }

  /** The plaintext of the next record: as many whole messages as fit, or a part of a large one. */
  next(): Uint8Array | undefined {
    if (this.#rest !== undefined) return this.#nextPart(this.#rest);
    const batch: Uint8Array[] = [];
    let size = RECORD_HEADER_SIZE;
    let first = this.#messages[this.#sent];
    while (first !== undefined) {
      const wanted = MESSAGE_HEADER_SIZE + first.length;
      if (size + wanted > this.#maxPlaintextSize) break;
      batch.push(first);
      size += wanted;
      this.#dropFirst();
      first = this.#messages[this.#sent];
    }
    if (batch.length > 0) {
      this.#forget(size - RECORD_HEADER_SIZE);
      return encodeMessages(batch);
    }
    if (first === undefined) return undefined;
    this.#size -= MESSAGE_HEADER_SIZE;
    this.#dropFirst();
    return this.#nextPart(first);
  }

  /** Throws everything away. */
  clear(): void {
    this.#messages = [];
    this.#rest = undefined;
    this.#sent = this.#size = 0;
  }

  /** Lets go of a message at once: its place in the array may be kept for long. */
  #dropFirst(): void {
    this.#messages[this.#sent++] = EMPTY;
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
    if (this.#sent === this.#messages.length || this.#sent >= 1024) {
      this.#messages = this.#messages.slice(this.#sent);
      this.#sent = 0;
    }
  }
}
