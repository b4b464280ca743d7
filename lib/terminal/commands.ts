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
  readonly help: string;
  run(context: CommandContext): void | Promise<void>;
}

/** The commands, which are also their own help. */
export const COMMANDS: readonly PromptCommand[] = [
  {
    name: "/help",
    help: "show this help; to send a line that begins with /, type //",
    run: ({ tell }) => tell(COMMANDS.map(({ name, help }) => `${name}  ${help}`).join("\n")),
  },
  { name: "/quit", help: "leave (so does Ctrl-D)", run: ({ quit }) => quit() },
];

/**
 * Runs a typed line if it is a command.
 *
 * @returns What is to be sent instead: the line itself, or without the first of two slashes; or
 *   `undefined` if there is nothing to send.
 */
export async function runCommand(
  line: string,
  context: CommandContext,
): Promise<string | undefined> {
  if (!line.startsWith("/")) return line;
  if (line.startsWith("//")) return line.slice(1);
  const name = line.trimEnd();
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command === undefined) await context.tell(`there is no command ${name}; /help lists them`);
  else await command.run(context);
  return undefined;
}
