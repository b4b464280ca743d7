import {
  assertSize,
  assertX25519PublicKey,
  concat,
  generateX25519KeyPair,
  isCanonicalX25519,
  ML_KEM768_CIPHERTEXT_SIZE,
  ML_KEM768_PUBLIC_KEY_SIZE,
  type MlKem768,
  type MlKem768KeyPair,
  platformMlKem768,
  wipe,
  x25519,
  X25519_SIZE,
  type X25519KeyPair,
} from "../crypto/mod.ts";
import { AuthenticationError, ProtocolError, UsageError } from "../errors.ts";
import { AESCBC } from "./aescbc.ts";
import { AESGCM } from "./aesgcm.ts";
import type { CipherFunction } from "./cipher_function.ts";
import type { CipherState } from "./cipher_state.ts";
import type { Role } from "./handshake_observer.ts";
import type { HandshakeOptions } from "./handshake_options.ts";
import { type HandshakePattern, parsePattern, type Token } from "./pattern.ts";
import { PreSharedKeys } from "./pre_shared_keys.ts";
import { parseProtocolName } from "./protocol_name.ts";
import { StepReporter } from "./step_reporter.ts";
import { SymmetricState } from "./symmetric_state.ts";

/** The most bytes that a Noise message may have (Noise §3). */
export const MAX_NOISE_MESSAGE_SIZE = 65_535;

const EMPTY = new Uint8Array(0);

/**
 * A `HandshakeState` (Noise §5.3): runs any pattern, one message at a time.
 *
 * After an error the handshake is over and its keys are overwritten.
 */
export class HandshakeState {
  /** Which side this is. */
  readonly role: Role;
  /** The protocol name in full. */
  readonly protocolName: string;
  readonly #pattern: HandshakePattern;
  readonly #cipher: CipherFunction;
  readonly #symmetric: SymmetricState;
  readonly #steps: StepReporter;
  readonly #fixed: HandshakeOptions["fixedEphemerals"];
  readonly #preSharedKeys: PreSharedKeys;
  readonly #s: X25519KeyPair | undefined;
  #rs: Uint8Array | undefined;
  #e: X25519KeyPair | undefined;
  #re: Uint8Array | undefined;
  #kem: MlKem768 | undefined;
  #e1: MlKem768KeyPair | undefined;
  #re1: Uint8Array | undefined;
  #message = 0;
  #state: "running" | "busy" | "complete" | "over" = "running";

  /**
   * `Initialize(…)`.
   *
   * @throws {UsageError} If the protocol is unknown, or a key that the pattern needs is missing.
   * @throws {RangeError} If a key has the wrong size.
   * @throws {AuthenticationError} With code `not-canonical`, if the remote static key is not.
   */
  constructor(options: HandshakeOptions) {
    const name = parseProtocolName(options.protocolName);
    this.role = options.role;
    this.protocolName = name.name;
    this.#pattern = parsePattern(name.pattern);
    this.#cipher = options.cipher ?? (name.cipher === AESGCM.name ? AESGCM : AESCBC);
    const hybrid = this.#pattern.messages.some((tokens) => tokens.includes("e1"));
    if (
      name.dh !== "25519" || name.hash !== "SHA256" || name.cipher !== this.#cipher.name ||
      name.kem !== (hybrid ? "MLKEM768" : undefined)
    ) {
      throw new UsageError("usage", `unknown Noise protocol: ${name.name}`);
    }

    this.#s = options.staticKeyPair;
    this.#rs = options.remoteStaticKey;
    if (this.#rs?.length === X25519_SIZE && !isCanonicalX25519(this.#rs)) {
      throw new AuthenticationError("not-canonical", "the remote static key is not canonical");
    }
    this.#kem = options.kem;
    this.#fixed = options.fixedEphemerals;
    this.#preSharedKeys = new PreSharedKeys(this.#pattern, options.preSharedKeys);

    const prologue = options.prologue ?? EMPTY;
    this.#symmetric = new SymmetricState(name.name, this.#cipher);
    this.#symmetric.mixHash(prologue);
    this.#mixPreMessages();
    const writesStatic = this.#pattern.messages.some((tokens, index) =>
      tokens.includes("s") && (index % 2 === 0) === (this.role === "initiator")
    );
    if (writesStatic) needed(this.#s, "own static key");
    this.#steps = new StepReporter(options.observer, this.#symmetric);
    this.#steps.start(this.role, this.protocolName, prologue);
  }

  /** Whether all messages have been exchanged, so that {@linkcode split} may be called. */
  get isComplete(): boolean {
    return this.#state === "complete";
  }

