/**
 * The permissions that a program needs for its arguments, and no more.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";
import { UsageError } from "../lib/errors.ts";
import { folderOf } from "../lib/identity/files/paths.ts";
import { HOME_VARIABLES, homeFolder, USER_VARIABLES } from "../lib/identity/home.ts";
import { parseClientFlags } from "../lib/program/flags/client_flags.ts";
import { type CommonFlags, HelpRequest, TaskRequest } from "../lib/program/flags/flags.ts";
import { parseServerFlags } from "../lib/program/flags/server_flags.ts";
import { TASK_VARIABLE } from "../lib/program_name.ts";
import { ADDRESS_PERMISSION } from "../lib/server/door/own_addresses.ts";
import { FEATURE_VARIABLES } from "../lib/terminal/screens/terminal_features.ts";
import { REFLOW_VARIABLES } from "../lib/terminal/frames/reflow.ts";
import { COLOUR_VARIABLES } from "../lib/terminal/sentences/colour_depth.ts";

/** One of the two programs. */
export type Program = "server" | "client";

/** The variables that the programs look at. */
export const VARIABLES: readonly string[] = [
  ...new Set([
    ...HOME_VARIABLES,
    ...USER_VARIABLES,
    ...COLOUR_VARIABLES,
    ...FEATURE_VARIABLES,
    ...REFLOW_VARIABLES,
    TASK_VARIABLE,
  ]),
];

/** All flags, those of a task too, that name a file or a folder. */
interface FileFlags extends Partial<CommonFlags> {
  readonly allow?: string | undefined;
  readonly inviteFile?: string | undefined;
  readonly newPassphraseFile?: string | undefined;
  readonly knownHosts?: string | undefined;
  readonly history?: string | undefined;
  readonly outbox?: string | undefined;
  /** The file of `history`, the task. */
  readonly file?: string | undefined;
}

/**
 * The flags for `deno run`: the network, for a server the machine's addresses, the variables by name,
 * the home, and the files that are named. Of a file that is changed it is the folder, because its lock
 * and its new version stand beside it. Where a path leads over links, it is allowed as it is written
 * and as it really is: Deno compares both.
 *
 * Relative paths are those of the current folder.
 *
 * @param args The program's own; if they cannot be read it will say so itself, and needs no file for that.
 * @throws {UsageError} If a path has a comma in it.
 */
export function leastPermissions(program: Program, args: readonly string[]): readonly string[] {
  const flags = fileFlags(program, args);
  const { home = homeFolder(), identity, explainTo } = flags;
  const { passphraseFile, newPassphraseFile, allow, inviteFile } = flags;
  const { knownHosts, history, outbox, file } = flags;
  const changed = [
    ...[home, explainTo].flatMap(withReal),
    ...[knownHosts, history, outbox, file].flatMap(withReal).map(folderOf),
  ];
  // The task `id` may make a key, or give it another passphrase.
  const own = args.includes("id") ? withReal(identity).map(folderOf) : [];
  const read = [identity, passphraseFile, newPassphraseFile, allow, inviteFile].flatMap(withReal);
  return [
    "--no-prompt",
    "--allow-net",
    `--allow-env=${VARIABLES.join(",")}`,
    ...(program === "server" ? [ADDRESS_PERMISSION] : []),
    ...listed("--allow-read", [...changed, ...own, ...read]),
    ...listed("--allow-write", [...changed, ...own]),
  ];
}

function fileFlags(program: Program, args: readonly string[]): FileFlags {
  try {
    const parsed = program === "server" ? parseServerFlags(args) : parseClientFlags(args);
    if (parsed instanceof HelpRequest) return {};
    return parsed instanceof TaskRequest ? { ...parsed.flags, ...parsed.task } : parsed;
  } catch {
    return {};
  }
}

/** A path as it is written and, if links lead elsewhere, as it really is. */
function withReal(path: string | undefined): string[] {
  if (path === undefined || path === "") return [];
  const real = realPath(path);
  return real === resolve(path) ? [path] : [path, real];
}

/** Where a path leads, whose last parts need not exist yet. */
function realPath(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch {
    const folder = dirname(path);
    return folder === path ? path : join(realPath(folder), basename(path));
  }
}

/** A flag with a list of paths. */
function listed(flag: string, paths: readonly string[]): string[] {
  const given = [...new Set(paths)];
  const torn = given.find((path) => path.includes(","));
  if (torn !== undefined) {
    throw new UsageError(
      "usage",
      `${torn} has a comma in it, which Deno takes for the end of a path that it may use; ` +
        "choose another path, or run the program with deno run -NRWE",
    );
  }
  return given.length === 0 ? [] : [`${flag}=${given.join(",")}`];
}
