import { hex, uint64BigEndian } from "../crypto/mod.ts";
import type { Field, FieldRole, Step } from "./explanation.ts";

/** Size of every key, hash and shared secret of the handshake, in bytes. */
export const VALUE_SIZE = 32;

/** Bytes that are no secret. */
export function field(label: string, role: FieldRole, bytes: Uint8Array, note?: string): Field {
  const { length: size } = bytes;
  return { label, role, size, hex: hex(bytes), ...(note === undefined ? {} : { note }) };
}

/** 32 secret bytes; `undefined` unless secrets are shown. */
export function secretField(label: string, bytes: Uint8Array | undefined, note: string): Field {
  return { label, role: "secret", size: VALUE_SIZE, hex: bytes ? hex(bytes) : null, note };
}

/** The length in front of a frame's body: 4 bytes, big-endian. */
export function lengthField(size: number): Field {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, size);
  return field("length", "length", bytes, `${count(size, "byte")} follow.`);
}

/** Noise's `n`: 8 bytes, big-endian, as the cipher takes it. It is never sent. */
export function numberField(n: bigint): Field {
  return field(
    "n",
    "number",
    uint64BigEndian(n),
    `Number ${n}, never sent.`,
  );
}

/** `1 byte`, `2 bytes`, `1,184 bytes`. */
export function count(number: number, what: string): string {
  return `${number.toLocaleString("en-GB")} ${what}${number === 1 ? "" : "s"}`;
}

/** The notes of these tell what the bytes say, and so are never said before. */
const READ_OUT: ReadonlySet<string> = new Set(["length", "n", "type"]);

/** The steps without the notes that were read before; what is new is remembered in `said`. */
export function withoutRepeatedNotes(steps: readonly Step[], said: Set<string>): readonly Step[] {
  const once = ({ note, ...field }: Field): Field => {
    if (note === undefined || said.has(note)) return field;
    if (!READ_OUT.has(field.label)) said.add(note);
    return { ...field, note };
  };
  return steps.map(({ wire, inside, state, ...step }) => ({
    ...step,
    wire: wire.map(once),
    inside: inside.map(once),
    state: state.map(once),
  }));
}