  /** Whether it is this side's turn to write. */
  get isMyTurn(): boolean {
    return this.#state === "running" &&
      (this.#message % 2 === 0) === (this.role === "initiator");
  }

  /** `h`: after the last message, 32 bytes that only the two sides of this handshake share. */
  get handshakeHash(): Uint8Array {
    return this.#symmetric.getHandshakeHash();
  }

  /** `rs`: the other side's static public key (32 bytes), once it is known. */
  get remoteStaticKey(): Uint8Array | undefined {
    return this.#rs;
  }

  /**
   * Gives the key for the pattern's next `psk` token that has none.
   *
   * @param key 32 bytes; copied.
   * @throws {UsageError} If no token is without a key.
   * @throws {RangeError} If it has another size.
   */
  setPreSharedKey(key: Uint8Array): void {
    this.#preSharedKeys.add(key);
  }

  /**
   * `WriteMessage(payload)`: the next message.
   *
   * @throws {UsageError} If it is not this side's turn, or the message would have over 65,535 bytes.
   */
  async writeMessage(payload: Uint8Array = EMPTY): Promise<Uint8Array> {
    return await this.#takeTurn(true, async (tokens) => {
      const parts: Uint8Array[] = [];
      for (const token of tokens) parts.push(await this.#write(token));
      const wire = await this.#symmetric.encryptAndHash(payload);
      this.#steps.payload({ direction: "write", message: this.#message }, wire, payload);
      const message = concat(...parts, wire);
      if (message.length > MAX_NOISE_MESSAGE_SIZE) {
        throw new UsageError("usage", "the handshake payload is too long");
      }
      return message;
    });
  }

