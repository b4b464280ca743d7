import { assertSize, randomBytes, wipe } from "../crypto/mod.ts";
import { AuthenticationError, UsageError } from "../errors.ts";
import type { Role } from "./handshake_observer.ts";
import type { HandshakePattern } from "./pattern.ts";
import type { SymmetricState } from "./symmetric_state.ts";

/** Size of a pre-shared key in bytes (Noise §9). */
export const PRE_SHARED_KEY_SIZE = 32;

/** How many pre-shared keys are tried before other work gets its turn. */
const CANDIDATES_AT_ONCE = 16;

/** Finds the pre-shared keys (32 bytes each) that the owner of a static key (32 bytes) may mean. */
export type CandidatePreSharedKeys = (
  remoteStaticKey: Uint8Array | undefined,
) => Iterable<Uint8Array> | Promise<Iterable<Uint8Array>>;

/** The pre-shared keys of one handshake: given beforehand, or found by trial when the `psk` is read. */
export class PreSharedKeys {
  readonly #keys: Uint8Array[];
  readonly #candidates: CandidatePreSharedKeys | undefined;
  #chosen: Uint8Array | undefined;

  /**
   * Takes copies of the keys.
   *
   * @throws {UsageError} If the pattern takes another number of keys, or does not let this side try.
   * @throws {RangeError} If a key has not 32 bytes.
   */
  constructor(
    pattern: HandshakePattern,
    role: Role,
    keys: readonly Uint8Array[],
    candidates: CandidatePreSharedKeys | undefined,
  ) {
    this.#keys = keys.map(copyOf);
    this.#candidates = candidates;
    const wanted = pattern.messages.flat().filter((token) => token === "psk").length;
    if (candidates !== undefined) {
      // Only behind a `psk` that ends a message which is read here is there a payload to try it on.
      const mayTry = pattern.messages.some((tokens, index) =>
        tokens.at(-1) === "psk" && (index % 2 === 0) !== (role === "initiator")
      );
      if (wanted !== 1 || !mayTry) {
        throw new UsageError("usage", `${pattern.name} does not let this side try pre-shared keys`);
      }
    } else if (keys.length !== wanted) {
      throw new UsageError("usage", `${pattern.name} takes ${wanted} pre-shared keys`);
    }
  }

  /** Which of the candidates the other side meant, once known; overwritten by {@linkcode wipe}. */
  get chosen(): Uint8Array | undefined {
    return this.#chosen;
  }

  /** The key for the next `psk` token. */
  next(): Uint8Array {
    const key = this.#keys.shift();
    if (key === undefined) {
      throw new UsageError("usage", "the handshake is missing its pre-shared key");
    }
    return key;
  }

  /**
   * Finds out which candidate the payload behind `psk` was encrypted under; without candidates there
   * is nothing to find out. Where none fits, a random key takes its place, and reading the payload
   * then fails as it does for any wrong key.
   *
   * @param symmetric The state before the `psk` token; it stays as it is.
   * @param remoteStaticKey `rs`, if it is known by now.
   */
  async choose(
    symmetric: SymmetricState,
    remoteStaticKey: Uint8Array | undefined,
    payload: Uint8Array,
  ): Promise<void> {
    if (this.#candidates === undefined) return;
    let count = 0;
    for (const candidate of await this.#candidates(remoteStaticKey)) {
      // A server with many candidates has other connections to serve, too.
      if (++count % CANDIDATES_AT_ONCE === 0) await new Promise((next) => setTimeout(next, 0));
      const key = copyOf(candidate);
      if (await opens(symmetric, key, payload)) {
        this.#chosen = new Uint8Array(key);
        this.#keys.push(key);
        return;
      }
      wipe(key);
    }
    this.#keys.push(randomBytes(PRE_SHARED_KEY_SIZE));
  }

  /** Overwrites the copies. */
  wipe(): void {
    wipe(...this.#keys);
    if (this.#chosen !== undefined) wipe(this.#chosen);
  }
}

/** Whether the payload can be decrypted once this key is mixed in. */
async function opens(
  symmetric: SymmetricState,
  key: Uint8Array,
  payload: Uint8Array,
): Promise<boolean> {
  const trial = symmetric.fork();
  try {
    trial.mixKeyAndHash(key);
    await trial.decryptAndHash(payload);
    return true;
  } catch (error) {
    if (error instanceof AuthenticationError) return false;
    throw error;
  } finally {
    trial.destroy();
  }
}

function copyOf(key: Uint8Array): Uint8Array {
  assertSize("pre-shared key", key, PRE_SHARED_KEY_SIZE);
  return new Uint8Array(key);
}
