/**
 * The permissions that a program needs for its arguments, and no more.
 *
 * @module
 */
import { HOME_VARIABLES, homeFolder } from "../lib/identity/home.ts";
import { parseClientFlags } from "../lib/program/flags/client_flags.ts";
import { type CommonFlags, HelpRequest, TaskRequest } from "../lib/program/flags/flags.ts";
import { parseServerFlags } from "../lib/program/flags/server_flags.ts";
import { COLOUR_VARIABLES } from "../lib/terminal/sentences/colour_depth.ts";

/** One of the two programs. */
export type Program = "server" | "client";

/** The variables that the programs look at. */
export const VARIABLES: readonly string[] = [...HOME_VARIABLES, ...COLOUR_VARIABLES];

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
 * The flags for `deno run`: the network, the variables by name, the home, and the files that are named. Of
 * a file that is changed it is the folder, because its lock and its new version stand beside it.
 *
 * @param args The program's own; if they cannot be read it will say so itself, and needs no file for that.
 */
export function leastPermissions(program: Program, args: readonly string[]): readonly string[] {
  const flags = fileFlags(program, args);
  const { home = homeFolder(), identity, explainTo } = flags;
  const { passphraseFile, newPassphraseFile, allow, inviteFile } = flags;
  const { knownHosts, history, outbox, file } = flags;
  const changed = [home, explainTo, ...[knownHosts, history, outbox, file].map(folderOf)];
  // The task `id` may make a key, or give it another passphrase.
  const own = args.includes("id") ? folderOf(identity) : undefined;
  const read = [identity, passphraseFile, newPassphraseFile, allow, inviteFile];
  return [
    "--no-prompt",
    "--allow-net",
    `--allow-env=${VARIABLES.join(",")}`,
    ...listed("--allow-read", [...changed, own, ...read]),
    ...listed("--allow-write", [...changed, own]),
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

function folderOf(path: string | undefined): string | undefined {
  const name = Deno.build.os === "windows" ? /[^/\\]*$/ : /[^/]*$/;
  return path === undefined ? undefined : path.replace(name, "") || ".";
}

/** A flag with a list of paths, in which a comma is written twice. */
function listed(flag: string, paths: readonly (string | undefined)[]): string[] {
  const given = [...new Set(paths)].filter((path) => path !== undefined && path !== "");
  return given.length === 0
    ? []
    : [`${flag}=${given.map((path) => path?.replaceAll(",", ",,")).join(",")}`];
}
