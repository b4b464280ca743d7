/** The keyboard of a person who reads step by step. */

/** What asks for a key; it is erased when one was pressed. */
const HINT = "press a key (q ends)";
const DIM = "\x1b[2m";
const NOT_DIM = "\x1b[22m";
const ERASE_ROW = "\r\x1b[K";

const CONTROL_C = 0x03;
const CONTROL_D = 0x04;
const Q = "q".charCodeAt(0);

/** Standard input, without an Enter behind each key, until it is disposed of. */
export class Keyboard implements Disposable {
  readonly #colour: boolean;
  /** Where a hint stands, if one does. */
  #hint: typeof Deno.stderr | undefined;

  /** Takes the keyboard. `Deno.stdin` has to be a terminal. */
  constructor({ colour }: { readonly colour: boolean }) {
    this.#colour = colour;
    // Ctrl-C stays a signal, where the system can have it so.
    Deno.stdin.setRaw(true, { cbreak: Deno.build.os !== "windows" });
  }

  /** Resolves when a key is pressed: with `false` if it is one that ends the program. */
  async next(): Promise<boolean> {
    // What goes into a file or a pipe stays free of hints.
    this.#hint = Deno.stderr.isTerminal() ? Deno.stderr : undefined;
    this.#write(this.#colour ? `${DIM}${HINT}${NOT_DIM}` : HINT);
    try {
      // One press may send several bytes, as an arrow does.
      const key = new Uint8Array(64);
      const size = await Deno.stdin.read(key);
      return size !== null && ![CONTROL_C, CONTROL_D, Q].includes(key[0]);
    } finally {
      this.#erase();
    }
  }

  /** Gives the keyboard back. */
  [Symbol.dispose](): void {
    this.#erase();
    Deno.stdin.setRaw(false);
  }

  #erase(): void {
    this.#write(ERASE_ROW);
    this.#hint = undefined;
  }

  #write(text: string): void {
    this.#hint?.writeSync(new TextEncoder().encode(text));
  }
}
