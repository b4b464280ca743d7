/** A flag, declared as help shows it: `--nick <NAME>`, `--json`, `--no-reconnect`, `-h, --help`. */
export class Option {
  /** All that it may be called. */
  readonly names: readonly string[];
  /** The name behind two hyphens. */
  readonly long: string;
  /** Where its value goes: the long name in camel case, without `no`. */
  readonly attribute: string;
  readonly takesValue: boolean;
  /** Whether it turns off what is on without it. */
  readonly isNegated: boolean;
  #term: string | undefined;
  #allowed: readonly string[] | undefined;
  #usual: unknown;
  #preset: unknown;
  #parse: ((text: string, before: never) => unknown) | undefined;

  /**
   * A flag.
   *
   * @param flags Its names, and its value in angle brackets if it takes one.
   * @param description What it does, for help.
   */
  constructor(readonly flags: string, readonly description: string) {
    const words = flags.split(/[ ,]+/);
    this.names = words.filter((word) => word.startsWith("-"));
    this.long = this.names.find((name) => name.startsWith("--")) ?? "";
    this.takesValue = words.some((word) => word.startsWith("<"));
    this.isNegated = this.long.startsWith("--no-");
    this.attribute = this.long.replace(/^--(no-)?/, "")
      .replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  }

  /** What holds where it is not given; help says it. */
  get usual(): unknown {
    return this.#usual ?? (this.isNegated ? true : undefined);
  }

  /** What stands for it in help. */
  get term(): string {
    return this.#term ?? this.flags;
  }

  /** Sets what stands for it in help, where that is more than the parser knows. */
  showAs(term: string): this {
    this.#term = term;
    return this;
  }

  /** Takes these values only. */
  choices(values: readonly string[]): this {
    this.#allowed = values;
    return this;
  }

  /** Sets what holds where it is not given. */
  default(value: unknown): this {
    this.#usual = value;
    return this;
  }

  /** Sets what it stands for, in the place of `true`. */
  preset(value: unknown): this {
    this.#preset = value;
    return this;
  }

  /**
   * Sets what makes its value out of text. What it throws for wrong text is a `ReportedError`.
   *
   * @param parse Takes the value so far as well, where the flag was given before.
   */
  argParser<Value>(parse: (text: string, before: Value | undefined) => Value): this {
    this.#parse = parse;
    return this;
  }

  /**
   * Its value.
   *
   * @param text `undefined` where it takes none.
   * @param before Its value so far.
   * @throws What the parser throws; `RangeError` if it is none of the choices.
   */
  read(text: string | undefined, before: unknown): unknown {
    if (text === undefined) return this.#preset ?? !this.isNegated;
    if (this.#allowed?.includes(text) === false) {
      throw new RangeError(`Allowed choices are ${this.#allowed.join(", ")}`);
    }
    return this.#parse === undefined ? text : this.#parse(text, before as never);
  }

  /** What help says of it. */
  get help(): string {
    const extra: string[] = [];
    const quoted = (value: unknown) => JSON.stringify(value);
    if (this.#allowed) extra.push(`choices: ${this.#allowed.map(quoted).join(", ")}`);
    if (this.takesValue && this.#usual !== undefined) extra.push(`default: ${quoted(this.#usual)}`);
    return extra.length === 0 ? this.description : `${this.description} (${extra.join(", ")})`;
  }
}
