import { ReportedError, UsageError } from "../../errors.ts";
import { HELP_KEYS } from "./help_keys.ts";
import { sanitiseLine } from "../../terminal/text/sanitise.ts";

/** What a command may do. */
export interface CommandContext {
  /** Shows a text to the person alone. */
  tell(text: string): Promise<void>;
  /** Ends the program. */
  quit(): void;
  /** The id (16 bytes) that the command object asks for. */
  readonly id?: Uint8Array;
  /** The number of the line of the input that it stands in, counted from 1. */
  readonly line?: number;
}

/** Something that stands behind a command's name. */
export interface Parameter {
  /** In capitals for a value, as in `NAME`; in JSON the same in small letters. */
  readonly name: string;
  readonly isOptional?: boolean;
  /** Whether it takes all that is left, blanks and line breaks included. Only the last one may. */
  readonly isRest?: boolean;
  /** Whether only programs give it, by its name: then it is not typed, and optional. */
  readonly isForPrograms?: boolean;
}

/** What was given for each parameter, by its name in small letters. */
export type Arguments = Readonly<Record<string, string | undefined>>;

/** A command that can be typed at the prompt, or given as JSON. */
export interface PromptCommand {
  /** With its slash. */
  readonly name: string;
  readonly parameters?: readonly Parameter[];
  readonly help: string;
  /** Whether the help and the completion name it; by default they do. */
  isOffered?(): boolean;
  run(context: CommandContext, given: Arguments): void | Promise<void>;
}

/** The commands of both programs, and those of one of them, with a help for all. */
export function commandTable(own: readonly PromptCommand[]): readonly PromptCommand[] {
  const table: readonly PromptCommand[] = [
    {
      name: "/help",
      parameters: [{ name: "keys", isOptional: true }],
      help: "show this help, or the keys; to send a line that begins with /, type //",
      run({ tell }, { keys }) {
        if (keys === undefined) return tell(helpLines(table.filter(isOffered)).join("\n"));
        if (keys.toLowerCase() === "keys") return tell(HELP_KEYS);
        throw new UsageError("usage", "write /help or /help keys");
      },
    },
    ...own,
    { name: "/quit", help: "leave (or press Ctrl-D)", run: ({ quit }) => quit() },
  ];
  return table;
}

/** Whether a command is to be named to the person who is here. */
export function isOffered(command: PromptCommand): boolean {
  return command.isOffered?.() ?? true;
}

/** A command's name and parameters: `/msg NAME TEXT`. */
export function usage({ name, parameters = [] }: PromptCommand): string {
  const words = parameters.filter(isTyped)
    .map(({ name, isOptional }) => isOptional ? `[${name}]` : name);
  return [name, ...words].join(" ");
}

function isTyped({ isForPrograms }: Parameter): boolean {
  return isForPrograms !== true;
}

function helpLines(commands: readonly PromptCommand[]): string[] {
  const width = Math.max(...commands.map((command) => usage(command).length));
  return commands.map((command) => `${usage(command).padEnd(width)}  ${command.help}`);
}

/**
 * Runs a typed line if it is a command.
 *
 * @returns What is to be sent instead: the line itself, or without the first of two slashes; or
 *   `undefined` if there is nothing to send. A text of several lines is only a command if there is one
 *   of that name.
 */
export async function runTyped(
  line: string,
  commands: readonly PromptCommand[],
  context: CommandContext,
): Promise<string | undefined> {
  if (!line.startsWith("/")) return line;
  // Code that was pasted may begin like a command, and is not to be changed.
  const isPasted = line.includes("\n");
  if (line.startsWith("//")) return isPasted ? line : line.slice(1);
  const [, name = line, behind = ""] = /^(\S+)\s*([^]*)$/u.exec(line) ?? [];
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    if (isPasted) return line;
    await context.tell(`there is no command ${name}; /help lists them`);
  } else {
    await telling(context, () => command.run(context, parse(command, behind)));
  }
  return undefined;
}

/**
 * Runs a command that is given with its arguments by name.
 *
 * @throws {ReportedError} If there is no such command, an argument is missing or unknown, or whatever
 *   the command throws.
 */
export async function runNamed(
  name: string,
  given: Arguments,
  commands: readonly PromptCommand[],
  context: CommandContext,
): Promise<void> {
  const command = commands.find((candidate) => candidate.name === `/${name}`);
  if (command === undefined) throw new UsageError("usage", `there is no command "${name}"`);
  const { parameters = [] } = command;
  const known = new Set(parameters.map((parameter) => parameter.name.toLowerCase()));
  const unknown = Object.keys(given).find((key) => !known.has(key));
  if (unknown !== undefined) {
    const takes = known.size === 0
      ? "no arguments"
      : `only ${[...known].map((key) => `"${key}"`).join(", ")}`;
    throw new UsageError("usage", `the command "${name}" takes ${takes}, not "${unknown}"`);
  }
  for (const { name: parameter, isOptional, isForPrograms } of parameters) {
    const key = parameter.toLowerCase();
    if (!isOptional && !isForPrograms && !given[key]) {
      throw new UsageError("usage", `the command "${name}" needs "${key}"`);
    }
  }
  await command.run(context, given);
}

/** @throws {UsageError} If there is too little or too much behind the command's name. */
function parse(command: PromptCommand, behind: string): Arguments {
  const given: Record<string, string> = {};
  let rest = behind;
  for (const { name, isOptional, isRest } of (command.parameters ?? []).filter(isTyped)) {
    const [, word = "", after = ""] = /^(\S*)\s*([^]*)$/u.exec(rest) ?? [];
    const value = isRest ? rest.trimEnd() : word;
    rest = isRest ? "" : after;
    if (value !== "") given[name.toLowerCase()] = value;
    else if (!isOptional) throw new UsageError("usage", `write ${usage(command)}`);
  }
  if (rest.trim() === "") return given;
  throw new UsageError(
    "usage",
    command.parameters === undefined
      ? `${command.name} takes no arguments`
      : `write ${usage(command)}`,
  );
}

async function telling(context: CommandContext, run: () => void | Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof ReportedError)) throw error;
    // It is one sentence, and may hold another's words: no second line begins with them.
    await context.tell(sanitiseLine(error.message));
  }
}
