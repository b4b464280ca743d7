import { CLOSE_TIMEOUT, type SecureChannel } from "../../channel/mod.ts";
import type { Visit } from "./visit.ts";

/** Sends the requests of a visit over one connection, as fast as the channel takes them. */
export class RequestSender {
  readonly #channel: Pick<SecureChannel, "enqueue" | "drained" | "abort">;
  readonly #visit: Visit;
  #isBlocked = false;
  #isOver = false;
  #givingUp: ReturnType<typeof setTimeout> | undefined;

  /** Begins to send; from now on the visit's requests go over this channel. */
  constructor(channel: Pick<SecureChannel, "enqueue" | "drained" | "abort">, visit: Visit) {
    this.#channel = channel;
    this.#visit = visit;
    visit.unanswered.onReady = () => this.#send();
    this.#send();
  }

  /** The connection has ended: what comes now is for the next one. */
  end(): void {
    this.#isOver = true;
    clearTimeout(this.#givingUp);
  }

  #send(): void {
    if (this.#isBlocked || this.#isOver) return;
    try {
      while (true) {
        const request = this.#visit.take();
        if (request === undefined) return;
        if (!this.#channel.enqueue(request.bytes)) break;
      }
    } catch (error) {
      return this.#fail(error);
    }
    this.#isBlocked = true;
    this.#channel.drained().then(() => {
      this.#isBlocked = false;
      this.#send();
    }, (error) => this.#fail(error));
  }

  /** What arrives may tell why, and is the better reason; but it is not waited for for ever. */
  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.#givingUp ??= setTimeout(() => this.#channel.abort(error), CLOSE_TIMEOUT);
  }
}
