/**
 * A program's flags and commands: how they are declared, and what is said where they are used wrongly.
 *
 * Flags stand anywhere, as `--flag VALUE` or `--flag=VALUE`; a program's hold for its commands, too;
 * behind `--` nothing is a flag.
 *
 * @module
 */
import leven from "npm:leven@4.1.0";
import { ReportedError } from "../../errors.ts";
import { type Argument, helpOf } from "./help.ts";
import { Option } from "./option.ts";
import { type Arguments, readArguments } from "./read_arguments.ts";

/** What is wrong with a command line: a sentence without its end. */
export class WrongUsage extends Error {
  /**
   * A mistake.
   *
   * @param message What is wrong.
   * @param isExcess Whether it is that there are too many arguments.
   */
  constructor(message: string, readonly isExcess = false) {
    super(message);
  }
}

/** How many letters of a flag may be wrong where another one is proposed; no more than half of them. */
const MAX_SLIPS = 3;

const HELP = new Option("-h, --help", "print this help");

/** A program, or one of its commands: flags, an argument, commands, and what it does. */
export class Command {
  readonly name: string;
  readonly description: string;
  /** Its commands. */
  readonly commands: Command[] = [];
  /** What stands at the end of its help. */
  footer: string | undefined;
  readonly #parent: Command | undefined;
  readonly #options: Option[] = [];
  readonly #values: Record<string, unknown> = {};
  #argument: Argument | undefined;
  #version: string | undefined;
  #args: readonly string[] = [];
  #takesMore = false;
  #act = () => {};

  /**
   * A program.
   *
   * @param name What it is called.
   * @param description What it does, for help.
   */
  constructor(name: string, description: string, parent?: Command) {
    this.name = name;
    this.description = description;
    this.#parent = parent;
  }

