import { decodeCbor, encodeCbor } from "../chat/wire/cbor.ts";
import type { Participant } from "../chat/wire/messages.ts";
import type { PastMessage } from "../chat/wire/room_messages.ts";
import { hex } from "../crypto/mod.ts";

/** How many messages a block has, at most: to read one of them is to decrypt them all. */
export const MAX_BLOCK_COUNT = 64;

/** How many bytes their bodies have together, at most; one alone may have more. */
const MAX_BLOCK_SIZE = 65_536;

/** A message that is to be kept, and has its number already; or what is left of a forgotten one. */
export interface BlockEntry extends Omit<PastMessage, "body"> {
  /** `undefined` if it was forgotten. Then its sender's nick is empty. */
  readonly body: Uint8Array | undefined;
}

/** A message that can be read. */
export interface KeptEntry extends BlockEntry {
  readonly body: Uint8Array;
}

/** A block, as CBOR has it. A message names its sender by the position in the list of people. */
interface EncodedBlock {
  readonly people: readonly EncodedPerson[];
  readonly said: readonly EncodedEntry[];
}
type EncodedPerson = readonly [key: Uint8Array, nick: string, isOperator: boolean];
type EncodedEntry = readonly [
  id: Uint8Array,
  time: number,
  person: number,
  body: Uint8Array | null,
];

/** Messages in parts that each fit into one block, in the same order, without a gap in the numbers. */
export function* blocksOf<Entry extends BlockEntry>(
  entries: Iterable<Entry>,
): Generator<[Entry, ...Entry[]]> {
  let block: [Entry, ...Entry[]] | undefined;
  let size = 0;
  for (const entry of entries) {
    const length = entry.body?.length ?? 0;
    const fits = block !== undefined && block.length < MAX_BLOCK_COUNT &&
      size + length <= MAX_BLOCK_SIZE && entry.seq === block[0].seq + block.length;
    if (block !== undefined && fits) {
      block.push(entry);
      size += length;
    } else {
      if (block !== undefined) yield block;
      block = [entry];
      size = length;
    }
  }
  if (block !== undefined) yield block;
}

/** Encodes messages whose numbers follow each other; the first number stands elsewhere. */
export function encodeBlock(entries: readonly BlockEntry[]): Uint8Array {
  const people = new People();
  const said = entries.map(({ id, time, from, body }): EncodedEntry => [
    id,
    time,
    people.indexOf(from),
    body ?? null,
  ]);
  return encodeCbor({ people: people.list, said } satisfies EncodedBlock);
}

/** Decodes what {@linkcode encodeBlock} made, and nobody has changed since. */
export function decodeBlock(first: number, bytes: Uint8Array): BlockEntry[] {
  const { people, said } = decodeCbor(bytes) as EncodedBlock;
  const participants = people.map(([key, nick, isOperator]): Participant =>
    isOperator ? { nick, key, operator: true } : { nick, key }
  );
  return said.map(([id, time, person, body], index) => {
    const from = participants[person];
    if (from === undefined) throw new RangeError(`person ${person} of ${people.length}`);
    return { id, seq: first + index, time, from, body: body ?? undefined };
  });
}

/** What is left of a message when it is forgotten: enough to know it if it is sent again. */
export function forgotten({ id, seq, time, from: { key } }: BlockEntry): BlockEntry {
  return { id, seq, time, from: { nick: "", key }, body: undefined };
}

/** Whether there is something to read. */
export function isKept(entry: BlockEntry): entry is KeptEntry {
  return entry.body !== undefined;
}

/** Those who have said something in a block, each once. */
class People {
  readonly list: EncodedPerson[] = [];
  readonly #byObject = new Map<Participant, number>();
  readonly #byValue = new Map<string, number>();

  indexOf(person: Participant): number {
    // The same object for all that a member says, mostly: then nothing needs to be compared.
    const known = this.#byObject.get(person);
    if (known !== undefined) return known;
    const { key, nick, operator = false } = person;
    const value = `${hex(key)} ${operator} ${nick}`;
    const index = this.#byValue.get(value) ?? this.list.push([key, nick, operator]) - 1;
    this.#byObject.set(person, index);
    this.#byValue.set(value, index);
    return index;
  }
}
