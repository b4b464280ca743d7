/**
 * Recomputes every value of a connection from the bytes on the wire and the secrets that were shown,
 * with `node:crypto` and nothing of this library: docs/PROTOCOL.md, written down a second time.
 *
 * @module
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createDecipheriv, createHash, createHmac } from "node:crypto";
import type { Explanation, Field, Step } from "../../lib/explain/mod.ts";

const EMPTY = Buffer.alloc(0);

type End = "client" | "server";

/** The tokens of each message, as docs/PROTOCOL.md gives them. */
const PATTERNS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  XX: [["e"], ["e", "ee", "s", "es"], ["s", "se"]],
  XXpsk3: [["e"], ["e", "ee", "s", "es"], ["s", "se", "psk"]],
  XXhfs: [["e", "e1"], ["e", "ee", "ekem1", "s", "es"], ["s", "se"]],
  "XXhfs+psk3": [["e", "e1"], ["e", "ee", "ekem1", "s", "es"], ["s", "se", "psk"]],
};

const SIZES: Readonly<Record<string, number>> = { e: 32, s: 32, e1: 1184, ekem1: 1088 };

/** How the secret that a token mixes in is called. */
const SECRETS: Readonly<Record<string, string>> = {
  ee: "DH(e, e)",
  es: "DH(e, s)",
  se: "DH(s, e)",
  ekem1: "KEM shared secret",
  psk: "psk",
};

/** What came out, for tests to look at. */
export interface Recomputed {
  /** The static public keys that were decrypted. */
  readonly staticKeys: Partial<Record<End, Uint8Array>>;
  /** How many records, and how many changes of keys, were checked. */
  readonly records: number;
  readonly rekeys: number;
  /** The plaintexts of the records, in the order in which they were explained. */
  readonly plaintexts: Uint8Array[];
}

/** Holds every value that was shown against the one that it must be. */
export function recompute(
  explanations: readonly Explanation[],
  wire: Readonly<Record<End, Uint8Array>>,
  thisEnd: End,
): Recomputed {
  return new Recomputation(wire, thisEnd).run(explanations);
}

class Recomputation {
  readonly #wire: Record<End, Buffer>;
  readonly #thisEnd: End;
  #cipher = "";
  #tokens: readonly (readonly string[])[] = [];
  #hasPsk = false;
  /** The last payload: that of message 2 is the mask. */
  #payload: Buffer = EMPTY;
  #secretId: Uint8Array = EMPTY;
  #h: Buffer = EMPTY;
  #ck: Buffer = EMPTY;
  #k: Buffer | undefined;
  #n = 0n;
  #message = 0;
  readonly #keys: Record<End, Buffer> = { client: EMPTY, server: EMPTY };
  readonly #numbers: Record<End, bigint> = { client: 0n, server: 0n };
  readonly #staticKeys: Partial<Record<End, Uint8Array>> = {};
  readonly #plaintexts: Uint8Array[] = [];
  #rekeys = 0;

  constructor(wire: Readonly<Record<End, Uint8Array>>, thisEnd: End) {
    this.#wire = { client: Buffer.from(wire.client), server: Buffer.from(wire.server) };
    this.#thisEnd = thisEnd;
  }

  run(explanations: readonly Explanation[]): Recomputed {
    for (const explanation of explanations) this.#check(explanation);
    assert.deepEqual([this.#wire.client.length, this.#wire.server.length], [0, 0], "all was shown");
    return {
      staticKeys: this.#staticKeys,
      records: this.#plaintexts.length,
      rekeys: this.#rekeys,
      plaintexts: this.#plaintexts,
    };
  }

  #check(explanation: Explanation): void {
    switch (explanation.kind) {
      case "protocol":
        return this.#checkProtocol(explanation);
      case "start":
        return this.#checkStart(explanation);
      case "message":
        return this.#checkMessage(explanation);
      case "secret-id":
        return this.#checkSecretId(explanation);
      case "keys":
        return this.#checkKeys(explanation);
      case "record":
        return this.#checkRecord(explanation);
      case "rekey":
        return this.#checkRekey(explanation);
      default:
        assert.deepEqual(explanation.steps, [], explanation.kind);
    }
  }

  #checkProtocol(explanation: Explanation): void {
    const body = this.#takeFrame(explanation, "client");
    const name = body.toString("ascii");
    const [, pattern, cipher] = /^Noise_(\w+(?:\+\w+)?)_25519(?:\+MLKEM768)?_(AES\w+)_SHA256$/
      .exec(name) ?? [];
    this.#cipher = cipher;
    this.#tokens = PATTERNS[pattern];
    this.#hasPsk = pattern.includes("psk3");
    const first = body.length <= 32 ? Buffer.concat([body], 32) : sha256(body);
    this.#ck = first;
    this.#h = first;
    same(explanation.steps[1].wire[0], "protocol name", body);
  }

