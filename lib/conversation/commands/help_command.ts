import { UsageError } from "../../errors.ts";
import {
  COMMAND_GROUPS,
  findCommand,
  isOffered,
  type PromptCommand,
  usage,
} from "./command_table.ts";
import { unknownCommand } from "./unknown_command.ts";

/** Something else that `/help` can tell of, by a word. */
export interface HelpTopic {
  /** The word, in small letters. */
  readonly word: string;
  /** What it is about, in a few words. */
  readonly about: string;
  /** What is told: lines that fit a screen of 24 rows and 80 columns. */
  readonly text: string;
}

/**
 * `/help`, which tells of all commands of a table: of itself as well.
 *
 * @param commands Gives the table.
 * @param topics What else there is to be told.
 */
export function helpCommand(
  commands: () => readonly PromptCommand[],
  topics: readonly HelpTopic[] = [],
): PromptCommand {
  return {
    name: "/help",
    aliases: ["/h", "/?"],
    group: "program",
    parameters: [{ name: "ABOUT", isOptional: true, isRest: true }],
    help: "list the commands, or explain one: /help msg",
    details: "/help all lists every command with what it does. " +
      "To send a line that begins with /, type it with two: //etc/hosts.",
    examples: ["/help", "/help msg", "/help all"],
    async run({ tell }, { about = "" }) {
      const word = about.toLowerCase().replace(/^\//, "");
      const all = commands();
      if (word === "") return await tell(overview(all, topics));
      if (word === "all") return await tell(everything(all));
      const topic = topics.find((topic) => topic.word === word);
      if (topic !== undefined) return await tell(topic.text);
      const command = findCommand(all, `/${word}`);
      if (command === undefined) throw new UsageError("usage", unknownCommand(`/${word}`, all));
      await tell(explanation(command));
    },
  };
}

/** The names, a line for each group: so they fit a small screen. */
function overview(commands: readonly PromptCommand[], topics: readonly HelpTopic[]): string {
  const offered = commands.filter(isOffered);
  const width = Math.max(...COMMAND_GROUPS.map(({ length }) => length));
  const groups = COMMAND_GROUPS.flatMap((group) => {
    const names = offered.filter((command) => (command.group ?? "program") === group)
      .map(({ name }) => name);
    return names.length === 0 ? [] : [`${`${group}:`.padEnd(width + 1)} ${names.join(" ")}`];
  });
  return [
    ...groups,
    "/help COMMAND explains one, and /help all lists them with what they do.",
    ...topics.map(({ word, about }) => `/help ${word} tells about ${about}.`),
    "To send a line that begins with /, type two: //",
  ].join("\n");
}

function everything(commands: readonly PromptCommand[]): string {
  const offered = commands.filter(isOffered);
  const width = Math.max(...offered.map((command) => usage(command).length));
  return offered.map((command) => `${usage(command).padEnd(width)}  ${command.help}`).join("\n");
}

function explanation(command: PromptCommand): string {
  const { aliases = [], help, details, examples = [] } = command;
  return [
    `${usage(command)}: ${help}`,
    ...(details === undefined ? [] : [details]),
    ...(examples.length === 0 ? [] : [`for example: ${examples.join("   ")}`]),
    ...(aliases.length === 0 ? [] : [`the same: ${aliases.join(" ")}`]),
  ].join("\n");
}
