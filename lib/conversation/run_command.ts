import { ReportedError, UsageError } from "../errors.ts";
import { sanitiseLine } from "../terminal/text/sanitise.ts";
import {
  type Arguments,
  type CommandContext,
  findCommand,
  type PromptCommand,
  typedParameters,
  usage,
} from "./commands/command_table.ts";
import { commandElsewhere, unknownCommand } from "./commands/unknown_command.ts";
import type { Said } from "./room/voice.ts";

/**
 * Runs a typed line if it is a command, in capitals or small letters. Blanks may stand in front of it, as
 * in front of any line that is not to be remembered.
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
  const typed = readTyped(line, commands);
  if (typeof typed === "string") return typed;
  const { name, behind, command } = typed;
  if (command === undefined) {
    await context.tell(unknownCommand(name, commands));
  } else {
    await telling(context, () => command.run(context, parse(command, behind)));
  }
  return undefined;
}

/**
 * What a typed line says to others, before it is said; `undefined` for what only this side sees, and for
 * what cannot be said.
 *
 * @param said To whom a text goes that is no command; it may throw if it goes to nobody.
 */
export function saidBy(
  line: string,
  commands: readonly PromptCommand[],
  said: (text: string) => Said,
): Said | undefined {
  try {
    const typed = readTyped(line, commands);
    if (typeof typed === "string") return said(typed);
    const { command, behind } = typed;
    return command?.says?.(parse(command, behind));
  } catch (error) {
    if (error instanceof ReportedError) return undefined;
    throw error;
  }
}

/** A line that was typed: the text that it is, or the command, if there is one of that name. */
function readTyped(
  line: string,
  commands: readonly PromptCommand[],
): string | { name: string; behind: string; command: PromptCommand | undefined } {
  const [, blanks = "", rest = line] = /^([^\S\n]*)([^]*)$/u.exec(line) ?? [];
  if (!rest.startsWith("/")) return line;
  // Code that was pasted may begin like a command, and is not to be changed.
  const isPasted = line.includes("\n");
  if (rest.startsWith("//")) return isPasted ? line : blanks + rest.slice(1);
  const [, name = rest, behind = ""] = /^(\S+)\s*([^]*)$/u.exec(rest) ?? [];
  const command = findCommand(commands, isPasted ? name : name.toLowerCase());
  return command === undefined && isPasted ? line : { name, behind, command };
}

/**
 * Runs a command that is given with its arguments by name.
 *
 * @param name Its own or another one, without the slash.
 * @throws {ReportedError} If there is no such command, an argument is missing or unknown, or whatever
 *   the command throws.
 */
export async function runNamed(
  name: string,
  given: Arguments,
  commands: readonly PromptCommand[],
  context: CommandContext,
): Promise<void> {
  const command = findCommand(commands, `/${name}`);
  if (command === undefined) {
    throw new UsageError("usage", commandElsewhere(`/${name}`) ?? `there is no command "${name}"`);
  }
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
  for (const { name, isOptional, isRest } of typedParameters(command)) {
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