  /**
   * `ReadMessage(message)`: the payload of the other side's message.
   *
   * @throws {ProtocolError} If the message is too short, too long, or holds an invalid KEM key.
   * @throws {AuthenticationError} If a tag is wrong, a public key is of low order, or a
   *   static one is not the only one of its private key (`not-canonical`).
   * @throws {UsageError} If it is this side's turn to write.
   */
  async readMessage(message: Uint8Array): Promise<Uint8Array> {
    return await this.#takeTurn(false, async (tokens) => {
      if (message.length > MAX_NOISE_MESSAGE_SIZE) throw malformed("too long");
      let rest = message;
      const take = (size: number) => {
        if (rest.length < size) throw malformed("too short");
        const part = rest.subarray(0, size);
        rest = rest.subarray(size);
        return part;
      };
      for (const token of tokens) {
        await this.#read(token, take);
      }
      const payload = await this.#symmetric.decryptAndHash(rest);
      this.#steps.payload({ direction: "read", message: this.#message }, rest, payload);
      return payload;
    });
  }

  /**
   * `Split()`: the two cipher states, the first for what the initiator sends. Call it once.
   *
   * @throws {UsageError} If messages are missing.
   */
  split(): [initiatorToResponder: CipherState, responderToInitiator: CipherState] {
    if (this.#state !== "complete") throw new UsageError("usage", "the handshake is not complete");
    this.#state = "over";
    const [first, second] = this.#symmetric.split();
    this.#steps.split(first, second);
    const initiatorToResponder = this.#symmetric.cipherState(first);
    const responderToInitiator = this.#symmetric.cipherState(second);
    wipe(first, second);
    this.#wipe();
    return [initiatorToResponder, responderToInitiator];
  }

  /** Ends the handshake and overwrites its secrets, but for the static key, which is its owner's. */
  destroy(): void {
    this.#state = "over";
    this.#symmetric.destroy();
    this.#wipe();
  }

  async #takeTurn(
    mine: boolean,
    work: (tokens: readonly Token[]) => Promise<Uint8Array>,
  ): Promise<Uint8Array> {
    const tokens = this.#pattern.messages[this.#message];
    if (tokens === undefined || this.#state !== "running" || this.isMyTurn !== mine) {
      throw new UsageError("usage", `it is not this side's turn to ${mine ? "write" : "read"}`);
    }
    this.#state = "busy";
    try {
      const result = await work(tokens);
      if (this.#isOver()) throw ended();
      this.#message++;
      this.#state = this.#message === this.#pattern.messages.length ? "complete" : "running";
      return result;
    } catch (error) {
      const wasOver = this.#isOver();
      this.destroy();
      throw wasOver ? ended() : error;
    }
  }

  /** Whether `destroy` was called: it may be while a turn is being taken. */
  #isOver(): boolean {
    return this.#state === "over";
  }

  async #write(token: Token): Promise<Uint8Array> {
    let wire: Uint8Array = EMPTY;
    let value: Uint8Array = EMPTY;
    let mixed: Uint8Array | undefined;
    switch (token) {
      case "e":
        this.#e = this.#fixed?.keyPair ?? await generateX25519KeyPair();
        wire = value = this.#e.publicKey;
        this.#mixEphemeral(value);
        break;
      case "s":
        value = needed(this.#s, "own static key").publicKey;
        wire = await this.#symmetric.encryptAndHash(value);
        break;
      case "e1":
        this.#e1 = await (await this.#getKem()).generateKeyPair(this.#fixed?.kemSeed);
        value = this.#e1.publicKey;
        wire = await this.#symmetric.encryptAndHash(value);
        break;
      case "ekem1": {
        const kem = await this.#getKem();
        const { ciphertext, sharedSecret } = await kem.encapsulate(needed(this.#re1, "KEM key"));
        value = ciphertext;
        wire = await this.#symmetric.encryptAndHash(value);
        mixed = sharedSecret;
        this.#symmetric.mixKey(sharedSecret);
        break;
      }
      default:
        mixed = await this.#mixToken(token);
    }
    this.#steps.token(token, { direction: "write", message: this.#message }, wire, value, mixed);
    if (mixed !== undefined) wipe(mixed);
    return wire;
  }

  async #read(token: Token, take: (size: number) => Uint8Array): Promise<void> {
    let wire: Uint8Array = EMPTY;
    let value: Uint8Array = EMPTY;
    let mixed: Uint8Array | undefined;
    switch (token) {
      case "e":
        wire = take(X25519_SIZE);
        value = this.#re = new Uint8Array(wire);
        this.#mixEphemeral(value);
        break;
      case "s":
        wire = take(this.#encryptedSize(X25519_SIZE));
        value = new Uint8Array(await this.#symmetric.decryptAndHash(wire));
        // Before anything is decided on it: there is no other key with the same private one.
        await assertX25519PublicKey(value);
        this.#rs = value;
        break;
      case "e1":
        wire = take(this.#encryptedSize(ML_KEM768_PUBLIC_KEY_SIZE));
        value = this.#re1 = new Uint8Array(await this.#symmetric.decryptAndHash(wire));
        break;
      case "ekem1":
        wire = take(this.#encryptedSize(ML_KEM768_CIPHERTEXT_SIZE));
        value = await this.#symmetric.decryptAndHash(wire);
        mixed = await needed(this.#e1, "KEM key").decapsulate(value);
        this.#symmetric.mixKey(mixed);
        break;
      default:
        mixed = await this.#mixToken(token);
    }
    this.#steps.token(token, { direction: "read", message: this.#message }, wire, value, mixed);
    if (mixed !== undefined) wipe(mixed);
  }

  /** The tokens that send nothing and do the same on both sides: DH results and pre-shared keys. */
  async #mixToken(token: "ee" | "es" | "se" | "ss" | "psk"): Promise<Uint8Array> {
    if (token === "psk") {
      const key = this.#preSharedKeys.next();
      this.#symmetric.mixKeyAndHash(key);
      return key;
    }
    // The first letter is the initiator's key, the second the responder's (Noise §5.3).
    const [initiatorKey, responderKey] = token;
    const [own, remote] = this.role === "initiator"
      ? [initiatorKey, responderKey]
      : [responderKey, initiatorKey];
    const { privateKey } = own === "e"
      ? needed(this.#e, "own ephemeral key")
      : needed(this.#s, "own static key");
    const publicKey = remote === "e"
      ? needed(this.#re, "remote ephemeral key")
      : needed(this.#rs, "remote static key");
    const secret = await x25519(privateKey, publicKey);
    this.#symmetric.mixKey(secret);
    return secret;
  }

  /** Noise §9.2: with a pre-shared key around, an ephemeral key also goes into the chaining key. */
  #mixEphemeral(publicKey: Uint8Array): void {
    this.#symmetric.mixHash(publicKey);
    if (this.#pattern.messages.some((tokens) => tokens.includes("psk"))) {
      this.#symmetric.mixKey(publicKey);
    }
  }

  #mixPreMessages(): void {
    const { initiatorPreMessage, responderPreMessage } = this.#pattern;
    const sides: [Role, readonly Token[]][] = [
      ["initiator", initiatorPreMessage],
      ["responder", responderPreMessage],
    ];
    for (const [side, tokens] of sides) {
      if (tokens.length === 0) continue;
      const key = side === this.role ? this.#s?.publicKey : this.#rs;
      const publicKey = needed(key, side === this.role ? "own static key" : "remote static key");
      assertSize("static key", publicKey, X25519_SIZE);
      this.#symmetric.mixHash(publicKey);
    }
  }

  #encryptedSize(size: number): number {
    return this.#symmetric.hasKey() ? this.#cipher.ciphertextSize(size) : size;
  }

  async #getKem(): Promise<MlKem768> {
    return this.#kem ??= await platformMlKem768();
  }

  #wipe(): void {
    this.#preSharedKeys.wipe();
    if (this.#e !== undefined && this.#e !== this.#fixed?.keyPair) wipe(this.#e.privateKey);
    this.#e = undefined;
    this.#e1 = undefined;
  }
}

/** A key that the pattern says must be there: it is missing only if the caller left it out. */
function needed<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new UsageError("usage", `the handshake is missing its ${name}`);
  return value;
}

function ended(): UsageError {
  return new UsageError("closed", "the handshake has been ended");
}

function malformed(how: string): ProtocolError {
  return new ProtocolError("malformed-message", `the other side's handshake message is ${how}`);
}
