import { nickKey } from "../chat/names/nick.ts";
import { isOffered, type PromptCommand } from "./commands/command_table.ts";

/**
 * What the word at the end of a half-typed line could become: a command at its beginning, a name
 * elsewhere, with a colon if it begins the line.
 *
 * @returns The possible words, and the part of the line that they replace.
 */
export function complete(
  line: string,
  commands: readonly PromptCommand[],
  nicks: readonly string[],
): [candidates: string[], replaced: string] {
  const word = /\S*$/u.exec(line)?.[0] ?? "";
  const isFirst = word.length === line.length;
  // Blanks may stand in front of a command.
  if (word.startsWith("/") && word.length === line.trimStart().length) {
    const names = commands.filter(isOffered).map(({ name }) => name);
    const start = word.toLowerCase();
    return [names.filter((name) => name.startsWith(start)).map((name) => `${name} `), word];
  }
  if (word === "" && !line.trimStart().startsWith("/")) return [[], word];
  // `@` stays in front of a name that is mentioned.
  const at = word.startsWith("@") ? "@" : "";
  const start = nickKey(word.slice(at.length));
  const fitting = nicks.filter((nick) => nickKey(nick).startsWith(start)).sort();
  return [fitting.map((nick) => `${at}${nick}${isFirst && at === "" ? ": " : " "}`), word];
}