  #checkStart({ steps: [{ state, wire, inside }] }: Explanation): void {
    const prologue = Buffer.from("X25519-TCP-Chat/1");
    this.#h = sha256(this.#h, prologue);
    assert.deepEqual([wire, inside], [[], []]);
    same(state[0], "prologue", prologue);
    same(state[1], "ck", this.#ck);
    same(state[2], "h", this.#h);
    assert.equal(state.length, 3);
  }

  #checkMessage(explanation: Explanation): void {
    const sender = this.#message % 2 === 0 ? "client" : "server";
    const body = this.#takeFrame(explanation, sender);
    const tokens = this.#tokens[this.#message];
    const [, ...steps] = explanation.steps;
    assert.deepEqual(steps.map(({ name }) => name), [...tokens, "payload"]);
    let rest = body;
    for (const step of steps) {
      const size = step.name === "payload" ? rest.length : this.#sizeOf(step.name);
      this.#checkStep(step, rest.subarray(0, size), sender);
      rest = rest.subarray(size);
    }
    assert.equal(rest.length, 0);
    this.#message++;
  }

  #checkSecretId(explanation: Explanation): void {
    const body = this.#takeFrame(explanation, "client");
    const { inside: [mask, id], state } = explanation.steps[1];
    assert.deepEqual([explanation.steps.length, state], [2, []]);
    same(mask, "mask", this.#payload);
    same(id, "id", Buffer.from(body.map((byte, index) => byte ^ this.#payload[index])));
    this.#secretId = bytesOf(id);
  }

  #sizeOf(token: string): number {
    const size = SIZES[token] ?? 0;
    if (size === 0 || token === "e" || this.#k === undefined) return size;
    return this.#cipher === "AESCBC" ? 16 + 16 * (Math.floor(size / 16) + 1) + 32 : size + 16;
  }

  #checkStep(step: Step, bytes: Buffer, sender: End): void {
    const { name, wire, inside } = step;
    const state = [...step.state];
    const isEncrypted = this.#k !== undefined && name !== "e" &&
      (name === "payload" || name in SIZES);
    let value = bytes;
    if (isEncrypted) {
      value = this.#checkSealed(step, bytes, this.#k ?? EMPTY, this.#n++, this.#h, state);
    } else {
      assert.deepEqual(inside, []);
      if (bytes.length > 0) same(wire[0], undefined, bytes);
      else assert.deepEqual(wire, []);
    }
    if (name === "payload") this.#payload = value;
    if (name === "psk") this.#checkIdOf(state[0]);
    if (name === "s") this.#staticKeys[sender] = value;
    if (bytes.length > 0 || name === "payload") this.#h = sha256(this.#h, bytes);
    this.#checkMixed(name, value, state);
    same(state.shift(), "h", this.#h);
    assert.deepEqual(state, [], name);
  }

  /** What `MixKey` and `MixKeyAndHash` make of the secret that was shown. */
  #checkMixed(token: string, value: Buffer, state: Field[]): void {
    let input: Uint8Array | undefined;
    if (token === "e" && this.#hasPsk) input = value;
    if (token in SECRETS) {
      const secret = state.shift();
      assert.equal(secret?.label, SECRETS[token]);
      assert.equal(secret?.role, "secret");
      input = secret === undefined ? undefined : bytesOf(secret);
      assert.equal(input?.length, 32);
    }
    if (input === undefined) return;
    const isPsk = token === "psk";
    const outputs = hkdf(this.#ck, input, isPsk ? 3 : 2);
    this.#ck = outputs[0];
    this.#k = outputs[outputs.length - 1];
    this.#n = 0n;
    same(state.shift(), "ck", this.#ck);
    if (isPsk) {
      same(state.shift(), "temp_h", outputs[1]);
      this.#h = sha256(this.#h, outputs[1]);
    }
    same(state.shift(), "k", this.#k);
  }

  #checkIdOf(psk: Field): void {
    const id = createHmac("sha256", bytesOf(psk)).update("X25519-TCP-Chat secret id").digest();
    assert.deepEqual(Buffer.from(this.#secretId), id);
  }

  #checkKeys({ steps: [{ state }] }: Explanation): void {
    const fields = [...state];
    [this.#keys.client, this.#keys.server] = hkdf(this.#ck, EMPTY, 2);
    for (const sender of ["client", "server"] as const) this.#checkKey(sender, fields);
    same(fields.shift(), "h", this.#h);
    assert.deepEqual(fields, []);
  }

  #checkKey(sender: End, fields: Field[]): void {
    const k = this.#keys[sender];
    same(fields.shift(), "k", k);
    if (this.#cipher === "AESGCM") return;
    const { mac, enc } = cbcKeys(k);
    same(fields.shift(), "MAC_KEY", mac);
    same(fields.shift(), "ENC_KEY", enc);
  }

  #checkRecord(explanation: Explanation): void {
    const sender = this.#senderOf(explanation);
    const body = this.#takeFrame(explanation, sender);
    const [length, record] = explanation.steps;
    assert.deepEqual([length.name, record.name, explanation.steps.length], ["length", "record", 2]);
    const state = [...record.state];
    const number = this.#numbers[sender]++;
    assert.ok(explanation.title.startsWith(`Record ${number}, ${sender} to `), explanation.title);
    this.#plaintexts.push(
      this.#checkSealed(record, body, this.#keys[sender], number, EMPTY, state),
    );
    assert.deepEqual(state, []);
  }

  #checkRekey(explanation: Explanation): void {
    const sender = this.#senderOf(explanation);
    const fields = [...explanation.steps[0].state];
    this.#keys[sender] = this.#nextKey(this.#keys[sender]);
    this.#checkKey(sender, fields);
    same(fields.shift(), "next record", uint64(this.#numbers[sender]));
    assert.deepEqual(fields, []);
    this.#rekeys++;
  }

  #nextKey(k: Buffer): Buffer {
    if (this.#cipher === "AESCBC") return expand(k, "X25519-TCP-Chat AESCBC rekey", 32);
    // What AES-GCM makes of zeros is its key stream: AES of the nonce and a counter that begins at 2.
    const counter = Buffer.concat([
      Buffer.alloc(4),
      Buffer.alloc(8, 0xff),
      Buffer.from("00000002", "hex"),
    ]);
    const cipher = createDecipheriv("aes-256-ctr", k, counter);
    return cipher.update(Buffer.alloc(32));
  }

  #senderOf({ direction }: Explanation): End {
    const isOut = direction === "out";
    return isOut === (this.#thisEnd === "client") ? "client" : "server";
  }

  /** Cuts the bytes, checks tag and number, decrypts, and checks what is said to be inside. */
  #checkSealed(
    { wire, inside }: Step,
    bytes: Buffer,
    k: Buffer,
    n: bigint,
    ad: Buffer,
    state: Field[],
  ): Buffer {
    same(state.shift(), "n", uint64(n));
    let plaintext: Buffer;
    let padded: Buffer;
    if (this.#cipher === "AESCBC") {
      const [iv, text, tag] = [bytes.subarray(0, 16), bytes.subarray(16, -32), bytes.subarray(-32)];
      same(wire[0], "IV", iv);
      same(wire[1], "ciphertext", text);
      same(wire[2], "tag", tag);
      assert.equal(wire.length, 3);
      const { mac, enc } = cbcKeys(k);
      const a = Buffer.concat([uint64(n), ad]);
      assert.deepEqual(
        hmac(mac, a, iv, text, uint64(8n * BigInt(a.length))),
        tag,
        "the tag is right",
      );
      const decipher = createDecipheriv("aes-256-cbc", enc, iv).setAutoPadding(false);
      padded = Buffer.concat([decipher.update(text), decipher.final()]);
      const size = padded[padded.length - 1];
      assert.deepEqual(padded.subarray(-size), Buffer.alloc(size, size));
      plaintext = padded.subarray(0, -size);
      same(inside.at(-1), "padding", padded.subarray(-size));
    } else {
      const [text, tag] = [bytes.subarray(0, -16), bytes.subarray(-16)];
      const nonce = Buffer.concat([Buffer.alloc(4), uint64(n)]);
      same(state.shift(), "nonce", nonce);
      if (text.length > 0) same(wire[0], "ciphertext", text);
      same(wire.at(-1), "tag", tag);
      assert.equal(wire.length, text.length > 0 ? 2 : 1);
      const decipher = createDecipheriv("aes-256-gcm", k, nonce).setAAD(ad).setAuthTag(tag);
      plaintext = padded = Buffer.concat([decipher.update(text), decipher.final()]);
    }
    const shown = Buffer.concat(inside.map((field) => bytesOf(field)));
    assert.ok(shown.equals(padded), "what is inside is what was decrypted");
    return plaintext;
  }

  #takeFrame({ steps }: Explanation, sender: End): Buffer {
    const frames = this.#wire[sender];
    const size = frames.readUInt32BE(0);
    const frame = frames.subarray(0, 4 + size);
    assert.equal(frame.length, 4 + size, "the frame is whole");
    this.#wire[sender] = frames.subarray(frame.length);
    const shown = Buffer.concat(steps.flatMap(({ wire }) => wire.map((field) => bytesOf(field))));
    assert.ok(shown.equals(frame), "the fields are the frame");
    same(steps[0].wire[0], "length", frame.subarray(0, 4));
    assert.equal(steps[0].wire.length, 1);
    return frame.subarray(4);
  }
}

function bytesOf(field: Field | undefined): Uint8Array {
  assert.ok(typeof field?.hex === "string", `${field?.label} is shown`);
  assert.equal(field.hex.length, 2 * field.size);
  return Buffer.from(field.hex, "hex");
}

function same(field: Field | undefined, label: string | undefined, expected: Uint8Array): void {
  if (label !== undefined) assert.equal(field?.label, label);
  assert.deepEqual(Buffer.from(bytesOf(field)), Buffer.from(expected), field?.label);
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Buffer {
  const mac = createHmac("sha256", key);
  for (const part of parts) mac.update(part);
  return mac.digest();
}

/** Noise §4.3. */
function hkdf(chainingKey: Uint8Array, input: Uint8Array, outputs: 2 | 3): Buffer[] {
  const temporary = hmac(chainingKey, input);
  const first = hmac(temporary, Uint8Array.of(1));
  const second = hmac(temporary, first, Uint8Array.of(2));
  return outputs === 2
    ? [first, second]
    : [first, second, hmac(temporary, second, Uint8Array.of(3))];
}

/** RFC 5869 §2.3. */
function expand(key: Uint8Array, info: string, length: number): Buffer {
  let block: Buffer = EMPTY;
  let output: Buffer = EMPTY;
  for (let counter = 1; output.length < length; counter++) {
    block = hmac(key, block, Buffer.from(info), Uint8Array.of(counter));
    output = Buffer.concat([output, block]);
  }
  return output.subarray(0, length);
}

function cbcKeys(k: Buffer): { mac: Buffer; enc: Buffer } {
  const keys = expand(k, "X25519-TCP-Chat AESCBC keys", 64);
  return { mac: keys.subarray(0, 32), enc: keys.subarray(32) };
}

function uint64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}
