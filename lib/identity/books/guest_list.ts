import { UsageError } from "../../errors.ts";
import { encodeBase64 } from "../base64.ts";
import type { TextStore } from "../files/text_store.ts";
import { parsePublicKeyLine } from "../keys/public_key_line.ts";
import { contentOf, malformedLine, splitLines } from "./text_lines.ts";

/** A guest who may enter. */
export interface ListedGuest {
  /** What stands behind the key; it may be empty, and is not sanitised. */
  readonly name: string;
  /** Whether they are an operator: the word `operator` stands in front of their key. */
  readonly isOperator: boolean;
}

/** The word in front of an operator's key. */
const OPERATOR = /^\s*operator\s+(?=\S)/;

/**
 * The guests who may enter: a text with public keys, one a line, as {@linkcode parsePublicKeyLine}
 * reads them, with the word `operator` in front of those of operators. Blank lines and comments count
 * as nothing.
 *
 * It may be edited at any time, and counts at once. But no guest is let in, and none shut out, because
 * it is broken: then the last good list holds until it is mended.
 */
export class GuestList {
  readonly #store: TextStore;
  readonly #onPassedOver: (text: string) => void;
  #lastGood: Parsed | undefined;
  /** What the text was when it was parsed last, and what came of it. */
  #last: { readonly text: string; readonly result: Promise<Parsed | UsageError> } | undefined;
  /** The problem that was told last, until it is gone. */
  #toldProblem: string | undefined;

  /**
   * A list that is kept in a store.
   *
   * @param onPassedOver Called with a sentence, once for each line that is of no use here, and once for
   *   each problem that makes the last good list hold.
   */
  constructor(store: TextStore, onPassedOver: (text: string) => void = () => {}) {
    this.#store = store;
    this.#onPassedOver = onPassedOver;
  }

  /**
   * Reads the list as it is now.
   *
   * @returns How many keys it has.
   * @throws {UsageError} With code `bad-file` if a line cannot be read, or whatever the store throws.
   */
  async load(): Promise<number> {
    return (await this.#refresh()).guests.size;
  }

  /**
   * The guest that a key belongs to, or `undefined` if it is not on the list.
   *
   * @param key 32 bytes.
   * @throws {UsageError} As {@linkcode load} does, if there never was a good list.
   */
  async find(key: Uint8Array): Promise<ListedGuest | undefined> {
    const { guests } = await this.#refresh().catch((error) => this.#fallBack(error));
    // Keys are public, so it gives nothing away how long it takes to look one up.
    return guests.get(encodeBase64(key));
  }

  async #refresh(): Promise<Parsed> {
    const text = await this.#store.read();
    if (this.#last?.text !== text) this.#last = { text, result: parse(this.#store.name, text) };
    const result = await this.#last.result;
    if (result instanceof UsageError) throw result;
    this.#toldProblem = undefined;
    if (result !== this.#lastGood) {
      this.#tellPassedOver(result);
      this.#lastGood = result;
    }
    return result;
  }

  #tellPassedOver({ passedOver }: Parsed): void {
    for (const [line, sentence] of passedOver) {
      if (!this.#lastGood?.passedOver.has(line)) this.#onPassedOver(sentence);
    }
  }

  #fallBack(error: unknown): Parsed {
    if (!(error instanceof UsageError) || this.#lastGood === undefined) throw error;
    if (error.message !== this.#toldProblem) {
      this.#toldProblem = error.message;
      this.#onPassedOver(`${error.message}; until then the list holds as it was before`);
    }
    return this.#lastGood;
  }
}

/** What a text says. */
interface Parsed {
  /** By the base64 of their keys. */
  readonly guests: ReadonlyMap<string, ListedGuest>;
  /** The lines that are of no use here, with the sentences that say so. */
  readonly passedOver: ReadonlyMap<string, string>;
}

async function parse(name: string, text: string): Promise<Parsed | UsageError> {
  const guests = new Map<string, ListedGuest>();
  const passedOver = new Map<string, string>();
  for (const [index, wholeLine] of splitLines(text).entries()) {
    const line = contentOf(wholeLine);
    if (/^\s*(?:#|$)/.test(line)) continue;
    const where = `${name}, line ${index + 1}`;
    const isOperator = OPERATOR.test(line);
    const parsed = await parsePublicKeyLine(line.replace(OPERATOR, ""));
    switch (parsed.kind) {
      case "key": {
        const id = encodeBase64(parsed.key);
        // As in OpenSSH's authorized_keys, the first of several lines with one key counts.
        if (!guests.has(id)) guests.set(id, { name: parsed.name.toWellFormed(), isOperator });
        break;
      }
      case "unsupported": {
        const what = parsed.type.includes(" ") ? parsed.type : `an ${parsed.type} key`;
        passedOver.set(line, `${where}: passed over, ${what} cannot be used here`);
        break;
      }
      case "malformed":
        return malformedLine(name, index + 1, parsed.problem);
    }
  }
  return { guests, passedOver };
}
