/** How many ids a generation has, at most: three quarters of 2^18. */
const GENERATION_SIZE = 3 * 2 ** 16;

/** How many generations there are, at most; then the oldest one is forgotten. */
const MAX_GENERATIONS = 40;

/** How many slots a generation begins with. */
const FIRST_SLOTS = 1024;

/**
 * Which numbers the messages with certain ids may have. It is in memory, because every new message asks,
 * and hardly one is found. As ids are random, an index on the disk would write a page for each message.
 *
 * An id takes 11 bytes of memory, or up to twice as much, and there are 7.8 million at most. An id is
 * looked for by a mark of 32 bits, so what is found has to be compared.
 */
export class KnownIds {
  readonly #generations: Generation[] = [];

  /** Adds the mark of an id, with its message's number and time. Numbers rise. */
  add(mark: number, seq: number, time: number): void {
    let generation = this.#generations.at(-1);
    if (generation === undefined || generation.isFull) {
      generation = new Generation(seq);
      this.#generations.push(generation);
      if (this.#generations.length > MAX_GENERATIONS) this.#generations.shift();
    }
    generation.add(mark, seq, time);
  }

  /** The numbers of the messages whose ids have this mark. */
  find(mark: number): number[] {
    return this.#generations.flatMap((generation) => generation.find(mark));
  }

  /** Forgets generations in which everything is older than a time. */
  forget(before: number): void {
    while (this.#generations[0] !== undefined && this.#generations[0].latest < before) {
      this.#generations.shift();
    }
  }
}

/**
 * Ids that were added one after the other: a hash table of two words for each, its mark and its number,
 * which is counted from 1; 0 is an empty slot. A mark stands at the slot that its lowest bits name, or
 * at the next free one.
 */
class Generation {
  /** The time of its latest message. */
  latest = -Infinity;
  readonly #base: number;
  #words = new Uint32Array(2 * FIRST_SLOTS);
  #count = 0;

  constructor(first: number) {
    this.#base = first - 1;
  }

  get isFull(): boolean {
    return this.#count >= GENERATION_SIZE;
  }

  add(mark: number, seq: number, time: number): void {
    if (this.#count * 4 >= this.#slots * 3) this.#grow();
    this.#put(mark, seq - this.#base);
    this.#count++;
    this.latest = Math.max(this.latest, time);
  }

  find(mark: number): number[] {
    const found: number[] = [];
    for (let slot = mark % this.#slots;; slot = (slot + 1) % this.#slots) {
      const number = this.#words[2 * slot + 1] ?? 0;
      if (number === 0) return found;
      if (this.#words[2 * slot] === mark) found.push(this.#base + number);
    }
  }

  get #slots(): number {
    return this.#words.length / 2;
  }

  #put(mark: number, number: number): void {
    let slot = mark % this.#slots;
    while (this.#words[2 * slot + 1] !== 0) slot = (slot + 1) % this.#slots;
    this.#words[2 * slot] = mark;
    this.#words[2 * slot + 1] = number;
  }

  #grow(): void {
    const before = this.#words;
    this.#words = new Uint32Array(2 * before.length);
    for (let at = 0; at < before.length; at += 2) {
      const number = before[at + 1] ?? 0;
      if (number !== 0) this.#put(before[at] ?? 0, number);
    }
  }
}
