import { ProtocolError } from "../../errors.ts";
import { MAX_MESSAGE_SIZE, type RecordContent, RecordType } from "./record.ts";

/** What a record holds, but for a close. */
type MessageContent = Exclude<RecordContent, { type: typeof RecordType.close }>;

const EMPTY = new Uint8Array(0);

/** The messages that have arrived and are not taken yet, and the one whose parts are arriving. */
export class Inbox {
  #messages: readonly Uint8Array[] = [];
  #taken = 0;
  /** Room for a message in parts; it grows as they arrive. */
  #gathered: Uint8Array = EMPTY;
  #gatheredSize = 0;
  #gathering = false;

  /** The next message, in memory of its own. */
  shift(): Uint8Array | undefined {
    const message = this.#messages[this.#taken++];
    if (message !== undefined) return message.slice();
    this.#messages = [];
    this.#taken = 0;
    return undefined;
  }

  /** Whether a message is still in parts, so that an end now would cut it. */
  get isGathering(): boolean {
    return this.#gathering;
  }

  /**
   * Adds what a record holds. Only to be called when {@linkcode shift} has given all there was.
   *
   * @throws {ProtocolError} If parts and whole messages are mixed, or the parts are too many.
   */
  add(content: MessageContent): void {
    if (content.type === RecordType.messages) {
      if (this.#gathering) {
        throw new ProtocolError("malformed-record", "received a message inside another");
      }
      this.#messages = content.messages;
      this.#taken = 0;
      return;
    }
    this.#gather(content.part);
    if (content.type === RecordType.lastPart) {
      this.#messages = [this.#gathered.subarray(0, this.#gatheredSize)];
      this.#taken = 0;
      this.#gathered = EMPTY;
      this.#gatheredSize = 0;
      this.#gathering = false;
    }
  }

  #gather(part: Uint8Array): void {
    this.#gathering = true;
    const size = this.#gatheredSize + part.length;
    if (size > MAX_MESSAGE_SIZE) {
      throw new ProtocolError("message-too-long", `received more than ${MAX_MESSAGE_SIZE} bytes`);
    }
    if (size > this.#gathered.length) {
      const grown = new Uint8Array(Math.min(MAX_MESSAGE_SIZE, 2 * size));
      grown.set(this.#gathered.subarray(0, this.#gatheredSize));
      this.#gathered = grown;
    }
    this.#gathered.set(part, this.#gatheredSize);
    this.#gatheredSize = size;
  }
}
