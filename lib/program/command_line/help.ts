import type { Option } from "./option.ts";

/** In columns. */
const WIDTH = 80;

/** What stands in front of an item, and between its name and what it is. */
const GAP = "  ";

/** The argument of a command. */
export interface Argument {
  /** As help shows it: `<NAME>` if it must be given, `[NAME]` if it may be. */
  readonly term: string;
  readonly name: string;
  readonly description: string;
}

/** What help has to know of a command. */
export interface Documented {
  /** How it is used. */
  readonly usage: string;
  readonly description: string;
  readonly argument: Argument | undefined;
  readonly options: readonly Option[];
  readonly commands: readonly { readonly term: string; readonly description: string }[];
  /** What stands at the end. */
  readonly footer: string | undefined;
}

/** The help of a command: how it is used, what it does, its argument, its flags and its commands. */
export function helpOf(command: Documented): string {
  const { name = "", description = "" } = command.argument ?? {};
  const items = {
    Arguments: description === "" ? [] : [[name, description]],
    Options: command.options.map((option) => [option.term, option.help]),
    Commands: command.commands.map((child) => [child.term, child.description]),
  };
  const names = Object.values(items).flat().map(([name = ""]) => name.length);
  const nameWidth = Math.max(...names);
  const parts = [`Usage: ${command.usage}`, wrapped(command.description, WIDTH)];
  for (const [heading, list] of Object.entries(items)) {
    if (list.length === 0) continue;
    const lines = list.map(([name = "", text = ""]) => itemOf(name, text, nameWidth));
    parts.push([`${heading}:`, ...lines].join("\n"));
  }
  if (command.footer !== undefined) parts.push(command.footer);
  return `${parts.join("\n\n")}\n`;
}

function itemOf(name: string, text: string, nameWidth: number): string {
  const start = GAP.length + nameWidth + GAP.length;
  const lines = wrapped(text, WIDTH - start).replaceAll("\n", `\n${" ".repeat(start)}`);
  return `${GAP}${name.padEnd(nameWidth)}${GAP}${lines}`;
}

/** Breaks a text between its words; one that is wider stands alone. */
function wrapped(text: string, width: number): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line === "") line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line].join("\n");
}