  /** Its own flags, in the order of its help. */
  get options(): readonly Option[] {
    return [...this.#options, HELP];
  }

  /** Its argument, if it takes one. */
  get argument(): Argument | undefined {
    return this.#argument;
  }

  /** What was given beside flags, without commands. */
  get args(): readonly string[] {
    return this.#args;
  }

  /** What stands for it in the list of commands. */
  get term(): string {
    const options = this.#options.length > 0 ? " [options]" : "";
    return `${this.name}${options}${this.#argument ? ` ${this.#argument.term}` : ""}`;
  }

  /** How it is used. */
  get usage(): string {
    const commands = this.commands.length > 0 ? " [command]" : "";
    const argument = this.#argument ? ` ${this.#argument.term}` : "";
    return `${this.#path} [options]${commands}${argument}`;
  }

  /** Its own flags, and those of the program. */
  get #known(): readonly Option[] {
    const inherited = this.#parent === undefined ? [] : this.#parent.#known;
    return [...this.options, ...inherited];
  }

  /** Its own flags, and those of its commands. */
  get #all(): readonly Option[] {
    return [...this.options, ...this.commands.flatMap((command) => command.#all)];
  }

  get #path(): string {
    return this.#parent === undefined ? this.name : `${this.#parent.#path} ${this.name}`;
  }

  /** The values of its flags, by attribute; those that were not given are not there. */
  opts<Values extends object>(): Values {
    return this.#values as Values;
  }

  /** Sets a value, as if its flag had been given. */
  setOptionValue(attribute: string, value: unknown): void {
    this.#values[attribute] = value;
  }

  /** Adds the flag that prints a version. */
  version(text: string, description: string): this {
    this.#version = text;
    return this.option("--version", description);
  }

  /** Adds a flag. */
  addOption(option: Option): this {
    this.#options.push(option);
    if (option.usual !== undefined) this.#values[option.attribute] = option.usual;
    return this;
  }

  /** Adds a flag without anything special about it. */
  option(flags: string, description: string): this {
    return this.addOption(new Option(flags, description));
  }

  /** Sets what stands at the end of its help. */
  addFooter(text: string): this {
    this.footer = text;
    return this;
  }

  /** Sets its argument: `<NAME>` if it must be given, `[NAME]` if it may be. */
  takes(term: string, description = ""): this {
    this.#argument = { term, name: term.slice(1, -1), description };
    return this;
  }

  /** Leaves it to the action to tell what is wrong with too many arguments. */
  takesMore(): this {
    this.#takesMore = true;
    return this;
  }

  /** Adds a command: its name, and its argument behind that. */
  command(nameAndArgument: string, description: string): Command {
    const [name = "", argument] = nameAndArgument.split(" ");
    const command = new Command(name, description, this);
    if (argument !== undefined) command.takes(argument);
    this.commands.push(command);
    return command;
  }

  /** Sets what is done when it has been given. */
  action(act: () => void): this {
    this.#act = act;
    return this;
  }

  /**
   * Reads the arguments, and does what the command does that they name.
   *
   * @returns The text to print, if help or the version was asked for.
   * @throws {WrongUsage} If they are wrong.
   */
  parse(args: readonly string[]): string | undefined {
    const given = readArguments(args, this.#all);
    if (this.#version !== undefined && given.flags.has("--version")) return `${this.#version}\n`;
    return this.#run(given, [...given.operands, ...given.rest]);
  }

  #run(given: Arguments, args: readonly string[]): string | undefined {
    const command = this.commands.find(({ name }) => name === args[0]);
    if (command !== undefined) return command.#run(given, args.slice(1));
    if (HELP.names.some((name) => given.flags.has(name))) return helpOf(this);
    const known = this.#known.flatMap(({ names }) => names);
    const flags = [...given.flags.keys(), ...given.operands.filter((arg) => this.#isFlag(arg))];
    const unknown = flags.find((flag) => !known.includes(flag));
    if (unknown !== undefined) throw this.#unknownFlag(unknown);
    if (given.mistake !== undefined) {
      const what = given.mistake.takesValue ? "argument missing" : "takes no value";
      throw new WrongUsage(`option '${given.mistake.flags}' ${what}`);
    }
    this.#setAll(given);
    this.#args = args;
    this.#checkArguments();
    this.#act();
    return undefined;
  }

  /** Where no command may follow, a negative number is an argument. */
  #isFlag(arg: string): boolean {
    return /^-./.test(arg) && (this.commands.length > 0 || Number.isNaN(Number(arg)));
  }

  /** Sets the values of its flags, and of those of the program. */
  #setAll(given: Arguments): void {
    if (this.#parent !== undefined) this.#parent.#setAll(given);
    for (const option of this.#options) {
      const texts = option.names.flatMap((name) => given.flags.get(name) ?? []);
      for (const text of texts) this.#set(option, option.takesValue ? text : undefined);
    }
  }

  #set(option: Option, text: string | undefined): void {
    try {
      this.#values[option.attribute] = option.read(text, this.#values[option.attribute]);
    } catch (error) {
      if (!(error instanceof ReportedError || error instanceof RangeError)) throw error;
      const reason = error.message.replace(/\.$/, "");
      throw new WrongUsage(`option '${option.flags}' argument '${text}' is invalid: ${reason}`);
    }
  }

  #checkArguments(): void {
    const argument = this.#argument;
    const count = this.#args.length;
    if (argument?.term.startsWith("<") && count === 0) {
      throw new WrongUsage(`missing required argument '${argument.name}'`);
    }
    const expected = argument === undefined ? 0 : 1;
    if (count <= expected || this.#takesMore) return;
    const where = this.#parent === undefined ? "" : ` for '${this.name}'`;
    const what = `${expected} argument${expected === 1 ? "" : "s"}`;
    const given = this.#args.join(", ");
    const message = `too many arguments${where}. Expected ${what} but got ${count}: ${given}`;
    throw new WrongUsage(message, true);
  }

  #unknownFlag(flag: string): WrongUsage {
    const [name = ""] = flag.split("=");
    const known = [...new Set(this.#known.map(({ long }) => long))];
    // Letters that have changed places are one slip.
    const slips = (other: string) => letters(other) === letters(name) ? 1 : leven(other, name);
    const least = Math.min(...known.map(slips));
    const isNear = name.startsWith("--") && least <= Math.min(MAX_SLIPS, (name.length - 2) / 2);
    const meant = isNear ? known.filter((other) => slips(other) === least).join(" or ") : "";
    return new WrongUsage(`unknown option '${flag}'${meant && ` (Did you mean ${meant}?)`}`);
  }
}

function letters(word: string): string {
  return [...word].sort().join("");
}
