import type { HandshakeObserver, HandshakeSecrets, Role } from "./handshake_observer.ts";
import type { Token } from "./pattern.ts";
import type { SymmetricState } from "./symmetric_state.ts";

/** Where a step is taken. */
interface Place {
  /** Whether this side writes the message, or reads it. */
  readonly direction: "write" | "read";
  /** Which message of the handshake: 0 is the first. */
  readonly message: number;
}

/** Tells an observer, if there is one, each step: copies of its bytes, and secrets only on request. */
export class StepReporter {
  readonly #observer: HandshakeObserver | undefined;
  readonly #symmetric: SymmetricState;

  /** @param symmetric What the handshake works on; it is only looked at. */
  constructor(observer: HandshakeObserver | undefined, symmetric: SymmetricState) {
    this.#observer = observer;
    this.#symmetric = symmetric;
  }

  /** The name and the prologue are mixed in. */
  start(role: Role, protocolName: string, prologue: Uint8Array): void {
    this.#observer?.step({
      kind: "start",
      role,
      protocolName,
      prologue: new Uint8Array(prologue),
      handshakeHash: this.#symmetric.getHandshakeHash(),
      ...this.#secrets(),
    });
  }

  /**
   * A token was written or read.
   *
   * @param wire Its bytes in the message.
   * @param value What they stand for once decrypted.
   * @param mixed The secret that went through `MixKey`, if one did.
   */
  token(
    token: Token,
    place: Place,
    wire: Uint8Array,
    value: Uint8Array,
    mixed: Uint8Array | undefined,
  ): void {
    this.#observer?.step({
      kind: "token",
      token,
      ...place,
      wire: new Uint8Array(wire),
      value: new Uint8Array(value),
      handshakeHash: this.#symmetric.getHandshakeHash(),
      ...this.#secrets(mixed),
    });
  }

  /** The payload that ends a message was written or read. */
  payload(place: Place, wire: Uint8Array, value: Uint8Array): void {
    this.#observer?.step({
      kind: "payload",
      ...place,
      wire: new Uint8Array(wire),
      value: new Uint8Array(value),
      handshakeHash: this.#symmetric.getHandshakeHash(),
    });
  }

  /** Both directions have their keys. */
  split(initiatorToResponder: Uint8Array, responderToInitiator: Uint8Array): void {
    this.#observer?.step({
      kind: "split",
      handshakeHash: this.#symmetric.getHandshakeHash(),
      ...(this.#observer.secrets && {
        keys: {
          initiatorToResponder: new Uint8Array(initiatorToResponder),
          responderToInitiator: new Uint8Array(responderToInitiator),
        },
      }),
    });
  }

  #secrets(mixed?: Uint8Array): { secrets?: HandshakeSecrets } {
    if (!this.#observer?.secrets) return {};
    const chainingKey = this.#symmetric.getChainingKey();
    return { secrets: mixed ? { chainingKey, mixed: new Uint8Array(mixed) } : { chainingKey } };
  }
}
