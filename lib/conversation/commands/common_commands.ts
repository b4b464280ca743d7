import { isShortEnough } from "../../chat/wire/text.ts";
import { MAX_FAREWELL_SIZE } from "../../chat/wire/messages.ts";
import { UsageError } from "../../errors.ts";
import type { PromptCommand } from "./command_table.ts";
import { helpCommand, type HelpTopic } from "./help_command.ts";

/**
 * The commands of every conversation, with the others in between: `/help` tells of all.
 *
 * @param topics What else `/help` can tell of.
 */
export function commandTable(
  own: readonly PromptCommand[],
  topics: readonly HelpTopic[] = [],
): readonly PromptCommand[] {
  const table: readonly PromptCommand[] = [
    helpCommand(() => table, topics),
    ...own,
    JOIN,
    QUIT,
  ];
  return table;
}

/** Habit types it, so it has an answer; but there is nothing that it could do. */
const JOIN: PromptCommand = {
  name: "/join",
  aliases: ["/j"],
  parameters: [{ name: "ROOM", isOptional: true, isRest: true }],
  help: "a server has one room",
  isOffered: () => false,
  run: ({ tell }) =>
    tell("a server has one room, and you are in it; for another room, connect to its server"),
};

const QUIT: PromptCommand = {
  name: "/quit",
  aliases: ["/exit", "/leave", "/part", "/bye"],
  group: "program",
  parameters: [{ name: "TEXT", isOptional: true, isRest: true }],
  help: "leave (or press Ctrl-D); the others read TEXT",
  examples: ["/quit", "/quit see you tomorrow"],
  run({ quit }, { text = "" }) {
    const words = text.replaceAll(/\s+/g, " ").trim();
    if (!isShortEnough(words, MAX_FAREWELL_SIZE)) {
      throw new UsageError(
        "usage",
        `TEXT has at most ${MAX_FAREWELL_SIZE} bytes; you are still here`,
      );
    }
    quit(words);
  },
};
