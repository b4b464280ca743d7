import { quoted } from "../../quoted.ts";
import { isOffered, type PromptCommand } from "./command_table.ts";

/** What only the person at the server can type: `hostCommands` (lib/server/host) has these. */
const ONLY_AT_THE_SERVER: ReadonlySet<string> = new Set([
  "/invite",
  "/invitations",
  "/revoke",
  "/bans",
]);

/** The longest name for which a nearest one is looked for. */
const MAX_NAME_LENGTH = 24;

/**
 * What to say of a command that does not exist here: where it does, or which one may have been meant.
 *
 * @param name With its slash.
 */
export function unknownCommand(name: string, commands: readonly PromptCommand[]): string {
  const wanted = name.toLowerCase();
  const elsewhere = commandElsewhere(wanted);
  if (elsewhere !== undefined) return elsewhere;
  if (name.length > MAX_NAME_LENGTH) return "there is no command of that name; /help lists them";
  const shown = /^[!-~]*$/.test(name) ? name : quoted(name);
  const nearest = nearestName(wanted, commands);
  return nearest === undefined
    ? `there is no command ${shown}; /help lists them`
    : `there is no command ${shown}; did you mean ${nearest}?`;
}

/** What to say of a command that exists, but not here; `undefined` if it does not exist at all. */
export function commandElsewhere(name: string): string | undefined {
  return ONLY_AT_THE_SERVER.has(name)
    ? `${name} works only at the server, for the person who sits there`
    : undefined;
}

function nearestName(wanted: string, commands: readonly PromptCommand[]): string | undefined {
  // In a short name two slips of the finger leave nothing of it.
  const most = wanted.length > 4 ? 2 : 1;
  const names = commands.filter(isOffered).flatMap(({ name, aliases = [] }) => [name, ...aliases])
    .filter((name) => name.length > 2);
  let nearest: string | undefined;
  let least = most + 1;
  for (const name of names) {
    const distance = editDistance(wanted, name);
    if (distance < least) [nearest, least] = [name, distance];
  }
  return nearest;
}

/**
 * How many slips of the finger lie between two words: characters that are missing, too many, wrong, or
 * swapped with their neighbour (optimal string alignment).
 */
function editDistance(from: string, to: string): number {
  const rows = Array.from(
    { length: from.length + 1 },
    (_, row) => Array.from({ length: to.length + 1 }, (_, column) => row === 0 ? column : row),
  );
  const at = (row: number, column: number) => rows[row]?.[column] ?? Infinity;
  for (let i = 1; i <= from.length; i++) {
    for (let j = 1; j <= to.length; j++) {
      const isSame = from[i - 1] === to[j - 1];
      const isSwapped = from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1];
      const distance = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (isSame ? 0 : 1),
        isSwapped ? at(i - 2, j - 2) + 1 : Infinity,
      );
      rows[i]?.splice(j, 1, distance);
    }
  }
  return at(from.length, to.length);
}
