import {
  assertSize,
  concat,
  generateX25519KeyPair,
  ML_KEM768_CIPHERTEXT_SIZE,
  ML_KEM768_PUBLIC_KEY_SIZE,
  type MlKem768,
  type MlKem768KeyPair,
  platformMlKem768,
  randomBytes,
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
import type { HandshakeObserver, HandshakeSecrets, Role } from "./handshake_observer.ts";
import { type HandshakePattern, parsePattern, type Token } from "./pattern.ts";
import { parseProtocolName } from "./protocol_name.ts";
import { SymmetricState } from "./symmetric_state.ts";

/** The most bytes that a Noise message may have (Noise §3). */
export const MAX_NOISE_MESSAGE_SIZE = 65_535;

/** Size of a pre-shared key in bytes (Noise §9). */
export const PRE_SHARED_KEY_SIZE = 32;

/** How many pre-shared keys are tried before others get their turn. */
const CANDIDATES_AT_ONCE = 16;

const EMPTY = new Uint8Array(0);

/** Finds the pre-shared keys (32 bytes each) that somebody with a static key (32 bytes) may mean. */
export type CandidatePreSharedKeys = (
  remoteStaticKey: Uint8Array | undefined,
) => Iterable<Uint8Array> | Promise<Iterable<Uint8Array>>;

/** What a handshake starts from: the arguments of `Initialize` (Noise §5.3). */
export interface HandshakeOptions {
  /** The protocol name in full. DH must be `25519`, the hash `SHA256`, the KEM `MLKEM768`. */
  readonly protocolName: string;
  /** The initiator writes the first message. */
  readonly role: Role;
  /** Data that both sides must agree on; nothing of it is sent. */
  readonly prologue?: Uint8Array;
  /** `s`: this side's static key pair, where the pattern has one. Its owner keeps it. */
  readonly staticKeyPair?: X25519KeyPair;
  /** `rs`: the other side's static public key, where the pattern has it known beforehand. */
  readonly remoteStaticKey?: Uint8Array;
  /** The pre-shared keys, 32 bytes each, in the order of the pattern's `psk` tokens. */
  readonly preSharedKeys?: readonly Uint8Array[];
  /**
   * In the place of `preSharedKeys`, where the pattern's one `psk` ends a message that this side reads
   * (as it does for a responder in `psk3`): asked with `rs`, if that is known by then, which keys the
   * other side may mean. Each is tried on the message's payload.
   */
  readonly candidatePreSharedKeys?: CandidatePreSharedKeys;
  /** Watches every step. */
  readonly observer?: HandshakeObserver;
  /** The cipher function, where it is not one of this library's. */
  readonly cipher?: CipherFunction;
  /** ML-KEM-768, where it is not to be the platform's. */
  readonly kem?: MlKem768;
  /** Fixed ephemeral keys, for test vectors. Anything but fresh ones breaks every promise. */
  readonly fixedEphemerals?: {
    readonly keyPair?: X25519KeyPair;
    readonly kemSeed?: Uint8Array;
  };
}

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
  readonly #candidates: CandidatePreSharedKeys | undefined;
  readonly #symmetric: SymmetricState;
  readonly #observer: HandshakeObserver | undefined;
  readonly #fixed: HandshakeOptions["fixedEphemerals"];
  readonly #preSharedKeys: Uint8Array[];
  readonly #s: X25519KeyPair | undefined;
  #rs: Uint8Array | undefined;
  #e: X25519KeyPair | undefined;
  #re: Uint8Array | undefined;
  #kem: MlKem768 | undefined;
  #e1: MlKem768KeyPair | undefined;
  #re1: Uint8Array | undefined;
  #chosenPreSharedKey: Uint8Array | undefined;
  #message = 0;
  #state: "running" | "busy" | "complete" | "over" = "running";

  /**
   * `Initialize(…)`.
   *
   * @throws {UsageError} If the protocol is unknown, or a key that the pattern needs is missing.
   * @throws {RangeError} If a key has the wrong size.
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
    this.#kem = options.kem;
    this.#fixed = options.fixedEphemerals;
    this.#observer = options.observer;
    this.#preSharedKeys = (options.preSharedKeys ?? []).map((key) => {
      assertSize("pre-shared key", key, PRE_SHARED_KEY_SIZE);
      return new Uint8Array(key);
    });
    this.#candidates = options.candidatePreSharedKeys;
    const wanted = this.#pattern.messages.flat().filter((token) => token === "psk").length;
    if (this.#candidates !== undefined) {
      if (wanted !== 1 || !this.#pattern.messages.some(this.#mayTryPreSharedKeys, this)) {
        throw new UsageError("usage", `${name.pattern} does not let this side try pre-shared keys`);
      }
    } else if (this.#preSharedKeys.length !== wanted) {
      throw new UsageError("usage", `${name.pattern} takes ${wanted} pre-shared keys`);
    }

    const prologue = options.prologue ?? EMPTY;
    this.#symmetric = new SymmetricState(name.name, this.#cipher);
    this.#symmetric.mixHash(prologue);
    this.#mixPreMessages();
    const writesStatic = this.#pattern.messages.some((tokens, index) =>
      tokens.includes("s") && (index % 2 === 0) === (this.role === "initiator")
    );
    if (writesStatic) needed(this.#s, "own static key");
    this.#observer?.step({
      kind: "start",
      role: this.role,
      protocolName: name.name,
      prologue: new Uint8Array(prologue),
      handshakeHash: this.handshakeHash,
      ...this.#secrets(),
    });
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

  /** Which of the candidates the other side meant, once known; overwritten when the handshake ends. */
  get chosenPreSharedKey(): Uint8Array | undefined {
    return this.#chosenPreSharedKey;
  }

  /** `rs`: the other side's static public key (32 bytes), once it is known. */
  get remoteStaticKey(): Uint8Array | undefined {
    return this.#rs;
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
      this.#observePayload("write", wire, payload);
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
   * @throws {AuthenticationError} If a tag is wrong, or a public key is of low order.
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
        if (token === "psk" && this.#candidates !== undefined) await this.#choosePreSharedKey(rest);
        await this.#read(token, take);
      }
      const payload = await this.#symmetric.decryptAndHash(rest);
      this.#observePayload("read", rest, payload);
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
    this.#observer?.step({
      kind: "split",
      handshakeHash: this.handshakeHash,
      ...(this.#observer.secrets && {
        keys: {
          initiatorToResponder: new Uint8Array(first),
          responderToInitiator: new Uint8Array(second),
        },
      }),
    });
    const states = [first, second].map((key) => this.#symmetric.cipherState(key));
    wipe(first, second);
    this.#wipe();
    return [states[0], states[1]];
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
    if (this.#state !== "running" || this.isMyTurn !== mine) {
      throw new UsageError("usage", `this is not the moment to ${mine ? "write" : "read"}`);
    }
    this.#state = "busy";
    try {
      const result = await work(this.#pattern.messages[this.#message]);
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
    this.#observeToken(token, "write", wire, value, mixed);
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
        value = this.#rs = new Uint8Array(await this.#symmetric.decryptAndHash(wire));
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
    this.#observeToken(token, "read", wire, value, mixed);
  }

  /** The tokens that send nothing and do the same on both sides: DH results and pre-shared keys. */
  async #mixToken(token: "ee" | "es" | "se" | "ss" | "psk"): Promise<Uint8Array> {
    if (token === "psk") {
      const key = needed(this.#preSharedKeys.shift(), "pre-shared key");
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

  /** Whether a message of the pattern is read here, and ends in a `psk` that may be tried. */
  #mayTryPreSharedKeys(tokens: readonly Token[], index: number): boolean {
    return tokens.at(-1) === "psk" && (index % 2 === 0) !== (this.role === "initiator");
  }

  /**
   * Finds out which candidate the payload behind `psk` was encrypted under. Where none fits, a random
   * key takes its place, and reading the payload then fails as it does for any wrong key.
   */
  async #choosePreSharedKey(payload: Uint8Array): Promise<void> {
    const candidates = await this.#candidates?.(this.#rs) ?? [];
    let count = 0;
    for (const candidate of candidates) {
      // Whoever has many candidates has other things to do, too.
      if (++count % CANDIDATES_AT_ONCE === 0) await new Promise((next) => setTimeout(next, 0));
      assertSize("pre-shared key", candidate, PRE_SHARED_KEY_SIZE);
      const trial = this.#symmetric.fork();
      try {
        trial.mixKeyAndHash(candidate);
        await trial.decryptAndHash(payload);
        this.#chosenPreSharedKey = new Uint8Array(candidate);
        this.#preSharedKeys.push(new Uint8Array(candidate));
        return;
      } catch (error) {
        if (!(error instanceof AuthenticationError)) throw error;
      } finally {
        trial.destroy();
      }
    }
    this.#preSharedKeys.push(randomBytes(PRE_SHARED_KEY_SIZE));
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

  #observeToken(
    token: Token,
    direction: "write" | "read",
    wire: Uint8Array,
    value: Uint8Array,
    mixed: Uint8Array | undefined,
  ): void {
    this.#observer?.step({
      kind: "token",
      token,
      direction,
      message: this.#message,
      wire: new Uint8Array(wire),
      value: new Uint8Array(value),
      handshakeHash: this.handshakeHash,
      ...this.#secrets(mixed),
    });
    if (mixed !== undefined) wipe(mixed);
  }

  #observePayload(direction: "write" | "read", wire: Uint8Array, value: Uint8Array): void {
    this.#observer?.step({
      kind: "payload",
      direction,
      message: this.#message,
      wire: new Uint8Array(wire),
      value: new Uint8Array(value),
      handshakeHash: this.handshakeHash,
    });
  }

  #secrets(mixed?: Uint8Array): { secrets?: HandshakeSecrets } {
    if (!this.#observer?.secrets) return {};
    const chainingKey = this.#symmetric.getChainingKey();
    return { secrets: mixed ? { chainingKey, mixed: new Uint8Array(mixed) } : { chainingKey } };
  }

  #wipe(): void {
    wipe(...this.#preSharedKeys);
    if (this.#chosenPreSharedKey !== undefined) wipe(this.#chosenPreSharedKey);
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
