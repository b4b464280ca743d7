import type { Said } from "../room/voice.ts";

/** What a command may do. */
export interface CommandContext {
  /** Shows a text to the person alone. */
  tell(text: string): Promise<void>;
  /**
   * Ends the program.
   *
   * @param farewell What the others read, in this person's words: one line. Default: nothing.
   */
  quit(farewell?: string): void;
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

/** Under which heading `/help` names a command; the headings stand in this order. */
export const COMMAND_GROUPS = [
  "talk",
  "people",
  "room",
  "read",
  "trust",
  "operator",
  "host",
  "program",
] as const;

/** One of the {@linkcode COMMAND_GROUPS}. */
export type CommandGroup = typeof COMMAND_GROUPS[number];

/** A command that can be typed at the prompt, or given as JSON. */
export interface PromptCommand {
  /** With its slash, in small letters. */
  readonly name: string;
  /** Other names for the same, with their slashes, as users of other programs type them. */
  readonly aliases?: readonly string[];
  /** Default `program`. */
  readonly group?: CommandGroup;
  readonly parameters?: readonly Parameter[];
  /** What it does, in a few words. */
  readonly help: string;
  /** What else there is to know, in whole sentences. */
  readonly details?: string;
  /** Lines that can be typed. */
  readonly examples?: readonly string[];
  /** Whether the help and the completion name it; by default they do. */
  isOffered?(): boolean;
  run(context: CommandContext, given: Arguments): void | Promise<void>;
  /**
   * What it says to others, if that is all it does: then it is shown as said, and not as typed.
   *
   * @throws {ReportedError} If it cannot be said.
   */
  says?(given: Arguments): Said;
}

/** Whether a command is to be named to the person who is here. */
export function isOffered(command: PromptCommand): boolean {
  return command.isOffered?.() ?? true;
}

/** The command with this name, or with this other name: with its slash, in small letters. */
export function findCommand(
  commands: readonly PromptCommand[],
  name: string,
): PromptCommand | undefined {
  return commands.find((command) => command.name === name) ??
    commands.find(({ aliases }) => aliases?.includes(name));
}

/** What of a command's parameters is typed: `NAME`, or `[NAME]` where it may be left out. */
export function typedParameters({ parameters = [] }: PromptCommand): readonly Parameter[] {
  return parameters.filter(({ isForPrograms }) => isForPrograms !== true);
}

/** A command's name and parameters: `/msg NAME TEXT`. */
export function usage(command: PromptCommand): string {
  const words = typedParameters(command)
    .map(({ name, isOptional }) => isOptional ? `[${name}]` : name);
  return [command.name, ...words].join(" ");
}
