import { hkdf } from "../crypto/mod.ts";
import {
  AESCBC,
  aescbcKeys,
  AESGCM,
  type HandshakeStep,
  SymmetricState,
  type Token,
} from "../noise/mod.ts";
import type { Field } from "./explanation.ts";
import { field, secretField, VALUE_SIZE } from "./fields.ts";
import type { CipherName } from "./sealed.ts";

const EMPTY = new Uint8Array(0);
const PUBLIC_NOTE = "Made of public bytes only so far: an eavesdropper can compute it.";

/** What each token that mixes a secret in calls it, and where it comes from. */
const MIXED: Partial<Record<Token, readonly [label: string, note: string]>> = {
  ee: ["DH(e, e)", "X25519 of the client's ephemeral and the server's ephemeral key."],
  es: ["DH(e, s)", "X25519 of the client's ephemeral and the server's static key."],
  se: ["DH(s, e)", "X25519 of the client's static and the server's ephemeral key."],
  ekem1: ["KEM shared secret", "The secret that the two sides share through ML-KEM-768."],
  psk: ["psk", "The pre-shared key, derived from the invitation's secret."],
};

/** A step of a handshake that is a token. */
export type TokenStep = Extract<HandshakeStep, { kind: "token" }>;

/**
 * How `ck` and `k` grow during one handshake (Noise §5.2), as far as this side may show it: until the
 * first secret is mixed in, everybody can compute them; from then on they are secrets.
 */
export class KeySchedule {
  readonly #mixesEphemerals: boolean;
  #chainingKey: Uint8Array | undefined;
  #isPublic = true;
  #hasKey = false;
  #n = 0n;

  /** @param mixesEphemerals Whether each `e` goes into `ck` as well: with a pre-shared key (§9.2). */
  constructor(protocolName: string, mixesEphemerals: boolean) {
    this.#mixesEphemerals = mixesEphemerals;
    this.#chainingKey = new SymmetricState(protocolName, AESCBC).getChainingKey();
  }

  /** Whether values are encrypted by now. */
  get hasKey(): boolean {
    return this.#hasKey;
  }

  /** Whether an eavesdropper can compute `k`, so that it hides nothing. */
  get isPublic(): boolean {
    return this.#isPublic;
  }

  /** The number of the next value that is encrypted under this `k`. */
  takeNumber(): bigint {
    return this.#n++;
  }

  /** `ck` at the start. */
  start(): Field {
    const ck = this.#chainingKey ?? EMPTY;
    return field(
      "ck",
      "hash",
      ck,
      "The chaining key: at first the same bytes as h began with, so it is public.",
    );
  }

  /** What a token changed: nothing, or the secret that it mixed in, the new `ck` and the new `k`. */
  take({ token, value, secrets }: TokenStep): readonly Field[] {
    if (token === "e") return this.#mixesEphemerals ? this.#mix(value, 2) : [];
    const mixed = MIXED[token];
    if (mixed === undefined) return [];
    const [label, note] = mixed;
    const input = secrets?.mixed;
    this.#isPublic = false;
    return [secretField(label, input, note), ...this.#mix(input, token === "psk" ? 3 : 2)];
  }

  /** `MixKey`, or with three outputs `MixKeyAndHash`. */
  #mix(input: Uint8Array | undefined, outputs: 2 | 3): readonly Field[] {
    const before = this.#chainingKey;
    const output = before && input && hkdf(before, input, EMPTY, outputs * VALUE_SIZE);
    const part = (index: number) => output?.slice(index * VALUE_SIZE, (index + 1) * VALUE_SIZE);
    this.#chainingKey = part(0);
    this.#hasKey = true;
    this.#n = 0n;
    return [
      this.#value("ck", part(0), "The new chaining key: HKDF's first output."),
      ...(outputs === 3
        ? [this.#value("temp_h", part(1), "HKDF's second output, which goes into h.")]
        : []),
      this.#value("k", part(outputs - 1), "The new cipher key: HKDF's last output."),
    ];
  }

  #value(label: string, bytes: Uint8Array | undefined, note: string): Field {
    return this.#isPublic && bytes !== undefined
      ? field(label, "hash", bytes, PUBLIC_NOTE)
      : secretField(label, bytes, note);
  }
}

/** `k` of one direction, and what its cipher makes of it. */
export function keyFields(
  cipher: CipherName,
  sender: string,
  k: Uint8Array | undefined,
): readonly Field[] {
  const key = secretField("k", k, `The cipher key for what the ${sender} sends.`);
  if (cipher === "AESGCM") return [key];
  const keys = k && aescbcKeys(k);
  return [
    key,
    secretField(
      "MAC_KEY",
      keys?.slice(0, VALUE_SIZE),
      `Makes the tags of what the ${sender} sends.`,
    ),
    secretField(
      "ENC_KEY",
      keys?.slice(VALUE_SIZE),
      `Encrypts what the ${sender} sends, with AES-256-CBC.`,
    ),
  ];
}

/** `REKEY(k)`. */
export function nextKey(cipher: CipherName, k: Uint8Array): Uint8Array {
  const keyed = (cipher === "AESCBC" ? AESCBC : AESGCM).withKey(k);
  const next = keyed.rekey();
  keyed.destroy();
  return next;
}
