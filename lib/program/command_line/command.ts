/**
 * A small parser of command lines. It needs no module of `node:`, as libraries for it do: those take
 * longer to load than all that it takes to print a version, help, or what is wrong with a flag.
 *
 * Flags stand anywhere, as `--flag VALUE` or `--flag=VALUE`; a program's hold for its commands, too;
 * behind `--` nothing is a flag.
 *
 * @module
 */
import { ReportedError } from "../../errors.ts";
import { type Argument, helpOf } from "./help.ts";
import { Option } from "./option.ts";
import { similarWords } from "./similar.ts";

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

/** Help or the version was asked for. */
class Answer extends Error {
  constructor(readonly text: string) {
    super("answered");
  }
}

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
  #version: readonly [Option, string] | undefined;
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
    const option = new Option("--version", description);
    this.#version = [option, text];
    return this.addOption(option);
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
    try {
      this.#run([], args);
      return undefined;
    } catch (error) {
      if (error instanceof Answer) return error.text;
      throw error;
    }
  }

  #run(before: readonly string[], args: readonly string[]): void {
    const { operands, unknown } = this.#readFlags(args);
    const [first, ...rest] = [...before, ...operands];
    const command = this.commands.find(({ name }) => name === first);
    if (command !== undefined) return command.#run(rest, unknown);
    if (unknown.some((arg) => HELP.names.includes(arg))) throw new Answer(helpOf(this));
    if (unknown[0] !== undefined) throw this.#unknownFlag(unknown[0]);
    this.#args = first === undefined ? [] : [first, ...rest];
    this.#checkArguments();
    this.#act();
  }

  /**
   * Sets the values of the flags that are this command's own, wherever they stand. What stands behind one that
   * is not is left to the command that it may belong to.
   */
  #readFlags(args: readonly string[]): { operands: string[]; unknown: string[] } {
    const operands: string[] = [];
    const unknown: string[] = [];
    let rest = operands;
    for (let index = 0; index < args.length; index++) {
      const arg = args[index] ?? "";
      if (arg === "--") {
        if (rest === unknown) rest.push(arg);
        rest.push(...args.slice(index + 1));
        break;
      }
      const [, name = arg, inlineValue] = /^(--[^=]+)=([^]*)$/.exec(arg) ?? [];
      const option = this.#options.find(({ names }) => names.includes(name));
      if (option?.takesValue) {
        const value = inlineValue ?? args[++index];
        if (value === undefined) throw new WrongUsage(`option '${option.flags}' argument missing`);
        this.#set(option, value);
      } else if (option !== undefined && inlineValue === undefined) {
        this.#set(option, undefined);
      } else {
        if (isFlag(arg) && !(this.commands.length === 0 && isNegativeNumber(arg))) rest = unknown;
        rest.push(arg);
      }
    }
    return { operands, unknown };
  }

  #set(option: Option, text: string | undefined): void {
    const [versionOption, version] = this.#version ?? [];
    if (option === versionOption) throw new Answer(`${version}\n`);
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
    const candidates = this.#known.map(({ long }) => long.slice(2));
    const meant = flag.startsWith("--") ? similarWords(flag.slice(2), candidates) : [];
    const list = meant.map((name) => `--${name}`).join(", ");
    const question = meant.length > 1 ? `Did you mean one of ${list}?` : `Did you mean ${list}?`;
    return new WrongUsage(`unknown option '${flag}'${meant.length > 0 ? ` (${question})` : ""}`);
  }
}

function isFlag(arg: string): boolean {
  return arg.length > 1 && arg.startsWith("-");
}

function isNegativeNumber(arg: string): boolean {
  return /^-(\d+|\d*\.\d+)([eE][+-]?\d+)?$/.test(arg);
}
