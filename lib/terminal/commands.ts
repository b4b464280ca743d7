import { ReportedError } from "../errors.ts";

/** What a command may do. */
export interface CommandContext {
  /** Shows a text to the person alone. */
  tell(text: string): Promise<void>;
  /** Ends the program. */
  quit(): void;
}

/** A command that can be typed at the prompt. */
export interface PromptCommand {
  readonly name: string;
  /** What follows the name, for the help. */
  readonly usage?: string;
  readonly help: string;
  /** @param argument What was typed behind the name. */
  run(context: CommandContext, argument: string): void | Promise<void>;
}

/** The commands of both programs, and those of one of them, with a help for all. */
export function commandTable(own: readonly PromptCommand[]): readonly PromptCommand[] {
  const table: readonly PromptCommand[] = [
    {
      name: "/help",
      help: "show this help; to send a line that begins with /, type //",
      run: ({ tell }) => tell(table.map(helpLine).join("\n")),
    },
    ...own,
    { name: "/quit", help: "leave (so does Ctrl-D)", run: ({ quit }) => quit() },
  ];
  return table;
}

function helpLine({ name, usage, help }: PromptCommand): string {
  return `${usage === undefined ? name : `${name} ${usage}`}  ${help}`;
}

/**
 * Runs a typed line if it is a command.
 *
 * @returns What is to be sent instead: the line itself, or without the first of two slashes; or
 *   `undefined` if there is nothing to send.
 */
export async function runCommand(
  line: string,
  commands: readonly PromptCommand[],
  context: CommandContext,
): Promise<string | undefined> {
  if (!line.startsWith("/")) return line;
  if (line.startsWith("//")) return line.slice(1);
  const [, name = line, argument = ""] = /^(\S+)\s*(.*?)\s*$/su.exec(line) ?? [];
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    await context.tell(`there is no command ${name}; /help lists them`);
  } else if (argument !== "" && command.usage === undefined) {
    await context.tell(`${name} takes nothing behind it`);
  } else {
    try {
      await command.run(context, argument);
    } catch (error) {
      if (!(error instanceof ReportedError)) throw error;
      await context.tell(error.message);
    }
  }
  return undefined;
}
