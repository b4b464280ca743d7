import { type SecureChannel, SEND_HIGH_WATER_MARK } from "../../channel/mod.ts";
import { encodeMessage } from "../wire/wire.ts";

/** Tells the room which private messages this side has got, on one connection. */
export class PrivateReceipts {
  readonly #channel: Pick<SecureChannel, "enqueue" | "drained" | "queued">;
  /** Up to which number they were received, and up to which the room knows it. */
  #got = 0;
  #said = 0;

  /** @param channel Where to tell it. */
  constructor(channel: Pick<SecureChannel, "enqueue" | "drained" | "queued">) {
    this.#channel = channel;
  }

  /** All private messages up to a number have been received. */
  get(number: number): void {
    this.#got = Math.max(this.#got, number);
    this.#say();
  }

  #say(): void {
    if (this.#got <= this.#said) return;
    try {
      if (this.#channel.queued > SEND_HIGH_WATER_MARK) {
        // A room that does not read learns the last number, once it does.
        this.#channel.drained().then(() => this.#say(), () => {});
        return;
      }
      this.#said = this.#got;
      this.#channel.enqueue(encodeMessage({ type: "got", private: this.#got }));
    } catch {
      // The connection has ended: the room will send them again on the next one.
    }
  }
}
